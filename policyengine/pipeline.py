"""One stage of a deployment over one exchange: steps as if one after another.

`run_stage` is a generator without effects of its own: it yields the calls that may take long and is
sent their answers, so that the sync, async and batch drivers of `running` cannot differ in what
they decide. Steps that run in the caller are asked directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.evaluation import Call, Choice, Failure, StageRun, StepRecord, failure_of
from policyengine.judging import act, judge
from policyengine.sight import Sight, look
from policyengine.verdict import Verdict
from policyengine.vetting import UNREADABLE, vet_batch, with_plain_scores

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from policyengine.detector import Detector, Finding, View
    from policyengine.evaluation import Answer, Evaluation, Judged
    from policyengine.exchange import Unexamined
    from policyengine.pieces import Text
    from policyengine.plan import PlannedStep, StagePlan


def run_stage(
    plan: StagePlan,
    texts: Sequence[Text],
    unexamined: Sequence[Unexamined],
    evaluation: Evaluation,
) -> Generator[Call, Answer, StageRun]:
    """Run every step of a stage on its texts, which the steps rewrite as they go."""
    run = StageRun(plan, texts, _choices(plan, texts, unexamined), unexamined)
    if unexamined and plan.if_unexamined is Verdict.BLOCK and not evaluation.observe:
        run.refused = True
        for choice in run.choices:
            choice.close(None)
    for step in plan.steps:
        started = evaluation.clock()
        ready = _ready(step, run, evaluation)
        if isinstance(ready, Sight):
            answer = in_time(step, ready.views, evaluation, started)
            if isinstance(answer, Call):
                answer = yield answer
            ready = _concluded(step, run, ready, answer, evaluation)
        ready.seconds = evaluation.clock() - started
        run.records.append(ready)
    return run


def _choices(
    plan: StagePlan, texts: Sequence[Text], unexamined: Sequence[Unexamined]
) -> list[Choice]:
    if plan.stage == "input":
        return [Choice(0, list(texts))]
    by_choice: dict[int, list[Text]] = {}
    for text in texts:
        by_choice.setdefault(text.segment.choice, []).append(text)
    for one in unexamined:
        by_choice.setdefault(one.choice, [])
    return [Choice(index, by_choice[index]) for index in sorted(by_choice)]


def _ready(step: PlannedStep, run: StageRun, evaluation: Evaluation) -> Sight | StepRecord:
    """What the step is to be shown, or its record where it is shown nothing."""
    if step.when and not step.when & evaluation.tags:
        return StepRecord(step, "skipped", "when")
    if step.unless & evaluation.tags:
        return StepRecord(step, "skipped", "unless")
    if run.closed:
        return StepRecord(step, "not_reached")
    sight = look(step, run, evaluation)
    if sight.views:
        return sight
    record = StepRecord(step)
    if sight.missing:
        record.status = "skipped"
        _miss(record, run, sight, evaluation)
    return record


def _concluded(
    step: PlannedStep, run: StageRun, sight: Sight, answer: Answer, evaluation: Evaluation
) -> StepRecord:
    """The record of a step that was asked, after what it found has been acted upon."""
    if not isinstance(answer, Failure):
        answer = vetted(answer, sight.views, step)
    if isinstance(answer, Failure):
        record = StepRecord(step, answer.status, answer.reason)
        if answer.status != "not_reached":
            _fall_back(record, run, sight.choices, step.if_failed, evaluation)
    else:
        sight.note(step)
        record = StepRecord(step)
        if answer is not NOTHING:
            record.judged = _judged(step, run, sight, answer, evaluation)
    if sight.missing:
        _miss(record, run, sight, evaluation)
    return record


def _judged(
    step: PlannedStep, run: StageRun, sight: Sight, answer: Answer, evaluation: Evaluation
) -> list[Judged]:
    judged = [
        one
        for choice, findings in zip(sight.choices, answer, strict=True)
        if findings
        for one in judge(step, choice, findings, evaluation)
    ]
    if not (step.shadow or evaluation.observe) and act(
        step, run.plan.stage, judged, evaluation.rewriter
    ):
        run.changed()
    return judged


def _miss(record: StepRecord, run: StageRun, sight: Sight, evaluation: Evaluation) -> None:
    """Say what the step needs and a choice lacks, with the verdict that the policy has for it."""
    record.reason = record.reason or f"missing: {', '.join(sorted(sight.missing))}"
    _fall_back(record, run, sight.lacking, record.step.if_missing, evaluation)


def _fall_back(
    record: StepRecord,
    run: StageRun,
    choices: Sequence[Choice],
    verdict: Verdict,
    evaluation: Evaluation,
) -> None:
    """Give the record the verdict of what could not be looked at, and act upon it."""
    step = record.step
    record.fallback = max(record.fallback, verdict)
    record.complete = step.shadow
    if verdict is Verdict.BLOCK and not (step.shadow or evaluation.observe):
        run.refused = run.refused or not run.choices
        for choice in choices:
            if not choice.closed:
                choice.close(step.message)
        run.changed()


def in_time(
    step: PlannedStep, views: Sequence[View], evaluation: Evaluation, started: float
) -> Answer | Call:
    """The answer of a step that runs here, or the call to be made; failures of time included."""
    seconds, limit = step.timeout, "timeout_ms"
    if evaluation.deadline is not None:
        left = evaluation.deadline - started
        if left <= 0:
            return Failure("timeout", "deadline")
        if seconds is None or left < seconds:
            seconds, limit = left, "deadline"
    if not step.inline:
        return Call(step, views, seconds, limit)
    answer = ask(step.detector, views)
    if seconds is not None and evaluation.clock() - started > seconds:
        return Failure("timeout", limit)
    return answer


def ask(detector: Detector[Any], views: Sequence[View]) -> Answer:
    """Whatever the detector returns, or the failure that its exception is."""
    try:
        return detector.detect(views)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - it becomes a status, never a pass
        # A library's SystemExit or CancelledError must not end the service or its task.
        return failure_of(error)


NOTHING: Sequence[Sequence[Finding]] = ()
"""The vetted answer of a detector that found nothing in any view."""


def vetted(answer: Any, views: Sequence[View], step: PlannedStep) -> Answer:
    """The answer where it can be used, else the failure that it is."""
    try:
        if type(answer) in (list, tuple) and len(answer) == len(views):
            for found in answer:
                if found or type(found) not in (list, tuple):
                    break
            else:
                return NOTHING
        answer = with_plain_scores(answer)
        reasons = vet_batch(answer, views, step.kinds, step.words)
    except Exception:  # noqa: BLE001 - an object may do anything when it is looked at
        return Failure("failed", UNREADABLE)
    return next((Failure("failed", reason) for reason in reasons if reason is not None), answer)
