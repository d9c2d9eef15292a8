"""Law 1: more findings never soften a verdict, a higher threshold never hardens it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given
from hypothesis import strategies as st
from planning import ask, does, judge, plan, step
from strategies import LAW, METHODS, QUICK, THRESHOLDS

from policyengine.deciding import KindRule
from policyengine.detector import Finding, Kind, Span
from policyengine.exchange import Segment, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine.detector import View
    from policyengine.plan import PlannedStep
    from policyengine.verdict import Verdict

KINDS = (Kind("test.one"), Kind("test.two"))
SCORES = st.sampled_from([0.0, 0.25, 0.49996, 0.5, 0.74994, 0.75, 0.9, 1.0])
LEVELS = ("flag_at", "redact_at", "block_at")
ORDER = (None, 1.0, 0.75, 0.5, 0.25, 0.0)
"""Thresholds from the one that is never reached to the one that always is."""

Fixed = tuple[str, float, int, int, int]
"""A finding that is reported whatever the text is by then: kind, score, segment, start, length."""

FIXED = st.tuples(
    st.sampled_from([kind.name for kind in KINDS]),
    SCORES,
    st.integers(-1, 2),
    st.integers(0, 6),
    st.integers(0, 4),
)
TEXT = "some words to be found"
REQUEST = [Segment(f"/messages/{at}", Source.PROMPT, TEXT) for at in range(3)]
RESPONSE = [
    Segment(f"/choices/{at % 2}/{at}", Source.COMPLETION, TEXT, "response", at % 2)
    for at in (0, 2, 1, 3)
]


def reports(fixed: Sequence[Fixed]) -> Callable[[View], list[Finding]]:
    """These findings, at places that the text still has."""

    def look(view: View) -> list[Finding]:
        return [_placed(view, one) for one in fixed]

    return look


def _placed(view: View, one: Fixed) -> Finding:
    kind, score, at, start, length = one
    if at < 0:
        return Finding(kind, score)
    segment = view.examined[at % len(view.examined)]
    if not length:
        return Finding(kind, score, segment.path)
    first = start % len(segment.text)
    return Finding(kind, score, segment.path, Span(first, min(len(segment.text), first + length)))


def planned(number: int, fixed: Sequence[Fixed], rule: dict[str, Any]) -> PlannedStep:
    return step(does("test", reports(fixed), kinds=KINDS), f"step-{number}", **rule)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    # What is removed can no longer be found, and these findings are to stay as they are.
    methods = METHODS.filter(lambda method: method not in ("remove", "mask"))
    return {name: draw(THRESHOLDS) for name in LEVELS} | {"redact_with": draw(methods)}


def verdicts(steps: Sequence[PlannedStep], stage: str) -> Verdict:
    if stage == "input":
        return ask(plan(steps), REQUEST).detections.verdict
    return judge(plan((), steps), REQUEST, RESPONSE).detections.verdict


STAGES = st.sampled_from(["input", "output"])
PIPELINES = st.lists(st.tuples(st.lists(FIXED, max_size=3), rules()), min_size=1, max_size=3)


@given(PIPELINES, FIXED, st.data(), STAGES)
@LAW
def test_one_more_finding_never_softens_a_pipeline_s_verdict(
    steps: list[tuple[list[Fixed], dict[str, Any]]], more: Fixed, data: st.DataObject, stage: str
) -> None:
    before = [planned(at, fixed, rule) for at, (fixed, rule) in enumerate(steps)]
    place = data.draw(st.integers(0, len(steps) - 1))
    fixed, rule = steps[place]
    after = [*before]
    after[place] = planned(place, [*fixed, more], rule)
    assert verdicts(after, stage) >= verdicts(before, stage)


@given(PIPELINES, st.sampled_from(LEVELS), st.data(), STAGES)
@LAW
def test_a_higher_threshold_never_hardens_a_pipeline_s_verdict(
    steps: list[tuple[list[Fixed], dict[str, Any]]], level: str, data: st.DataObject, stage: str
) -> None:
    before = [planned(at, fixed, rule) for at, (fixed, rule) in enumerate(steps)]
    place = data.draw(st.integers(0, len(steps) - 1))
    fixed, rule = steps[place]
    higher = data.draw(st.sampled_from(ORDER[: ORDER.index(rule[level]) + 1]))
    after = [*before]
    after[place] = planned(place, fixed, rule | {level: higher})
    assert verdicts(after, stage) <= verdicts(before, stage)


@given(PIPELINES, STAGES)
@LAW
def test_the_verdict_is_the_hardest_of_the_findings(
    steps: list[tuple[list[Fixed], dict[str, Any]]], stage: str
) -> None:
    made = [planned(at, fixed, rule) for at, (fixed, rule) in enumerate(steps)]
    detections = judge(
        plan(made if stage == "input" else (), made if stage == "output" else ()),
        REQUEST,
        RESPONSE,
    ).detections
    results = [*detections.input.steps, *(detections.output.steps if detections.output else ())]
    hardest = max((one.verdict for each in results for one in each.findings), default=0)
    assert detections.verdict == hardest
    for result in results:
        assert result.verdict == max((one.verdict for one in result.findings), default=0)


@given(st.builds(KindRule, THRESHOLDS, THRESHOLDS, THRESHOLDS), SCORES, SCORES, st.booleans())
@QUICK
def test_a_higher_score_never_softens_a_finding(
    rule: KindRule,
    low: float,
    high: float,
    has_span: bool,
) -> None:
    assume(low <= high)
    assert rule.verdict(low, has_span=has_span) <= rule.verdict(high, has_span=has_span)
    # Nothing can be redacted that has no place: it is judged harder, never softer.
    assert rule.verdict(low, has_span=False) >= rule.verdict(low, has_span=True)


@given(st.builds(KindRule, THRESHOLDS, THRESHOLDS, THRESHOLDS), SCORES, st.data(), st.booleans())
@QUICK
def test_a_higher_threshold_never_hardens_a_finding(
    rule: KindRule,
    score: float,
    data: st.DataObject,
    has_span: bool,
) -> None:
    level = data.draw(st.sampled_from(LEVELS))
    higher = data.draw(st.sampled_from(ORDER[: ORDER.index(getattr(rule, level)) + 1]))
    raised = replace(rule, **{level: higher})
    assert raised.verdict(score, has_span=has_span) <= rule.verdict(score, has_span=has_span)


@given(PIPELINES, STAGES)
@LAW
def test_a_shadow_step_is_as_if_it_were_not_there(
    steps: list[tuple[list[Fixed], dict[str, Any]]], stage: str
) -> None:
    made = [planned(at, fixed, rule) for at, (fixed, rule) in enumerate(steps)]
    shadow = step(
        does("test", reports(steps[0][0]), kinds=KINDS), "shadow", **steps[0][1], shadow=True
    )
    with_it = [shadow, *made]
    if stage == "input":
        left, right = ask(plan(with_it), REQUEST), ask(plan(made), REQUEST)
        assert left.result.steps[1:] == right.result.steps
        assert left.result.verdict == right.result.verdict
    else:
        both = (judge(plan((), one), REQUEST, RESPONSE) for one in (with_it, made))
        first, second = both
        assert first.result.steps[1:] == second.result.steps
        assert first.result.verdict == second.result.verdict
