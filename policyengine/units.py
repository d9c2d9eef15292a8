"""The one splitter of text into units and passages, the same for batch and stream.

It is causal: where one ends depends on the text up to that end and on the one character after it,
so a stream cuts where a whole text is cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Splitter = Callable[..., Iterator[tuple[int, int]]]

LONGEST = 1000
"""A unit that reaches this many characters ends there."""

# A line break ends a unit; so does the end of a sentence, closing quotes and brackets included,
# when white space follows. CJK full stops need no white space. A run of full stops is one match,
# whatever follows it, or a long run that ends nothing would cost its square.
_END = re.compile(
    r"\n+"
    r"|(?P<stop>[.!?\u2026]++[\"'\u201d\u2019)\]]{0,8}+)"
    r"|[\u3002\uff01\uff1f]+"
)
CONTEXT = 10
"""Whoever begins at a later `start` leaves so many characters before it: a stop and its quotes."""


def units(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Sentence-like spans, half-open, that follow one another and together are the whole text.

    `start` is where to begin: at 0, or where one of them ends.
    """
    for match in _END.finditer(text, max(0, start - CONTEXT)):
        end = match.end()
        if end > start and (match["stop"] is None or text[end : end + 1].isspace()):
            yield from _bounded(start, end)
            start = end
    yield from _bounded(start, len(text))


def passages(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Paragraph-like spans of whole units, half-open, that together are the whole text.

    One ends at a blank line, or with the unit that makes it `LONGEST` characters long, so that none
    has twice as many. `start` is where to begin: at 0, or where one of them ends.
    """
    for first, end in units(text, start):
        if end - start >= LONGEST or _is_blank_line(text, first, end):
            yield start, end
            start = end
    if start < len(text):
        yield start, len(text)


def _is_blank_line(text: str, first: int, end: int) -> bool:
    if text[end - 1] != "\n":
        return False
    return text.endswith("\n\n", first, end) or (
        first > 0 and text[first - 1] == "\n" and text[first:end].isspace()
    )


def _bounded(start: int, end: int) -> Iterator[tuple[int, int]]:
    for piece in range(start, end, LONGEST):
        yield piece, min(piece + LONGEST, end)


SPLITTERS: Mapping[object, Splitter] = {
    "unit": units,
    "passage": passages,
}
"""What cuts a text for a detector, by its scope."""
