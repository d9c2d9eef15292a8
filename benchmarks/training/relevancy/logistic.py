"""Logistic regression by Newton's method, and the measures of a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

STEPS = 50
RIDGE = 1.0
"""The penalty on squared weights of standardised inputs, in rows."""


def fit(inputs: Array, labels: Array, weights: Array) -> tuple[float, Array]:
    """The bias and the weights of the inputs as they are; the penalty is on standardised ones."""
    total = weights.sum()
    mean = weights @ inputs / total
    scale = np.sqrt(weights @ (inputs - mean) ** 2 / total)
    scale[scale == 0] = 1
    design = np.hstack([np.ones((len(inputs), 1)), (inputs - mean) / scale])
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0
    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weights * (labels - said)) - penalty * found
        curve = (design * (weights * said * (1 - said))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        found += step
        if np.abs(step).max() < 1e-9:
            break
    own = found[1:] / scale
    return float(found[0] - own @ mean), own


def auroc(scores: Array, labels: Array, weights: Array) -> float:
    """The probability that a labelled row scores above one that is not; ties count by half."""
    order = np.argsort(scores, kind="stable")
    scores, labels, weights = scores[order], labels[order], weights[order]
    _, group = np.unique(scores, return_inverse=True)
    yes = np.bincount(group, weights * labels)
    no = np.bincount(group, weights * (1 - labels))
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def brier(said: Array, labels: Array, weights: Array) -> float:
    """The mean squared error of the probability."""
    return float(weights @ (said - labels) ** 2 / weights.sum())


def calibration_error(said: Array, labels: Array, weights: Array, bins: int = 10) -> float:
    """Expected calibration error: |said - is| in bins of equal width, weighted by their rows."""
    place = np.minimum((said * bins).astype(int), bins - 1)
    gap = np.bincount(place, weights * (said - labels), minlength=bins)
    return float(np.abs(gap).sum() / weights.sum())
