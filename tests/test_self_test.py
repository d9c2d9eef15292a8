from __future__ import annotations

import asyncio
from typing import Any

import pytest

from policyengine import Example, Finding, Kind, Options, Segment, Source, Span
from policyengine.self_test import run_examples, see
from policyengine.testing import Phrases, raises, scripted

SECRET = Example.of("my secret", "phrases.found")
HARMLESS = Example.of("nothing here")
SECRET_FOR_FAKE = Example.of("my secret", "fake.found")


def phrases(**options: Any) -> Phrases:
    return Phrases(Phrases.Options(phrases={"secret": 0.7}, **options))


def does(answer: Any, **declared: Any) -> Any:
    detector = scripted("fake", answer, **declared)
    return detector(detector.Options())


def test_examples_that_hold_are_no_problem() -> None:
    assert run_examples(phrases(), [SECRET, HARMLESS]) == ()


def test_each_example_that_does_not_hold_is_named_by_its_number() -> None:
    missed = Example.of("my s3cret", "phrases.found")
    assert run_examples(phrases(), [SECRET, missed, missed]) == (
        "example 2: does not find phrases.found at the recommended point",
        "example 3: does not find phrases.found at the recommended point",
    )


def test_a_find_where_nothing_may_be_found_is_a_problem() -> None:
    assert run_examples(phrases(), [Example.of("my secret")]) == (
        "example 1: finds phrases.found where nothing may be found",
    )


def test_what_counts_is_the_recommended_point_of_the_kind() -> None:
    at_seven = Finding("fake.found", 0.7)
    for recommended, found in ((0.7, True), (0.7001, False)):
        detector = does([at_seven], kinds=[Kind("fake.found", recommended)])
        asking, forbidding = Example.of("text", "fake.found"), Example.of("text")
        assert bool(run_examples(detector, [asking])) is not found
        assert bool(run_examples(detector, [forbidding])) is found


def test_scores_are_rounded_as_policies_see_them() -> None:
    kinds = [Kind("fake.found", 0.7)]
    asking = [Example.of("text", "fake.found")]
    assert run_examples(does([Finding("fake.found", 0.69996)], kinds=kinds), asking) == ()
    assert run_examples(does([Finding("fake.found", 0.69994)], kinds=kinds), asking) != ()


def test_a_kind_that_is_asked_for_and_not_declared_is_a_problem() -> None:
    assert run_examples(phrases(), [Example.of("my secret", "phrases.fuond")]) == (
        "example 1: asks for phrases.fuond, which the detector does not declare",
    )


def test_more_kinds_may_be_found_than_are_asked_for() -> None:
    both = [Finding("fake.a", 1.0), Finding("fake.b", 1.0)]
    detector = does(both, kinds=[Kind("fake.a"), Kind("fake.b")])
    assert run_examples(detector, [Example.of("text", "fake.a")]) == ()


def test_a_detector_that_raises_is_a_problem_that_does_not_quote_it() -> None:
    detector = does(raises(ValueError("my secret")))
    assert run_examples(detector, [SECRET_FOR_FAKE]) == ("example 1: raises ValueError",)


@pytest.mark.parametrize(
    "rubbish",
    [None, ["my secret"], [Finding("fake.found", 1.0, "/text", Span(0, 99))]],
)
def test_rubbish_is_a_problem_that_does_not_quote_it(rubbish: Any) -> None:
    (problem,) = run_examples(does(lambda _view: rubbish), [SECRET_FOR_FAKE])
    assert problem.startswith("example 1: ")
    assert "secret" not in problem


def test_a_detector_that_waits_is_asked_too_even_inside_a_loop() -> None:
    async def found(_view: object) -> list[Finding]:
        await asyncio.sleep(0)
        return [Finding("fake.found", 1.0)]

    detector = does(found, waits=True)

    async def inside() -> tuple[str, ...]:
        return run_examples(detector, [SECRET_FOR_FAKE])

    assert run_examples(detector, [SECRET_FOR_FAKE]) == ()
    assert asyncio.run(inside()) == ()


def test_the_engine_may_say_how_a_detector_is_asked() -> None:
    asked = []

    def ask(detector: Any, views: Any) -> object:
        asked.append(len(views))
        return see(detector, views)

    assert run_examples(phrases(), [SECRET, HARMLESS], ask) == ()
    assert asked == [1, 1]


def test_an_example_may_hold_what_is_only_read() -> None:
    reference = (Segment("/context", Source.CONTEXT, "my secret"),)
    nothing = Example(HARMLESS.examined, reference)
    detector = does(lambda view: [Finding("fake.found", 1.0)] if view.reference else [])
    assert run_examples(detector, [nothing]) == (
        "example 1: finds fake.found where nothing may be found",
    )


def test_an_example_that_asks_the_process_to_end_is_a_problem() -> None:
    detector = scripted(does=raises(SystemExit(0)), examples=(Example.of("a"),))(Options())
    assert run_examples(detector, detector.examples) == ("example 1: raises SystemExit",)
