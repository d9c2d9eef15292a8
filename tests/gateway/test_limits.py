"""Deadlines, room, clients that leave, and a server that is told to end."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gateways import CHAT, Bench, Pieces, in_pieces, said
from listening import listening
from test_streaming import DONE, EVENTS, STREAMED, chunk, event, events_of

from policyengine import Cost, Registry
from policyengine.testing import plugin, scripted

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.gateway import Finished


@pytest.fixture
def deadline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the deadline of the request that is being served be now."""
    made: list[asyncio.Timeout] = []
    real = asyncio.timeout

    def timeout(seconds: float) -> asyncio.Timeout:
        made.append(real(seconds))
        return made[-1]

    monkeypatch.setattr("policyengine.gateway.answering.asyncio.timeout", timeout)
    return lambda: made[-1].reschedule(asyncio.get_running_loop().time())


def test_a_deadline_in_a_stream_is_told_with_what_is_known(
    bench: Callable[..., Bench], deadline: Callable[[], None]
) -> None:
    async def never() -> None:
        deadline()
        await asyncio.Future()

    pieces = Pieces([event(chunk("A raven. ")), never])
    one = bench(lambda _: httpx.Response(200, headers=EVENTS, stream=pieces))
    *_, last = events_of(one.post(STREAMED))
    assert last["error"]["code"] == "timeout"
    assert last["detections"]["input"]["verdict"] == "allow"
    assert pieces.closed


def test_a_deadline_before_an_answer_is_an_error(
    bench: Callable[..., Bench], deadline: Callable[[], None]
) -> None:
    async def never() -> None:
        deadline()
        await asyncio.Future()

    response = bench(lambda _: never()).post()
    assert (response.status_code, response.json()["error"]["code"]) == (504, "timeout")
    assert response.json()["detections"]["input"]["verdict"] == "allow"


def test_a_detector_that_hangs_keeps_no_request(
    bench: Callable[..., Bench], deadline: Callable[[], None]
) -> None:
    async def hang(_: Any) -> Any:
        deadline()
        await asyncio.Future()

    text = """
version: 1
models: {m: {base_url: "http://upstream/v1"}}
policies: {p: {steps: [{step: s, detector: scripted, flag_at: 0.5}]}}
deployments: {support: {model: m, input: [p]}}
"""
    hanging = scripted(does=hang, waits=True, cost=Cost.REMOTE)
    one = bench(text=text, registry=Registry.of(test=plugin(hanging)))
    response = one.post()
    assert (response.status_code, one.upstream.asked) == (504, [])


def crowded(one: Bench) -> list[httpx.Response]:
    """Answers to requests beside two that go on, one of another deployment, and then all others."""

    async def ask(client: httpx.AsyncClient) -> list[httpx.Response]:
        held = asyncio.Event()
        waiting: list[None] = []

        async def hold() -> dict[str, Any]:
            waiting.append(None)
            if len(waiting) <= 2:
                await held.wait()
            return said()

        one.upstream.answer = lambda request: hold() if request.url.host == "upstream" else said()

        async def post(deployment: str = "support") -> httpx.Response:
            headers = {"x-deployment": deployment}
            return await client.post("/v1/chat/completions", json=CHAT, headers=headers)

        first, second = asyncio.create_task(post()), asyncio.create_task(post())
        while len(waiting) < 2:  # noqa: ASYNC110 - nobody sets an event for what is counted
            await asyncio.sleep(0)
        beside = [await post(), await post("bare")]
        assert (await client.get("/healthz")).status_code == 200
        held.set()
        return [*beside, *await asyncio.gather(first, second), await post()]

    return list(one.run(ask))


def test_those_without_room_are_told_when_to_come_again(bench: Callable[..., Bench]) -> None:
    refused, other, *answered = crowded(bench(max_concurrent=2))
    for one in (refused, other):
        assert (one.status_code, one.headers["retry-after"]) == (503, "1")
        assert one.json()["error"]["code"] == "overloaded"
    assert [response.status_code for response in answered] == [200, 200, 200]


