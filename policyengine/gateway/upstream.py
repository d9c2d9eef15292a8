"""The client of the models: where a body goes, with which key, and what comes back.

A request is tried again only where no connection was made, since nothing was sent then. Redirects
are not followed: they would carry the key to another place.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import httpx

from policyengine.gateway.refusals import UPSTREAM, Refusal
from policyengine.gateway.tracing import span, trace_headers
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from policyengine.gateway.asking import Asked
    from policyengine.gateway.settings import Settings
    from policyengine.loading import ResolvedModel
    from policyengine.openai.request import Endpoint

PATHS: Mapping[Endpoint, str] = {"chat": "/chat/completions", "text": "/completions"}

TOLD = ("content-type", "retry-after", "retry-after-ms", "openai-processing-ms", "openai-version")
TOLD_PREFIX = "x-ratelimit-"
"""The headers of a reply that the client may see."""

IDLE = 2.0
"""Seconds for which an idle connection is kept: many servers close it after five, perhaps at the
very moment of its next use, and then nobody can tell whether the call has arrived."""

MADE_ANEW = frozenset({"content-length", "content-encoding", "transfer-encoding"})
"""Headers of a reply that are not true any more of what is sent in its place."""

ATTEMPTS = 3
PAUSE = 0.1
"""How often a connection is tried, and the seconds before it is tried again, doubled each time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the upstream answers; its content is still to be read.

    `told` are those of its headers that the client may see.
    """

    status: int
    headers: Mapping[str, str]
    told: Mapping[str, str]
    chunks: AsyncIterator[bytes] = field(repr=False)

    @property
    def is_stream(self) -> bool:
        """Whether it is a stream of events."""
        return self.headers.get("content-type", "").lower().startswith("text/event-stream")

    async def read(self, limit: int) -> bytes:
        """All of it; raises Refusal where it is longer than the limit."""
        content = bytearray()
        async for chunk in self.chunks:
            content += chunk
            if len(content) > limit:
                raise too_long()
        return bytes(content)


class Upstream:
    """Pooled connections to all models; `transport` takes the network's place."""

    def __init__(
        self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._opened: httpx.AsyncClient | None = None

    @property
    def _client(self) -> httpx.AsyncClient:
        """The client of the event loop that serves: opened by its first request."""
        if self._opened is None:
            silence, connect = self._settings.upstream_timeout, self._settings.connect_timeout
            self._opened = httpx.AsyncClient(
                transport=self._transport,
                timeout=httpx.Timeout(silence, connect=connect, pool=connect),
                limits=httpx.Limits(max_keepalive_connections=100, keepalive_expiry=IDLE),
                follow_redirects=False,
                headers={"user-agent": "llm-policyengine"},
            )
        return self._opened

    @asynccontextmanager
    async def ask(
        self, model: ResolvedModel, endpoint: Endpoint, asked: Asked, body: Mapping[str, Any]
    ) -> AsyncIterator[Reply]:
        """The model's reply to a body; raises Refusal where there is none.

        Whoever leaves early ends the connection, and with it the model's work.
        """
        url = _url(model.base_url, PATHS[endpoint])
        headers = _headers(url, model, asked)
        sent = {**body, "model": model.model}
        request = self._client.build_request("POST", url, content=dump(sent), headers=headers)
        with span(f"ask {model.name}", "CLIENT") as attributes:
            request.headers.update(trace_headers())
            with _told_as_refusals():
                response = await self._send(request)
            attributes["status"] = response.status_code
            try:
                told = _told(response.headers)
                yield Reply(response.status_code, response.headers, told, _chunks(response))
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        """End every connection."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.aclose()

    async def _send(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                await asyncio.sleep(PAUSE * 2 ** (attempt - 1))
        return await self._client.send(request, stream=True)


class _told_as_refusals:  # noqa: N801 - it is used like a function
    """What goes wrong between here and the upstream, as the client is told it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, httpx.TimeoutException):
            message = "the model did not answer in time"
            raise Refusal(504, message, kind=UPSTREAM, reason="upstream_timeout") from None
        if isinstance(error, httpx.ConnectError):
            message = "the model cannot be reached"
            raise Refusal(502, message, kind=UPSTREAM, reason="upstream_unreachable") from None
        if isinstance(error, httpx.HTTPError | httpx.StreamError | httpx.InvalidURL):
            message = "the connection to the model broke"
            raise Refusal(502, message, kind=UPSTREAM, reason="upstream_broken") from None


def endpoint_at(path: str) -> Endpoint | None:
    """Which endpoint a path leads to, whatever stands before it."""
    for endpoint, ending in PATHS.items():
        if path.endswith(ending):
            return endpoint
    return None


def too_long() -> Refusal:
    """The upstream sends more than is read."""
    return Refusal(502, "the model's reply is too long", kind=UPSTREAM, reason="upstream_too_long")


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of a reply's headers that the client may see."""
    shown = {
        name: value
        for name, value in headers.items()
        if name.lower() in TOLD or name.lower().startswith(TOLD_PREFIX)
    }
    if "x-request-id" in headers:
        shown["x-upstream-request-id"] = headers["x-request-id"]
    return shown


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    with _told_as_refusals():
        async for chunk in response.aiter_bytes():
            yield chunk


@lru_cache(maxsize=64)
def _url(base: str, path: str) -> httpx.URL:
    """The endpoint's URL; the query of the base stays, as Azure's `api-version` needs it."""
    try:
        url = httpx.URL(base)
        return url.copy_with(path=url.path.rstrip("/") + path)
    except httpx.InvalidURL:
        message = "the model's address is no URL"
        raise Refusal(502, message, kind=UPSTREAM, reason="upstream_unreachable") from None


def _headers(url: httpx.URL, model: ResolvedModel, asked: Asked) -> dict[str, str]:
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "x-request-id": asked.request_id,
    }
    key = asked.key if model.api_key is None else model.api_key.get_secret_value()
    if model.api_key is None:
        headers.update(asked.beside_key)
    if key:
        in_azure = "api-version" in url.params or url.host.endswith(".azure.com")
        headers |= {"api-key": key} if in_azure else {"authorization": f"Bearer {key}"}
    return headers
