"""The labelled texts, with every set's own labels as the kinds of `kinds.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCORED = (
    "presidio_synth_v2",
    "ambientmeta_standard",
    "ambientmeta_adversarial",
    "ambientmeta_ambiguous",
    "ambientmeta_contextual",
    "nannigalaxy",
    "re3d_train",
)
OTHER = "other"
"""What a set marks and no common kind stands for: titles, quantities, weapons."""

BROADER = {
    "date_of_birth": "date",
    "us_ssn": "national_id",
    "iban": "bank_account",
    "bic": "bank_account",
}
"""What a kind is called in a set that knows the broader kind only."""


class Mark(NamedTuple):
    """A span and its kind; by hand or by a system."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A text and what is marked in it."""

    id: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set, and the common kinds that it marks; of all others its texts say nothing."""

    name: str
    rows: tuple[Row, ...]
    kinds: frozenset[str]

    def own(self, marks: Iterable[Mark]) -> set[Mark]:
        """The marks of the kinds that the set knows, called as the set calls them."""
        renamed = (mark._replace(kind=self._known(mark.kind)) for mark in marks)
        return {mark for mark in renamed if mark.kind in self.kinds}

    def _known(self, kind: str) -> str:
        return kind if kind in self.kinds else BROADER.get(kind, kind)


def joined(marks: Iterable[Mark], text: str) -> set[Mark]:
    """Neighbours of one kind with nothing but white space between them as one mark.

    Some sets mark the house number, the street and the town of one address each for itself.
    """
    made: list[Mark] = []
    for mark in sorted(marks):
        last = made[-1] if made else None
        if last and last.kind == mark.kind and not text[last.end : mark.start].strip():
            made[-1] = last._replace(end=max(last.end, mark.end))
        else:
            made.append(mark)
    return set(made)


def labelled(path: Path, kinds: dict[str, str]) -> Labelled:
    """A set from its file; `kinds` maps its labels."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marks = tuple(
            Mark(span["start"], span["end"], kinds.get(span["kind"], OTHER))
            for span in row.get("spans", ())
        )
        rows.append(Row(row["id"], row["text"], marks))
    known = {mark.kind for row in rows for mark in row.marks} - {OTHER}
    return Labelled(path.stem, tuple(rows), frozenset(known))


def scored(data: Path) -> list[Labelled]:
    """The benchmark sets of `pii` under a data folder."""
    kinds = json.loads((data / "pii" / "kinds.json").read_text(encoding="utf-8"))
    return [labelled(data / "pii" / "benchmark" / f"{name}.jsonl", kinds) for name in SCORED]
