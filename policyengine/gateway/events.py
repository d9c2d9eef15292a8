"""Server-sent events: read as they arrive in pieces, and written.

As the HTML standard reads them (https://html.spec.whatwg.org/multipage/server-sent-events.html):
lines end in LF, CR or CRLF, a blank line ends an event, comments and unknown fields are passed
over, and what no blank line ends is no event.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policyengine.offline.jsonl import BOM, dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DONE = b"[DONE]"
LAST = b"data: [DONE]\n\n"

_LINE_END = re.compile(rb"\r\n|\n|\r(?=.)", re.DOTALL)
"""A CR that comes last may be half of a CRLF: it is looked at again with the next piece."""


class EventTooLongError(Exception):
    """An event that is longer than what may be kept of it."""


class EventReader:
    """The data of events out of pieces of bytes; keeps what is open, at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open = bytearray()
        self._looked_at = 0
        self._data: list[bytes] = []
        self._kept = 0
        self._is_first_line = True

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The data of every event that the piece ends; raises EventTooLongError."""
        self._open += piece
        for line in self._lines():
            if not line:
                if self._data:
                    yield b"\n".join(self._data)
                self._data, self._kept = [], 0
            elif line == b"data" or line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
                self._kept += len(line)
        if len(self._open) + self._kept > self._limit:
            raise EventTooLongError

    def _lines(self) -> Iterator[bytes]:
        start = 0
        for end in list(_LINE_END.finditer(self._open, self._looked_at)):
            line = bytes(self._open[start : end.start()])
            start = end.end()
            if self._is_first_line:
                line, self._is_first_line = line.removeprefix(BOM), False
            yield line
        del self._open[:start]
        self._looked_at = len(self._open) - self._open.endswith(b"\r")


def event(body: Mapping[str, Any]) -> bytes:
    """One event with a JSON object as its data."""
    return b"data: " + dump(body) + b"\n"
