"""Stopping between two lines when a signal asks for it."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from policyengine.offline.reading import Line


class Stopped(KeyboardInterrupt):
    """Raised where a signal stops the run: between two lines, or anywhere at the second signal."""


class Stop:
    """While entered, SIGINT and SIGTERM end `between` before its next line.

    A run that waits for input stops at once, one that evaluates a line finishes it first; a second
    signal does not wait for that.
    """

    def __init__(self) -> None:
        self._asked = False
        self._waiting = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # others get no signals
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def between(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines, until a signal comes; raises Stopped then."""
        remaining = iter(lines)
        while True:
            self._waiting = True
            try:
                if self._asked:
                    raise Stopped
                line = next(remaining, None)
            finally:
                self._waiting = False
            if line is None:
                return
            yield line

    def _ask(self, _number: int, _frame: object) -> None:
        if self._asked or self._waiting:
            raise Stopped
        self._asked = True
