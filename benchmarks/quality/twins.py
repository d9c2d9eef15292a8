"""Whether `hallucination` tells an edited answer from the faithful one it was made of.

    python benchmarks/quality/twins.py --data ../shared/data

Twins are of two sorts: answers of SummEdits' benchmark half with the faithful answer to the same
document that is nearest to them, and sentences of Wikipedia pages that nothing was trained on, each
with one thing changed by the generator that made the reader's training data. Two figures: how often
the edited one scores higher, a tie counting as half; and how much of what was edited is marked at
the recommended points. Intervals: 95 %, 1,000 resamples of the pairs, seed 7.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

HERE = Path(__file__).parent
sys.path.extend([str(HERE), str(HERE.parent / "training/reader")])

from edits import edits, paraphrased
from examples import held
from hallucination import SYSTEMS, ready, score, view
from pages import articles, told
from twins_of import differences

from detectors.hallucination.findings import ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detectors.hallucination.detector import Hallucination

NEAR = 0.7
PER_PAGE = 6
SEED = 5


class Twins(NamedTuple):
    """Two answers to the same context, and where the second was changed."""

    context: tuple[str, ...]
    faithful: str
    edited: str
    spans: tuple[tuple[int, int], ...]
    sort: str


def summaries(data: Path) -> Iterator[Twins]:
    """SummEdits: the edited answer and its nearest faithful one."""
    path = data / "grounding/benchmark/summedits_half.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    faithful: dict[str, list[str]] = {}
    for row in rows:
        if row["label"] == "supported":
            faithful.setdefault("".join(row["context"]), []).append(row["response"])
    for row in rows:
        known = faithful.get("".join(row["context"]), [])
        if row["label"] == "supported" or not known:
            continue
        found = [(*differences(row["response"], one), one) for one in known]
        spans, ratio, nearest = max(found, key=lambda one: one[1])
        if ratio >= NEAR and spans:
            yield Twins(tuple(row["context"]), nearest, row["response"], tuple(spans), "summedits")


def generated(data: Path) -> Iterator[Twins]:
    """Sentences of unseen pages, each with one thing changed."""
    rng = random.Random(SEED)
    for page in articles(data):
        if not held(page.title):
            continue
        lines = [one for text in page.paragraphs for one in told(text)]
        for line in rng.sample(lines, min(PER_PAGE, len(lines))):
            said = paraphrased(line, rng)
            for one in edits(said, page.paragraphs, rng):
                yield Twins(tuple(page.paragraphs), said, one.text, one.spans, one.kind)


def marked(detector: Hallucination, twins: Twins, said: str) -> tuple[float, set[int]]:
    """The answer's score, and the characters that are marked at the recommended points."""
    points = {kind.name: kind.recommended_at for kind in detector.kinds}
    (found,) = detector.detect([view(twins.context, None, said)])
    acted = [one for one in found if one.kind != ANSWER and one.score >= points[one.kind]]
    told_of = {at for one in acted if one.span for at in range(one.span.start, one.span.end)}
    return score(found), told_of


def measure(detector: Hallucination, pairs: Sequence[Twins]) -> dict[str, tuple[str, str]]:
    """By sort: how often the edited one scores higher, and how much of the edit is marked."""
    higher: dict[str, list[float]] = {}
    found: dict[str, list[tuple[int, int]]] = {}
    for one in pairs:
        faithful, _ = marked(detector, one, one.faithful)
        edited, said = marked(detector, one, one.edited)
        gold = {at for start, end in one.spans for at in range(start, end)}
        for sort in (one.sort, "all"):
            higher.setdefault(sort, []).append((edited > faithful) + (edited == faithful) / 2)
            found.setdefault(sort, []).append((len(gold & said), len(gold)))
    return {sort: (interval(higher[sort]), share(np.array(found[sort]))) for sort in sorted(higher)}


def interval(values: Sequence[float]) -> str:
    rng = np.random.default_rng(7)
    drawn = [float(rng.choice(values, len(values)).mean()) for _ in range(1000)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{np.mean(values):.3f} ({low:.3f} to {high:.3f}) of {len(values)}"


def share(pairs: np.ndarray) -> str:
    rng = np.random.default_rng(7)
    drawn = []
    for _ in range(1000):
        rows = pairs[rng.integers(0, len(pairs), len(pairs))].sum(0)
        drawn.append(rows[0] / rows[1])
    low, high = np.percentile(drawn, [2.5, 97.5])
    total = pairs.sum(0)
    return f"{total[0] / total[1]:.3f} ({low:.3f} to {high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--most", type=int, default=600, help="pairs of a sort")
    given = parser.parse_args()
    rng = random.Random(SEED)
    for name, make in (("SummEdits", summaries), ("generated", generated)):
        pairs = list(make(given.data))
        pairs = rng.sample(pairs, min(given.most, len(pairs)))
        for system, options in SYSTEMS.items():
            for sort, (higher, marks) in measure(ready(**options), pairs).items():
                print(f"| {name} | {system} | {sort} | {higher} | {marks} |", flush=True)


if __name__ == "__main__":
    main()
