"""Keeping the candidates that hold, each with how sure that is."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from detectors.pii.anchors import Anchors
from detectors.pii.announced import Announced
from detectors.pii.compiled import Row, terms
from detectors.pii.forms import Forms
from detectors.pii.opening import Opening
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.vocabulary import Surroundings, Vocabulary, words_of
from detectors.spans import outermost

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from detectors.pii.checks import Checks
    from detectors.pii.compiled import Place
    from detectors.pii.rows import Recognizer

_START = itemgetter(0)
_new = tuple.__new__
"""Makes a named tuple in less than half of the time that its own class takes."""
_UNASKED = -1
KNOWN_LABELS = 1024
MARGIN = 16
"""How far the boundaries around a match may look, beyond it and beyond the context."""


class Hit(NamedTuple):
    """A candidate that holds: where it is, what it is, and how sure that is."""

    start: int
    end: int
    score: float
    kind: str
    evidence: Mapping[str, bool | str]
    row: Row


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
        self._opening = Opening(rows, self._vocabulary)
        self._labels: dict[str, bool] = {}

    def knows(self, label: str) -> bool:
        """Whether the name of a field or column says anything about what is in it."""
        known = self._labels.get(label)
        if known is None:
            known = self._vocabulary.named(shape_of(label, Standins())) != 0
            if len(self._labels) < KNOWN_LABELS:
                self._labels[label] = known
        return known

    def open_from(self, data: bytes) -> int:
        """Where in a text's shape something may still begin or change if the text goes on."""
        return self._opening.of(data)

    def scan(self, data: bytes, label: bytes = b"") -> Sequence[Hit]:
        """What holds in a text's shape and lies in nothing else at least as sure.

        The words of `label`, the name of the text's field, are context for all of it.
        """
        hits: list[Hit] = []
        marks = self._vocabulary.find(words_of(data))
        characters = data.decode("latin-1")
        text = Text(data, characters, Surroundings(self._vocabulary, marks, characters, label))
        _keep(self._anchors.find(data), text, hits)
        _keep(self._forms.find(data), text, hits)
        for row, start, end in self._announced.find(data, marks):
            last = start + row.check(characters[start:end]) if row.check else end
            if last > start:
                score, evidence = row.in_context, row.evidence_in_context
                hits.append(_new(Hit, (start, last, score, row.kind, evidence, row)))
        return _told(hits) if len(hits) > 1 else hits


def _keep(  # noqa: C901, PLR0912 - the inner loop, where a call costs as much as its work
    places: Iterable[Place], text: Text, hits: list[Hit]
) -> None:
    data, characters, around = text
    near = around.near
    held_start, held_end, held_score, held_tail = 0, -1, 0.0, ""
    at_start, at_end, bits = -1, -1, 0
    for (needed, asked, best, tail), start, end in places:
        held = held_score >= best and held_end >= end and held_start <= start
        if held and (not tail or tail == held_tail):
            continue  # spares questions whose answers `outermost` would drop
        if start != at_start or end != at_end:
            at_start, at_end, bits = start, end, _UNASKED
        if needed:
            bits = near(start, end) if bits == _UNASKED else bits
            if not bits & needed:
                continue
        for row, check in asked:
            if not row.score:
                bits = near(start, end) if bits == _UNASKED else bits
                if not bits & row.context:
                    continue
            last = start + check(characters[start:end]) if check else end
            if last == start:
                continue
            if last == end:
                words = bits = near(start, end) if bits == _UNASKED else bits
            else:
                words = near(start, last)
            score, evidence = row.score, row.evidence
            if words & row.context:
                score = row.in_context if words & row.own else row.in_general
                evidence = row.evidence_in_context
            if words & row.contrary and around.against(start, row.contrary, row.own):
                score, evidence = row.against, row.evidence
            if score:
                if row.tail and (goes_on := row.tail.match(data, last)):
                    last = goes_on.end()
                hits.append(_new(Hit, (start, last, score, row.kind, evidence, row)))
                held_start, held_end, held_score = start, last, score
                held_tail = row.recognizer.tail


def _told(hits: list[Hit]) -> list[Hit]:
    hits.sort(key=_START)
    told: list[Hit] = []
    last_start, last_end, last_score = -1, -1, 0.0
    for hit in hits:
        start, end, score = hit[:3]
        if start >= last_end:
            told.append(hit)
            last_start, last_end, last_score = start, end, score
        elif (
            end > last_end
            or score > last_score
            or (start == last_start and end == last_end and score == last_score)
        ):
            hits.sort(key=_rank)  # they overlap in some other way than the usual
            return outermost(hits)
    return told


def _rank(hit: Hit) -> tuple[int, int, int]:
    return hit.start, -hit.end, hit.row.order
