"""The context in passages, and those that bear on a claim; time is linear in the context."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from detectors.encoders.cache import ContentCache
from detectors.hallucination.addresses import addresses
from detectors.hallucination.numbers import Number, agree, numbers
from detectors.hallucination.wording import folded, stems, telling
from detectors.sentences import sentences
from policyengine import Position, Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from policyengine import Segment


CACHE_BYTES = 64_000_000
"""Half a million words of context come to 45 MB; what does not fit at all is never kept."""
_LINE_BYTES, _STEM_BYTES, _NUMBER_BYTES = 400, 80, 250
"""What these take in memory, about."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a text."""

    span: Span
    stems: frozenset[str]
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What is kept of a text of the context; it depends on the text alone."""

    lines: tuple[Line, ...]
    lower: str

    @property
    def size(self) -> int:
        """In bytes, about."""
        return len(self.lower) + sum(
            _LINE_BYTES + _STEM_BYTES * len(one.stems) + _NUMBER_BYTES * len(one.numbers)
            for one in self.lines
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the context with the one after it: what a claim may rest on."""

    segment: Segment
    span: Span
    numbers: tuple[Number, ...]

    @property
    def text(self) -> str:
        """What stands there."""
        return self.segment.text[self.span.start : self.span.end]

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.segment, self.span)


class Digests:
    """Digests of texts seen before, for contexts that come again."""

    def __init__(self) -> None:
        self._cache: ContentCache[Digest] = ContentCache(CACHE_BYTES)

    def of(self, text: str) -> Digest:
        """The digest of a text."""
        known = self._cache.get(text)
        if known is None:
            known = _digest(text)
            self._cache.put(text, known, known.size)
        return known


class Context:
    """Everything that an answer may rest on: the context, and the request's own words."""

    def __init__(
        self, context: Sequence[Segment], request: Sequence[Segment], digests: Digests
    ) -> None:
        self.segments = tuple(context)
        self.request = tuple(request)
        self.passages: list[Passage] = []
        self._by_stem: dict[str, list[int]] = {}
        known = [digests.of(one.text) for one in (*context, *request)]
        for segment, digest in zip(context, known, strict=False):
            self._add(segment, digest.lines)
        asked = [line for text in known[len(self.segments) :] for line in text.lines]
        self._asked = frozenset(one for line in asked for one in line.stems)
        self._asked_numbers = tuple(one for line in asked for one in line.numbers)
        self.stems = self._asked | self._by_stem.keys()
        self.numbers = tuple(one for text in known for line in text.lines for one in line.numbers)
        self.lower = "\n".join(one.lower for one in known)
        self._by_letter: dict[str, list[str]] = {}

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address, and the host of every page."""
        found = {one.plain for one in addresses(self.lower)}
        return frozenset(found | {one.split("/")[0] for one in found})

    @cached_property
    def folded(self) -> frozenset[str]:
        """The stems without accents."""
        return frozenset(map(folded, self.stems))

    def _add(self, segment: Segment, lines: Sequence[Line]) -> None:
        """Each line with its next one as a passage; a line's words are in both of its passages."""
        for at, line in enumerate(lines):
            place = len(self.passages)
            both = lines[at : at + 2]
            numbers = tuple(number for one in both for number in one.numbers)
            whole = Span(line.span.start, both[-1].span.end)
            self.passages.append(Passage(segment, whole, numbers))
            for one in line.stems:
                places = self._by_stem.setdefault(one, [])
                if at and (not places or places[-1] != place - 1):
                    places.append(place - 1)
                places.append(place)

    def beginning(self, letter: str) -> Sequence[str]:
        """The stems that begin so."""
        if not self._by_letter:
            for one in self.stems:
                self._by_letter.setdefault(one[0], []).append(one)
        return self._by_letter.get(letter, ())

    def weight(self, stem: str) -> float:
        """How telling a stem is: the rarer in the context, the more."""
        return math.log(1 + len(self.passages) / (1 + len(self._by_stem.get(stem, ()))))

    def knows(self, number: Number) -> bool:
        """Whether a number of the claim stands anywhere."""
        return any(agree(number, known) for known in self.numbers)

    def was_asked(self, text: str) -> bool:
        """Whether a text holds no word and no number but those of the request."""
        return stems(text) <= self._asked and all(
            any(agree(one, known) for known in self._asked_numbers) for one in numbers(text)
        )

    def vouched(self, text: str) -> tuple[Span, ...]:
        """The numbers and words of a text that are known here in another form."""
        known = [
            (one.start, one.end)
            for one in numbers(text)
            if text[one.start : one.end].lower() not in self.lower and self.knows(one)
        ]
        if not (text.isascii() and self.lower.isascii()):
            known += (
                (one.start, one.end)
                for one in telling(text)
                if one.stem not in self.stems and folded(one.stem) in self.folded
            )
        return tuple(Span(*one) for one in sorted(known))

    def nearest(self, stems: AbstractSet[str]) -> tuple[Passage | None, float]:
        """The passage that shares most with a claim, and the share of the claim that it holds."""
        weights = {one: self.weight(one) for one in sorted(stems)}
        total = sum(weights.values())
        shared: dict[int, float] = {}
        for one, weight in weights.items():
            for at in self._by_stem.get(one, ()):
                shared[at] = shared.get(at, 0.0) + weight
        if not shared or not total:
            return None, 0.0
        at = max(shared, key=lambda one: (shared[one], -one))
        if shared.get(at + 1) == shared[at]:
            at += 1  # what they share is in both: rather what begins with it
        return self.passages[at], shared[at] / total


def _digest(text: str) -> Digest:
    lines = []
    for span in sentences(text):
        said = text[span.start : span.end]
        lines.append(Line(span, stems(said), tuple(numbers(said))))
    return Digest(tuple(lines), " ".join(text.lower().split()))
