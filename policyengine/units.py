"""The one splitter of text into sentence-like units, the same for batch and stream.

It is causal: where a unit ends depends on the text up to that end and on the one character after
it, so a stream cuts where a whole text is cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1000
"""A unit that reaches this many characters ends there."""

# A line break ends a unit; so does the end of a sentence, closing quotes and brackets included,
# when white space follows. CJK full stops need no white space. A run of full stops is tried from
# its first one only, without going back, or a long run that ends nothing would cost its square.
_END = re.compile(
    r"\n+"
    r"|(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019)\]]*+(?=\s)"
    r"|[\u3002\uff01\uff1f]+"
)


def units(text: str) -> Iterator[tuple[int, int]]:
    """Half-open spans that follow one another and together are the whole text."""
    start = 0
    for match in _END.finditer(text):
        yield from _bounded(start, match.end())
        start = match.end()
    yield from _bounded(start, len(text))


def _bounded(start: int, end: int) -> Iterator[tuple[int, int]]:
    for piece in range(start, end, LONGEST):
        yield piece, min(piece + LONGEST, end)
