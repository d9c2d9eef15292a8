"""Keeping the candidates that hold, each with how sure that is."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from detectors.pii.anchors import Anchors
from detectors.pii.announced import Announced
from detectors.pii.compiled import Row, end_of, terms
from detectors.pii.forms import Forms
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.vocabulary import Surroundings, Vocabulary, words_of
from detectors.spans import outermost

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from detectors.pii.checks import Checks
    from detectors.pii.compiled import Place
    from detectors.pii.rows import Recognizer

KNOWN_LABELS = 1024
MARGIN = 16
"""How far the boundaries around a match may look, beyond it and beyond the context."""


class Hit(NamedTuple):
    """A candidate that holds: where it is, what it is, and how sure that is."""

    start: int
    end: int
    score: float
    row: Row
    in_context: bool

    @property
    def kind(self) -> str:
        """What it is."""
        return self.row.kind

    @property
    def evidence(self) -> Mapping[str, bool | str]:
        """What speaks for it."""
        return self.row.evidence_in_context if self.in_context else self.row.evidence


class Text(NamedTuple):
    """A text's shape, the same as characters, and the words around its places."""

    data: bytes
    characters: str
    around: Surroundings


class Scanner:
    """Recognisers ready to be run over shapes."""

    def __init__(self, recognizers: Sequence[Recognizer], checks: Checks) -> None:
        self._vocabulary = Vocabulary(
            terms(words)
            for one in recognizers
            for words in (one.context, one.general, one.contrary, one.labels)
        )
        rows = [Row(one, order, self._vocabulary, checks) for order, one in enumerate(recognizers)]
        self._announced = Announced(rows, self._vocabulary)
        self._anchors = Anchors(rows)
        self._forms = Forms(rows)
        self._labels: dict[str, bool] = {}

    def knows(self, label: str) -> bool:
        """Whether the name of a field or column says anything about what is in it."""
        known = self._labels.get(label)
        if known is None:
            known = self._vocabulary.named(shape_of(label, Standins())) != 0
            if len(self._labels) < KNOWN_LABELS:
                self._labels[label] = known
        return known

    def scan(self, data: bytes, label: bytes = b"") -> Sequence[Hit]:
        """What holds in a text's shape and lies in nothing else at least as sure.

        The words of `label`, the name of the text's field, are context for all of it.
        """
        hits: list[Hit] = []
        marks = self._vocabulary.find(words_of(data))
        characters = data.decode("latin-1")
        text = Text(data, characters, Surroundings(self._vocabulary, marks, characters, label))
        self._keep(self._anchors.find(data), text, hits)
        self._keep(self._forms.find(data), text, hits)
        for row, start, end in self._announced.find(data, marks):
            length = row.check(text.characters[start:end]) if row.check else end - start
            if length:
                hits.append(Hit(start, start + length, row.in_context, row, in_context=True))
        return self._told(hits)

    def _told(self, hits: list[Hit]) -> list[Hit]:
        if len(hits) < 2:
            return hits
        hits.sort(key=self._rank)
        told = hits[:1]
        for hit in islice(hits, 1, None):
            last = told[-1]
            if hit[0] >= last[1]:
                told.append(hit)
            elif hit[1] > last[1] or hit[2] > last[2]:
                return outermost(hits)  # they overlap in some other way than the usual
        return told

    def _rank(self, hit: Hit) -> tuple[int, int, int]:
        return hit[0], -hit[1], hit[3].order

    def _keep(  # noqa: C901 - the inner loop, where a call costs as much as its work
        self, places: Iterable[Place], text: Text, hits: list[Hit]
    ) -> None:
        _, characters, around = text
        held_start, held_end, held_score = 0, -1, 0.0
        for (needed, rows, best), start, end in places:
            if held_score >= best and held_end >= end and held_start <= start:
                continue  # spares questions whose answers `outermost` would drop
            if needed and not around.near(start, end) & needed:
                continue
            for row in rows:
                if not row.score and not around.near(start, end) & row.context:
                    continue
                last = end
                if row.check is not None:
                    last = start + row.check(characters[start:end])
                    if last == start:
                        continue
                score, words = row.score, around.near(start, last) & row.context
                if words:
                    score = row.in_context if words & row.own else row.in_general
                if row.rare:
                    score, words, last = self._rarely(row, text, start, last, score, words)
                if score:
                    hits.append(Hit(start, last, score, row, words != 0))
                    held_start, held_end, held_score = start, last, score

    def _rarely(  # noqa: PLR0913, PLR0917 - what the loop above holds
        self, row: Row, text: Text, start: int, end: int, score: float, words: int
    ) -> tuple[float, int, int]:
        """What few rows ask for: words that speak against it, and what goes on after it."""
        if row.contrary & text.around.just_before(start):
            score, words = row.against, 0
        return score, words, end_of(row.tail, text.data, end) if row.tail else end
