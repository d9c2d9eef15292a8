"""Which words of a long text are read together: windows that cover all of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from detectors.pii.ner.words import Words

SHARE = 150
"""A window decides about so many tokens at most: a longer one takes longer for each of them."""
MARGIN = 12
"""Tokens that a window reads beyond those, where it does not end with a sentence."""
_NEAR = 40
"""So many tokens from where a window would end the end of a sentence is looked for."""
_ENDS = re.compile(
    r"(?:\b[a-z]+|\w{4}|[\d\W])[.!?\u2026][\"'\u201d\u2019)\]]{0,2}\s+\Z|\n[^\S\n]*\n\s*\Z"
)
"""What stands before a new sentence; a stop after a short word with a capital may be a title's."""
_LONGEST_END = 12


class Window(NamedTuple):
    """Words `[first, end)` are read, and `[decided, to)` of them are decided."""

    first: int
    end: int
    decided: int
    to: int


def windows(text: str, read: Words) -> list[Window]:
    """Windows that each decide an even share of the words, and all of them together.

    Two that meet within a sentence overlap. `read` are the words of the text, one at least.
    """
    places = [*read.firsts, len(read.ids) - 1]
    tokens, count = places[-1] - places[0], len(read.firsts)
    parts = -(-tokens // SHARE)
    wanted = (places[0] + tokens * part // parts for part in range(1, parts))
    cuts = dict(_cut(text, read, place) for place in wanted)
    edges = sorted({0, *cuts, count})
    return [
        Window(
            bisect_left(places, places[decided] - cuts.get(decided, 0)),
            max(bisect_right(places, places[to] + cuts.get(to, 0)) - 1, to),
            decided,
            to,
        )
        for decided, to in pairwise(edges)
    ]


def _cut(text: str, read: Words, place: int) -> tuple[int, int]:
    """The word near a token that windows meet at, and how far they overlap there."""
    firsts = read.firsts
    at = bisect_left(firsts, place)
    near = range(bisect_left(firsts, place - _NEAR), bisect_right(firsts, place + _NEAR))
    ends = [word for word in near if word and _ends(text, read, word)]
    if ends:
        return min(ends, key=lambda word: abs(firsts[word] - place)), 0
    return at, MARGIN


def _ends(text: str, read: Words, word: int) -> bool:
    start = read.starts[word]
    if read.ends[word - 1] == start:
        return False
    return _ENDS.search(text[max(0, start - _LONGEST_END) : start]) is not None
