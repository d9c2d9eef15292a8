"""Law 4: no copy of what was redacted or blocked is left in what is delivered."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from bodies import PLANTED, chat_requests, replies, traces
from hypothesis import given
from hypothesis import strategies as st
from planning import Clock, finds, plan, step
from strategies import LAW, METHODS

from policyengine.deployment import CompiledDeployment
from policyengine.exchange import Source
from policyengine.registry import Registry
from policyengine.running import Pool
from policyengine.transport import BLOCKED_RESPONSE
from policyengine.verdict import Verdict

POOL = Pool()
EVERYWHERE = sorted(Source)
ASKED = {"messages": [{"role": "user", "content": "say it"}]}


def deployment(inputs: Any = (), outputs: Any = (), **document: Any) -> CompiledDeployment:
    return CompiledDeployment(plan(inputs, outputs, **document), Registry(), Clock(), POOL)


def redacting(method: str) -> Any:
    return step(finds(PLANTED), redact_at=0.5, redact_with=method, sources=EVERYWHERE)


BLOCKING = step(finds(PLANTED), block_at=0.5, sources=EVERYWHERE, message="Not this.")


def as_json(value: Any) -> Any:
    """What is left of it on the wire."""
    return json.loads(json.dumps(value))


@given(chat_requests(), METHODS)
@LAW
def test_nothing_redacted_reaches_the_model(body: dict[str, Any], method: str) -> None:
    before = copy.deepcopy(body)
    checked = deployment([redacting(method)]).check_request(body)
    assert checked.body is not None
    assert list(traces(as_json(checked.body))) == []
    assert body == before
    assert_calls_stay_json(checked.body["messages"], body["messages"])


@given(replies(), METHODS)
@LAW
def test_nothing_redacted_reaches_the_client(
    exchange: tuple[dict[str, Any], dict[str, Any]], method: str
) -> None:
    body, reply = exchange
    before = copy.deepcopy(reply)
    ready = deployment((), [redacting(method)], restore=True)
    checked = ready.check_response(ready.check_request(body), reply)
    assert checked.body is not None
    assert list(traces(as_json(checked.body))) == []
    assert reply == before
    assert_logprobs_fit(checked.body)
    for was, after in zip(reply["choices"], checked.body["choices"], strict=True):
        spoken = was.get("message", {}).get("audio", {})
        if PLANTED in spoken.get("transcript", ""):
            assert "data" not in after["message"]["audio"]
    assert_calls_stay_json(
        [choice.get("message", {}) for choice in checked.body["choices"]],
        [choice.get("message", {}) for choice in reply["choices"]],
    )


@given(replies(), st.sampled_from(["error", "message"]))
@LAW
def test_nothing_at_or_behind_a_block_reaches_the_client(
    exchange: tuple[dict[str, Any], dict[str, Any]], on_block: str
) -> None:
    body, reply = exchange
    ready = deployment((), [BLOCKING], on_block=on_block)
    checked = ready.check_response(ready.check_request(body), reply)
    guilty = [bool(list(traces(choice))) for choice in reply["choices"]]
    if not any(guilty):
        assert checked.body == reply
        return
    sent = checked.body if checked.body is not None else (checked.reply or (0, {}))[1]
    assert list(traces(as_json(sent))) == []
    assert checked.verdict is Verdict.BLOCK
    if "error" in sent:
        assert on_block == "error"
        assert sent["error"]["message"] == "Not this."
        return
    assert_logprobs_fit(sent)
    for before, after, blocked in zip(reply["choices"], sent["choices"], guilty, strict=True):
        assert after["finish_reason"] == ("content_filter" if blocked else "stop")
        assert blocked or after == before
        if blocked and on_block == "message":
            assert said(after).endswith("Not this.")


def said(choice: dict[str, Any]) -> str:
    content = choice["message"]["content"] if "message" in choice else choice["text"]
    return content[-1]["text"] if isinstance(content, list) else content


def assert_calls_stay_json(after: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    """Arguments that were an object still are, with as many members."""
    for new, old in zip(after, before, strict=True):
        for call, was in zip(new.get("tool_calls", []), old.get("tool_calls", []), strict=True):
            assert call["id"] == was["id"]
            try:
                arguments = json.loads(was["function"]["arguments"])
            except ValueError:
                continue
            if isinstance(arguments, dict):
                left = json.loads(call["function"]["arguments"])
                assert isinstance(left, dict)
                assert len(left) == len(arguments)


def assert_logprobs_fit(body: dict[str, Any]) -> None:
    """The tokens that are left occur in the text that is left, one after another."""
    for choice in body["choices"]:
        logprobs = choice["logprobs"] or {}
        text = choice["message"]["content"] if "message" in choice else choice["text"]
        tokens = [entry["token"] for entry in logprobs.get("content") or ()]
        tokens += logprobs.get("tokens") or ()
        place = 0
        for token in tokens:
            place = text.index(token, place) + len(token)
        columns = {len(logprobs[name]) for name in logprobs if name not in ("content", "refusal")}
        assert len(columns) <= 1
        for token, offset in zip(
            logprobs.get("tokens", ()), logprobs.get("text_offset", ()), strict=True
        ):
            assert text.startswith(token, offset - 7)


# A text in each place, in the order in which a choice is judged


def full_choice() -> dict[str, Any]:
    return {
        "index": 0,
        "message": {
            "role": "assistant",
            "reasoning": "<0>",
            "content": "<1>",
            "refusal": "<2>",
            "annotations": [
                {
                    "type": "url_citation",
                    "url_citation": {"start_index": 0, "end_index": 3, "title": "<3>"},
                }
            ],
            "audio": {"id": "audio_1", "transcript": "<4>", "data": "UklGRg=="},
            "function_call": {"name": "old", "arguments": '{"a": "<5>"}'},
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "new", "arguments": '{"a": "<6>"}'},
                }
            ],
            "x_note": "<7>",
        },
        "logprobs": None,
        "finish_reason": "stop",
    }


@pytest.mark.parametrize("at", range(8))
def test_a_choice_is_delivered_up_to_its_block_and_no_further(at: int) -> None:
    choice = json.loads(json.dumps(full_choice()).replace(f"<{at}>", f"<{at}> {PLANTED} more"))
    ready = deployment((), [BLOCKING], on_block="message")
    other = {"index": 1, "message": {"role": "assistant", "content": "fine"}}
    reply = {"choices": [choice, other | {"finish_reason": "stop"}]}
    checked = ready.check_response(ready.check_request(ASKED), reply)
    assert checked.body is not None
    sent = json.dumps(checked.body["choices"][0])
    calls = at in (5, 6)  # arguments are dropped as a whole
    assert [f"<{place}>" in sent for place in range(8)] == [
        place < at or (place == at and not calls) for place in range(8)
    ]
    assert "more" not in sent
    assert "UklGRg" not in sent  # nobody knows what it says, so it goes with a block
    assert checked.body["choices"][1]["message"]["content"] == "fine"


@pytest.mark.parametrize("on_block", ["error", "message"])
@pytest.mark.parametrize(
    "reply",
    [
        {"error": {"message": PLANTED, "type": "server_error"}},
        {"choices": [], "x_note": PLANTED},
        {"choices": [{"index": 0, "message": {"role": "assistant"}}], "x_note": PLANTED},
    ],
    ids=["an error", "no choices", "beside the choices"],
)
def test_a_reply_that_says_it_elsewhere_is_blocked_too(
    on_block: str, reply: dict[str, Any]
) -> None:
    ready = deployment((), [BLOCKING], on_block=on_block)
    checked = ready.check_response(ready.check_request(ASKED), reply)
    assert checked.body is None
    assert checked.reply is not None
    status, sent = checked.reply
    assert status == (400 if on_block == "error" else 200)
    assert "Not this." in json.dumps(sent)
    assert list(traces(as_json(sent))) == []


@pytest.mark.parametrize("on_block", ["error", "message"])
def test_a_blocked_request_is_answered_with_the_step_s_message(on_block: str) -> None:
    ready = deployment([BLOCKING], on_block=on_block)
    checked = ready.check_request({"messages": [{"role": "user", "content": PLANTED}]})
    assert checked.body is None
    assert checked.reply is not None
    status, sent = checked.reply
    assert status == (400 if on_block == "error" else 200)
    assert "Not this." in json.dumps(sent)
    assert list(traces(as_json(sent))) == []
    with pytest.raises(ValueError, match="the request was blocked"):
        ready.check_response(checked, {"choices": []})


@pytest.mark.parametrize("on_block", ["error", "message"])
def test_what_nobody_could_read_goes_with_a_refused_reply(on_block: str) -> None:
    ready = deployment(if_unexamined="block", on_block=on_block)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": "hello", "audio": {"data": "UklGRg=="}},
        "logprobs": {"content": [{"token": "unaligned", "logprob": -1, "bytes": None}]},
        "finish_reason": "stop",
    }
    checked = ready.check_response(ready.check_request(ASKED), {"choices": [choice]})
    assert checked.body is None
    assert checked.reply is not None
    sent = json.dumps(checked.reply[1])
    assert "UklGRg" not in sent
    assert "unaligned" not in sent
    assert "hello" not in json.dumps(checked.reply[1].get("choices"))
    if on_block == "message":
        assert BLOCKED_RESPONSE in sent


def test_an_unchanged_transcript_keeps_its_audio_when_values_are_restored() -> None:
    asked = step(finds("zoe"), redact_at=0.5)
    ready = deployment([asked], restore=True)
    request = ready.check_request({"messages": [{"role": "user", "content": "zoe"}]})
    message = {"role": "assistant", "audio": {"transcript": "hello", "data": "UklGRg=="}}
    reply = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    assert ready.check_response(request, reply).body == reply


def test_the_audio_of_a_redacted_transcript_is_dropped() -> None:
    ready = deployment((), [redacting("label")])
    message = {"role": "assistant", "audio": {"transcript": f"so {PLANTED}", "data": "UklGRg=="}}
    reply = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    checked = ready.check_response(ready.check_request(ASKED), reply)
    assert checked.body is not None
    assert checked.body["choices"][0]["message"]["audio"] == {"transcript": "so [WORD]"}
