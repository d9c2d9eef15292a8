"""A transport for programs without an event loop, around an asynchronous one."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

R = TypeVar("R")

CLOSED = "the client was closed"


class Bridge:
    """Waits for an asynchronous transport, whose event loop has a thread of its own.

    The thread is a daemon: a client that nobody closes keeps no process from ending. Whoever waits
    when it is closed, or later, gets the HTTP library's ReadError.
    """

    def __init__(self, library: Any, transport: Any) -> None:
        self._library = library
        self._transport = transport
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def handle_request(self, request: Any) -> Any:
        """The response of the other transport."""
        sent = self._library.Request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.read(),
            extensions=request.extensions,
        )
        response = self.wait_for(self._transport.handle_async_request(sent))
        return self._library.Response(
            response.status_code,
            headers=response.headers,
            stream=_stream(self._library, response.stream, self),
        )

    def close(self) -> None:
        """End every connection, all that anybody waits for, and the thread."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is not None:
            asyncio.run_coroutine_threadsafe(self._end(), loop).result()
            loop.call_soon_threadsafe(loop.stop)

    def wait_for(self, work: Coroutine[Any, Any, R]) -> R:
        """What the work gives, done in the other thread."""
        with self._lock:  # so that what is begun here is known to whoever closes
            if self._closed:
                work.close()
                raise self._library.ReadError(CLOSED)
            future = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            return future.result()
        except CancelledError:
            raise self._library.ReadError(CLOSED) from None
        except BaseException:
            future.cancel()
            raise

    async def _end(self) -> None:
        await self._transport.aclose()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(
                target=_run, args=(self._loop,), name="policyengine client", daemon=True
            ).start()
        return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _stream(library: Any, awaited: Any, bridge: Bridge) -> Any:
    """A stream of the HTTP library whose pieces are waited for."""

    class Stream(library.SyncByteStream):  # type: ignore[misc]  # known when it runs
        def __iter__(self) -> Iterator[bytes]:
            pieces = aiter(awaited)
            while (piece := bridge.wait_for(_next(pieces))) is not None:
                yield piece

        def close(self) -> None:
            with suppress(library.ReadError):  # then it has ended with the others
                bridge.wait_for(awaited.aclose())

    return Stream()


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)
