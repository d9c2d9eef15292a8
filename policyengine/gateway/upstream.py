"""The client of the models: where a body goes, with which key, and what comes back.

A request is tried again only where no connection was made, since nothing was sent then. Redirects
are not followed: they would carry the key to another place.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from policyengine.gateway.network import BrokenError, SilentError, UnreachedError
from policyengine.gateway.refusals import UPSTREAM, Refusal
from policyengine.gateway.tracing import span, trace_headers
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from policyengine.gateway.asking import Asked
    from policyengine.gateway.network import Network, Response
    from policyengine.loading import ResolvedModel
    from policyengine.openai.request import Endpoint

PATHS: Mapping[Endpoint, str] = {"chat": "/chat/completions", "text": "/completions"}

TOLD = ("content-type", "retry-after", "retry-after-ms", "openai-processing-ms", "openai-version")
TOLD_PREFIX = "x-ratelimit-"
"""The headers of a reply that the client may see."""

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
    """All models, over a network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @asynccontextmanager
    async def ask(
        self, model: ResolvedModel, endpoint: Endpoint, asked: Asked, body: Mapping[str, Any]
    ) -> AsyncIterator[Reply]:
        """The model's reply to a body; raises Refusal where there is none.

        Whoever leaves early ends the connection, and with it the model's work.
        """
        url, in_azure = _url(model.base_url, PATHS[endpoint])
        headers = _headers(in_azure, model, asked)
        content = dump({**body, "model": model.model})
        with span(f"ask {model.name}", "CLIENT") as attributes:
            headers |= trace_headers()
            async with AsyncExitStack() as asking:
                with _told_as_refusals():
                    response = await self._send(asking, url, headers, content)
                attributes["status"] = response.status
                told = _told(response.headers)
                yield Reply(response.status, response.headers, told, _chunks(response))

    async def aclose(self) -> None:
        """End every connection."""
        await self._network.aclose()

    async def _send(
        self, asking: AsyncExitStack, url: str, headers: Mapping[str, str], content: bytes
    ) -> Response:
        for attempt in range(1, ATTEMPTS):
            try:
                return await asking.enter_async_context(self._network.post(url, headers, content))
            except UnreachedError:
                await asyncio.sleep(PAUSE * 2 ** (attempt - 1))
        return await asking.enter_async_context(self._network.post(url, headers, content))


@contextmanager
def _told_as_refusals() -> Iterator[None]:
    """What goes wrong between here and the upstream, as the client is told it."""
    try:
        yield
    except UnreachedError as error:
        if error.late:
            raise too_slow() from None
        message = "the model cannot be reached"
        raise Refusal(502, message, kind=UPSTREAM, reason="upstream_unreachable") from None
    except SilentError:
        raise too_slow() from None
    except BrokenError:
        message = "the connection to the model broke"
        raise Refusal(502, message, kind=UPSTREAM, reason="upstream_broken") from None


def too_slow() -> Refusal:
    """The upstream does not connect in time, or says nothing."""
    message = "the model did not answer in time"
    return Refusal(504, message, kind=UPSTREAM, reason="upstream_timeout")


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


async def _chunks(response: Response) -> AsyncIterator[bytes]:
    with _told_as_refusals():
        async for chunk in response.chunks:
            yield chunk


@lru_cache(maxsize=64)
def _url(base: str, path: str) -> tuple[str, bool]:
    """The endpoint's URL, and whether it is Azure's; the query of the base stays.

    Azure's `api-version` is in it.
    """
    message = "the model's address is no URL"
    refusal = Refusal(502, message, kind=UPSTREAM, reason="upstream_unreachable")
    try:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise refusal
    except ValueError:
        raise refusal from None
    url = urlunsplit(parts._replace(path=parts.path.rstrip("/") + path, fragment=""))
    in_azure = "api-version" in parse_qs(parts.query, keep_blank_values=True)
    in_azure = in_azure or parts.hostname.endswith(".azure.com")
    return url, in_azure


def _headers(in_azure: bool, model: ResolvedModel, asked: Asked) -> dict[str, str]:  # noqa: FBT001 - one caller
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "x-request-id": asked.request_id,
    }
    key = asked.key if model.api_key is None else model.api_key.get_secret_value()
    if model.api_key is None:
        headers.update(asked.beside_key)
    if key:
        headers |= {"api-key": key} if in_azure else {"authorization": f"Bearer {key}"}
    return headers
