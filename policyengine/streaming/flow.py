"""One text of a reply on its way through the steps, and back to the client's own values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.offsets import apply
from policyengine.streaming.settled import Settled
from policyengine.streaming.settling import Settling

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from policyengine.evaluation import Answer, Call, Evaluation
    from policyengine.exchange import Segment
    from policyengine.plan import PlannedStep
    from policyengine.standins import Issued
    from policyengine.streaming.recall import Recall


class Flow:
    """What of a text may be released: nothing that its steps would rewrite, block or not have seen.

    `issued` are the stand-ins whose values are put back.
    """

    def __init__(
        self,
        segment: Segment,
        steps: Sequence[PlannedStep],
        issued: Issued,
        evaluation: Evaluation,
        recall: Recall,
    ) -> None:
        self._settlings = [
            Settling(step, segment, evaluation, recall)
            for step in steps
            if segment.source in step.sources
        ]
        self._restoring = _Restoring(issued) if issued else None
        self.blocked = False
        """Whether a step has blocked the text from some place on."""
        self.lost = False
        """Whether only the whole reply can tell what is to be done."""

    def feed(self, text: str, *, closed: bool) -> Generator[Call, Answer, str]:
        """What may be released now that so much more has arrived; `closed` when nothing follows."""
        settled = Settled(text)
        for one in self._settlings:
            settled = yield from one.feed(settled, closed=closed)
            if one.lost:
                self.lost = True
                return ""
            if one.blocked:
                self.blocked = closed = True  # for those that follow, what is cut off never was
        return settled.text if self._restoring is None else self._restoring.feed(settled, closed)


class _Restoring:
    """Puts values back, which takes stand-ins that are there in full."""

    def __init__(self, issued: Issued) -> None:
        self._issued = issued
        self._longest = max(map(len, issued))
        self._held = Settled()

    def feed(self, arrived: Settled, closed: bool) -> str:  # noqa: FBT001 - one caller
        self._held.add(arrived)
        text = self._held.text
        until = len(text) if closed else self._complete(text)
        taken = self._held.cut(0, until)
        self._held = self._held.cut(until, len(text))
        edits = [
            edit
            for edit, _ in self._issued.found_in(taken.text)
            if not any(start < edit.end and edit.start < end for start, end in taken.rewritten)
        ]
        return apply(taken.text, edits)[0]

    def _complete(self, text: str) -> int:
        """Where a stand-in begins whose end has not arrived, or the end of the text."""
        bracket = text.rfind("[")
        is_open = bracket >= 0 and "]" not in text[bracket:]
        return bracket if is_open and len(text) - bracket < self._longest else len(text)
