"""One stage of a deployment over one exchange: steps as if one after another.

`run_stage` is a generator without effects of its own: it yields the calls that may take long and is
sent their answers, so that the sync, async and batch drivers of `running` cannot differ in what
they decide. Steps that run in the caller are asked directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.detector import Truncated, View
from policyengine.evaluation import Call, Choice, Failure, StageRun, StepRecord
from policyengine.exchange import REQUEST_SOURCES
from policyengine.judging import act, judge
from policyengine.verdict import Verdict
from policyengine.vetting import vet_batch

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from policyengine.detector import Detector
    from policyengine.evaluation import Answer, Evaluation
    from policyengine.exchange import Segment, Unexamined
    from policyengine.pieces import Piece, Text
    from policyengine.plan import PlannedStep, StagePlan


def run_stage(
    plan: StagePlan,
    texts: Sequence[Text],
    unexamined: Sequence[Unexamined],
    evaluation: Evaluation,
) -> Generator[Call, Answer, StageRun]:
    """Run every step of a stage on its texts, which the steps rewrite as they go."""
    run = StageRun(plan, texts, _choices(plan, texts), unexamined)
    if unexamined and plan.if_unexamined is Verdict.BLOCK and not evaluation.observe:
        run.refused = True
        for choice in run.choices:
            choice.close(None)
    for step in plan.steps:
        started = evaluation.clock()
        record = yield from _run_step(step, run, evaluation)
        record.seconds = evaluation.clock() - started
        run.records.append(record)
    return run


def _choices(plan: StagePlan, texts: Sequence[Text]) -> list[Choice]:
    if plan.stage == "input":
        return [Choice(list(texts))]
    by_choice: dict[int, list[Text]] = {}
    for text in texts:
        by_choice.setdefault(text.segment.choice, []).append(text)
    return [Choice(group) for group in by_choice.values()]


def _run_step(
    step: PlannedStep, run: StageRun, evaluation: Evaluation
) -> Generator[Call, Answer, StepRecord]:
    live = [choice for choice in run.choices if not choice.closed]
    stopped = _stopped(step, run, live, evaluation)
    if stopped is not None:
        return stopped
    shown = _shown(step, live)
    if not shown:
        return StepRecord(step)
    reference = _reference(step, run, evaluation)
    views = tuple(
        View(tuple(piece.segment for piece in pieces), reference, evaluation.memo)
        for _, pieces in shown
    )
    answer = yield from _answer(step, views, evaluation)
    if not isinstance(answer, Failure):
        answer = _vetted(answer, views, step)
    if isinstance(answer, Failure):
        return _fall_back(step, answer, step.if_failed, live, evaluation)
    for choice, _ in shown:
        for text in choice.texts:
            text.examined = text.examined or text.segment.source in step.sources
    if not any(answer):
        return StepRecord(step)
    judged = [
        one
        for (choice, pieces), findings in zip(shown, answer, strict=True)
        for one in judge(step, choice, pieces, findings, evaluation)
    ]
    if not (step.shadow or evaluation.observe):
        act(step, run.plan.stage, judged, evaluation.rewriter)
    return StepRecord(step, judged=judged)


def _stopped(
    step: PlannedStep, run: StageRun, live: Sequence[Choice], evaluation: Evaluation
) -> StepRecord | None:
    """The record of a step that does not get to see anything, or None."""
    if step.when and not step.when & evaluation.tags:
        return StepRecord(step, "skipped", "when")
    if step.unless & evaluation.tags:
        return StepRecord(step, "skipped", "unless")
    if run.refused or (run.choices and not live):
        return StepRecord(step, "not_reached")
    missing = (step.needs & REQUEST_SOURCES) - evaluation.present
    if not missing:
        return None
    lack = Failure("skipped", f"missing: {', '.join(sorted(missing))}")
    return _fall_back(step, lack, step.if_missing, live, evaluation)


def _fall_back(
    step: PlannedStep,
    failure: Failure,
    verdict: Verdict,
    live: Sequence[Choice],
    evaluation: Evaluation,
) -> StepRecord:
    if verdict is Verdict.BLOCK and not (step.shadow or evaluation.observe):
        for choice in live:
            choice.close(step.message)
    return StepRecord(step, failure.status, failure.reason, verdict, complete=step.shadow)


def _shown(step: PlannedStep, live: Sequence[Choice]) -> list[tuple[Choice, tuple[Piece, ...]]]:
    """The pieces that the step examines, by choice; a choice without what it needs is left out."""
    needed = step.needs - REQUEST_SOURCES
    shown = []
    for choice in live:
        pieces: tuple[Piece, ...] = ()
        for text in choice.texts:
            if text.segment.source in step.sources:
                pieces += text.pieces(step.scope)
        if pieces and (not needed or needed <= {piece.segment.source for piece in pieces}):
            shown.append((choice, pieces))
    return shown


def _reference(step: PlannedStep, run: StageRun, evaluation: Evaluation) -> tuple[Segment, ...]:
    if not step.reads:
        return ()
    examined = step.sources if run.plan.stage == "input" else frozenset()
    return tuple(
        text.left
        for text in evaluation.request.values()
        if text.segment.source in step.reads
        and text.segment.source not in examined
        and not text.dropped
    )


def _answer(
    step: PlannedStep, views: tuple[View, ...], evaluation: Evaluation
) -> Generator[Call, Answer, Answer]:
    """What the detector returned for the views, or why it did not; time is measured for both."""
    seconds, limit, started = step.timeout, "timeout_ms", 0.0
    if seconds is not None or evaluation.deadline is not None:
        started = evaluation.clock()
    if evaluation.deadline is not None:
        left = evaluation.deadline - started
        if left <= 0:
            return Failure("timeout", "deadline")
        if seconds is None or left < seconds:
            seconds, limit = left, "deadline"
    if not step.inline:
        return (yield Call(step, views, seconds, limit))
    answer = ask(step.detector, views)
    if seconds is not None and evaluation.clock() - started > seconds:
        return Failure("timeout", limit)
    return answer


def ask(detector: Detector[Any], views: Sequence[View]) -> Answer:
    """Whatever the detector returns, or the failure that its exception is."""
    try:
        return detector.detect(views)
    except Exception as error:  # noqa: BLE001 - it becomes a status, never a pass
        return failure_of(error)
    except SystemExit as error:  # a library's way out must not be the service's
        return failure_of(error)


def failure_of(error: BaseException) -> Failure:
    """The failure that an exception is: its type alone, since its text may quote the exchange."""
    if isinstance(error, Truncated):
        return Failure("failed", "truncated")
    return Failure("failed", f"raised {type(error).__name__}")


def _vetted(answer: Any, views: Sequence[View], step: PlannedStep) -> Answer:
    for reason in vet_batch(answer, views, step.kinds, step.words):
        if reason is not None:
            return Failure("failed", reason)
    return answer
