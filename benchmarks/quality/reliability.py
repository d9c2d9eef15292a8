"""How far scores are from how often they are right: the plot, and its one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BINS = 10

Pairs = Sequence[tuple[float, bool]]
"""Scores, each with whether the finding was right."""


def bins_of(pairs: Pairs) -> list[tuple[float, float, int]]:
    """The mean score, the share that is right and the number of each tenth that holds any."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, right in pairs:
        held[min(int(score * BINS), BINS - 1)].append((score, right))
    return [
        (
            sum(score for score, _ in one) / len(one),
            sum(right for _, right in one) / len(one),
            len(one),
        )
        for one in held
        if one
    ]


def expected_error(pairs: Pairs) -> float:
    """The expected calibration error: |mean score - share right|, weighted by number."""
    return sum(abs(mean - right) * count for mean, right, count in bins_of(pairs)) / len(pairs)


def plot(series: dict[str, Pairs], path: Path) -> None:
    """A point for each bin, as large as it has findings; the diagonal is where they should be."""
    import matplotlib as mpl  # noqa: PLC0415 - for the plot only

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "reliability"
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of its back end

    figure, axes = plt.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, pairs in series.items():
        held = bins_of(pairs)
        axes.plot([one[0] for one in held], [one[1] for one in held], linewidth=1, label=name)
        sizes = [max(8.0, 400 * one[2] / len(pairs)) for one in held]
        axes.scatter([one[0] for one in held], [one[1] for one in held], s=sizes, alpha=0.5)
    axes.set(xlabel="score", ylabel="share that is right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="upper left", frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
