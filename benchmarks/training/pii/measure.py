"""Strict scores of a pipeline by part and label: a span counts when both ends and label agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from detectors.pii.ner.entities import LABELS, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpora import Row, Span
    from spacy.language import Language

Marked = tuple[str, set["Span"], set["Span"]]
"""A text, the spans that are right, and those that were found."""


def marked(nlp: Language, parts: dict[str, list[Row]]) -> dict[str, list[Marked]]:
    """Each part's texts with true and found spans; what touches an unsure place is left out."""
    return {name: list(_read(nlp, rows)) for name, rows in parts.items()}


def _read(nlp: Language, rows: list[Row]) -> Iterator[Marked]:
    for row, doc in zip(rows, nlp.pipe([row.text for row in rows]), strict=True):
        found = {
            (span.start_char, span.end_char, span.label_)
            for span in doc.ents
            if not any(a < span.end_char and span.start_char < b for a, b in row.unsure)
        }
        yield row.text, set(row.spans), found


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


def precision(parts: dict[str, list[Marked]]) -> dict[str, dict[str, float]]:
    """The share of found spans that are right, for each kind and shape of value.

    One right and one wrong span are added to each, so that few spans give no certainty.
    """
    right, said = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for texts in parts.values():
        for text, gold, found in texts:
            for span in found:
                key = (LABELS[span[2]], shape(text[span[0] : span[1]]))
                said[key] += 1
                right[key] += span in gold
    table: dict[str, dict[str, float]] = {}
    for kind, form in sorted(said):
        share = (right[kind, form] + 1) / (said[kind, form] + 2)
        table.setdefault(kind, {})[form] = round(share, 2)
    return table
