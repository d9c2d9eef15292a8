"""From a stage's record to the part of the detections that it becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.detections import (
    Coverage,
    Exclusion,
    ReportedFinding,
    StageResult,
    StepResult,
    UnexaminedContent,
)
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policyengine.detector import Span
    from policyengine.evaluation import Judged, StageRun, StepRecord
    from policyengine.offsets import OffsetMap
    from policyengine.pieces import Text
    from policyengine.plan import StagePlan


def report(run: StageRun, delivered: Mapping[Text, OffsetMap]) -> StageResult:
    """The stage's result; `delivered` maps each rewritten text to what is delivered of it."""
    steps = tuple(_step(record, delivered) for record in run.records)
    verdict = run.plan.if_unexamined if run.unexamined else Verdict.ALLOW
    for step in steps:
        if step.enforced and step.verdict > verdict:
            verdict = step.verdict
    return StageResult(verdict, steps)


def not_reached(plan: StagePlan) -> StageResult:
    """The result of a stage that a block before it made pointless."""
    return StageResult(
        Verdict.ALLOW,
        tuple(replace(step.clean, status="not_reached") for step in plan.steps),
    )


def is_complete(run: StageRun) -> bool:
    """Whether everything that is enforced was looked at."""
    return not run.unexamined and all(record.complete for record in run.records)


def cover(runs: Sequence[StageRun]) -> Coverage:
    """The account of what the stages looked at; empty texts do not count."""
    texts = [text for run in runs for text in run.texts if text.segment.text]
    return Coverage(
        segments=len(texts),
        examined=len([text for text in texts if text.examined]),
        excluded=tuple([exclusion for run in runs for exclusion in _excluded(run)]),
        unexamined=tuple(
            [
                UnexaminedContent(one.body, one.path, one.media)
                for run in runs
                for one in run.unexamined
            ]
        ),
    )


def _excluded(run: StageRun) -> Iterator[Exclusion]:
    present = {text.segment.source for text in run.texts if text.segment.text}
    for record in run.records:
        sources = record.step.sources
        if record.status != "skipped" and not present <= sources:
            paths = [
                text.segment.path
                for text in run.texts
                if text.segment.source not in sources and text.segment.text
            ]
            yield Exclusion(run.plan.stage, record.step.policy, record.step.name, tuple(paths))


def _step(record: StepRecord, delivered: Mapping[Text, OffsetMap]) -> StepResult:
    clean = record.step.clean
    kept = [one for one in record.judged if not one.cut_off] if record.judged else ()
    if record.status == "ran" and record.reason is None and not kept:
        return clean
    return StepResult(
        step=clean.step,
        policy=clean.policy,
        detector=clean.detector,
        detector_version=clean.detector_version,
        status=record.status,
        verdict=max([record.fallback, *[one.verdict for one in kept]]),
        enforced=clean.enforced,
        reason=record.reason,
        findings=tuple(_finding(one, delivered) for one in sorted(kept, key=_order)),
    )


def _order(one: Judged) -> tuple[object, ...]:
    """In order of place, so that it does not matter in which order a detector reports."""
    return (
        (-1, -1, -1)
        if one.piece is None
        else (
            one.piece.text.order,
            -1 if one.span is None else one.span.start,
            -1 if one.span is None else one.span.end,
        ),
        one.kind,
        -one.score,
        repr(one.evidence),
    )


def _finding(one: Judged, delivered: Mapping[Text, OffsetMap]) -> ReportedFinding:
    return ReportedFinding(
        kind=one.kind,
        score=one.score,
        verdict=one.verdict,
        path=None if one.piece is None else one.piece.text.segment.path,
        span=one.span,
        released_span=_released(one, delivered),
        evidence=one.evidence,
    )


def _released(one: Judged, delivered: Mapping[Text, OffsetMap]) -> Span | None:
    if one.piece is None or one.span is None:
        return None
    text = one.piece.text
    cut = one.choice.cut
    if text.dropped or (cut is not None and (text.order, one.span.start) >= cut):
        return None
    moved = delivered.get(text, text.moved)
    span = moved.span(one.span.start, one.span.end)
    return span if span.start < span.end else None
