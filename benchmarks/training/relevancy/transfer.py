"""How well a model of some inputs does on questions from a source that it was not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from logistic import auroc, brier, calibration_error, fit
from pairs import LINES, LONG_ANSWER, STRANGER
from weighing import weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pairs import Pair

    Array = NDArray[Any]

_EASY = {STRANGER, LONG_ANSWER}


class Figures(NamedTuple):
    """Of the rows of a source that was left out, with as many wanted as unwanted."""

    auroc: float
    brier: float
    error: float


def left_out(pairs: Sequence[Pair], inputs: Array) -> dict[str, Figures]:
    """By sort of row: those of one source, scored by a model of all others."""
    sources = np.array([pair.source for pair in pairs])
    sorts = np.array([pair.sort for pair in pairs])
    found: dict[str, Figures] = {}
    for source in dict.fromkeys(sources.tolist()):
        seen = (sources != source) & (sorts != LINES)
        rows = _rows(pairs, inputs, np.flatnonzero(seen))
        bias, weights = fit(rows.inputs, rows.labels, rows.weights)
        for sort in dict.fromkeys(sorts[sources == source].tolist()):
            if sort not in _EASY:
                rows = _rows(pairs, inputs, np.flatnonzero(sorts == sort))
                said = 1 / (1 + np.exp(-(bias + rows.inputs @ weights)))
                measures = (auroc, brier, calibration_error)
                found[sort] = Figures(*(one(said, rows.labels, rows.weights) for one in measures))
    return found


def helping(pairs: Sequence[Pair], inputs: Array) -> list[int]:
    """The first input, and each other that beside it raises the AUROC on every source left out.

    On every one, since questions that were written for a passage share more words with it than
    those that people ask, and most of the sources are of the first kind.
    """
    alone = left_out(pairs, inputs[:, :1])
    helps = (left_out(pairs, inputs[:, [0, at]]) for at in range(1, inputs.shape[1]))
    return [0] + [
        at
        for at, figures in enumerate(helps, start=1)
        if all(one.auroc > alone[sort].auroc for sort, one in figures.items())
    ]


def _rows(pairs: Sequence[Pair], inputs: Array, places: Array) -> Any:
    return weighed(
        "", (), [(inputs[at], pairs[at].unwanted, pairs[at].sort, pairs[at].asked) for at in places]
    )
