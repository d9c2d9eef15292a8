"""Arithmetic on rows of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.encoder import Array


def unit(rows: Array) -> Array:
    """Each row divided by its length; zeros stay zeros."""
    lengths = np.sqrt(np.square(rows, dtype=np.float64).sum(-1, keepdims=True))
    divided: Array = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return divided


def mean(rows: Array, weights: Sequence[int]) -> Array:
    """The unit vector in the direction of the weighted mean."""
    if len(rows) == 1:
        first: Array = rows[0]
        return first
    shares = np.array(weights, np.float64)
    return unit((rows * shares[:, None]).sum(0).astype(np.float32))
