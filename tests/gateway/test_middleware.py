"""Policies around an application of one's own."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gateways import CHAT, POLICIES, said
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from test_streaming import DONE, STREAMED, chunk, event, events_of, text_of

from policyengine import Engine
from policyengine.gateway import PolicyMiddleware

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

MAIL = {"messages": [{"role": "user", "content": "I am anna@example.com."}]}


class Own:
    """Somebody's application: it repeats what it is told, and remembers it."""

    def __init__(self, path: Path) -> None:
        path.write_text(POLICIES, encoding="utf-8")
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.ended: list[str] = []
        app = Starlette(
            routes=[
                Route("/api/chat/completions", self.complete, methods=["POST"]),
                Route("/about", lambda _: PlainTextResponse("A crow."), methods=["GET", "POST"]),
            ]
        )
        deployment = Engine.load(path).deployment("support")
        self.held = PolicyMiddleware(app, deployment)

    async def complete(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        self.seen.append(body := json.loads(await request.body()))
        text = body["messages"][-1]["content"]
        if text == "raise":
            raise KeyError("canary")
        if body.get("stream"):
            return StreamingResponse(self.pieces(text), media_type="text/event-stream")
        status = 418 if text == "refuse" else 200
        return JSONResponse(said(text), status, headers={"x-own": "kept", "set-cookie": "a=1"})

    async def pieces(self, text: str) -> AsyncIterator[bytes]:
        try:
            for word in text.split(" "):
                yield event(chunk(f"{word} "))
                if word == "wait":
                    await asyncio.Future()
            yield event(chunk(finish="stop")) + DONE
        finally:
            self.ended.append(text)

    def post(self, body: Any, path: str = "/api/chat/completions", **headers: str) -> Any:
        async def main() -> httpx.Response:
            transport = httpx.ASGITransport(self.held)
            async with httpx.AsyncClient(transport=transport, base_url="http://own") as client:
                return await client.post(path, json=body, headers=headers)

        return asyncio.run(main())


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(tmp_path / "policies.yaml")


def test_the_application_sees_what_the_policies_left(own: Own) -> None:
    response = own.post({**MAIL, "context": "Hours."}, **{"x-tags": "a", "authorization": "k"})
    assert response.json()["choices"][0]["message"]["content"] == "I am anna@example.com."
    assert response.json()["detections"]["verdict"] == "redact"
    assert response.json()["detections"]["tags"] == ["a"]
    assert response.headers["x-own"] == "kept"
    assert response.headers["set-cookie"] == "a=1"
    (seen,) = own.seen
    assert set(seen) == {"messages"}
    assert "anna" not in json.dumps(seen)
    assert "x-tags" not in own.headers[0]
    assert own.headers[0]["authorization"] == "k"


def test_a_block_does_not_reach_the_application(own: Own) -> None:
    response = own.post({"messages": [{"role": "user", "content": "A crow."}]})
    assert (response.status_code, own.seen) == (400, [])
    assert response.json()["detections"]["verdict"] == "block"
    assert own.post({"messages": []}).status_code == 400


def test_what_is_no_completion_passes_by(own: Own) -> None:
    assert own.post({"a": 1}, "/about").text == "A crow."
    assert own.post({"prompt": "Hi."}, "/api/completions").status_code == 404


def test_streams_are_held_too(own: Own) -> None:
    events = events_of(own.post({**MAIL, "stream": True}))
    assert text_of(events) == "I am anna@example.com. "
    assert events[-2]["detections"]["verdict"] == "redact"
    assert len(own.ended) == 1


def test_an_error_of_the_application_passes_as_it_is(own: Own) -> None:
    response = own.post({"messages": [{"role": "user", "content": "refuse"}]})
    assert (response.status_code, "detections" in response.json()) == (418, False)


def test_what_the_application_raises_is_an_error_without_its_text(
    own: Own, caplog: pytest.LogCaptureFixture
) -> None:
    response = own.post({"messages": [{"role": "user", "content": "raise"}]})
    assert response.status_code == 500
    assert "KeyError" in caplog.text
    assert "canary" not in caplog.text + response.text


def test_a_client_that_leaves_ends_the_applications_work(own: Own) -> None:
    body = json.dumps({**STREAMED, "messages": [{"role": "user", "content": "a wait"}]})

    async def main() -> None:
        left = asyncio.Event()
        waiting = [{"type": "http.request", "body": body.encode()}]

        async def receive() -> dict[str, Any]:
            if waiting:
                return waiting.pop()
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                left.set()

        path = "/api/chat/completions"
        scope = {"type": "http", "method": "POST", "path": path, "headers": [], "root_path": ""}
        await own.held({**scope, "query_string": b"", "raw_path": path.encode()}, receive, send)

    asyncio.run(main())
    assert own.ended == ["a wait"]


@pytest.mark.parametrize("ends", [True, False])
def test_an_application_that_does_not_end_its_reply_is_told_of(tmp_path: Path, ends: bool) -> None:
    async def short(_scope: Any, _receive: Any, send: Callable[[Any], Any]) -> None:
        if ends:
            start = {"type": "http.response.start", "status": 200, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b"{", "more_body": True})

    own = Own(tmp_path / "policies.yaml")
    own.held._app = short
    response = own.post(CHAT)
    assert (response.status_code, response.json()["error"]["code"]) == (502, "upstream_invalid")
