"""What of a text that arrives can be forgotten before the reply is judged in the end.

Windows say how far a finding can depend on the text around it. A part of a text in which no step
has found anything, that is so far from whatever one has found that neither can matter to the other,
will have no finding in the end either, and is delivered as it came. Nobody has to look at it again:
in its place there may be anything, where what is found in it is not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from policyengine.detector import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policyengine.plan import PlannedStep

LEAST = 1024
"""So many characters are forgotten at once."""


class Stage(Protocol):
    """A stage on a text's way, counted in the characters that come into it and go out of it."""

    @property
    def kept(self) -> int:
        """Where begins what it has."""

    @property
    def taken(self) -> int:
        """How much came in and was let go."""

    @property
    def given(self) -> int:
        """How much went out."""

    def noticed(self) -> bool:
        """Whether it found or changed anything in what it has, or had when last asked, or since."""


class Part(NamedTuple):
    """A part of a text as it arrived, and how much further on it stands in what was released."""

    start: int
    end: int
    shift: int


class Forgetting:
    """What of one text can be forgotten; `margin` is how far anything in it can matter."""

    def __init__(self, stages: Sequence[Stage], margin: int) -> None:
        self._stages = stages
        self._margin = margin
        self._start: int | None = 0
        self._looked = 0

    def look(self, arrived: int) -> Part | None:
        """A part, now that so many characters have arrived, each call a later one."""
        if arrived - self._looked < LEAST:
            return None
        self._looked = arrived
        if any([stage.noticed() for stage in self._stages]):  # noqa: C419 - each is to be asked
            self._start = None
            return None
        shift, kept = 0, arrived
        for stage in self._stages:
            # No stage has changed anything that another one still has: they differ by a distance.
            kept = min(kept, stage.kept - shift)
            shift += stage.given - stage.taken
        end = kept - self._margin
        if self._start is None:
            self._start = kept + self._margin
        if end - self._start < LEAST:
            return None
        start, self._start = self._start, end
        return Part(start, end, shift)


def margin_of(steps: Iterable[PlannedStep], longest: int) -> int | None:
    """How far apart what matters to each other can be; None where a step has no window.

    `longest` is the length of the longest stand-in.
    """
    total = longest + 1
    for step in steps:
        scope = step.detector.scope
        if not isinstance(scope, Window):
            return None
        total += scope.lookbehind + scope.lookahead
    return total
