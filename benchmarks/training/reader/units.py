"""Examples as arrays: what is read together, and what should be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from detectors.hallucination.wording import telling
from detectors.reader.marks import marks
from detectors.reader.pieces import chosen, grouped
from detectors.sentences import sentences
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from examples import Example
    from lower import Lower
    from numpy.typing import NDArray

    from detectors.reader.texts import Read

    Array = NDArray[Any]

UNKNOWN = -1
LABELS = {"supported": 0, "unsupported": 1, "contradicted": 2, "not supported": 3}
CACHE_BYTES = 2.5e9
LONGEST = 128
PASSAGES = 3
"""Beside an answer; the detector shows six, which does better on documents left out."""


class Tokens(NamedTuple):
    """What is known of each token of one text, or of several."""

    states: Array
    marks: Array
    texts: Array
    """Which of them it belongs to, from 0."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Tokens that are read together, and what is known of them."""

    source: str
    beside: Tokens
    """The context and the request."""
    answer: Tokens
    words: Array
    """Whether a token is one of the answer's words; what follows is said of its tokens too."""
    wrong: Array
    conflict: Array
    label: int
    relevant: int
    somewhere: bool
    """Something in the answer is not supported, and nobody said what."""

    @property
    def work(self) -> int:
        """How long it takes to learn from, about: a token of the answer takes three of others'."""
        return len(self.beside.marks) + 3 * len(self.answer.marks)


class _Part(NamedTuple):
    """A part of an answer, maybe all of it."""

    span: Span
    alone: bool
    everywhere: frozenset[str] = frozenset()
    """The stems of the whole context."""


class Units:
    """Makes units, and remembers what it read."""

    def __init__(self, lower: Lower) -> None:
        self.lower = lower
        self._read: dict[str, Read] = {}
        self._held = 0.0
        self._pieces: dict[str, list[str]] = {}

    def read(self, text: str) -> Read:
        known = self._read.get(text)
        if known is None:
            known = self.lower.read(text, most=LONGEST)
            if self._held < CACHE_BYTES:
                self._read[text] = known
                self._held += known.size
        return known

    def pieces(self, text: str) -> list[str]:
        """The text cut where sentences end."""
        known = self._pieces.get(text)
        if known is None:
            known = [text[one.start : one.end] for one in self._spans(text)] or [text]
            self._pieces[text] = known
        return known

    def _spans(self, text: str) -> list[Span]:
        found = sentences(text)
        counts = {one: self.lower.count(text[one.start : one.end]) for one in found}
        return grouped(found, counts.__getitem__)

    def of(self, example: Example) -> Iterator[Unit]:
        request = self.read(example.request) if example.request else None
        if example.relevant is not None:
            answer = self.read(example.answer)
            whole = _Part(Span(0, len(example.answer)), alone=True)
            yield self._unit(example, answer, request, [], whole)
            return
        pieces = [piece for text in example.context for piece in self.pieces(text)]
        stems = [frozenset(word.stem for word in telling(piece)) for piece in pieces]
        everywhere = frozenset[str]().union(*stems)
        groups = self._spans(example.answer)
        for group in groups:
            text = example.answer[group.start : group.end]
            wanted = frozenset(word.stem for word in telling(text))
            context = [self.read(pieces[at]) for at in chosen(wanted, stems, PASSAGES)]
            part = _Part(group, len(groups) == 1, everywhere)
            yield self._unit(example, self.read(text), request, context, part)

    def _unit(
        self,
        example: Example,
        answer: Read,
        request: Read | None,
        context: Sequence[Read],
        part: _Part,
    ) -> Unit:
        texts = (*context, *([request] if request else ()))
        states = [one.states for one in texts] or [answer.states[:0]]
        marked = marks(answer, request, context, part.everywhere)
        size = len(answer.words)
        numbers = np.repeat(np.arange(len(texts)), [len(one.words) for one in texts])
        said = np.array([bool(word) for word in answer.words])
        wrong, conflict = np.full(size, UNKNOWN), np.full(size, UNKNOWN)
        label = UNKNOWN
        if example.label is not None and example.spans is not None:
            hit = np.zeros(size, bool)
            for start, end in example.spans:
                hit |= [
                    bool(word) and s + part.span.start < end and start < e + part.span.start
                    for word, s, e in zip(answer.words, answer.starts, answer.ends, strict=True)
                ]
            wrong[said] = 0
            wrong[hit] = 1
            if example.conflicts is not None:
                conflict[hit] = int(example.conflicts)
            label = LABELS[example.label] if hit.any() or part.alone else 0
            if not hit.any() and part.alone and example.label != "supported":
                wrong[said] = UNKNOWN
        elif part.alone and example.label is not None:
            label = LABELS[example.label]
        return Unit(
            example.source, Tokens(np.concatenate(states), marked[:-size], numbers),
            Tokens(answer.states, marked[-size:], np.zeros(size, int)), said, wrong, conflict,
            label, UNKNOWN if example.relevant is None else int(example.relevant),
            example.label not in (None, "supported") and example.spans is None and part.alone,
        )  # fmt: skip
