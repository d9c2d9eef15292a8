"""Streamed completions: what is released, how a stream ends, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gateways import CHAT, POLICIES, Pieces, in_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gateways import Bench

STREAMED = {**CHAT, "stream": True}
EVENTS = {"content-type": "text/event-stream; charset=utf-8"}
DONE = b"data: [DONE]\n\n"


def chunk(text: str | None = None, finish: str | None = None, index: int = 0) -> dict[str, Any]:
    delta = {} if text is None else {"content": text}
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "the-model",
        "choices": [{"index": index, "delta": delta, "finish_reason": finish}],
    }


def event(body: Any) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def streaming(*pieces: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: in_pieces(pieces, EVENTS)


def saying(*texts: str) -> Callable[[httpx.Request], httpx.Response]:
    return streaming(*(event(chunk(text)) for text in texts), event(chunk(finish="stop")), DONE)


def events_of(response: httpx.Response) -> list[Any]:
    assert response.headers["content-type"].startswith("text/event-stream")
    parts = [part for part in response.text.split("\n\n") if part]
    assert all(part.startswith("data: ") for part in parts)
    return [part if part == "data: [DONE]" else json.loads(part[6:]) for part in parts]


def text_of(events: Iterable[Any], index: int = 0) -> str:
    return "".join(
        choice["delta"].get("content") or ""
        for one in events
        if isinstance(one, dict)
        for choice in one.get("choices", ())
        if choice["index"] == index
    )


def test_a_stream_ends_with_its_detections_and_done(bench: Callable[..., Bench]) -> None:
    *chunks, last, done = events_of(bench(saying("Hello ", "yourself.")).post(STREAMED))
    assert text_of([*chunks, last]) == "Hello yourself."
    assert done == "data: [DONE]"
    assert last["detections"]["verdict"] == "allow"
    assert last["detections"]["output"]["steps"][0]["status"] == "ran"
    assert not [one for one in chunks if "detections" in one]
    reasons = [c["finish_reason"] for one in [*chunks, last] for c in one["choices"]]
    assert [reason for reason in reasons if reason] == ["stop"]


def test_the_model_is_asked_to_stream_and_for_nothing_else(bench: Callable[..., Bench]) -> None:
    one = bench(saying("Hello."))
    one.post({**STREAMED, "context": "Hours."})
    assert one.upstream.bodies == [{**STREAMED, "model": "the-model"}]


def test_placeholders_are_put_back_across_chunks(bench: Callable[..., Bench]) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)["messages"][0]["content"]
        return saying(*(told[place : place + 3] for place in range(0, len(told), 3)))(request)

    one = bench(echo)
    asked = {"messages": [{"role": "user", "content": "I am anna@example.com!"}], "stream": True}
    events = events_of(one.post(asked))
    assert text_of(events) == "I am anna@example.com!"
    assert "anna" not in one.upstream.asked[0].content.decode()


def test_a_block_ends_the_stream_before_what_blocks(bench: Callable[..., Bench]) -> None:
    response = bench(saying("A raven, ", "a cr", "ow, secretly.")).post(
        STREAMED, deployment="polite"
    )
    *chunks, last, _ = events_of(response)
    assert last["choices"][0]["finish_reason"] == "content_filter"
    assert last["detections"]["output"]["verdict"] == "block"
    assert "ow," not in response.text
    assert "secretly" not in response.text
    assert text_of([*chunks, last]).startswith("A raven, a ")


def test_when_all_is_blocked_the_upstream_is_let_go(bench: Callable[..., Bench]) -> None:
    async def never() -> None:
        await asyncio.Future()

    pieces = Pieces([event(chunk("A crow. And then much more. " * 20)), never])
    reply = httpx.Response(200, headers=EVENTS, stream=pieces)
    response = bench(lambda _: reply).post(STREAMED, deployment="polite")
    assert events_of(response)[-2]["detections"]["output"]["verdict"] == "block"
    assert pieces.closed


def test_blocked_input_is_told_as_an_error_before_any_stream(bench: Callable[..., Bench]) -> None:
    one = bench()
    asked = {"messages": [{"role": "user", "content": "A crow."}], "stream": True}
    response = one.post(asked)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/json")
    assert response.json()["detections"]["verdict"] == "block"
    assert one.upstream.asked == []


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"messages": [{"role": "user", "content": "A crow."}]}, "/v1/chat/completions"),
        ({"prompt": "A crow."}, "/v1/completions"),
    ],
)
def test_blocked_input_can_be_told_as_a_stream(
    bench: Callable[..., Bench], asked: dict[str, Any], path: str
) -> None:
    one = bench(enkrypt_compat=True)
    response = one.post({**asked, "stream": True}, path, deployment="polite")
    first, last, done = events_of(response)
    (choice,) = first["choices"]
    assert choice.get("text", choice.get("delta", {}).get("content")) == "No crows."
    assert (choice["finish_reason"], last["choices"][0]["finish_reason"]) == (
        None,
        "content_filter",
    )
    assert "detections" not in first
    assert last["detections"]["verdict"] == "block"
    assert last["enkrypt_policy_detections"]["input_guardrails"]["summary"] == {"keywords": 1}
    assert done == "data: [DONE]"
    assert one.upstream.asked == []


def test_an_error_of_the_upstream_in_place_of_a_stream_passes_as_it_is(
    bench: Callable[..., Bench],
) -> None:
    response = bench(lambda _: httpx.Response(429, content=b'{"error": 1}')).post(STREAMED)
    assert (response.status_code, response.content) == (429, b'{"error": 1}')


BROKEN = [
    pytest.param([httpx.ReadError("secret")], "upstream_broken", id="dies"),
    pytest.param([httpx.ReadTimeout("secret")], "upstream_timeout", id="silent"),
    pytest.param([b"data: {secret\n\n", DONE], "upstream_invalid", id="no JSON"),
    pytest.param([event(["secret"]), DONE], "upstream_invalid", id="no object"),
    pytest.param([event({"choices": "secret"}), DONE], "upstream_invalid", id="no chunk"),
    pytest.param([], "upstream_broken", id="ends early"),
    pytest.param([b"data: {"], "upstream_broken", id="ends inside an event"),
    pytest.param([b"data: " + b"x" * 2000], "upstream_too_long", id="too long an event"),
]


@pytest.mark.parametrize(("pieces", "reason"), BROKEN)
def test_a_stream_that_goes_wrong_ends_with_an_error_and_the_detections(
    bench: Callable[..., Bench], pieces: list[Any], reason: str
) -> None:
    one = bench(streaming(event(chunk("A raven ")), *pieces), max_reply=1000)
    response = one.post(STREAMED)
    assert response.status_code == 200
    *_, last = events_of(response)
    assert last["error"]["code"] == reason
    assert last["error"]["type"] == "upstream_error"
    assert last["detections"]["output"] is not None
    assert last["detections"]["complete"] is False
    assert "[DONE]" not in response.text
    assert "secret" not in response.text


@pytest.mark.parametrize(("pieces", "reason"), BROKEN)
def test_a_stream_that_goes_wrong_at_once_is_an_error_of_its_own(
    bench: Callable[..., Bench], pieces: list[Any], reason: str
) -> None:
    response = bench(streaming(*pieces), max_reply=1000).post(STREAMED)
    assert response.status_code in (502, 504)
    assert response.json()["error"]["code"] == reason
    assert response.json()["detections"]["input"]["verdict"] == "allow"
    assert "secret" not in response.text


def test_what_is_held_back_when_a_stream_goes_wrong_is_not_sent(
    bench: Callable[..., Bench],
) -> None:
    held = event(chunk("A raven and a cro"))
    response = bench(streaming(held, httpx.ReadError("x"))).post(STREAMED)
    assert "cro" not in response.text.replace("crows", "")


def test_an_error_that_the_upstream_reports_in_a_stream_is_passed_on(
    bench: Callable[..., Bench],
) -> None:
    error = {"message": "overloaded", "type": "server_error", "code": "x"}
    response = bench(streaming(event(chunk("A raven. ")), event({"error": error}))).post(STREAMED)
    *_, last = events_of(response)
    assert last["error"] == error
    assert "detections" in last


def test_a_reply_that_is_no_stream_is_refused(bench: Callable[..., Bench]) -> None:
    response = bench(lambda _: httpx.Response(200, json={"choices": []})).post(STREAMED)
    assert (response.status_code, response.json()["error"]["code"]) == (502, "upstream_invalid")


def test_a_connection_that_closes_in_place_of_done_is_an_end_where_all_choices_have_one(
    bench: Callable[..., Bench],
) -> None:
    one = bench(streaming(event(chunk("Hello.")), event(chunk(finish="stop"))))
    assert events_of(one.post(STREAMED))[-1] == "data: [DONE]"
    other = bench(
        streaming(event(chunk("a")), event(chunk("b", index=1)), event(chunk(finish="stop")))
    )
    assert events_of(other.post({**STREAMED, "n": 2}))[-1]["error"]["code"] == "upstream_broken"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_how_the_upstream_cuts_its_bytes_makes_no_difference(
    bench: Callable[..., Bench], size: int
) -> None:
    whole = b"\xef\xbb\xbf: hello\r\n\r\n" + b"".join(
        event(chunk(text)).replace(b"\n", b"\r\n") for text in ("Bon", "jour, \U0001f600 ", "é.")
    )
    whole += event(chunk(finish="stop")) + b"event: ping\n\n" + DONE
    pieces = [whole[place : place + size] for place in range(0, len(whole), size)]
    events = events_of(bench(streaming(*pieces)).post(STREAMED))
    assert text_of(events) == "Bonjour, \U0001f600 é."


def test_ten_megabytes_in_one_chunk_are_carried(bench: Callable[..., Bench]) -> None:
    text = "word " * 2_000_000
    response = bench(saying(text)).post(STREAMED, deployment="bare")
    assert text_of(events_of(response)) == text


def test_text_completions_are_streamed_too(bench: Callable[..., Bench]) -> None:
    def piece(text: str, finish: str | None = None) -> bytes:
        choice = {"index": 0, "text": text, "finish_reason": finish}
        return event({"id": "c", "object": "text_completion", "choices": [choice]})

    one = bench(streaming(piece("A "), piece("raven."), piece("", "stop"), DONE))
    *chunks, done = events_of(one.post({"prompt": "Hi.", "stream": True}, "/v1/completions"))
    assert "".join(c["text"] for one in chunks for c in one["choices"]) == "A raven."
    assert chunks[-1]["detections"]["verdict"] == "allow"
    assert done == "data: [DONE]"


def test_the_usage_is_still_the_last_chunk(bench: Callable[..., Bench]) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    last = {**chunk(), "choices": [], "usage": usage}
    one = bench(streaming(event(chunk("Hi.")), event(chunk(finish="stop")), event(last), DONE))
    *_, told, _ = events_of(one.post({**STREAMED, "stream_options": {"include_usage": True}}))
    assert (told["usage"], told["choices"]) == (usage, [])
    assert told["detections"]["verdict"] == "allow"


def test_the_compatible_field_rides_on_the_last_chunk(bench: Callable[..., Bench]) -> None:
    *chunks, last, _ = events_of(bench(saying("Hi."), enkrypt_compat=True).post(STREAMED))
    assert last["enkrypt_policy_detections"]["output_guardrails"]["summary"] == {"keywords": 0}
    assert not [one for one in chunks if "enkrypt_policy_detections" in one]


def test_a_deployment_without_policies_streams_as_it_comes(bench: Callable[..., Bench]) -> None:
    texts = ["Bon", "jour"]
    events = events_of(bench(saying(*texts), POLICIES).post(STREAMED, deployment="bare"))
    assert [one["choices"][0]["delta"].get("content") for one in events[:2]] == texts
