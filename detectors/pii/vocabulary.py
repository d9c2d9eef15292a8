"""The words that recognisers go by, found in one pass over a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
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

_FIELD_LONGEST = 40
_FIELD_GAP = 5
_NEVER_FIRST = "0123456789_.-"
_IN_FIELD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + _NEVER_FIRST
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

    __slots__ = (
        "_characters", "_ends", "_fields", "_has_fields", "_marks", "_terms", "_vocabulary",
        "_whole",
    )  # fmt: skip

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
        self._ends: list[int] = []
        self._terms: list[tuple[int, int, int]] = []
        self._whole = vocabulary.named(label) if label else 0
        self._fields = {"": 0}
        self._has_fields = ":" in characters or "=" in characters

    def near(self, start: int, end: int) -> int:
        """The sets with a term wholly within reach of a place, or in the name of its field."""
        bits = self._whole
        if self._marks:
            ends = self._ends or self._placed()
            first, last = start - CONTEXT_BEFORE, end + CONTEXT_AFTER
            place = bisect_left(ends, first)
            for begins, ending, mask in self._terms[place : bisect_right(ends, last, place)]:
                if (first <= begins and ending <= start) or begins >= end:
                    bits |= mask
        if self._has_fields:
            before = self._characters[max(start - 3, 0) : start]
            if ":" in before or "=" in before:
                bits |= self._field(start)
        return bits

    def against(self, start: int, contrary: int, own: int) -> bool:
        """Whether of the words directly before a place the last that counts speaks against it."""
        if not self._marks:
            return False
        ends = self._ends or self._placed()
        first = bisect_left(ends, start - CONTRARY_BEFORE)
        speaks = False
        for _, _, mask in self._terms[first : bisect_right(ends, start, first)]:
            if mask & (contrary | own):
                speaks = mask & contrary != 0
        return speaks

    def _placed(self) -> list[int]:
        # Only texts with a candidate come here.
        masks = self._vocabulary.masks
        self._terms = [(begins, beyond - 2, masks[term]) for term, begins, beyond in self._marks]
        self._ends = [ending for _, ending, _ in self._terms]
        return self._ends

    def _field(self, start: int) -> int:
        name = _field_before(self._characters[max(start - _FIELD_LONGEST - _FIELD_GAP, 0) : start])
        bits = self._fields.get(name)
        if bits is None:
            bits = self._fields[name] = self._vocabulary.named(name.encode("latin-1"))
        return bits


def _field_before(text: str) -> str:
    """The name of the field whose value begins after `text`, as in `name: ` and `"name": "`."""
    head = _without_one(_without_one(text, "\"'"), " ")
    if not head.endswith((":", "=")):
        return ""
    head = _without_one(_without_one(head[:-1], " "), "\"'")
    name = head[len(head.rstrip(_IN_FIELD)) :][-_FIELD_LONGEST:].lstrip(_NEVER_FIRST)
    return name if len(name) > 1 else ""


def _without_one(text: str, signs: str) -> str:
    return text[:-1] if text and text[-1] in signs else text
