"""The words that recognisers go by, found in one pass over a text."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONTEXT_BEFORE = 50
"""How many characters before a match its context words may stand in."""
CONTEXT_AFTER = 20
"""How many characters after a match its context words may stand in."""
CONTRARY_BEFORE = 16
"""How many characters before a match the words that speak against it may stand in."""
LONGEST_TERM = 40

# Letters in lower case, everything else a space.
_WORDS = (
    bytes(
        ord(chr(point).lower()) if chr(point).isascii() and chr(point).isalpha() else 32
        for point in range(255)
    )
    + b"\xff"
)


def words_of(data: bytes) -> bytes:
    """The words of a text's shape in lower case, at the same places; all else is spaces."""
    return data.translate(_WORDS)


class Mark(NamedTuple):
    """A word of the vocabulary and where it stands."""

    term: int
    start: int
    end: int


class Vocabulary:
    """Terms of one or more words, each a bit in the masks that recognisers are asked with."""

    def __init__(self, terms: Iterable[bytes]) -> None:
        try:
            from ahocorasick_rs import (  # noqa: PLC0415 - loaded when it is needed
                BytesAhoCorasick,
                Implementation,
            )
        except ImportError as error:
            raise WarmUpError(
                f"the pii detector needs the library {error.name!r}: "
                "pip install 'llm-policyengine[detectors]'"
            ) from error
        self.terms = tuple(dict.fromkeys(terms))
        self.number = {term: number for number, term in enumerate(self.terms)}
        # Between spaces, which every word has at both of its ends, terms are whole words. They may
        # share a space, hence `overlapping`.
        self._search = BytesAhoCorasick(
            [b" %b " % term for term in self.terms], implementation=Implementation.DFA
        )

    def mask(self, terms: Iterable[bytes]) -> int:
        """The bits of some of its terms."""
        return sum(1 << self.number[term] for term in set(terms))

    def find(self, words: bytes) -> list[tuple[int, int, int]]:
        """The terms in the words of a text, in the order of their ends: number, start, end + 2."""
        found: list[tuple[int, int, int]] = self._search.find_matches_as_indexes(
            b" %b " % words, overlapping=True
        )
        return found


class Surroundings:
    """Which terms stand around a place of one text."""

    __slots__ = ("_asked", "_bits", "_ends", "_marks", "everywhere")

    def __init__(self, marks: Sequence[tuple[int, int, int]], everywhere: int) -> None:
        self._marks = marks
        self._ends: list[int] | None = None
        self._asked = (-1, -1)
        self._bits = 0
        self.everywhere = everywhere

    def near(self, start: int, end: int) -> int:
        """The bits of the terms that stand wholly within reach of a place, but not in it."""
        if self._asked == (start, end):
            return self._bits  # recognisers ask about one place in turn
        bits = self.everywhere
        if self._ends is None:
            self._ends = [mark[2] - 2 for mark in self._marks]
        ends = self._ends
        first, last = start - CONTEXT_BEFORE, end + CONTEXT_AFTER
        for place in range(bisect_left(ends, first), len(ends)):
            if ends[place] > last:
                break
            term, begins, _ = self._marks[place]
            if (first <= begins and ends[place] <= start) or begins >= end:
                bits |= 1 << term
        self._asked, self._bits = (start, end), bits
        return bits

    def just_before(self, start: int) -> int:
        """The bits of the terms directly before a place."""
        bits = 0
        if self._ends is None:
            self._ends = [mark[2] - 2 for mark in self._marks]
        ends = self._ends
        for place in range(bisect_left(ends, start - CONTRARY_BEFORE), len(ends)):
            if ends[place] > start:
                break
            bits |= 1 << self._marks[place][0]
        return bits
