"""Policies around the client of the package `openai`, without a gateway in between.

The policies act where the client meets the network, so that each of its methods, parsers and
stream helpers works as ever. Whichever HTTP library the package is built on is used.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakSet, finalize

from policyengine.gateway.answering import tell
from policyengine.gateway.blocking import CLOSED, Bridge
from policyengine.gateway.completing import Account, Completion
from policyengine.gateway.parameters import accept
from policyengine.gateway.receiving import as_body
from policyengine.gateway.refusals import Refusal
from policyengine.gateway.settings import Settings
from policyengine.gateway.upstream import MADE_ANEW, Reply, endpoint_at
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from policyengine.deployment import CompiledDeployment
    from policyengine.openai.request import Endpoint

    Piece = tuple[int, Mapping[str, str]] | bytes | None


def with_policies(
    client: Any, deployment: CompiledDeployment, *, tags: Iterable[str] = (), transport: Any = None
) -> Any:
    """A copy of an `openai.OpenAI` or `openai.AsyncOpenAI` whose completions are held to policies.

    A request may carry `extra_body={"context": …}`. Replies carry `detections` beside the API's own
    fields, and a block is told as the API tells an error. `transport` takes the place of the
    network; it is an asynchronous one for both kinds of client.
    """
    import openai  # noqa: PLC0415 - only who has it needs it

    library = sys.modules[openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]]
    inner = library.AsyncHTTPTransport() if transport is None else transport
    held: Any = _Transport(library, inner, deployment, tuple(tags))
    if isinstance(client, openai.AsyncOpenAI):
        return client.with_options(http_client=openai.DefaultAsyncHttpxClient(transport=held))
    bridge: Any = Bridge(library, held)
    return client.with_options(http_client=openai.DefaultHttpxClient(transport=bridge))


class _Answer:
    """The answer that a client waits for, piece by piece; `working` is what makes it."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self.status: int | None = None
        self.is_done = False
        self.working: asyncio.Task[None] | None = None
        self._pieces: asyncio.Queue[Piece] = asyncio.Queue(16)

    async def answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        """Send all at once."""
        await self.start(status, headers)
        await self.send(content)

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status and the headers."""
        self.status = status
        await self._pieces.put((status, headers))

    async def send(self, piece: bytes, *, more: bool = False) -> None:
        """Send a piece of the body, the last one unless there is more."""
        self.is_done = not more
        await self._pieces.put(piece)

    async def next(self) -> Piece:
        """The next piece; None at the end. Raises what went wrong in place of a piece."""
        if self.working is None:
            raise ValueError("nobody works on this answer")
        getting = asyncio.ensure_future(self._pieces.get())
        try:
            await asyncio.wait({getting, self.working}, return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                return getting.result()
        finally:
            getting.cancel()
        if self.working.cancelled():
            raise self._library.ReadError(CLOSED)
        await self.working
        return None

    async def drop(self) -> None:
        """End the work: nobody wants the rest."""
        if self.working is not None and not self.working.done():
            self.working.cancel()
            await asyncio.wait({self.working})


class _Transport:
    """An asynchronous transport of the HTTP library, around another that reaches the network."""

    def __init__(
        self, library: Any, inner: Any, deployment: CompiledDeployment, tags: tuple[str, ...]
    ) -> None:
        self._library = library
        self._inner = inner
        self._deployment = deployment
        self._tags = tags
        self._settings = Settings()
        self._answers: WeakSet[_Answer] = WeakSet()

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.aclose()
        await self._inner.__aexit__(*raised)

    async def aclose(self) -> None:
        """End every connection, and the work on every answer."""
        for answer in list(self._answers):
            await answer.drop()
        await self._inner.aclose()

    async def handle_async_request(self, request: Any) -> Any:
        """The response to a completion's request; any other request passes by."""
        endpoint = endpoint_at(request.url.path) if request.method == "POST" else None
        if endpoint is None:
            return await self._inner.handle_async_request(request)
        content = await request.aread()
        answer = _Answer(self._library)
        self._answers.add(answer)
        answer.working = asyncio.create_task(self._work(request, content, endpoint, answer))
        try:
            begun = await answer.next()
        except BaseException:
            await answer.drop()
            raise
        if not isinstance(begun, tuple):
            raise TypeError("an answer begins with its status")
        status, headers = begun
        stream = _stream(self._library, answer)
        return self._library.Response(status, headers=dict(headers), stream=stream)

    async def _work(self, request: Any, content: bytes, endpoint: Endpoint, to: _Answer) -> None:
        """Send the answer; what the network raises is the client's to judge."""

        @asynccontextmanager
        async def ask(body: Mapping[str, Any]) -> AsyncIterator[Reply]:
            response = await self._inner.handle_async_request(self._changed(request, body))
            headers = response.headers
            told = {name: value for name, value in headers.items() if name not in MADE_ANEW}
            try:
                yield Reply(response.status_code, headers, told, response.aiter_bytes())
            finally:
                await response.aclose()

        account = Account()
        limit = self._settings.max_reply
        try:
            body = accept(as_body(content, self._settings.max_depth), endpoint)
            await Completion(self._deployment, ask, to, account, limit).run(body, self._tags)
        except Refusal as refusal:
            await tell(to, refusal, account, self._settings)

    def _changed(self, request: Any, body: Mapping[str, Any]) -> Any:
        kept = {name: it for name, it in request.headers.items() if name != "content-length"}
        return self._library.Request(
            request.method,
            request.url,
            headers={**kept, "accept-encoding": "identity"},
            content=dump(body),
            extensions=request.extensions,
        )


def _stream(library: Any, answer: _Answer) -> Any:
    """The rest of an answer as the HTTP library's kind of stream."""

    class Stream(library.AsyncByteStream):  # type: ignore[misc]  # known when it runs
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while (piece := await answer.next()) is not None:
                if isinstance(piece, bytes):
                    yield piece

        async def aclose(self) -> None:
            await answer.drop()

    stream = Stream()
    if answer.working is not None:
        finalize(stream, _give_up, answer.working).atexit = False
    return stream


def _give_up(working: asyncio.Task[None]) -> None:
    """End the work on an answer that was dropped without being closed."""
    with suppress(RuntimeError):  # where its event loop is gone, so is the work
        working.get_loop().call_soon_threadsafe(working.cancel)
