"""Long text in overlapping pieces that cover all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

OVERLAP = 12
"""One part in so many of a piece is in the next one too."""


def token_windows(text: str, tokens: Sequence[tuple[int, int]], most: int) -> tuple[Span, ...]:
    """The whole text if its tokens fit, or else pieces of about half of `most`.

    `tokens` are their places in the text, in order. Half, because a short piece is read quicker
    for its length and says more exactly where something is; and because a piece read on its own can
    have a few tokens more than it has in the text.
    """
    return tuple(
        Span(0 if first == 0 else tokens[first][0], _end(text, tokens, last))
        for first, last in _ranges(len(tokens), most)
    ) or (Span(0, len(text)),)


def character_windows(text: str, most: int) -> tuple[Span, ...]:
    """The same, counted in characters, for encoders that keep their tokens to themselves."""
    pieces = _ranges(len(text), most)
    return tuple(Span(first, last) for first, last in pieces) or (Span(0, 0),)


def _end(text: str, tokens: Sequence[tuple[int, int]], last: int) -> int:
    return len(text) if last == len(tokens) else tokens[last - 1][1]


def _ranges(count: int, most: int) -> list[tuple[int, int]]:
    """Even pieces of `count` things, none longer than half of `most` unless one holds them all."""
    if count <= most:
        return [(0, count)] if count else []
    size = max(most // 2, 2)
    overlap = max(size // OVERLAP, 1)
    pieces = -(-(count - overlap) // (size - overlap))
    step = (count - overlap) / pieces
    return [(round(n * step), min(round((n + 1) * step) + overlap, count)) for n in range(pieces)]
