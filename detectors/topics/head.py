"""Which topic a vector belongs to, and whether it belongs to any."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from detectors.calibration import DECIMALS
from detectors.topics.scope import centre_of, nearness, stacked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from detectors.calibration import Logistic
    from detectors.topics.options import Topic
    from detectors.topics.scope import Nearness

ENOUGH = 20
"""With so many examples a threshold is fitted to them."""

_CANDIDATES = 5
_EDGE = 1e-6
_ITSELF = -2.0
_FAMILY = 4
"""With so many texts of a topic, an example can do without the one that is most like it."""


class Near(NamedTuple):
    """The topic that a text is nearest to."""

    topic: Topic
    place: int
    similarity: float
    outside: float
    """The probability, 0 to 1, that the text is not about it."""


class Head:
    """The topics of one list, by the vectors of their texts."""

    def __init__(
        self,
        topics: Sequence[Topic],
        vectors: Mapping[str, NDArray[Any]],
        scope: Logistic,
        false_positive_rate: float | None = None,
    ) -> None:
        import numpy as np  # noqa: PLC0415 - the encoder has loaded it

        self._topics = topics
        self._scope = scope
        self._rows = np.concatenate([stacked(vectors, topic.texts) for topic in topics])
        ends = np.cumsum([len(topic.texts) for topic in topics])
        self._slices = [
            slice(int(end) - len(topic.texts), int(end))
            for end, topic in zip(ends, topics, strict=True)
        ]
        self._centres = np.stack([centre_of(self._rows[one]) for one in self._slices])
        self._shift = 0.0
        if false_positive_rate is not None and len(self._rows) >= ENOUGH:
            self._shift = self._fitted(false_positive_rate)

    def nearest(self, row: NDArray[Any]) -> Near:
        """The topic whose nearest text and centre together are nearest."""
        return self.likely(row)[0]

    def likely(self, row: NDArray[Any]) -> list[Near]:
        """The topics that are nearest, the nearest first, with how near they are."""
        return [
            Near(
                self._topics[topic],
                found.place,
                found.similarity,
                self._shifted(self._scope.probability(found.inputs)),
            )
            for topic, found in self._candidates(self._rows @ row, self._centres @ row)
        ]

    def _candidates(
        self, cosines: NDArray[Any], centres: NDArray[Any]
    ) -> list[tuple[int, Nearness]]:
        import numpy as np  # noqa: PLC0415 - the encoder has loaded it

        starts = [one.start for one in self._slices]
        best = np.maximum.reduceat(cosines, starts) + centres
        likely = np.argsort(-best, kind="stable")[:_CANDIDATES].tolist()
        held = ((topic, cosines[self._slices[topic]]) for topic in likely)
        others = ((topic, each[each > _ITSELF]) for topic, each in held)
        return [
            (topic, nearness(each, float(centres[topic]))) for topic, each in others if len(each)
        ]

    def _shifted(self, probability: float) -> float:
        if not self._shift:
            return probability
        odds = _logit(probability) - self._shift
        return round(1 / (1 + math.exp(-odds)), DECIMALS)

    def _fitted(self, rate: float) -> float:
        """The logarithm of the odds that this share of the examples reach without themselves.

        An example is not compared with itself, nor with the one that is most like it: who writes
        examples writes several in one go, and they resemble each other more than what will be
        asked resembles them. What is left out is marked by its cosine.
        """
        import numpy as np  # noqa: PLC0415 - the encoder has loaded it

        outside = []
        for topic, own in enumerate(self._slices):
            for place in range(own.start, own.stop):
                row = self._rows[place]
                cosines, centres = self._rows @ row, self._centres @ row
                cosines[place] = _ITSELF
                if own.stop - own.start >= _FAMILY:
                    cosines[own.start + int(cosines[own].argmax())] = _ITSELF
                others = own.start + np.flatnonzero(cosines[own] > _ITSELF)
                centres[topic] = centre_of(self._rows[others]) @ row if len(others) else _ITSELF
                found = self._candidates(cosines, centres)
                outside.append(self._scope.probability(found[0][1].inputs) if found else 1.0)
        return _logit(float(np.quantile(outside, 1 - rate)))


def _logit(probability: float) -> float:
    bounded = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(bounded / (1 - bounded))
