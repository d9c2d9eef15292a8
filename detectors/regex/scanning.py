"""Matches of google-re2, with their places in code points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine import Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 10_000
"""How many matches of a pattern without a longest match are looked for in one text.

Each search is linear in the text, however often it is asked; the product need not be.
"""

_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a pattern does not compile, and the character (from 1) where that is, if known."""

    reason: str
    at: int | None


def compiled(pattern: str, *, ignore_case: bool) -> Any:
    """The pattern, or a Problem; raises ImportError without google-re2."""
    import re2  # noqa: PLC0415 - a library of the extra, loaded when it is needed

    if byte := _BYTE.search(pattern):
        return Problem(r"\C matches a byte, which may be part of a character", byte.end() - 1)
    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.never_capture = True
    options.log_errors = False
    try:
        return re2.compile(_encodable(pattern), options)
    except re2.error as error:
        said = error.args[0]
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        reason, _, fragment = text.partition(": ")
        place = pattern.find(fragment) if fragment and fragment != pattern else -1
        return Problem(reason, place + 1 if place >= 0 else None)


def matches(pattern: Any, text: str, *, bounded: bool) -> Iterator[tuple[int, int]]:
    """The places of the matches of `pattern` that are not empty.

    Of a bounded pattern every match that lies in no other, also where two overlap: whether one is
    found then depends on the text around it alone. Of an unbounded one those that follow upon each
    other; raises Truncated when there are too many.
    """
    data = _encodable(text).encode()
    ascii_only = len(data) == len(text)
    done, place, furthest = 0, 0, 0
    count = 0
    at = 0
    while (match := pattern.search(data, at)) is not None:
        start, end = match.span()
        if end > furthest and end > start:
            count += 1
            if count > MOST and not bounded:
                raise Truncated(f"more than {MOST} matches")
            if ascii_only:
                yield start, end
            else:
                place += len(data[done:start].decode())
                done = start
                yield place, place + len(data[start:end].decode())
        furthest = max(furthest, end)
        # The next byte may be inside a character, where RE2 finds nothing that is not empty.
        at = end if end > start and not bounded else start + 1
        if at > len(data):
            return


def _encodable(text: str) -> str:
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)
