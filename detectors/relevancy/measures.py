"""What is measured of two texts, in the order in which calibrations weigh it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.relevancy.overlap import overlap, telling
from detectors.relevancy.reading import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from detectors.relevancy.reading import Piece, Reading

    Vectors = Mapping[str, NDArray[Any]]

ANSWER = ("best", "shared")
"""An answer beside its request: the cosine of the whole or of its best piece, and the share of the
request's telling words that it holds."""
ANSWER_READ = ("best", "addressed")
"""The cosine, and the reader's logit that the answer addresses the request; it sees for itself
which words are shared."""
CONTEXT = ("whole", "best", "worst", "pieces")
"""An answer beside its context: cosines of its pieces with the nearest part of it (mean, most,
least), and the logarithm of the number of its pieces."""
STRAY = ("near", "kin")
"""A piece of a long answer: its cosine with the request, and with the two pieces nearest to it."""

_NEAR = 3
LEAST_PIECES = 5
"""A stray piece is told in answers of so many at least; in fewer it has no company to leave."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Inputs for a calibration, and what evidence tells of them."""

    inputs: tuple[float, ...]
    similarity: float
    best: Piece
    worst: Piece
    near: tuple[Piece, ...] = ()
    """The pieces nearest to the other text, the nearest first."""


def answered(request: Reading, answer: Reading, vectors: Vectors) -> Measured:
    """An answer beside its request."""
    near = _nearness(request, answer, vectors)
    whole = _whole(answer, vectors)
    similarity = float((rows_of(request, vectors) @ whole).max())
    best, worst = int(near.argmax()), int(near.argmin())
    text = answer.text if len(answer.text) <= WHOLE else answer.pieces[best].text
    shared = overlap(telling(request.text), telling(text))
    inputs = (max(float(near[best]), similarity), shared)
    order = sorted(range(len(near)), key=lambda at: -float(near[at]))[:_NEAR]
    nearest = tuple(answer.pieces[at] for at in order)
    return Measured(inputs, similarity, answer.pieces[best], answer.pieces[worst], nearest)


def supported(context: Reading, answer: Reading, vectors: Vectors) -> Measured:
    """An answer beside its context."""
    near = _nearness(context, answer, vectors)
    best, worst = int(near.argmax()), int(near.argmin())
    mean = float(near.mean())
    pieces = math.log(len(answer.pieces))
    inputs = (mean, float(near[best]), float(near[worst]), pieces)
    return Measured(inputs, mean, answer.pieces[best], answer.pieces[worst])


def strays(
    request: Reading, answer: Reading, vectors: Vectors
) -> list[tuple[Piece, tuple[float, ...]]]:
    """The pieces of a long answer with what tells whether they belong there."""
    if len(answer.pieces) < LEAST_PIECES:
        return []
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    rows = _own(answer, vectors)
    near = _nearness(request, answer, vectors)
    found: list[tuple[Piece, tuple[float, ...]]] = []
    for place, piece in enumerate(answer.pieces):
        others = np.delete(rows @ rows[place], place)
        kin = float(np.sort(others)[-2:].mean())
        found.append((piece, (float(near[place]), kin)))
    return found


def _nearness(other: Reading, answer: Reading, vectors: Vectors) -> NDArray[Any]:
    """For each piece of the answer the cosine with what is nearest to it in the other text."""
    nearest: NDArray[Any] = (_own(answer, vectors) @ rows_of(other, vectors).T).max(axis=1)
    return nearest


def _own(reading: Reading, vectors: Vectors) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    return np.stack([vectors[piece.text] for piece in reading.pieces])


def rows_of(reading: Reading, vectors: Vectors) -> NDArray[Any]:
    """The whole where it is short, or its pieces."""
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    if len(reading.text) <= WHOLE:
        return np.stack([vectors[reading.wanted()[0]]])
    return _own(reading, vectors)


def _whole(reading: Reading, vectors: Vectors) -> NDArray[Any]:
    """The vector of the whole, or in long texts the direction of its pieces together."""
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    if len(reading.text) <= WHOLE:
        return vectors[reading.wanted()[0]]
    lengths = np.array([len(piece.text) for piece in reading.pieces], dtype=np.float32)
    mean = lengths @ _own(reading, vectors)
    length = float(np.linalg.norm(mean))
    whole: NDArray[Any] = mean / length if length else mean
    return whole
