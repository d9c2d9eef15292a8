"""Whether an answer addresses its request, by the trained reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.reader.pieces import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.reader.reader import Reader
    from detectors.relevancy.reading import Piece, Reading

MOST = 4
"""So many parts of an answer are read: those nearest to the request."""


def addressed(reader: Reader, request: Reading, pieces: Sequence[Piece]) -> float:
    """The logit that one of an answer's pieces addresses the request; the best of them.

    Of a long request the end is read, where the question mostly stands.
    """
    asked = request.pieces[-1].text
    end = cut(asked, reader.tokens.places(asked))[-1]
    question = reader.read(asked[end.start : end.end])
    parts = [
        piece.text[span.start : span.end]
        for piece in pieces
        for span in cut(piece.text, reader.tokens.places(piece.text))
    ]
    return max(reader.judge(reader.read(one), (), question).relevant for one in parts[:MOST])
