"""Strict scores of a pipeline by part and label: a span counts when both ends and label agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from detectors.pii.ner.entities import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpora import Row, Span

    from detectors.pii.ner.packaged import Network

Marked = tuple[str, set["Span"], set["Span"]]
"""A text, the spans that are right, and those that were found."""
Told = dict[str, list[tuple[float, bool]]]
STEP = 50
"""So many names at least stand behind a score."""
SUREST = 0.99
"""No score says that an error is out of the question."""


def marked(
    find: Callable[[str], set[Span]], parts: dict[str, list[Row]]
) -> dict[str, list[Marked]]:
    """Each part's texts with true and found spans; what touches an unsure place is left out."""
    return {name: [_read(find, row) for row in rows] for name, rows in parts.items()}


def _read(find: Callable[[str], set[Span]], row: Row) -> Marked:
    found = {
        (start, end, label)
        for start, end, label in find(row.text)
        if not any(a < end and start < b for a, b in row.unsure)
    }
    return row.text, set(row.spans), found


def measure(parts: dict[str, list[Marked]]) -> dict[str, dict[str, float]]:
    """F1 of each part and each label; a part with nothing to find counts what was found, below 0."""
    f1: dict[str, float] = {}
    hits, said, true = Counter[str](), Counter[str](), Counter[str]()
    for name, texts in parts.items():
        part: Counter[str] = Counter()
        for _, gold, found in texts:
            for labels, spans in ((hits, gold & found), (said, found), (true, gold)):
                labels.update(label for _, _, label in spans)
            part.update(hit=len(gold & found), said=len(found), true=len(gold))
        f1[name] = round(2 * part["hit"] / max(1, part["said"] + part["true"]), 4)
        if not part["true"]:
            f1[name] = -part["said"]
    f1 |= {label: round(2 * hits[label] / (said[label] + true[label]), 4) for label in sorted(true)}
    return {"f1": f1}


def told(network: Network, parts: dict[str, list[Row]]) -> Told:
    """For each kind what the network found: how sure it was, and whether that was right."""
    found: Told = {}
    for row in (row for rows in parts.values() for row in rows):
        true = set(row.spans)
        for start, end, label, chance in network.named(row.text):
            if not any(a < end and start < b for a, b in row.unsure):
                found.setdefault(LABELS[label], []).append((chance, (start, end, label) in true))
    return found


def confidence(found: Told) -> dict[str, list[list[float]]]:
    """For each kind the chances from which names were right more often, and how often they were.

    Neighbouring steps are joined until they rise (the method of pooled violators, which isotonic
    regression is); one right and one wrong name are added to each, so that few give no certainty.
    """
    return {kind: _steps(sorted(names)) for kind, names in sorted(found.items())}


def points(
    found: Told, steps: dict[str, list[list[float]]], parts: dict[str, list[Row]]
) -> dict[str, dict[float, float]]:
    """For each kind the F1 of acting from each of its scores on."""
    true = Counter(LABELS[span[2]] for rows in parts.values() for row in rows for span in row.spans)
    f1: dict[str, dict[float, float]] = {}
    for kind, rows in steps.items():
        for chance, score in rows:
            kept = [right for sure, right in found[kind] if sure >= chance]
            f1.setdefault(kind, {})[score] = round(2 * sum(kept) / (len(kept) + true[kind]), 4)
    return f1


def _steps(names: list[tuple[float, bool]]) -> list[list[float]]:
    steps: list[list[float]] = []  # from which chance, how many were right, how many there were
    for at in range(0, len(names), STEP):
        some = names[at : at + STEP]
        steps.append([some[0][0], sum(right for _, right in some), len(some)])
        while len(steps) > 1 and _share(steps[-1]) <= _share(steps[-2]):
            _, right, count = steps.pop()
            steps[-1][1] += right
            steps[-1][2] += count
    first: dict[float, float] = {}
    for one in steps:
        first.setdefault(min(round(_share(one), 2), SUREST), round(one[0], 4))
    return [[chance, share] for share, chance in first.items()]


def _share(step: list[float]) -> float:
    return (step[1] + 1) / (step[2] + 2)
