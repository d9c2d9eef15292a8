"""What a step is shown of an exchange: its views, and where their pieces belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.detector import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.detections import Stage
    from policyengine.evaluation import Choice, Evaluation, StageRun
    from policyengine.exchange import Segment, Source
    from policyengine.pieces import Piece
    from policyengine.plan import PlannedStep


@dataclass(slots=True)
class Sight:
    """The choices in which a step has something to examine, and a view of each.

    `lacking` are the choices for which it misses what it needs, `missing` is what that is.
    """

    choices: Sequence[Choice]
    views: Sequence[View]
    lacking: Sequence[Choice] = ()
    missing: frozenset[Source] = frozenset()
    noted: bool = False

    def note(self, step: PlannedStep) -> None:
        """Count the texts as examined: a step that sees them ran."""
        if self.noted:
            return
        self.noted = True
        for choice in self.choices:
            for text in choice.texts:
                if text.segment.source in step.sources and not text.dropped:
                    text.examined = True


def look(step: PlannedStep, run: StageRun, evaluation: Evaluation) -> Sight:
    """What the step is shown now; steps that see alike share it until a text changes."""
    sight = run.sights.get(step.sees)
    if sight is None:
        sight = run.sights[step.sees] = _look(step, run, evaluation)
    return sight


def pieces(step: PlannedStep, choice: Choice) -> Iterator[Piece]:
    """The pieces behind the segments that the step is shown of a choice, in the same order."""
    for text in choice.texts:
        if text.segment.source in step.sources:
            yield from text.pieces(step.splitter)


def _look(step: PlannedStep, run: StageRun, evaluation: Evaluation) -> Sight:
    reading = reference(step, run.plan.stage, evaluation) if step.reads else ()
    needed = step.needs - evaluation.present if step.needs else step.needs
    choices: list[Choice] = []
    views: list[View] = []
    lacking: list[Choice] = []
    missed: frozenset[Source] = frozenset()
    for choice in run.choices:
        if choice.closed:
            continue
        examined = _examined(step, choice)
        missing = needed.difference([segment.source for segment in examined]) if needed else needed
        if missing:
            lacking.append(choice)
            missed |= missing
        elif examined:
            choices.append(choice)
            views.append(View(tuple(examined), reading, evaluation.memo))
    # Tuples: a detector is handed them, and may do with a list what it likes.
    return Sight(choices, tuple(views), lacking, missed if run.choices else needed)


def _examined(step: PlannedStep, choice: Choice) -> list[Segment]:
    examined: list[Segment] = []
    for text in choice.texts:
        if text.segment.source in step.sources:
            shown = text.shown(step.splitter)
            examined += shown
            # `{}` says nothing, so that there is nothing of it left to look at.
            text.examined = text.examined or not (shown or text.dropped)
    return examined


def reference(step: PlannedStep, stage: Stage, evaluation: Evaluation) -> tuple[Segment, ...]:
    """The segments of the request that the step only reads, as the steps so far have left them."""
    examined = step.sources if stage == "input" else frozenset()
    return tuple(
        text.left
        for text in evaluation.request.values()
        if text.segment.source in step.reads
        and text.segment.source not in examined
        and not text.dropped
    )
