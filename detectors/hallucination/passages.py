"""The context in passages, and those that bear on a claim; time is linear in the context."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.hallucination.numbers import Number, agree, numbers
from detectors.hallucination.wording import telling
from detectors.sentences import sentences
from policyengine import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from policyengine import Segment


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the context with the one after it: what a claim may rest on."""

    segment: Segment
    span: Span
    stems: frozenset[str]
    numbers: tuple[Number, ...]

    @property
    def text(self) -> str:
        """What stands there."""
        return self.segment.text[self.span.start : self.span.end]

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.segment, self.span)


class Context:
    """Everything that an answer may rest on: the context, and the request's own words."""

    def __init__(self, context: Sequence[Segment], request: Sequence[Segment]) -> None:
        self.segments = tuple(context)
        self.passages = [one for segment in context for one in _passages(segment)]
        self._by_stem: dict[str, list[int]] = {}
        for at, passage in enumerate(self.passages):
            for one in passage.stems:
                self._by_stem.setdefault(one, []).append(at)
        asked = [segment.text for segment in request]
        self.stems = frozenset(
            (*self._by_stem, *(word.stem for text in asked for word in telling(text)))
        )
        self.numbers = tuple(
            one for text in [segment.text for segment in context] + asked for one in numbers(text)
        )
        self.lower = "\n".join(
            " ".join(text.lower().split()) for text in [one.text for one in context] + asked
        )

    def weight(self, stem: str) -> float:
        """How telling a stem is: the rarer in the context, the more."""
        return math.log(1 + len(self.passages) / (1 + len(self._by_stem.get(stem, ()))))

    def knows(self, number: Number) -> bool:
        """Whether a number of the claim stands anywhere."""
        return any(agree(number, known) for known in self.numbers)

    def nearest(self, stems: AbstractSet[str]) -> tuple[Passage | None, float]:
        """The passage that shares most with a claim, and the share of the claim that it holds."""
        total = sum(map(self.weight, sorted(stems)))
        shared: dict[int, float] = {}
        for one in sorted(stems):
            weight = self.weight(one)
            for at in self._by_stem.get(one, ()):
                shared[at] = shared.get(at, 0.0) + weight
        if not shared or not total:
            return None, 0.0
        at = max(shared, key=lambda one: (shared[one], -one))
        return self.passages[at], shared[at] / total


def _passages(segment: Segment) -> Iterable[Passage]:
    spans = sentences(segment.text)
    for at, span in enumerate(spans):
        whole = Span(span.start, spans[min(at + 1, len(spans) - 1)].end)
        text = segment.text[whole.start : whole.end]
        yield Passage(
            segment,
            whole,
            frozenset(word.stem for word in telling(text)),
            tuple(numbers(text)),
        )
