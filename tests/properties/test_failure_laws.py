"""Law 6: a detector that misbehaves changes no other step, and is never taken for an `allow`."""

from __future__ import annotations

import asyncio
import math
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning import ask, does, finds, judge, plan, step
from strategies import LAW, leaf_texts, requests, responses

from policyengine.awaiting import arun
from policyengine.detector import Cost, Finding, Position, Span, Truncated
from policyengine.exchange import Segment, Source
from policyengine.phases import Conditions, evaluate
from policyengine.running import NO_ROOM, Pool, run, run_batch
from policyengine.testing import hangs, raises
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine.detections import StepResult
    from policyengine.detector import View
    from policyengine.plan import Plan, PlannedStep

SECRET = "zanzibar-4711"
PROMPT = Segment("/messages/0/content", Source.PROMPT, f"the word is {SECRET}, said quux")


def quoting(error: type[BaseException]) -> BaseException:
    """An exception whose text gives the exchange away."""
    return error(f"could not read {PROMPT.text!r}")


def found(*arguments: Any, **fields: Any) -> Callable[[View], Any]:
    """One finding, as the arguments say."""
    return lambda _view: [Finding(*arguments, **fields)]


class Twice:
    """Says that it is a number, and another one every time."""

    def __float__(self) -> float:
        raise ValueError(SECRET)


class Between(float):
    """Says that it lies between any two numbers."""

    def __le__(self, _other: object) -> bool:
        return True

    __ge__ = __le__


class Listed(list[Any]):
    """A list that is not quite one."""


def foreign(_view: View) -> list[Finding]:
    return [Finding("rogue.found", 1.0, "/messages/7/content", Span(0, 3))]


def pointing(_view: View) -> list[Finding]:
    elsewhere = Segment("/elsewhere", Source.PROMPT, SECRET)
    return [Finding("rogue.found", 1.0, evidence={"where": Position(elsewhere)})]


HERE = PROMPT.path
RAISING: dict[str, Callable[[View], Any]] = {
    error.__name__: raises(quoting(error))
    for error in (
        ValueError,
        SystemExit,
        RecursionError,
        MemoryError,
        TimeoutError,
        StopIteration,
        GeneratorExit,
        asyncio.CancelledError,
        AssertionError,
        Truncated,
        OSError,
    )
}
LYING: dict[str, Callable[[View], Any]] = {
    "a span beyond the text": found("rogue.found", 1.0, HERE, Span(0, 10_000)),
    "a span before the text": found("rogue.found", 1.0, HERE, Span(-1, 2)),
    "a span backwards": found("rogue.found", 1.0, HERE, Span(3, 2)),
    "an empty span": found("rogue.found", 1.0, HERE, Span(2, 2)),
    "a span of floats": found("rogue.found", 1.0, HERE, Span(0.0, 2.0)),  # type: ignore[arg-type]
    "a span that is a tuple": found("rogue.found", 1.0, HERE, (0, 2)),
    "a span without a path": found("rogue.found", 1.0, None, Span(0, 2)),
    "another exchange's path": foreign,
    "an undeclared kind": found("rogue.other", 1.0),
    "a kind that is no string": found(["rogue.found"], 1.0),
    "a score that is no number": found("rogue.found", math.nan),
    "a score of two": found("rogue.found", 2.0),
    "a score below nothing": found("rogue.found", -0.1),
    "a score without end": found("rogue.found", math.inf),
    "a score that is a truth": found("rogue.found", True),  # noqa: FBT003
    "a score that raises": found("rogue.found", Twice()),
    "a score that lies": found("rogue.found", Between(7.5)),
    "text in evidence": found("rogue.found", 1.0, evidence={"quote": SECRET}),
    "text in a list of evidence": found("rogue.found", 1.0, evidence={"quote": [1, SECRET]}),
    "text as evidence's name": found("rogue.found", 1.0, evidence={f"{SECRET} is it": 1}),
    "evidence that is no mapping": found("rogue.found", 1.0, evidence=[SECRET]),
    "evidence that points elsewhere": pointing,
    "nothing": lambda _view: None,
    "a number": lambda _view: 7,
    "a string": lambda view: view.examined[0].text,
    "a generator": lambda _view: (one for one in ()),
    "a dict": lambda _view: {},
    "a list that is not quite one": lambda _view: Listed(),
    "strings in the list": lambda _view: [SECRET],
    "None in the list": lambda _view: [None],
    "a dict in the list": lambda _view: [{"kind": "rogue.found", "score": 1.0}],
}
BATCHES: dict[str, Callable[[Sequence[View]], Any]] = {
    "no answer": lambda _views: None,
    "one answer too few": lambda _views: [],
    "one answer too many": lambda views: [[] for _ in (*views, None)],
    "a generator of answers": lambda views: ([] for _ in views),
    "a string of answers": lambda views: "x" * len(views),
    "a list of answers that is not quite one": lambda views: Listed([] for _ in views),
    "a dict of answers": lambda views: {at: [] for at in range(len(views))},
}
COSTS: list[dict[str, Any]] = [{}, {"cost": Cost.MODEL}, {"waits": True}]


