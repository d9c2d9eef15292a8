"""Text as terms are compared with it, and the way back to the places of the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from detectors.scripts import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Sequence

IGNORED = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]"
)
"""What folding drops: accents, Hebrew and Arabic points, and what cannot be seen.

Other marks stay: in Indic scripts they are vowels.
"""
IGNORED_IN_A_ROW = 16
"""How many of them are passed over at the end of a match."""

_FOREIGN = re.compile("[^\x00-\x7f]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_REPLACEMENT = "\ufffd"
_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `starts` gives where in it each character of the original begins.

    It is None where every character became one character.
    """

    text: str
    starts: Sequence[int] | None = None

    def place(self, place: int) -> int:
        """Where in the original the character is that a place of the folded text comes from."""
        return place if self.starts is None else bisect_right(self.starts, place) - 1

    def origin(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the original, or None where it would cut a character in two."""
        if self.starts is None:
            return start, end
        first = bisect_right(self.starts, start) - 1
        last = bisect_left(self.starts, end)
        whole = self.starts[first] == start and self.starts[last] == end
        return (first, last) if whole else None


class Folding(dict[int, str]):
    """How characters are folded; beyond ASCII worked out when they are first seen.

    Each character on its own, so that a match depends on nothing around it. Lone surrogates become
    U+FFFD always, since no library takes them.
    """

    def __init__(self, *, ignore_case: bool, fold: bool) -> None:
        super().__init__()
        self._ignore_case = ignore_case
        self._fold = fold

    def __missing__(self, point: int) -> str:
        folded = self._folded(chr(point))
        if len(self) < _CACHED:
            self[point] = folded
        return folded

    def of(self, text: str) -> Folded:
        """The folded text."""
        folded, starts = text, None
        if not text.isascii():
            foreign = "".join(_FOREIGN.findall(text))
            if any(len(self[point]) != 1 for point in {*map(ord, foreign)}):
                starts = tuple(accumulate(map(self._length, text), initial=0))
            folded = _FOREIGN.sub(lambda run: run[0].translate(self), text)
        if self._fold:
            folded = folded.replace("\n", " ").replace("\t", " ")
        return Folded(folded.lower() if self._ignore_case else folded, starts)

    def _length(self, character: str) -> int:
        return 1 if character.isascii() else len(self[ord(character)])

    def _folded(self, character: str) -> str:
        if "\ud800" <= character <= "\udfff":
            return _REPLACEMENT
        if self._fold:
            character = _without_ignored(character)
        if self._ignore_case:
            # The case of what a compatibility form stands for may differ, and the other way round.
            character = character.casefold()
            character = _without_ignored(character) if self._fold else character
        return character


def ends_word(text: str, start: int, end: int) -> int | None:
    """Where a match ends with the marks that belong to it, None where it is only part of a word.

    Where a script has no spaces, every place between two of its letters counts as an edge.
    """
    if start and text[start - 1].isascii() and text[start - 1].isalnum() and _in_word(text[start]):
        return None  # the commonest case by far
    before = start
    while before and start - before < IGNORED_IN_A_ROW and IGNORED.match(text[before - 1]):
        before -= 1
    after = with_marks(text, end)
    joined = (before and _joined(text[before - 1], text[start])) or (
        after < len(text) and _joined(text[after], text[end - 1])
    )
    return None if joined else after


def with_marks(text: str, end: int) -> int:
    """The end of a match with what folding dropped behind it."""
    after = end
    while after < len(text) and after - end < IGNORED_IN_A_ROW and IGNORED.match(text[after]):
        after += 1
    return after


def _joined(outside: str, edge: str) -> bool:
    if not (_in_word(edge) and (_in_word(outside) or IGNORED.match(outside))):
        return False
    return not (_UNSPACED.match(outside) and _UNSPACED.match(edge))


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _without_ignored(text: str) -> str:
    return IGNORED.sub("", unicodedata.normalize("NFKD", text))
