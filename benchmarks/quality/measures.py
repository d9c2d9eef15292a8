"""Counts per text, and the measures made of them, each with a bootstrap interval.

Every measure here is a ratio of two sums over texts, so one function gives its value and, by adding
up the same texts drawn again and again, how far it can be trusted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray
    from sets import Mark

RESAMPLES = 1_000
SEED = 20_261_124


class Counts(NamedTuple):
    """Per text: how much was found that is marked, found at all, and marked at all."""

    hit: NDArray[np.int64]
    said: NDArray[np.int64]
    marked: NDArray[np.int64]


class Figure(NamedTuple):
    """A ratio, its 95 % interval, and the two numbers that it is the ratio of."""

    value: float | None
    low: float | None
    high: float | None
    top: float
    bottom: float


class Draws:
    """The texts drawn with replacement: how often each is there, in each resample."""

    def __init__(self, texts: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        generator = np.random.default_rng(seed)
        self._times = generator.multinomial(texts, np.full(texts, 1 / texts), size=resamples)

    def ratio(
        self, top: NDArray[np.int64], bottom: NDArray[np.int64], scale: float = 1.0
    ) -> Figure:
        """`scale * sum(top) / sum(bottom)`; the interval leaves out resamples without a bottom."""
        above, below = float(top.sum()), float(bottom.sum())
        if not below:
            return Figure(None, None, None, above, below)
        tops, bottoms = self._times @ top, self._times @ bottom
        drawn = scale * tops[bottoms > 0] / bottoms[bottoms > 0]
        low, high = np.percentile(drawn, (2.5, 97.5))
        return Figure(scale * above / below, float(low), float(high), above, below)

    def precision(self, counts: Counts) -> Figure:
        return self.ratio(counts.hit, counts.said)

    def recall(self, counts: Counts) -> Figure:
        return self.ratio(counts.hit, counts.marked)

    def f_score(self, counts: Counts, beta: int = 1) -> Figure:
        """(1 + b²) hits / (b² marked + said), which is the F score written without P and R."""
        square = beta**2
        return self.ratio((1 + square) * counts.hit, square * counts.marked + counts.said)

    def scores(self, counts: Counts, beta: int = 1) -> dict[str, Figure]:
        return {
            "precision": self.precision(counts),
            "recall": self.recall(counts),
            f"f{beta}": self.f_score(counts, beta),
        }


def spans_of(
    found: Sequence[Collection[Mark]],
    marked: Sequence[Collection[Mark]],
    kinds: Collection[str] | None = None,
) -> Counts:
    """Strict: a hit has the start, the end and the kind of a mark. None stands for all kinds."""

    def of(marks: Iterable[Mark]) -> set[Mark]:
        return {mark for mark in marks if kinds is None or mark.kind in kinds}

    pairs = [(of(said), of(truth)) for said, truth in zip(found, marked, strict=True)]
    return Counts(
        np.array([len(said & truth) for said, truth in pairs]),
        np.array([len(said) for said, _ in pairs]),
        np.array([len(truth) for _, truth in pairs]),
    )


def tokens_of(
    starts: Sequence[Sequence[int]],
    found: Sequence[Collection[Mark]],
    marked: Sequence[Collection[Mark]],
) -> Counts:
    """By token, personal or not, whatever the kind, as presidio-research counts for its F2.

    `starts` are the places of each text's tokens; a token is personal where its first character
    lies in a span (`Evaluator.calculate_score` and `span_to_tag` of presidio-evaluator 0.1).
    """
    hit, said, truth = [], [], []
    for tokens, says, marks in zip(starts, found, marked, strict=True):
        flagged = {start for start in tokens if _within(start, says)}
        personal = {start for start in tokens if _within(start, marks)}
        hit.append(len(flagged & personal))
        said.append(len(flagged))
        truth.append(len(personal))
    return Counts(np.array(hit), np.array(said), np.array(truth))


def _within(start: int, marks: Iterable[Mark]) -> bool:
    return any(mark.start <= start < mark.end for mark in marks)