def rogues() -> list[Any]:
    """Every misbehaviour as arguments of `does`."""
    return [
        *(pytest.param({"does": act}, id=name) for name, act in (RAISING | LYING).items()),
        *(pytest.param({"batch": act}, id=name) for name, act in BATCHES.items()),
    ]


def failed(result: StepResult) -> None:
    """It failed, and says why in words that are not the exchange's."""
    assert result.status == "failed"
    assert result.findings == ()
    assert result.reason
    assert SECRET not in repr(result)


@pytest.mark.parametrize("cost", COSTS, ids=["inline", "model", "waiting"])
@pytest.mark.parametrize("rogue", rogues())
def test_a_detector_that_misbehaves_is_failed_and_the_others_are_as_without_it(
    rogue: dict[str, Any], cost: dict[str, Any]
) -> None:
    before = step(finds("word"), "before", redact_at=0.5)
    after = step(finds("quux"), "after", flag_at=0.5)
    bad = step(does("rogue", **rogue, **cost), "bad", flag_at=0.5, if_failed="flag")
    phase = ask(plan([before, bad, after]), [PROMPT])
    first, second, third = phase.result.steps
    failed(second)
    assert second.verdict is Verdict.FLAG
    assert (first, third) == ask(plan([before, after]), [PROMPT]).result.steps
    assert not phase.detections.complete


@pytest.mark.parametrize("cost", COSTS, ids=["inline", "model", "waiting"])
@pytest.mark.parametrize("rogue", rogues())
def test_however_it_is_driven_it_fails_for_the_same_reason(
    rogue: dict[str, Any], cost: dict[str, Any]
) -> None:
    bad = step(does("rogue", **rogue, **cost), "bad", flag_at=0.5)
    limited = step(does("rogue", **rogue, **cost), "bad", flag_at=0.5, timeout_ms=60_000)
    reasons = set()
    for each in (plan([bad]), plan([limited])):
        reasons |= {
            (phase.result.steps[0].status, phase.result.steps[0].reason)
            for phase in driven(each, PROMPT)
        }
    assert len(reasons) == 1


@pytest.mark.parametrize("cost", [Cost.INLINE, Cost.MODEL])
def test_a_detector_that_empties_what_it_is_given_fails_alone(cost: Cost) -> None:
    def empties(views: Any) -> Any:
        views.clear()
        return []

    for limit in ({}, {"timeout_ms": 60_000}):
        rogue = step(
            does("rogue", batch=empties, cost=cost), "a", flag_at=0.5, if_failed="flag", **limit
        )
        a_plan = plan([rogue, step(finds("quux"), "b", flag_at=0.5)])
        for phase in driven(a_plan, PROMPT):
            first, second = phase.result.steps
            assert (first.status, first.reason) == ("failed", "raised AttributeError")
            assert len(second.findings) == 1


