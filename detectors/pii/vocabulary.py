"""The words that recognisers go by, found in one pass over a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONTEXT_BEFORE = 50
"""How many characters before a match its context words may stand in."""
CONTEXT_AFTER = 20
"""How many characters after a match its context words may stand in."""
CONTRARY_BEFORE = 16
"""How many characters before a match the words that speak against it may stand in."""

_FIELD = re.compile(r"([A-Za-z][0-9A-Za-z_.\-]{1,39})[\"']?[ ]?[:=][ ]?[\"']?\Z")
_FIELD_LONGEST = 45
_HUMP = re.compile(rb"(?<=[a-z])(?=[A-Z])")

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


class Vocabulary:
    """Sets of terms of one or more words; each set is a bit in the masks that rows ask with."""

    def __init__(self, sets: Iterable[frozenset[bytes]]) -> None:
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
        self._bits = {one: 1 << place for place, one in enumerate(dict.fromkeys(sets)) if one}
        terms = sorted({term for one in self._bits for term in one})
        self.number = {term: number for number, term in enumerate(terms)}
        self.masks = [sum(bit for one, bit in self._bits.items() if term in one) for term in terms]
        """The sets that each term is in."""
        # Between spaces, which every word has at both of its ends, terms are whole words. They may
        # share a space, hence `overlapping`.
        self._search = BytesAhoCorasick(
            [b" %b " % term for term in terms], implementation=Implementation.DFA
        )

    def bit(self, one: frozenset[bytes]) -> int:
        """The bit of one of its sets; none for one without terms."""
        return self._bits.get(one, 0)

    def find(self, words: bytes) -> list[tuple[int, int, int]]:
        """The terms in the words of a text, in the order of their ends: number, start, end + 2."""
        found: list[tuple[int, int, int]] = self._search.find_matches_as_indexes(
            b" %b " % words, overlapping=True
        )
        return found

    def named(self, label: bytes) -> int:
        """The sets with a term in a field's name, which may be joined by humps or underscores."""
        bits = 0
        for term, _, _ in self.find(b" ".join(words_of(_HUMP.sub(b" ", label)).split())):
            bits |= self.masks[term]
        return bits


class Surroundings:
    """Which terms stand around the places of one text, and in the names of its fields."""

    __slots__ = ("_asked", "_bits", "_characters", "_ends", "_fields", "_marks", "_vocabulary")

    def __init__(
        self,
        vocabulary: Vocabulary,
        marks: Sequence[tuple[int, int, int]],
        characters: str,
        label: bytes,
    ) -> None:
        self._vocabulary = vocabulary
        self._marks = marks
        self._characters = characters
        self._ends = [mark[2] - 2 for mark in marks]
        self._fields = {"": vocabulary.named(label) if label else 0}
        self._asked = (-1, -1)
        self._bits = 0

    def near(self, start: int, end: int) -> int:
        """The sets with a term wholly within reach of a place, or in the name of its field."""
        if self._asked == (start, end):
            return self._bits  # recognisers ask about one place in turn
        bits = self._fields[""]
        ends = self._ends
        if ends:
            masks = self._vocabulary.masks
            first, last = start - CONTEXT_BEFORE, end + CONTEXT_AFTER
            for place in range(bisect_left(ends, first), len(ends)):
                ending = ends[place]
                if ending > last:
                    break
                term, begins, _ = self._marks[place]
                if (first <= begins and ending <= start) or begins >= end:
                    bits |= masks[term]
        before = self._characters[max(start - 3, 0) : start]
        if ":" in before or "=" in before:
            bits |= self._field(start)
        self._asked, self._bits = (start, end), bits
        return bits

    def _field(self, start: int) -> int:
        field = _FIELD.search(self._characters, max(start - _FIELD_LONGEST, 0), start)
        if field is None:
            return 0
        name = field[1]
        bits = self._fields.get(name)
        if bits is None:
            bits = self._fields[name] = self._vocabulary.named(name.encode("latin-1"))
        return bits

    def just_before(self, start: int) -> int:
        """The sets with a term directly before a place."""
        bits = 0
        ends = self._ends
        for place in range(bisect_left(ends, start - CONTRARY_BEFORE), len(ends)):
            if ends[place] > start:
                break
            bits |= self._vocabulary.masks[self._marks[place][0]]
        return bits
