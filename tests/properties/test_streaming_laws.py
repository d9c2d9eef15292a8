"""Law 2: chunking is invisible, and nothing that would be rewritten or blocked leaves early."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from planning import Clock, does, finds, plan, step
from strategies import LAW, PARTS, WORDS, rules

from policyengine.detector import Cost, Finding, Kind, View, Window
from policyengine.exchange import Source
from policyengine.openai.assembly import Assembly
from policyengine.phases import Conditions
from policyengine.running import Pool, run
from policyengine.streaming import Arrival, AsyncStream, Stream
from policyengine.transport import requested, responded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.plan import Plan, PlannedStep
    from policyengine.transport import CheckedRequest

POOL = Pool()
KINDS = (Kind("test.word"), Kind("test.near"))
NEAR = 6


def look(view: View) -> list[Finding]:
    """Words, surer where another one stands near: what a finding says hangs on its surroundings."""
    found = []
    for segment in view.examined:
        text = segment.text
        for word in ("zoë", "quux", "ozo"):
            at = text.find(word)
            while at >= 0:
                end = at + len(word)
                around = text[max(0, at - NEAR) : at] + text[end : end + NEAR]
                near = "zo" in around
                kind = "test.near" if near else "test.word"
                found.append(Finding.at(segment, at, end, kind=kind, score=0.8 if near else 0.6))
                at = text.find(word, at + 1)
    return found


def still_open(_detector: object, text: str) -> int:
    """Where a word may have begun, or another one may still come to stand near one."""
    end = len(text)
    words = ("zoë", "quux", "ozo")
    begun = [at for at in range(end) for word in words if word.startswith(text[at:])]
    near = [
        at
        for word in words
        for at in range(end)
        if text.startswith(word, at) and end < at + len(word) + NEAR
    ]
    return min([*begun, *near], default=end)


SCOPES = st.sampled_from([Window(NEAR, 4 + NEAR), Window(NEAR, 40), "unit", "passage", "whole"])


@st.composite
def steps(draw: st.DrawFn, name: str) -> PlannedStep:
    document = draw(rules())
    document["shadow"] = draw(st.sampled_from([False, False, False, True]))
    if draw(st.sampled_from([False, False, True])):
        return step(
            finds(draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))), name, **document
        )
    sources = draw(st.sampled_from([None, ["completion"], ["completion", "reasoning"]]))
    if sources:
        document["sources"] = sources
    declared: dict[str, Any] = {"kinds": KINDS, "scope": draw(SCOPES)}
    if draw(st.booleans()):
        declared["open_from"] = still_open
    declared["cost"] = draw(st.sampled_from([Cost.INLINE, Cost.MODEL]))
    declared["needs"] = draw(st.sampled_from([frozenset(), frozenset({Source.COMPLETION})]))
    document["if_missing"] = draw(st.sampled_from(["allow", "flag", "block"]))
    return step(does("test", look, **declared), name, **document)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    asked = [step(finds("zoë", "quux"), "in", redact_at=0.5)] if draw(st.booleans()) else []
    said = [draw(steps(f"out-{at}")) for at in range(draw(st.integers(0, 3)))]
    return plan(
        asked,
        said,
        restore=draw(st.booleans()),
        on_block=draw(st.sampled_from(["error", "message"])),
        if_unexamined=draw(st.sampled_from(["allow", "flag", "block"])),
    )


CALM = "And so it goes on, and on. " * 12
"""Long enough for a stream to forget some of it."""
PIECES = st.lists(st.sampled_from((*PARTS, CALM)) | st.text(max_size=3), max_size=14).map("".join)
REQUEST = {"messages": [{"role": "user", "content": "zoë and quux, zoë@quux.org"}]}
ARGUMENTS = st.sampled_from(['{"to": "zoë"}', "{}", "zoë", '{"quux": 1}'])


@st.composite
def messages(draw: st.DrawFn, request: CheckedRequest | None) -> dict[str, Any]:
    text = PIECES
    if request is not None and request.body is not None:
        # What the model saw comes back in its answer: placeholders, whole and in part.
        seen = request.body["messages"][0]["content"].split(" ")
        text = st.lists(PIECES | st.sampled_from([*seen, seen[0][:-3]]), max_size=5).map("".join)
    message: dict[str, Any] = {"role": "assistant"}
    for name in ("reasoning", "content", "refusal"):
        if draw(st.sampled_from([True, name == "content"])):
            message[name] = draw(text)
    if draw(st.sampled_from([False, False, True])):
        call = {"name": "send", "arguments": draw(ARGUMENTS)}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    return message


def halves(text: str) -> list[str]:
    """As JSON escapes them: a character beyond the first 65,536 in two."""
    units = text.encode("utf-16-le", "surrogatepass")
    return [chr(int.from_bytes(units[at : at + 2], "little")) for at in range(0, len(units), 2)]


def cut(draw: st.DrawFn, text: str) -> list[str]:
    if draw(st.sampled_from([False, False, True])):
        text = "".join(halves(text))
    if draw(st.booleans()):
        return [*text[:400], text[400:]]
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=max(3, len(text) // 2))))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def deltas(draw: st.DrawFn, message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant"}
    for name in ("reasoning", "content", "refusal"):
        for piece in cut(draw, message[name]) if name in message else ():
            yield {name: piece}
    for at, call in enumerate(message.get("tool_calls", ())):
        function = call["function"]
        yield {"tool_calls": [{"index": at, **call, "function": {**function, "arguments": ""}}]}
        for piece in cut(draw, function["arguments"]):
            yield {"tool_calls": [{"index": at, "function": {"arguments": piece}}]}


@st.composite
def streams(draw: st.DrawFn, request: CheckedRequest | None = None) -> list[dict[str, Any]]:
    """The chunks of one or two choices, each in its own order, the two mixed."""
    queues = [list(deltas(draw, draw(messages(request)))) for _ in range(draw(st.integers(1, 2)))]
    chunks = []
    while any(queues):
        index = draw(st.sampled_from([at for at, queue in enumerate(queues) if queue]))
        chunks.append(chunk({"index": index, "delta": queues[index].pop(0)}))
    ends = [{"index": at, "delta": {}, "finish_reason": "stop"} for at in range(len(queues))]
    return [*chunks, *map(chunk, ends), {**chunk(), "usage": {"total_tokens": 7}}]


def chunk(*choices: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": list(choices),
    }


def assembled(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    assembly = Assembly("chat")
    for one in chunks:
        assembly.add(one)
    return assembly.body


def checked(a_plan: Plan) -> CheckedRequest:
    return run(requested(a_plan, REQUEST, Conditions(Clock())), POOL)


def in_one_piece(request: CheckedRequest, chunks: list[dict[str, Any]]) -> tuple[Any, Any]:
    a_plan = replace(request.phase.plan, on_block="message")
    asked = replace(request, phase=replace(request.phase, plan=a_plan))
    judged = run(responded(asked, assembled(chunks)), POOL)
    body = judged.body or (judged.reply or (200, {}))[1]
    body = {name: value for name, value in body.items() if name != "detections"}
    return judged.detections.as_dict(), body


def without_nothing(value: Any) -> Any:
    """A body without members that say nothing: a chunk leaves them out."""
    if isinstance(value, dict):
        return {
            name: without_nothing(below)
            for name, below in value.items()
            if below not in (None, "", [])
        }
    return [without_nothing(item) for item in value] if isinstance(value, list) else value


def streamed(request: CheckedRequest, chunks: list[dict[str, Any]], quantum: int) -> Any:
    with (
        mock.patch("policyengine.streaming.settling.QUANTUM", quantum),
        mock.patch("policyengine.streaming.forgetting.LEAST", quantum),
        Stream(Arrival(request), POOL, lambda one: one) as stream,
    ):
        released = [out for one in chunks for out in stream.feed(one)]
        last, detections = stream.close()
    return detections.as_dict(), assembled([*released, *last])


@given(plans(), st.data())
@LAW
def test_a_stream_equals_the_reply_in_one_piece(a_plan: Plan, data: st.DataObject) -> None:
    request = checked(a_plan)
    chunks = data.draw(streams(request))
    expected = in_one_piece(request, chunks)

    told, body = streamed(request, chunks, data.draw(st.sampled_from([1, 1, 5, 48])))

    assert told == expected[0]
    assert without_nothing(body) == without_nothing(expected[1])


@given(plans(), st.data())
@LAW
def test_waiting_changes_nothing(a_plan: Plan, data: st.DataObject) -> None:
    request = checked(a_plan)
    chunks = data.draw(streams(request))

    async def there() -> Any:
        async with AsyncStream(Arrival(request), POOL, lambda one: one) as stream:
            released = [out for one in chunks for out in await stream.feed(one)]
            last, detections = await stream.close()
        return detections.as_dict(), assembled([*released, *last])

    assert asyncio.run(there()) == streamed(request, chunks, 48)


@given(
    st.lists(st.sampled_from(["a b ", "Well. ", "zoë", "\n\n", "quux "]), max_size=40), st.data()
)
@LAW
def test_legacy_completions_stream_alike(texts: list[str], data: st.DataObject) -> None:
    a_plan = plan([], [step(finds("zoë", "quux"), redact_at=0.5)])
    asked = {"prompt": "say it"}
    request = run(requested(a_plan, asked, Conditions(Clock())), POOL)
    chunks = [
        {"object": "text_completion", "choices": [{"index": 0, "text": text}]} for text in texts
    ]
    whole = {"choices": [{"index": 0, "text": "".join(texts), "finish_reason": None}]}
    expected = run(responded(request, whole), POOL)
    with (
        mock.patch("policyengine.streaming.settling.QUANTUM", data.draw(st.sampled_from([1, 48]))),
        Stream(Arrival(request), POOL, lambda one: one) as stream,
    ):
        out = [one for each in chunks for one in stream.feed(each)]
        last, detections = stream.close()
    said = "".join(one["text"] for each in [*out, *last] for one in each["choices"])
    assert expected.body is not None
    assert said == expected.body["choices"][0]["text"] if texts else not said
    assert json.dumps(detections.as_dict()["output"]) == json.dumps(
        expected.detections.as_dict()["output"]
    )