def driven(a_plan: Plan, segment: Segment) -> list[Any]:
    """The same exchange under every driver."""

    def steps() -> Any:
        return evaluate(a_plan, [segment], None, (), Conditions(lambda: 0.0))

    pool = Pool()
    return [
        run(steps(), pool),
        *run_batch([steps(), steps()], pool),
        asyncio.run(arun(steps(), pool)),
    ]


@pytest.mark.parametrize("fallback", [None, "allow", "flag", "block"])
@pytest.mark.parametrize("stage", ["input", "output"])
def test_a_failure_is_a_block_unless_the_policy_says_otherwise(
    fallback: str | None, stage: str
) -> None:
    document = {} if fallback is None else {"if_failed": fallback}
    bad = step(does("rogue", raises(ValueError())), "bad", flag_at=0.5, **document)
    steps = {"inputs": [bad]} if stage == "input" else {"outputs": [bad]}
    reply = Segment("/choices/0/message/content", Source.COMPLETION, "fine", "response")
    phase = judge(plan(**steps), [PROMPT], [reply])
    expected = Verdict.from_word(fallback or "block")
    assert phase.detections.verdict is expected
    assert phase.run.blocked is (expected is Verdict.BLOCK)
    assert not phase.detections.complete


def test_what_was_cut_short_says_so() -> None:
    bad = step(does("rogue", raises(Truncated(SECRET))), "bad", flag_at=0.5)
    result = ask(plan([bad]), [PROMPT]).result.steps[0]
    assert (result.status, result.reason) == ("failed", "truncated")


@pytest.mark.parametrize("cost", COSTS[1:], ids=["model", "waiting"])
def test_a_detector_that_hangs_is_given_up_at_its_limit(cost: dict[str, Any]) -> None:
    until = threading.Event()

    async def hang(_view: View) -> list[Finding]:
        await asyncio.Event().wait()
        return []

    act = hang if "waits" in cost else hangs(until)
    bad = step(does("rogue", act, **cost), "bad", flag_at=0.5, timeout_ms=20, if_failed="flag")
    good = step(finds("quux"), "good", flag_at=0.5)
    try:
        for phase in driven(plan([bad, good]), PROMPT):
            first, second = phase.result.steps
            assert (first.status, first.reason) == ("timeout", "timeout_ms")
            assert first.verdict is Verdict.FLAG
            assert (second.status, len(second.findings)) == ("ran", 1)
    finally:
        until.set()


def test_a_model_that_hangs_is_given_up_at_the_deadline() -> None:
    until = threading.Event()
    bad = step(does("rogue", hangs(until), cost=Cost.MODEL), "bad", flag_at=0.5)
    try:
        result = ask(plan([bad], deadline_ms=20), [PROMPT]).result.steps[0]
    finally:
        until.set()
    assert (result.status, result.reason, result.verdict) == ("timeout", "deadline", Verdict.BLOCK)


def test_calls_that_were_given_up_and_fill_the_pool_fail_the_next_one_at_once() -> None:
    until, returned = threading.Event(), threading.Semaphore(0)

    def hang(_view: View) -> list[Finding]:
        until.wait()
        returned.release()
        return []

    bad = step(does("rogue", hang, cost=Cost.MODEL), "bad", flag_at=0.5, timeout_ms=20)
    other = step(does("other", cost=Cost.MODEL), "other", flag_at=0.5, timeout_ms=60_000)
    pool = Pool(2)
    try:
        for _ in range(2):
            assert ask(plan([bad]), [PROMPT], pool=pool).result.steps[0].status == "timeout"
        result = ask(plan([other]), [PROMPT], pool=pool).result.steps[0]
        assert (result.status, result.reason) == (NO_ROOM.status, NO_ROOM.reason)
        assert result.verdict is Verdict.BLOCK
    finally:
        until.set()
    for _ in range(2):
        assert returned.acquire(timeout=10)
    while pool.is_full:  # the threads have answered, and are about to say so
        threading.Event().wait(0.001)
    assert ask(plan([other]), [PROMPT], pool=pool).result.steps[0].status == "ran"


