"""One text of a reply on its way through the steps, and back to the client's own values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.offsets import apply
from policyengine.openai.halves import Halves
from policyengine.streaming.forgetting import Forgetting
from policyengine.streaming.settled import Settled
from policyengine.streaming.settling import Settling

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from policyengine.evaluation import Answer, Call, Evaluation
    from policyengine.exchange import Segment
    from policyengine.plan import PlannedStep
    from policyengine.standins import Issued
    from policyengine.streaming.forgetting import Part, Stage
    from policyengine.streaming.recall import Recall


class Flow:
    """What of a text may be released: nothing that its steps would rewrite, block or not have seen.

    `issued` are the stand-ins whose values are put back. With a `margin` it tells what can be
    forgotten, see `Forgetting`.
    """

    def __init__(  # noqa: PLR0913 - what a stream has, for one text of it
        self,
        segment: Segment,
        steps: Sequence[PlannedStep],
        issued: Issued,
        evaluation: Evaluation,
        recall: Recall,
        *,
        margin: int | None = None,
    ) -> None:
        self._settlings = [
            Settling(step, segment, evaluation, recall)
            for step in steps
            if segment.source in step.sources
        ]
        self._restoring = _Restoring(issued) if issued else None
        stages: list[Stage] = [*self._settlings]
        if self._restoring is not None:
            stages.append(self._restoring)
        self._forgetting = None if margin is None else Forgetting(stages, margin)
        self._halves = Halves()
        self._arrived = 0
        self.blocked = False
        """Whether a step has blocked the text from some place on."""
        self.lost = False
        """Whether only the whole reply can tell what is to be done."""

    def feed(self, text: str, *, closed: bool) -> Generator[Call, Answer, str]:
        """What may be released now that so much more has arrived; `closed` when nothing follows."""
        text = self._halves.add(text) + (self._halves.rest() if closed else "")
        settled = Settled(text)
        self._arrived += len(text)
        for one in self._settlings:
            settled = yield from one.feed(settled, closed=closed)
            one.given += len(settled.text)
            if one.lost:
                self.lost = True
                return ""
            if one.blocked:
                self.blocked = closed = True  # for those that follow, what is cut off never was
        return settled.text if self._restoring is None else self._restoring.feed(settled, closed)

    def forgettable(self) -> Part | None:
        """What of the text nobody will look at again; to be asked after each piece."""
        return None if self._forgetting is None else self._forgetting.look(self._arrived)


class _Restoring:
    """Puts values back, which takes stand-ins that are there in full."""

    def __init__(self, issued: Issued) -> None:
        self._issued = issued
        self._longest = max(map(len, issued))
        self._held = Settled()
        self.taken = self.given = 0
        self._changed = False

    @property
    def kept(self) -> int:
        """Where begins what is still here."""
        return self.taken

    def noticed(self) -> bool:
        """Whether anything was changed since, or is rewritten in what is still here."""
        changed, self._changed = self._changed, False
        return changed or bool(self._held.rewritten)

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
        restored = apply(taken.text, edits)[0]
        self._changed = self._changed or bool(edits or taken.rewritten)
        self.taken += until
        self.given += len(restored)
        return restored

    def _complete(self, text: str) -> int:
        """Where a stand-in begins whose end has not arrived, or the end of the text."""
        bracket = text.rfind("[")
        is_open = bracket >= 0 and "]" not in text[bracket:]
        return bracket if is_open and len(text) - bracket < self._longest else len(text)
