"""Laws 3 and 5 over whole bodies: a transport's two phases are an evaluation, and restore."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from bodies import PLANTED, chat_requests, replies
from hypothesis import given
from hypothesis import strategies as st
from planning import Clock, does, finds, plan, step
from strategies import LAW, rules

from policyengine.deployment import CompiledDeployment
from policyengine.detector import Cost
from policyengine.exchange import Source
from policyengine.openai import read_exchange
from policyengine.registry import Registry
from policyengine.running import Pool

if TYPE_CHECKING:
    from policyengine.plan import PlannedStep

POOL = Pool()


def deployment(
    inputs: list[PlannedStep], outputs: list[PlannedStep], **document: Any
) -> CompiledDeployment:
    return CompiledDeployment(plan(inputs, outputs, **document), Registry(), Clock(), POOL)


@st.composite
def pipelines(draw: st.DrawFn) -> list[PlannedStep]:
    made = []
    for at in range(draw(st.integers(0, 2))):
        chosen = draw(st.sampled_from([PLANTED, "word", "a "]))
        detector: Any = finds(chosen)
        if draw(st.booleans()):
            detector = does("model", detector._in_view, kinds=detector.kinds, cost=Cost.MODEL)
        made.append(step(detector, f"step-{at}", **draw(rules())))
    return made


DOCUMENTS = st.fixed_dictionaries(
    {
        "on_block": st.sampled_from(["error", "message"]),
        "if_unexamined": st.sampled_from(["allow", "flag", "flag", "block"]),
        "restore": st.booleans(),
    }
)


@given(pipelines(), pipelines(), DOCUMENTS, chat_requests(), replies())
@LAW
def test_a_transport_s_phases_decide_as_an_evaluation_does(
    inputs: list[PlannedStep],
    outputs: list[PlannedStep],
    document: dict[str, Any],
    body: dict[str, Any],
    exchange: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    request, reply = exchange
    if "messages" in request:
        request = body
    ready = deployment(inputs, outputs, **document)
    recorded = read_exchange(request, reply)
    expected = ready.evaluate(recorded).as_dict()
    checked = ready.check_request(request)
    if checked.body is None:
        assert checked.detections.as_dict() == expected
        return
    answered = ready.check_response(checked, reply)
    assert answered.detections.as_dict() == expected

    async def waiting() -> Any:
        asked = await ready.acheck_request(request)
        told = await ready.acheck_response(asked, reply)
        return (asked.body, told.body, told.reply, (await ready.aevaluate(recorded)).as_dict())

    assert asyncio.run(waiting()) == (checked.body, answered.body, answered.reply, expected)
    both = ready.evaluate_many([recorded, recorded])
    assert [one.as_dict() for one in both] == [expected, expected]


@given(pipelines(), pipelines(), chat_requests(), replies())
@LAW
def test_observing_leaves_both_bodies_as_they_were(
    inputs: list[PlannedStep],
    outputs: list[PlannedStep],
    body: dict[str, Any],
    exchange: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    request, reply = exchange
    request = body if "messages" in request else request
    ready = deployment(inputs, outputs, if_unexamined="block", restore=True)
    checked = ready.check_request(request, observe=True)
    assert checked.body == request
    assert ready.check_response(checked, reply).body == reply


@given(chat_requests())
@LAW
def test_a_model_that_repeats_a_conversation_is_heard_as_it_was_said(body: dict[str, Any]) -> None:
    steps = [step(finds(PLANTED), redact_at=0.5, sources=sorted(Source))]
    ready = deployment(steps, [], restore=True)
    checked = ready.check_request(body)
    assert checked.body is not None
    repeated = [as_answer(message) for message in checked.body["messages"]]
    reply = {
        "choices": [
            {"index": at, "message": message, "finish_reason": "stop"}
            for at, message in enumerate(repeated)
        ]
    }
    answered = ready.check_response(checked, reply).body
    assert answered is not None
    for choice, message in zip(answered["choices"], body["messages"], strict=True):
        assert_same(choice["message"], as_answer(message))


def as_answer(message: dict[str, Any]) -> dict[str, Any]:
    """The message as an assistant's; only tools' contents were read as JSON, and stay out."""
    kept = {name: message[name] for name in ("content", "tool_calls") if name in message}
    if message["role"] == "tool":
        kept.pop("content")
    return {"role": "assistant", "content": None} | kept


def assert_same(left: dict[str, Any], right: dict[str, Any]) -> None:
    """Equal, and the arguments of calls as JSON where they are."""
    assert left["content"] == right["content"]
    for call, was in zip(left.get("tool_calls", []), right.get("tool_calls", []), strict=True):
        assert call["function"]["name"] == was["function"]["name"]
        assert read(call["function"]["arguments"]) == read(was["function"]["arguments"])


def read(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments
