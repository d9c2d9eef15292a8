"""Where a place in a text is after the text was edited, and back; pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.detector import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`text[start:end]` gives way to `replacement`; code points, half-open."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """What stood at `old_start:old_end` stands, rewritten, at `new_start:new_end`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def inverse(self) -> Region:
        """The same region seen from the new text."""
        return Region(self.new_start, self.new_end, self.old_start, self.old_end)

    @property
    def growth(self) -> int:
        """By how many characters the new text is longer."""
        return (self.new_end - self.new_start) - (self.old_end - self.old_start)


class OffsetMap:
    """Two texts that differ in some regions, and otherwise are the same but for their offsets.

    Regions are in order and do not overlap. A place inside a region has no counterpart of its own:
    it maps to the whole region, so a mapped span is never too short.
    """

    __slots__ = ("_inverse", "_starts", "regions")

    def __init__(self, regions: Iterable[Region] = ()) -> None:
        self.regions: Sequence[Region] = tuple(regions)
        self._starts = [region.old_start for region in self.regions]
        self._inverse: OffsetMap | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OffsetMap) and self.regions == other.regions

    def __hash__(self) -> int:
        return hash(self.regions)

    def __repr__(self) -> str:
        return f"OffsetMap({list(self.regions)!r})"

    @property
    def inverse(self) -> OffsetMap:
        """The map from the new text to the old one; made once, since every finding asks for it."""
        if self._inverse is None:
            self._inverse = OffsetMap(region.inverse for region in self.regions)
        return self._inverse

    def span(self, start: int, end: int) -> Span:
        """The smallest span of the new text that holds everything that `start:end` became."""
        first = self.start(start)
        return Span(first, max(first, self.end(end)))

    def range(self, start: int, end: int) -> tuple[int, int]:
        """`span` as a pair."""
        span = self.span(start, end)
        return span.start, span.end

    def touches(self, start: int, end: int) -> bool:
        """Whether any of `start:end` lies in a region."""
        index = bisect_left(self._starts, end) - 1
        return index >= 0 and self.regions[index].old_end > start

    def start(self, place: int) -> int:
        """Where a span that starts at `place` starts in the new text."""
        index = bisect_right(self._starts, place) - 1
        if index < 0:
            return place
        region = self.regions[index]
        if place < region.old_end:
            return region.new_start
        return place - region.old_end + region.new_end

    def end(self, place: int) -> int:
        """Where a span that ends at `place` ends in the new text."""
        index = bisect_left(self._starts, place) - 1
        if index < 0:
            return place
        region = self.regions[index]
        if place <= region.old_end:
            return region.new_end
        return place - region.old_end + region.new_end

    def then(self, later: OffsetMap) -> OffsetMap:
        """The map over both edits: this one's, then `later`'s on the text that this one left."""
        if not self.regions:
            return later
        if not later.regions:
            return self
        middle = sorted(
            [(region.new_start, region.new_end, region.inverse, None) for region in self.regions]
            + [(region.old_start, region.old_end, None, region) for region in later.regions],
            key=lambda entry: entry[:2],
        )
        joined: list[Region] = []
        back = forth = 0  # how far the old and the newest text are behind the middle one
        start, end = middle[0][:2]
        old_start, new_start = start, start
        for at, (low, high, earlier_region, later_region) in enumerate(middle):
            if at and low >= end:
                joined.append(Region(old_start, end + back, new_start, end + forth))
                start, end = low, high
                old_start, new_start = start + back, start + forth
            end = max(end, high)
            back += 0 if earlier_region is None else earlier_region.growth
            forth += 0 if later_region is None else later_region.growth
        joined.append(Region(old_start, end + back, new_start, end + forth))
        return OffsetMap(joined)


def apply(text: str, edits: Sequence[Edit]) -> tuple[str, OffsetMap]:
    """The text after the edits, and the map from the old text to it.

    The edits are in order, do not overlap and replace something; ValueError otherwise.
    """
    parts: list[str] = []
    regions: list[Region] = []
    taken = grown = 0
    for edit in edits:
        if edit.start < taken or edit.end <= edit.start or edit.end > len(text):
            raise ValueError(f"an edit at {edit.start}:{edit.end} is out of order or out of range")
        parts += (text[taken : edit.start], edit.replacement)
        new_start = edit.start + grown
        regions.append(Region(edit.start, edit.end, new_start, new_start + len(edit.replacement)))
        grown += len(edit.replacement) - (edit.end - edit.start)
        taken = edit.end
    parts.append(text[taken:])
    return "".join(parts), OffsetMap(regions)
