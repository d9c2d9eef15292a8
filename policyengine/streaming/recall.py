"""What models found while a reply arrived, so that they are not asked again in the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from policyengine.evaluation import Failure

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from policyengine.detector import Finding, View
    from policyengine.evaluation import Answer, Call
    from policyengine.exchange import Segment
    from policyengine.plan import PlannedStep

R = TypeVar("R")

LEFT = Failure("not_reached", "the stream was left")


class Recall:
    """The findings of each part of a text that a step was shown."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, Segment], Sequence[Finding]] = {}

    def note(
        self, step: PlannedStep, segments: Sequence[Segment], findings: Sequence[Finding]
    ) -> None:
        """Remember the findings of segments; those about none of them cannot be told apart."""
        by_path: dict[str | None, list[Finding]] = {}
        for one in findings:
            by_path.setdefault(one.path, []).append(one)
        if None not in by_path:
            for segment in segments:
                self._found[step.policy, step.name, segment] = by_path.get(segment.path, ())

    def drive(self, steps: Generator[Call, Answer, R]) -> Generator[Call, Answer, R]:
        """The same steps, with what is known answered here."""
        try:
            call = next(steps)
            while True:
                call = steps.send((yield from self._answer(call)))
        except StopIteration as stop:
            result: R = stop.value
            return result

    def conclude(self, steps: Generator[Call, Answer, R]) -> R:
        """The same steps, and nobody is asked: what is not known was not reached."""
        try:
            call = next(steps)
            while True:
                parts = [self._parted(call.step, view) for view in call.views]
                known = [found for found, _ in parts]
                is_told = any(known) or not any(view.examined for _, view in parts)
                call = steps.send(known if is_told else LEFT)
        except StopIteration as stop:
            result: R = stop.value
            return result

    def _answer(self, call: Call) -> Generator[Call, Answer, Answer]:
        """What is known of the views, and of the rest what the detector says now."""
        if call.step.splitter is None or not self._found:
            return (yield call)
        parts = [self._parted(call.step, view) for view in call.views]
        asked = tuple(view for _, view in parts if view.examined)
        said: Answer = (yield replace(call, views=asked)) if asked else []
        if isinstance(said, Failure) or type(said) is not list or len(said) != len(asked):
            return said
        answers = iter(said)
        return [[*known, *(next(answers) if view.examined else ())] for known, view in parts]

    def _parted(self, step: PlannedStep, view: View) -> tuple[list[Finding], View]:
        """The findings that are known, and a view of the segments of which nothing is."""
        known: list[Finding] = []
        unknown: list[Segment] = []
        for segment in view.examined:
            found = self._found.get((step.policy, step.name, segment))
            if found is None:
                unknown.append(segment)
            else:
                known += found
        return known, replace(view, examined=tuple(unknown))
