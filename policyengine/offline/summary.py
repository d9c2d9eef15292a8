"""The account of a run: how many lines, what was decided and found, what could not be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tally(NamedTuple):
    """What one line adds to the account; `kinds` names the kind of each finding that decided."""

    verdict: str | None
    complete: bool
    kinds: tuple[str, ...]


BAD = Tally(None, complete=False, kinds=())
"""What a line adds that could not be evaluated."""


@dataclass(slots=True)
class Summary:
    """The account so far."""

    lines: int = 0
    bad: int = 0
    incomplete: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, tally: Tally) -> None:
        """Count one more line."""
        self.lines += 1
        if tally.verdict is None:
            self.bad += 1
            return
        self.verdicts[tally.verdict] += 1
        self.incomplete += not tally.complete
        self.kinds.update(tally.kinds)


def detections_in(line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The detections of an evaluated line; None where it has none."""
    response = line.get("response")
    holder = line if response is None else response
    detections = holder.get("detections") if isinstance(holder, dict) else None
    return detections if isinstance(detections, dict) else None


def tally(detections: Mapping[str, Any]) -> Tally:
    """What a line with these detections adds.

    Findings below every threshold, which were asked for, decide nothing and are not counted.
    """
    kinds = tuple(
        finding["kind"]
        for stage in (detections["input"], detections["output"])
        if stage is not None
        for step in stage["steps"]
        for finding in step["findings"]
        if finding["verdict"] != Verdict.ALLOW.word
    )
    return Tally(detections["verdict"], detections["complete"], kinds)
