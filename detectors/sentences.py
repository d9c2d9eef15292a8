"""The sentences and words of a text, with their places in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from detectors.scripts import UNSPACED
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 600
"""A sentence that reaches this many characters is cut there, at a space if there is one near."""

# A line break, or what ends a sentence with its closing quotes, before white space. A full stop
# after one letter or a common short form ends none: "J. Smith", "e.g. this".
_END = re.compile(
    r"\n+"
    r"|(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019)\]]*+(?=\s)"
    r"|[\u3002\uff01\uff1f]+"
)
_SHORT_FORM = re.compile(r"(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|etc|vs|Mr|Mrs|Ms|Dr|St|No|Inc|Ltd)$")
_NEAR = 80
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:['\u2019][^\W_{UNSPACED}]+)*")


class Word(NamedTuple):
    """A word in lower case, and where it stands."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words; in scripts without spaces each letter is one."""
    return [
        Word(match[0].lower().replace("\u2019", "'"), *match.span())
        for match in _WORD.finditer(text)
    ]


def sentences(text: str) -> list[Span]:
    """The sentences in order, without the white space around them; none is empty."""
    found: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        before = max(start, match.start() - 6)
        if match[0] == "." and _SHORT_FORM.search(text, before, match.start()):
            continue
        found += _bounded(text, start, match.end())
        start = match.end()
    return [*found, *_bounded(text, start, len(text))]


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST - _NEAR, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    blank = len(piece) - len(piece.lstrip())
    last = start + len(piece.rstrip())
    if start + blank < last:
        yield Span(start + blank, last)
