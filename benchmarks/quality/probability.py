"""Measures of a score that stands for a probability, each with a 95 % bootstrap interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from measures import RESAMPLES, SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

BINS = 10
FALSE_POSITIVES = 0.05
AT = 0.5


def binary(said: Array, unwanted: Array) -> dict[str, Any]:
    """All measures of one system on one set; `said` is higher the less it is wanted."""
    even = np.where(unwanted == 1, 0.5 / unwanted.mean(), 0.5 / (1 - unwanted.mean()))
    measures: dict[str, Callable[[Array], float]] = {
        "auroc": lambda times: auroc(said, unwanted, times),
        "brier": lambda times: _mean((said - unwanted) ** 2, times),
        "ece": lambda times: calibration_error(said, unwanted, times),
        "ece at even odds": lambda times: calibration_error(said, unwanted, times * even),
        "recall at 5% fpr": lambda times: recall_at(said, unwanted, times),
        "accuracy at 0.5": lambda times: _mean((said >= AT) == unwanted, times),
    }
    draws = np.random.default_rng(SEED).multinomial(
        len(said), np.full(len(said), 1 / len(said)), size=RESAMPLES
    )
    once = np.ones(len(said))
    figures: dict[str, Any] = {"rows": len(said), "unwanted": int(unwanted.sum())}
    for name, measure in measures.items():
        low, high = np.percentile([measure(times) for times in draws], (2.5, 97.5))
        figures[name] = [round(float(one), 4) for one in (measure(once), low, high)]
    return figures


def share(hits: Array) -> list[float]:
    """The share of hits, with the interval of Wilson (1927)."""
    count, rate, z = len(hits), float(hits.mean()), 1.959964
    middle = (rate + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * np.sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2))
    return [round(float(one), 4) for one in (rate, middle - reach, middle + reach)]


def auroc(said: Array, unwanted: Array, times: Array) -> float:
    """The chance that an unwanted row scores above another; ties count by half."""
    order = np.argsort(said, kind="stable")
    _, group = np.unique(said[order], return_inverse=True)
    weights = times[order] * unwanted[order]
    yes = np.bincount(group, weights)
    no = np.bincount(group, times[order]) - yes
    return float((yes * (np.cumsum(no) - no / 2)).sum() / (yes.sum() * no.sum()))


def recall_at(said: Array, unwanted: Array, times: Array) -> float:
    """The recall at the lowest threshold with at most 5 % false positives."""
    order = np.argsort(-said, kind="stable")
    _, group = np.unique(-said[order], return_inverse=True)
    yes = np.cumsum(np.bincount(group, times[order] * unwanted[order]))
    no = np.cumsum(np.bincount(group, times[order] * (1 - unwanted[order])))
    below = no <= FALSE_POSITIVES * no[-1]
    return float(yes[below].max() / yes[-1]) if below.any() else 0.0


def calibration_error(said: Array, unwanted: Array, times: Array) -> float:
    """|mean score - share of unwanted| in ten bins of equal width, weighted by their rows."""
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = np.bincount(place, times * (said - unwanted), minlength=BINS)
    return float(np.abs(gaps).sum() / times.sum())


def _mean(values: Array, times: Array) -> float:
    return float(values @ times / times.sum())
