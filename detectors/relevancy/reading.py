"""A text in the pieces that are compared: sentences, and in long texts groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from detectors.sentences import sentences
from policyengine import Position, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policyengine import Segment

ANSWERS = frozenset({Source.COMPLETION, Source.TRANSCRIPT})
"""What an answer tells a person; what a model thinks, refuses or calls tools with is none of it."""
MOST_SENTENCES = 24
"""A text of more sentences is compared in groups of neighbouring ones."""
GROUP = 500
"""So many characters a group has at least, unless a paragraph ends."""
WHOLE = 1000
"""A text of so many characters is compared as a whole too."""


class Piece(NamedTuple):
    """A part of a segment."""

    segment: Segment
    span: Span

    @property
    def text(self) -> str:
        """What stands there."""
        return self.segment.text[self.span.start : self.span.end]

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.segment, self.span)


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts that are judged as one, and their pieces in reading order."""

    segments: tuple[Segment, ...]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(segment.text for segment in self.segments)

    def wanted(self) -> list[str]:
        """The texts whose vectors are needed: the pieces, and the whole where it is short."""
        texts = [piece.text for piece in self.pieces]
        whole = self.text.strip()
        return [whole, *texts] if len(whole) <= WHOLE and len(texts) != 1 else texts


def read(segments: Iterable[Segment]) -> Reading:
    """The segments with something in them, cut into pieces that leave out nothing."""
    kept = tuple(segment for segment in segments if segment.text.strip())
    found = [Piece(segment, span) for segment in kept for span in sentences(segment.text)]
    return Reading(kept, tuple(found if len(found) <= MOST_SENTENCES else _grouped(found)))


def _grouped(found: Sequence[Piece]) -> list[Piece]:
    groups: list[Piece] = []
    start = found[0]
    for piece, following in zip(found, [*found[1:], None], strict=True):
        between = (
            following.segment.text[piece.span.end : following.span.start]
            if following is not None and following.segment is piece.segment
            else "\n\n"
        )
        if "\n\n" in between or piece.span.end - start.span.start >= GROUP:
            groups.append(Piece(piece.segment, Span(start.span.start, piece.span.end)))
            start = following if following is not None else start
    return groups
