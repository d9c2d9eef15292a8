"""Texts in the pieces that are read together, and which pieces of a context bear on a claim."""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from detectors.sentences import sentences
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

PIECE = 64
"""A piece has at most so many tokens, unless one sentence has more."""
CHOSEN = 6
"""So many pieces of the context are read beside a piece of the answer."""
LONGEST_SENTENCE = 100
"""A sentence of more tokens is read in parts."""
ADDED = 2
"""Tokens that the tokenizer puts around a text."""
_AGAIN = 0.3
"""What a stem counts that another chosen piece holds already."""


def grouped(spans: Sequence[Span], count: Callable[[Span], int], most: int = PIECE) -> list[Span]:
    """Neighbouring spans joined while they have at most `most` tokens."""
    found: list[Span] = []
    held = 0
    for span in spans:
        size = count(span)
        if found and held + size <= most:
            found[-1] = Span(found[-1].start, span.end)
            held += size
        else:
            found.append(span)
            held = size
    return found


def cut(text: str, places: Sequence[tuple[int, int]]) -> list[Span]:
    """A text in pieces: neighbouring sentences together, and one too long for a piece in parts.

    `places` are those of its tokens, in order. All of the text but white space is in a piece.
    """
    starts = [start for start, _ in places]

    def tokens(span: Span) -> tuple[int, int]:
        return bisect_left(starts, span.start), bisect_left(starts, span.end)

    found: list[Span] = []
    for span in sentences(text):
        first, last = tokens(span)
        ends = [starts[at] for at in range(first + PIECE, last, PIECE)]
        ends = ends if last - first > LONGEST_SENTENCE else []
        found += (Span(a, b) for a, b in pairwise((span.start, *ends, span.end)))
    return grouped(found, lambda span: tokens(span)[1] - tokens(span)[0] + ADDED)


def chosen(
    claim: AbstractSet[str], pieces: Sequence[AbstractSet[str]], most: int = CHOSEN
) -> list[int]:
    """The pieces that together hold most of a claim's stems, the rarer ones counting more.

    In the order in which they stand; of equal ones the first. All of them, if there are no more.
    """
    if len(pieces) <= most:
        return list(range(len(pieces)))
    weights = {
        one: math.log(1 + len(pieces) / (1 + sum(one in piece for piece in pieces)))
        for one in sorted(claim)
    }
    kept: list[int] = []
    seen: set[str] = set()
    while len(kept) < most:
        best, gain = -1, -1.0
        for at, piece in enumerate(pieces):
            if at in kept:
                continue
            worth = sum(
                weight * (_AGAIN if one in seen else 1.0)
                for one, weight in weights.items()
                if one in piece
            )
            if worth > gain:
                best, gain = at, worth
        kept.append(best)
        seen |= claim & pieces[best]
    return sorted(kept)
