"""Rows to fit on, and what each of them weighs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Rows:
    """Inputs (n, k) with their names, labels (1 = unwanted), weights, and groups for the folds."""

    name: str
    names: tuple[str, ...]
    inputs: NDArray[np.float64]
    labels: NDArray[np.float64]
    weights: NDArray[np.float64]
    groups: list[str]


def weighed(name: str, names: tuple[str, ...], made: Iterable[tuple[Any, int, str, str]]) -> Rows:
    """Rows of inputs, label, sort and group. Each sort weighs the same.

    In each the wanted weigh as much as the unwanted, where both are.
    """
    inputs, labels, sorts, groups = zip(*made, strict=True)
    label = np.array(labels, dtype=float)
    sort = np.array(sorts)
    weights = np.zeros(len(label))
    for one in sorted(set(sorts)):
        for value in (0, 1):
            rows = (sort == one) & (label == value)
            if rows.any():
                weights[rows] = 1 / rows.sum()
    weights *= len(weights) / weights.sum()
    for value in (0, 1):
        weights[label == value] *= weights.sum() / (2 * weights[label == value].sum())
    return Rows(name, names, np.array(inputs, dtype=float), label, weights, list(groups))
