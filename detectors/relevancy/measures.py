"""What is measured of two texts, in the order in which calibrations weigh it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.relevancy.expecting import held
from detectors.relevancy.overlap import overlap, repeats, telling
from detectors.relevancy.reading import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from detectors.relevancy.reading import Piece, Reading

    Vectors = Mapping[str, NDArray[Any]]

ANSWER = ("best", "shared", "held")
"""An answer beside its request: the cosine of the whole or of its best piece, the share of the
request's telling words that it holds, and whether it holds the time or number that is asked for;
all but the first only where they help the encoder."""
ANSWER_READ = ("best", "addressed")
"""The cosine, and the reader's logit that the answer addresses the request; it sees for itself
which words are shared."""
CONTEXT = ("whole", "best", "worst", "pieces")
"""An answer beside its context: cosines of its pieces with the nearest part of it (mean, most,
least), and the logarithm of the number of its pieces."""
STRAY = ("near", "rest", "length")
"""A piece of a long answer: its cosine with the request, that with all its other pieces together,
and the logarithm of its characters, since short pieces are far from anything."""

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
    """An answer beside its request; pieces that only repeat it are no answer to it."""
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    asked = telling(request.text)
    echoes = [repeats(asked, telling(piece.text)) for piece in answer.pieces]
    if all(echoes):
        echoes = [False] * len(echoes)
    near = np.where(echoes, -1.0, nearness(request, answer, vectors))
    order = np.argsort(-near, kind="stable").tolist()
    best, worst = order[0], order[-1 - sum(echoes)]
    whole = float((rows_of(request, vectors) @ whole_of(answer, vectors)).max())
    similarity = float(near[best]) if any(echoes) else max(float(near[best]), whole)
    is_short = len(answer.text) <= WHOLE and not any(echoes)
    text = answer.text if is_short else answer.pieces[best].text
    nearest = tuple(answer.pieces[at] for at in order[:_NEAR])
    inputs = (similarity, overlap(asked, telling(text)), held(request.text, text))
    return Measured(inputs, whole, answer.pieces[best], answer.pieces[worst], nearest)


def supported(context: Reading, answer: Reading, vectors: Vectors) -> Measured:
    """An answer beside its context."""
    near = nearness(context, answer, vectors)
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
    near = nearness(request, answer, vectors)
    others = rows.sum(axis=0) - rows
    sizes = np.linalg.norm(others, axis=1)
    rest = (rows * others).sum(axis=1) / np.where(sizes > 0, sizes, 1)
    return [
        (piece, (float(near[at]), float(rest[at]), math.log(len(piece.text))))
        for at, piece in enumerate(answer.pieces)
    ]


def nearness(other: Reading, answer: Reading, vectors: Vectors) -> NDArray[Any]:
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


def whole_of(reading: Reading, vectors: Vectors) -> NDArray[Any]:
    """The vector of the whole, or in long texts the direction of its pieces together."""
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    if len(reading.text) <= WHOLE:
        return vectors[reading.wanted()[0]]
    lengths = np.array([len(piece.text) for piece in reading.pieces], dtype=np.float32)
    mean = lengths @ _own(reading, vectors)
    length = float(np.linalg.norm(mean))
    whole: NDArray[Any] = mean / length if length else mean
    return whole
