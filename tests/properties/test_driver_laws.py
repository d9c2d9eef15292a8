"""Law 5: running order, batch size, threads, and sync or async change nothing."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from planning import Clock, answer, ask, delivered, does, plan, step
from strategies import LAW, WORDS, requests, responses, rules

from policyengine.awaiting import arun
from policyengine.detector import Cost, Finding, Kind, Options, Scope, View
from policyengine.exchange import Source
from policyengine.phases import Conditions, evaluate
from policyengine.running import Pool, run, run_batch
from policyengine.testing import Scripted, scripted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.exchange import Segment
    from policyengine.phases import RequestPhase, ResponsePhase
    from policyengine.plan import Plan, PlannedStep

POOL = Pool()
"""One for all examples: what is tried here never hangs, and threads stay."""

KINDS = (Kind("test.word"), Kind("test.name"), Kind("test.view"))
Spec = dict[str, Any]
Pair = tuple["tuple[Segment, ...]", "tuple[Segment, ...] | None"]


def look(view: View, words: Sequence[str], *, backwards: bool) -> list[Finding]:
    """Words, where they stand, and one finding about the view; a memo shared by the steps."""
    length = view.memo.get("length", lambda: sum(len(one.text) for one in view.examined))
    found = [
        Finding.at(segment, at, at + len(word), kind=kind, score=score, length=length > 0)
        for segment in view.examined
        for word in words
        for at in range(len(segment.text))
        if segment.text.startswith(word, at)
        for kind, score in (("test.word", 0.6), ("test.name", 0.8))
    ]
    if found:
        found.append(Finding("test.view", min(1.0, len(view.examined) / 10)))
    return found[::-1] if backwards else found


def detector_of(spec: Spec, *, backwards: bool = False) -> Scripted:
    words = spec["words"]

    async def wait(view: View) -> list[Finding]:
        await asyncio.sleep(0)
        return look(view, words, backwards=backwards)

    def work(view: View) -> list[Finding]:
        return look(view, words, backwards=backwards)

    declared = {"kinds": KINDS, "scope": spec["scope"], "needs": spec["needs"]}
    if spec["runs"] == "waits":
        return scripted("test", wait, waits=True, **declared)(Options())
    cost = Cost.MODEL if spec["runs"] == "model" else Cost.INLINE
    return scripted("test", work, cost=cost, **declared)(Options())


def planned(specs: Sequence[Spec], *, backwards: bool = False) -> list[PlannedStep]:
    return [
        step(
            detector_of(spec, backwards=backwards),
            f"step-{at}",
            **spec["rule"],
            shadow=spec["shadow"],
            timeout_ms=spec["timeout_ms"],
        )
        for at, spec in enumerate(specs)
    ]


SCOPES: st.SearchStrategy[Scope] = st.sampled_from(["whole", "whole", "unit"])
SPECS = st.fixed_dictionaries(
    {
        "words": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True),
        "runs": st.sampled_from(["inline", "inline", "model", "waits"]),
        "scope": SCOPES,
        "needs": st.sampled_from([frozenset(), frozenset({Source.PROMPT})]),
        "rule": rules(),
        "shadow": st.sampled_from([False, False, True]),
        # Far beyond what these take: a limit alone must not change how they are run.
        "timeout_ms": st.sampled_from([None, None, 600_000]),
    }
)
STEPS = st.lists(SPECS, max_size=3)
PAIRS = st.tuples(requests(max_size=3), st.none() | responses())


def told(phase: RequestPhase | ResponsePhase) -> tuple[dict[str, Any], dict[str, str]]:
    return phase.detections.as_dict(), delivered(phase)


def begun(a_plan: Plan, pair: Pair) -> Any:
    return evaluate(a_plan, pair[0], pair[1], (), Conditions(Clock()))


def in_turn(a_plan: Plan, pair: Pair) -> RequestPhase | ResponsePhase:
    return run(begun(a_plan, pair), POOL)


@given(STEPS, STEPS, st.lists(PAIRS, min_size=1, max_size=3))
@LAW
def test_every_driver_decides_the_same(
    inputs: list[Spec], outputs: list[Spec], pairs: list[Pair]
) -> None:
    a_plan = plan(planned(inputs), planned(outputs), restore=True)
    expected = [told(in_turn(a_plan, pair)) for pair in pairs]

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(arun(begun(a_plan, pair), POOL) for pair in pairs))

    assert [told(one) for one in asyncio.run(at_once())] == expected
    together = run_batch([begun(a_plan, pair) for pair in pairs], POOL)
    assert [told(one) for one in together] == expected
    assert [told(in_turn(a_plan, pair)) for pair in reversed(pairs)] == expected[::-1]


@given(STEPS, STEPS, st.lists(PAIRS, min_size=2, max_size=3))
@LAW
def test_threads_that_share_a_deployment_decide_as_one_would(
    inputs: list[Spec], outputs: list[Spec], pairs: list[Pair]
) -> None:
    a_plan = plan(planned(inputs), planned(outputs))
    expected = [told(in_turn(a_plan, pair)) for pair in pairs] * 2
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda pair: told(in_turn(a_plan, pair)), pairs * 2)) == expected


@given(STEPS, STEPS, PAIRS)
@LAW
def test_two_phases_are_an_evaluation(inputs: list[Spec], outputs: list[Spec], pair: Pair) -> None:
    a_plan = plan(planned(inputs), planned(outputs), restore=True)
    asked = ask(a_plan, pair[0], pool=POOL)
    before = told(asked)
    expected = told(in_turn(a_plan, pair))
    if pair[1] is None or asked.blocked:
        assert before == expected
    else:
        assert told(answer(asked, pair[1])) == expected
        # A second reply to the same request is judged as if it were the first.
        assert told(answer(asked, pair[1])) == expected
    assert told(asked) == before


@given(STEPS, STEPS, PAIRS)
@LAW
def test_the_order_in_which_findings_are_reported_changes_nothing(
    inputs: list[Spec], outputs: list[Spec], pair: Pair
) -> None:
    forth = plan(planned(inputs), planned(outputs))
    back = plan(planned(inputs, backwards=True), planned(outputs, backwards=True))
    assert told(in_turn(forth, pair)) == told(in_turn(back, pair))


@given(STEPS, STEPS, st.lists(PAIRS, min_size=1, max_size=2), st.booleans())
@LAW
def test_a_batch_in_which_a_detector_fails_fails_only_the_exchange_at_fault(
    inputs: list[Spec],
    outputs: list[Spec],
    pairs: list[Pair],
    raises: bool,
) -> None:
    marked = Source.METADATA

    def moody(view: View) -> list[Any]:
        if any(segment.source is marked for segment in view.examined):
            if raises:
                raise ValueError
            return ["not a finding"]
        return []

    bad = step(does("moody", moody, cost=Cost.MODEL), "bad", flag_at=0.5)
    a_plan = plan([bad, *planned(inputs)], planned(outputs))
    fault = tuple(_as(segment, marked) for segment in pairs[0][0])
    at_fault: Pair = (fault, pairs[0][1])
    batch = [pairs[0], at_fault, *pairs]
    expected = [told(in_turn(a_plan, pair)) for pair in batch]
    together = run_batch([begun(a_plan, pair) for pair in batch], POOL)
    assert [told(one) for one in together] == expected


def _as(segment: Segment, source: Source) -> Segment:
    return type(segment)(segment.path, source, segment.text, segment.body)


@given(STEPS, STEPS, PAIRS)
@LAW
def test_an_evaluation_repeated_gives_the_same_bytes(
    inputs: list[Spec], outputs: list[Spec], pair: Pair
) -> None:
    first = told(in_turn(plan(planned(inputs), planned(outputs)), pair))
    assert told(in_turn(plan(planned(inputs), planned(outputs)), pair)) == first