def test_a_deployment_cannot_take_the_room_of_the_others(bench: Callable[..., Bench]) -> None:
    refused, *answered = crowded(bench(max_concurrent=5, max_per_deployment=2))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert [response.status_code for response in answered] == [200, 200, 200, 200]


class Leaving:
    """A client that leaves when it is told to, driven on the application's own protocol."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = json.dumps(body).encode()
        self._sent = False
        self.left = asyncio.Event()
        self.messages: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.messages.append(message)

    async def ask(self, one: Bench) -> None:
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/chat/completions",
            "raw_path": b"/v1/chat/completions",
            "query_string": b"",
            "headers": [(b"x-deployment", b"support")],
        }
        await one.app(scope, self.receive, self.send)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_client_that_leaves_ends_the_models_work(
    bench: Callable[..., Bench], streamed: bool
) -> None:
    finished: list[Finished] = []

    async def main() -> Pieces:
        client = Leaving({**CHAT, "stream": streamed})

        async def leave() -> None:
            client.left.set()
            await asyncio.Future()

        pieces = Pieces([event(chunk("A raven. ")) if streamed else b"{", leave])
        headers = EVENTS if streamed else None
        reply = httpx.Response(200, headers=headers, stream=pieces)
        await client.ask(bench(lambda _: reply, observers=[finished.append]))
        assert not [one for one in client.messages if one.get("more_body") is False]
        return pieces

    assert asyncio.run(main()).closed
    (told,) = finished
    assert (told.status, told.error, told.is_whole) == (
        200 if streamed else 499,
        "client_gone",
        False,
    )
    assert told.detections is not None
    assert not told.detections.complete


def test_what_was_decided_of_a_stream_whose_client_leaves_is_counted_once(
    bench: Callable[..., Bench],
) -> None:
    finished: list[Finished] = []
    client_of: list[Leaving] = []

    async def leave() -> None:
        client_of[0].left.set()
        await asyncio.Future()

    pieces = Pieces([event(chunk("A raven. A crow, and")), event(chunk(" more.")), leave])
    one = bench(
        lambda _: httpx.Response(200, headers=EVENTS, stream=pieces), observers=[finished.append]
    )

    async def main() -> list[Any]:
        client_of.append(Leaving({**STREAMED, "n": 2}))
        await client_of[0].ask(one)
        return client_of[0].messages

    sent = b"".join(message.get("body", b"") for message in asyncio.run(main()))
    assert b"crow" not in sent
    (told,) = finished
    assert told.detections is not None
    assert (told.detections.verdict.word, told.detections.complete) == ("block", False)
    numbers = one.get("/metrics").text
    blocked = 'policyengine_exchanges_total{complete="false",deployment="support",verdict="block"}'
    assert f"{blocked} 1.0" in numbers
    assert numbers.count("policyengine_exchanges_total{") == 1
    step = 'deployment="support",policy="crows",stage="output",status="ran",step="dark"'
    assert f'policyengine_steps_total{{{step},verdict="block"}} 1.0' in numbers


def test_a_client_that_leaves_before_its_body_is_read_asks_nothing(
    bench: Callable[..., Bench],
) -> None:
    one = bench()

    async def main() -> None:
        client = Leaving(CHAT)
        client._sent = True
        client.left.set()
        await client.ask(one)
        assert client.messages == []

    asyncio.run(main())
    assert one.upstream.asked == []


@pytest.mark.slow
def test_a_server_that_is_told_to_end_finishes_open_streams(bench: Callable[..., Bench]) -> None:
    go_on = threading.Event()

    async def wait() -> None:
        await asyncio.to_thread(go_on.wait)

    one = bench(
        lambda _: in_pieces(
            [event(chunk("A raven. ")), wait, event(chunk("Bye.", finish="stop")), DONE], EVENTS
        )
    )
    with listening(one.app) as address, httpx.Client(base_url=address, timeout=60) as client:
        headers = {"x-deployment": "bare"}
        asking = client.stream("POST", "/v1/chat/completions", json=STREAMED, headers=headers)
        with asking as response:
            lines = response.iter_lines()
            assert "A raven." in next(lines)
            one.app.state.server.should_exit = True
            go_on.set()
            rest = "".join(lines)
    assert "Bye." in rest
    assert rest.endswith("data: [DONE]")
