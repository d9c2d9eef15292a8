"""Keeping the candidates that hold, each with how sure that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from detectors.pii.anchors import Anchors
from detectors.pii.announced import Announced
from detectors.pii.compiled import Row, terms
from detectors.pii.forms import Forms
from detectors.pii.vocabulary import Surroundings, Vocabulary, words_of
from detectors.spans import outermost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detectors.pii.checks import Checks
    from detectors.pii.rows import Recognizer

MARGIN = 16
"""How far the boundaries around a match may look, beyond it and beyond the context."""

_FIELD = re.compile(r"([A-Za-z][0-9A-Za-z_.\-]{1,39})[\"']?[ ]?[:=][ ]?[\"']?\Z")
_FIELD_LONGEST = 45
_HUMP = re.compile(rb"(?<=[a-z])(?=[A-Z])")


class Hit(NamedTuple):
    """A candidate that holds: where it is, what it is, and how sure that is."""

    start: int
    end: int
    score: float
    row: Row
    in_context: bool


class Text(NamedTuple):
    """A text's shape, the same as characters, and the words around its places."""

    data: bytes
    characters: str
    around: Surroundings


class Scanner:
    """Recognisers ready to be run over shapes."""

    def __init__(self, recognizers: Sequence[Recognizer], checks: Checks) -> None:
        self._vocabulary = Vocabulary(
            term
            for one in recognizers
            for term in sorted(terms(one.context + one.general + one.contrary + one.labels))
        )
        rows = [Row(one, self._vocabulary, checks) for one in recognizers]
        self._order = {id(row): place for place, row in enumerate(rows)}
        self._announced = Announced(rows, self._vocabulary)
        self._anchors = Anchors(rows)
        self._forms = Forms(rows)

    def scan(self, data: bytes, label: bytes = b"") -> Sequence[Hit]:
        """What holds in a text's shape and lies in nothing else at least as sure.

        The words of `label`, the name of the text's field, are context for all of it.
        """
        hits: list[Hit] = []
        marks = self._vocabulary.find(words_of(data))
        around = Surroundings(marks, self._words(label) if label else 0)
        text = Text(data, data.decode("latin-1"), around)
        self._keep(self._anchors.find(data), text, hits)
        self._keep(self._forms.find(data), text, hits)
        for row, start, end in self._announced.find(data, marks):
            length = row.check(text.characters[start:end]) if row.check else end - start
            if length:
                hits.append(Hit(start, start + length, row.in_context, row, in_context=True))
        if len(hits) < 2:
            return hits
        hits.sort(key=self._rank)
        end = 0
        for hit in hits:
            if hit[0] < end:
                return outermost(hits)
            end = hit[1]
        return hits

    def _rank(self, hit: Hit) -> tuple[int, int]:
        return hit[0], self._order[id(hit[3])]

    def _keep(
        self, places: Iterable[tuple[tuple[Row, ...], int, int]], text: Text, hits: list[Hit]
    ) -> None:
        _, characters, around = text
        held_start, held_end, held_score = 0, -1, 0.0
        for rows, start, end in places:
            for row in rows:
                if held_end >= end and held_start <= start and held_score >= row.in_context:
                    continue  # spares a question whose answer `outermost` would drop
                if not row.score and not self._in_context(row, text, start, end):
                    continue
                last = end
                if row.check is not None:
                    length = row.check(characters[start:end])
                    if not length:
                        continue
                    last = start + length
                score, context = self._score(row, text, start, last)
                if row.contrary and around.just_before(start) & row.contrary:
                    score, context = row.against, False
                if row.tail is not None:
                    tail = row.tail.match(text.data, last)
                    last = tail.end() if tail else last
                if score:
                    hits.append(Hit(start, last, score, row, context))
                    held_start, held_end, held_score = start, last, score

    def _score(self, row: Row, text: Text, start: int, end: int) -> tuple[float, bool]:
        if not row.context:
            return row.score, False
        words = text.around.near(start, end) & row.context or self._field(row, text, start)
        if not words:
            return row.score, False
        return (row.in_context if words & row.own else row.in_general), True

    def _in_context(self, row: Row, text: Text, start: int, end: int) -> bool:
        """Whether one of the row's words stands near a place, or names its field."""
        return bool(text.around.near(start, end) & row.context or self._field(row, text, start))

    def _field(self, row: Row, text: Text, start: int) -> int:
        """The row's words in the name of the field whose value begins at a place."""
        before = text.characters[max(start - 3, 0) : start]
        if ":" not in before and "=" not in before:
            return 0
        field = _FIELD.search(text.characters, max(start - _FIELD_LONGEST, 0), start)
        return self._words(field[1].encode("latin-1")) & row.context if field else 0

    def _words(self, label: bytes) -> int:
        words = words_of(_HUMP.sub(b" ", label))
        bits = 0
        for term, _, _ in self._vocabulary.find(b" ".join(words.split())):
            bits |= 1 << term
        return bits
