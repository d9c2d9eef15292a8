"""A gateway in this process, between a scripted upstream and a client."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from policyengine.gateway import Serving, Settings, create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
    from pathlib import Path

    from starlette.applications import Starlette

    from policyengine import Registry

POLICIES = """
version: 1
models:
  m: {base_url: "http://upstream/v1", api_key: configured-key, model: the-model}
  open: {base_url: "http://open/v1"}
policies:
  names:
    steps:
      - {step: mail, detector: pii, options: {entities: [email]}, redact_at: recommended}
  crows:
    steps:
      - step: dark
        detector: keywords
        options: {terms: [crow]}
        block_at: 0.5
        message: No crows.
deployments:
  support: {model: m, input: [names, crows], output: [crows], restore: true, accept_tags: [a, b]}
  polite: {model: m, input: [crows], output: [crows], on_block: message}
  bare: {model: open}
"""

CHAT = {"model": "any", "messages": [{"role": "user", "content": "Hello."}]}
TEXT = {"model": "any", "prompt": "Hello."}


def said(text: str = "Hello yourself.") -> dict[str, Any]:
    """A completion that says the text."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "the-model",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }


@dataclass
class Scripted(httpx.AsyncBaseTransport):
    """The upstream: answers as it is told, and remembers what it was asked."""

    answer: Callable[[httpx.Request], Any] = lambda _: said()
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        answer = self.answer(request)
        if asyncio.iscoroutine(answer):
            answer = await answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.asked]


class Pieces(httpx.AsyncByteStream):
    """A body that comes in pieces, where one may be an exception or gives something to wait for."""

    def __init__(self, pieces: Iterable[Any]) -> None:
        self._pieces = pieces
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, bytes):
                yield piece
            else:
                await piece()

    async def aclose(self) -> None:
        self.closed = True


def in_pieces(pieces: Iterable[Any], headers: Mapping[str, str] | None = None) -> httpx.Response:
    """A reply of the upstream whose body comes in pieces."""
    return httpx.Response(200, headers=headers, stream=Pieces(pieces))


@dataclass
class Bench:
    """A gateway with its upstream."""

    app: Starlette
    upstream: Scripted
    serving: Serving
    path: Path

    @classmethod
    def over(
        cls,
        path: Path,
        answer: Callable[[httpx.Request], Any],
        registry: Registry | None = None,
        observers: Iterable[Callable[[Any], None]] = (),
        **settings: Any,
    ) -> Bench:
        """A gateway over the configuration at the path."""
        upstream = Scripted(answer)
        serving = Serving.load([path], registry)
        app = create_app(serving, Settings(**settings), transport=upstream, observers=observers)
        return cls(app, upstream, serving, path)

    def post(
        self,
        body: Mapping[str, Any] | bytes = CHAT,
        path: str = "/v1/chat/completions",
        *,
        deployment: str | None = "support",
        **headers: str,
    ) -> httpx.Response:
        """One request, from its beginning to its end."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if deployment is not None:
            named.setdefault("x-deployment", deployment)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        async def ask(client: httpx.AsyncClient) -> httpx.Response:
            return await client.post(path, content=content, headers=named)

        return self.run(ask)

    def get(self, path: str) -> httpx.Response:
        return self.run(lambda client: client.get(path))

    def run(self, asking: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        """Whatever is done with a client, inside the application's lifespan."""

        async def main() -> Any:
            transport = httpx.ASGITransport(self.app)
            async with (
                self.app.router.lifespan_context(self.app),
                httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
            ):
                return await asking(client)

        return asyncio.run(main())