def test_an_evaluation_that_is_cancelled_ends_at_once_and_its_call_counts_until_it_returns() -> (
    None
):
    started, until, returned = threading.Event(), threading.Event(), threading.Event()

    def hang(_view: View) -> list[Finding]:
        started.set()
        until.wait()
        returned.set()
        return []

    pool = Pool(1)
    bad = step(does("rogue", hang, cost=Cost.MODEL), "bad", flag_at=0.5)

    async def cancelled() -> None:
        steps = evaluate(plan([bad]), [PROMPT], None, (), Conditions(lambda: 0.0))
        task = asyncio.ensure_future(arun(steps, pool))
        await asyncio.to_thread(started.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    try:
        asyncio.run(cancelled())
        assert pool.is_full
    finally:
        until.set()
    assert returned.wait(10)
    while pool.is_full:  # the thread has answered, and is about to say so
        threading.Event().wait(0.001)


@pytest.mark.parametrize("document", [{}, {"timeout_ms": 60_000}], ids=["unlimited", "limited"])
@pytest.mark.parametrize("cost", COSTS[:2], ids=["inline", "model"])
def test_whoever_interrupts_the_program_interrupts_it(
    document: dict[str, Any], cost: dict[str, Any]
) -> None:
    bad = step(does("rogue", raises(KeyboardInterrupt()), **cost), "bad", flag_at=0.5, **document)
    with pytest.raises(KeyboardInterrupt):
        ask(plan([bad]), [PROMPT])


def test_what_a_detector_returns_after_its_limit_changes_nothing() -> None:
    until, done = threading.Event(), threading.Event()

    def late(view: View) -> list[Finding]:
        until.wait()
        done.set()
        return [Finding.at(view.examined[0], 0, 3, kind="rogue.found", score=1.0)]

    bad = step(
        does("rogue", late, cost=Cost.MODEL), "bad", block_at=0.5, timeout_ms=20, if_failed="flag"
    )
    phase = ask(plan([bad]), [PROMPT])
    before = phase.detections.as_dict()
    until.set()
    assert done.wait(10)
    assert phase.detections.as_dict() == before
    assert not phase.blocked


@given(st.data())
@LAW
def test_a_rogue_anywhere_in_a_pipeline_leaves_the_rest_as_it_was(data: st.DataObject) -> None:
    request, response = data.draw(requests()), data.draw(responses())
    honest = [
        step(finds("quux"), "words", redact_at=0.5, redact_with="label"),
        step(finds("zoë", kind="test.name"), "names", flag_at=0.5),
    ]
    act = data.draw(st.sampled_from([*(RAISING | LYING).values()]))
    fallback = data.draw(st.sampled_from(["allow", "flag"]))
    bad = step(does("rogue", act), "bad", redact_at=0.5, if_failed=fallback)
    place = data.draw(st.integers(0, 2))
    mixed = [*honest[:place], bad, *honest[place:]]
    left = judge(plan(mixed, mixed), request, response).detections
    right = judge(plan(honest, honest), request, response).detections
    assert left.output is not None
    assert right.output is not None
    assert without(left.input.steps, bad) == right.input.steps
    assert without(left.output.steps, bad) == right.output.steps
    shown = [one for one in (*left.input.steps, *left.output.steps) if one.step == "bad"]
    if any(segment.source in bad.sources and seen_in(segment) for segment in request):
        assert shown[0].status == "failed"
        assert shown[0].verdict is Verdict.from_word(fallback)
        assert not left.complete


def seen_in(segment: Segment) -> bool:
    """Whether there is anything for a detector to see."""
    return any(leaf_texts(segment.text) if segment.format == "json" else segment.text)


def without(steps: Sequence[StepResult], one: PlannedStep) -> tuple[StepResult, ...]:
    return tuple(each for each in steps if each.step != one.name)
