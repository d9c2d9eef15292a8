"""Chooses what no model is fitted for: which words are marked, and the recommended points."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.hallucination.detector import Hallucination
from detectors.hallucination.findings import ANSWER, CONTRADICTED, UNSUPPORTED
from detectors.hallucination.judging import Judge, Marks
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from answers import Answer, Judged
    from numpy.typing import NDArray

    Array = NDArray[Any]

GRID = ((0.2, 0.3, 0.4, 0.5), (0.2, 0.3, 0.4, 0.5), (0.5, 0.6, 0.7, 0.8), (0.6, 0.8))
"""What is tried for each of the marks."""
EVEN = 0.5
POINTS = np.round(np.arange(0.05, 0.96, 0.01), 2)


def best_marks(models: dict[str, Any], found: Sequence[Answer]) -> Marks:
    """Those by which most of what is wrong is marked and least else, in characters.

    Inventions and edits weigh the same, and within them every set.
    """
    sets: dict[tuple[bool, str], list[Judged]] = {}
    for answer in found:
        for one in answer.claims:
            if one.claimed is not None and one.marked:
                invented = answer.source == "wice_tokens" or (
                    answer.source == "synthetic" and not one.conflicts
                )
                name = "edited" if answer.source.startswith("edited") else answer.source
                sets.setdefault((invented, name), []).append(one)

    def worth(marks: Marks) -> float:
        judge = Judge(models, marks, ("wording", "reader"))
        sorts: dict[bool, list[float]] = {True: [], False: []}
        for (invented, _), claims_of in sets.items():
            right = size = 0
            for one in claims_of:
                assert one.claimed is not None
                told = judge.marked(one.span, one.claimed, one.measured.inputs[0])
                ours, theirs = (
                    {at for span in spans for at in range(span.start, span.end)}
                    for spans in (told, one.marked)
                )
                right += len(ours & theirs)
                size += len(ours) + len(theirs)
            sorts[invented].append(2 * right / size)
        return float(np.mean([np.mean(values) for values in sorts.values()]))

    return max((Marks(*one) for one in product(*GRID)), key=worth)


def best_point(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The lowest point at which the balanced accuracy of answers is within .01 of the best.

    How often answers are unsupported differs from user to user, and F1 would make the share of the
    answers at hand count. Of equally good points the lowest lets least pass.
    """
    known, truth = np.array(scores), np.array(labels) == 1
    said = known >= POINTS[:, None]
    worth = (said[:, truth].mean(1) + (~said[:, ~truth]).mean(1)) / 2
    good = np.flatnonzero(worth >= worth.max() - 0.01)
    return float(POINTS[good[0]])


def points(data: Path, layers: tuple[str, ...]) -> dict[str, float]:
    """The recommended points, from the answers that only choose thresholds, as detected."""
    detector = Hallucination(Hallucination.Options(layers=layers, whole_answer=True))
    detector.warm_up(Resources())
    path = data / "grounding" / "calibrate" / "ragtruth_qa.jsonl"
    scores: dict[str, list[float]] = {UNSUPPORTED: [], CONTRADICTED: [], ANSWER: []}
    labels = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels.append(int(row["label"] != "supported"))
        said = Segment("/choices/0/message/content", Source.COMPLETION, row["response"], "response")
        asked = Segment("/messages/0/content", Source.PROMPT, row["query"])
        given = [Segment(f"/context/{n}", Source.CONTEXT, c) for n, c in enumerate(row["context"])]
        (found,) = detector.detect([View((said,), (asked, *given))])
        for kind, known in scores.items():
            known.append(max((one.score for one in found if one.kind == kind), default=0.0))
    found_points = {kind: best_point(scores[kind], labels) for kind in (UNSUPPORTED, ANSWER)}
    # What is contradicted is acted on beside what is unsupported, so that they count together.
    told = [float(one >= found_points[UNSUPPORTED]) for one in scores[UNSUPPORTED]]
    either = [max(pair) for pair in zip(told, scores[CONTRADICTED], strict=True)]
    return {**found_points, CONTRADICTED: max(EVEN, best_point(either, labels))}
