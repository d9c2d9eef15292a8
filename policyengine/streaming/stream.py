"""The doors of a stream: for programs that wait in a thread, and for event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from policyengine.running import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from policyengine.detections import Detections
    from policyengine.running import Pool
    from policyengine.streaming.arrival import Arrival
    from policyengine.transport import CheckedResponse

    Chunk = dict[str, Any]
    Closed = tuple[list[Chunk], Detections]


class _Door:
    """What both doors know of the reply that arrives."""

    def __init__(
        self,
        arrival: Arrival,
        pool: Pool,
        tell: Callable[[CheckedResponse], CheckedResponse],
    ) -> None:
        self._arrival = arrival
        self._pool = pool
        self._tell = tell
        self._closed = False
        self.detections: Detections | None = None
        """What was decided, once the stream was closed or left; None before that."""

    @property
    def done(self) -> bool:
        """Whether every choice was blocked: nothing more will be released until `close`."""
        return self._arrival.done

    def _ended(self, checked: CheckedResponse) -> Detections:
        self.detections = self._tell(checked).detections
        return self.detections

    def _leave(self) -> None:
        """Let observers hear of an exchange that was not closed; nothing is waited for."""
        self._closed = True
        if self.detections is None:
            self._ended(self._arrival.leave())


class Stream(_Door):
    """A reply that arrives in chunks, held to a deployment; what may be released comes back.

    Chunks are dicts in the shape of OpenAI's. Adding up what is released gives the same reply as
    `check_response` gives for what the chunks add up to, under `on_block: message`, however it was
    cut, and the detections are the same. Not for several threads at once.

    Where the `with` block is left before `close`, nothing more is released, and observers hear of
    what was decided by then, with `complete: false`.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        sort: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def feed(self, chunk: Mapping[str, Any]) -> list[Chunk]:
        """What may be released now; ExchangeError for what is no chunk, ValueError once closed."""
        _refuse(self._closed)
        return run(self._arrival.feed(chunk), self._pool)

    def close(self) -> Closed:
        """The last chunks, with what was held and how each choice ended, and the detections."""
        _refuse(self._closed)
        self._closed = True
        chunks, checked = run(self._arrival.close(), self._pool)
        return chunks, self._ended(checked)


class AsyncStream(_Door):
    """`Stream` for an event loop, which no model ever blocks."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        sort: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    async def feed(self, chunk: Mapping[str, Any]) -> list[Chunk]:
        """As `Stream.feed`."""
        from policyengine.awaiting import arun  # noqa: PLC0415 - asyncio is slow to load

        _refuse(self._closed)
        return await arun(self._arrival.feed(chunk), self._pool)

    async def close(self) -> Closed:
        """As `Stream.close`."""
        from policyengine.awaiting import arun  # noqa: PLC0415 - asyncio is slow to load

        _refuse(self._closed)
        self._closed = True
        chunks, checked = await arun(self._arrival.close(), self._pool)
        return chunks, self._ended(checked)


def _refuse(closed: bool) -> None:  # noqa: FBT001 - the only thing that it is asked
    if closed:
        raise ValueError("this stream is closed")
