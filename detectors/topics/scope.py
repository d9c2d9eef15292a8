"""How near a text is to the texts that describe a topic."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

SCOPE = ("near", "texts")
"""The cosine with the nearest text of the topic and that with the direction of all of them, added
up, and the logarithm of how many there are, eight at most. Calibrations of `topics.scope` say how
probable it is that a text is about none of them."""

_COUNTED = 8


class Nearness(NamedTuple):
    """Inputs for a calibration, and which of the topic's texts is nearest with what cosine."""

    inputs: tuple[float, float]
    place: int
    similarity: float


def nearness(cosines: NDArray[Any], centre: float) -> Nearness:
    """How near a text is to a topic, by its cosines with the topic's texts and their centre."""
    place = int(cosines.argmax())
    count = min(len(cosines), _COUNTED)
    similarity = float(cosines[place])
    return Nearness((similarity + centre, math.log(count)), place, similarity)


def nearest_of(rows: NDArray[Any], texts: NDArray[Any]) -> Nearness:
    """The same for the part of a text, one of `rows`, that is nearest to any of `texts`."""
    middle = centre_of(texts)
    found = (nearness(texts @ row, float(middle @ row)) for row in rows)
    return max(found, key=lambda one: one.inputs)


def centre_of(texts: NDArray[Any]) -> NDArray[Any]:
    """The direction of all rows together, of unit length."""
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    mean = texts.mean(axis=0)
    length = float(np.linalg.norm(mean))
    centre: NDArray[Any] = mean / length if length else mean
    return centre


def stacked(vectors: Mapping[str, NDArray[Any]], texts: Sequence[str]) -> NDArray[Any]:
    """The vectors of the texts, as rows."""
    import numpy as np  # noqa: PLC0415 - the encoder has loaded it

    return np.stack([vectors[text] for text in texts])
