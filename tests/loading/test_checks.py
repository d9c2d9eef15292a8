"""What is known to be wrong before the first exchange; each row breaks one rule and no other."""

from __future__ import annotations

import math
from asyncio import CancelledError
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import ConfigurationError, Example, Kind, Registry, Segment, Source, Window
from policyengine.loading import load_texts
from policyengine.sources import Text
from policyengine.testing import plugin, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine import Mistake

    Mistakes = Callable[..., Sequence[Mistake]]

PII = "- {step: a, detector: pii, "
FOUND = "- {step: b, detector: keywords, options: {terms: [x]}, "


def _at(mistake: Mistake) -> str:
    return mistake.source_line[mistake.column - 1 :]


def _codes(found: Sequence[Mistake]) -> list[tuple[str, str]]:
    return [(mistake.code, mistake.severity) for mistake in found]


@pytest.mark.parametrize(
    ("step", "code", "at"),
    [
        (PII + "redact_with: mask}", "decides-nothing", "a,"),
        (PII + "flag_at: 1, kinds: {pii: {flag_at: null}}}", "decides-nothing", "a,"),
        (PII + "flag_at: 0.5, redact_at: 0.5}", "threshold-order", "0.5}"),
        (PII + "flag_at: 0.9, block_at: recommended}", "threshold-order", "recommended"),
        (PII + "flag_at: 0.3, kinds: {pii.email: {redact_at: 0.2}}}", "threshold-order", "0.2"),
        (PII + "flag_at: 1, kinds: {pii.emial: {flag_at: 0.5}}}", "unknown-kind", "pii.emial"),
        (PII + "flag_at: 1, kinds: {pi: {flag_at: 0.5}}}", "unknown-kind", "pi"),
        (PII + "flag_at: 1, examples: [{text: a, finds: [pii]}]}", "unknown-kind", "pii]"),
        (PII + "flag_at: 1, redact_with: mask}", "redact-with-unused", "mask"),
        (PII + "redact_at: 1, keep_last: 4}", "keep-last-unused", "4"),
        (
            PII + "redact_at: 1, redact_with: mask, kinds: {pii: {redact_with: label, "
            "keep_last: 3}}}",
            "keep-last-unused",
            "3",
        ),
        (PII + "redact_at: 1, redact_with: hash}", "hash-without-key", "hash"),
        (FOUND + "redact_at: 1, redact_with: surrogate}", "no-surrogates", "surrogate"),
        (
            PII + "redact_at: 1, kinds: {pii.email: {redact_with: hash}}}",
            "hash-without-key",
            "hash",
        ),
        (PII + "flag_at: 1, when: {tags: [t]}, unless: {tags: [t, u]}}", "unreachable", "{tags"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(
    mistakes_in_steps: Mistakes, step: str, code: str, at: str
) -> None:
    found = [
        mistake
        for mistake in mistakes_in_steps(step, stages="input", deployment="tags: [t, u]")
        if mistake.severity == "error"
    ]
    assert code in [mistake.code for mistake in found]
    mistake = next(mistake for mistake in found if mistake.code == code)
    assert _at(mistake).startswith(at)


@pytest.mark.parametrize(
    "step",
    [
        PII + "flag_at: 0.4, redact_at: recommended, block_at: 0.9}",
        PII + "redact_at: 1, redact_with: mask, keep_last: 4}",
        PII + "redact_at: 1, keep_last: 4, kinds: {pii.email: {redact_with: mask}}}",
        PII + "redact_with: mask, kinds: {pii.email: {redact_at: 0.5}}}",
        PII + "flag_at: 0.5, kinds: {pii.email: {flag_at: null, redact_at: 0.2}}}",
        PII + "block_at: 0.5, redact_with: label}",
        PII + "flag_at: 1, kinds: {pii: {flag_at: 0.5}}}",
        PII + "flag_at: 1, examples: [{text: a, finds: [pii.email]}, {text: b}]}",
        PII + "flag_at: 1, when: {tags: [t]}, unless: {tags: [u]}}",
    ],
)
def test_a_step_that_makes_sense_draws_no_error(mistakes_in_steps: Mistakes, step: str) -> None:
    deployment = "tags: [t], accept_tags: [u]"
    assert _codes(mistakes_in_steps(step, stages="input", deployment=deployment)) == []


def test_a_threshold_message_names_the_kind_and_both_numbers(mistakes_in_steps: Mistakes) -> None:
    (mistake,) = mistakes_in_steps(PII + "flag_at: 0.7, redact_at: recommended}", stages="input")
    assert mistake.message == "for `pii.email`, flag_at (0.7) is not below redact_at (0.5)"


def test_kinds_without_surrogates_are_named_and_the_rules_that_give_them_are_shown(
    mistakes_in_steps: Mistakes,
) -> None:
    step = PII + "options: {entities: [person, email, phone]}, redact_at: 1, "
    (some,) = mistakes_in_steps(step + "redact_with: surrogate}", stages="input")
    assert (some.code, some.severity) == ("surrogate-missing", "warning")
    assert some.message == (
        "the detector `pii` has no surrogates for `pii.phone`; they get placeholders"
    )
    (none,) = mistakes_in_steps(step + "kinds: {pii.phone: {redact_with: surrogate}}}")
    assert (none.code, none.severity) == ("no-surrogates", "error")
    assert none.column > some.column
    own = step + "redact_with: surrogate, kinds: {pii.phone: {redact_with: mask}}}"
    assert mistakes_in_steps(own, stages="input") == ()
    assert mistakes_in_steps(PII + "flag_at: 1}", stages="input") == ()


def test_what_has_no_place_in_the_text_cannot_be_redacted(mistakes_in_steps: Mistakes) -> None:
    step = "- {step: a, detector: hallucination, redact_at: 0.5}"
    (mistake,) = mistakes_in_steps(step, stages="output")
    assert mistake.code == "redact-without-span"
    assert "`hallucination.unsupported`" in mistake.message
    assert _at(mistake).startswith("0.5")


def test_a_detector_that_is_not_installed_is_refused_with_those_that_are(
    mistakes_in_steps: Mistakes,
) -> None:
    (mistake,) = mistakes_in_steps("- {step: a, detector: keyword, flag_at: 1}")
    assert mistake.code == "unknown-detector"
    assert mistake.suggestion == "keywords"
    assert mistake.allowed == ("hallucination", "keywords", "pii")


def test_a_need_is_met_at_output_and_not_at_input(mistakes_in_steps: Mistakes) -> None:
    step = "- {step: a, detector: hallucination, flag_at: 0.5}"
    assert mistakes_in_steps(step, stages="output") == ()
    (mistake,) = mistakes_in_steps(step, stages="input output")
    assert mistake.code == "unmet-need"
    assert "`completion`" in mistake.message
    assert "at input of deployment `d`" in mistake.message


@pytest.mark.parametrize(
    ("sources", "codes"),
    [
        ("reasoning", ["unmet-need"]),
        ("context, refusal, tool_arguments", ["unmet-need"]),
        ("completion", []),
        ("completion, context", []),
        ("context, prompt", ["unreachable"]),
    ],
)
def test_what_a_detector_needs_of_a_response_must_be_among_the_sources(
    mistakes_in_steps: Mistakes, sources: str, codes: list[str]
) -> None:
    step = f"- {{step: a, detector: hallucination, flag_at: 0.5, sources: [{sources}]}}"
    found = mistakes_in_steps(step, stages="output")
    assert [mistake.code for mistake in found] == codes
    assert all(_at(mistake).startswith("[") for mistake in found)
    if codes == ["unmet-need"]:
        assert found[0].message == "`hallucination` needs `completion`, which is not in `sources`"
    unused = mistakes_in_steps(step, stages="")
    assert {mistake.severity for mistake in unused} == {"warning"}


@pytest.mark.parametrize(
    ("sources", "stages", "codes"),
    [
        ("completion", "input", ["unreachable"]),
        ("prompt", "output", ["unreachable"]),
        ("context, system", "output", ["unreachable"]),
        ("completion", "input output", []),
        ("prompt, completion", "output", []),
        ("tool_arguments", "output", []),
    ],
)
def test_a_step_must_be_able_to_see_a_text_where_it_is_used(
    mistakes_in_steps: Mistakes, sources: str, stages: str, codes: list[str]
) -> None:
    found = mistakes_in_steps(PII + f"flag_at: 1, sources: [{sources}]}}", stages=stages)
    assert [mistake.code for mistake in found] == codes


@pytest.mark.parametrize(
    ("sources", "codes"),
    [("reasoning, refusal", ["unreachable"]), ("reasoning, completion", []), ("", [])],
)
def test_a_step_must_see_a_text_that_its_detector_examines(sources: str, codes: list[str]) -> None:
    said = frozenset({Source.COMPLETION, Source.TRANSCRIPT})
    judge = scripted("judge", examines=said, scope="unit")
    given = f", sources: [{sources}]" if sources else ""
    text = (
        "version: 1\nmodels: {m: {base_url: http://localhost}}\n"
        f"policies: {{p: {{steps: [{{step: a, detector: judge, flag_at: 1{given}}}]}}}}\n"
        "deployments: {d: {model: m, output: [p]}}\n"
    )
    found: Sequence[Mistake] = ()
    try:
        load_texts([Text("policies.yaml", text)], registry=Registry.of(test=plugin(judge)))
    except ConfigurationError as error:
        found = error.mistakes
    assert [mistake.code for mistake in found] == codes
    assert all(mistake.allowed == ("completion", "transcript") for mistake in found)


@pytest.mark.parametrize(
    ("condition", "deployment", "codes"),
    [
        ("when: {tags: [x]}", "", ["unreachable"]),
        ("when: {tags: [x]}", "tags: [x]", []),
        ("when: {tags: [x]}", "accept_tags: [x]", ["client-tag"]),
        ("when: {tags: [x, y]}", "tags: [x]", ["unknown-tag"]),
        ("when: {tags: [x, y]}", "tags: [x], accept_tags: [y]", []),
        ("unless: {tags: [x]}", "tags: [x]", ["unreachable"]),
        ("unless: {tags: [x]}", "accept_tags: [x]", []),
        ("unless: {tags: [x]}", "", ["unknown-tag"]),
        ("when: {tags: [x, y]}, unless: {tags: [x]}", "accept_tags: [x]", ["unreachable"]),
    ],
)
def test_conditions_are_held_against_the_tags_that_there_can_be(
    mistakes_in_steps: Mistakes, condition: str, deployment: str, codes: list[str]
) -> None:
    found = mistakes_in_steps(
        PII + f"flag_at: 1, {condition}}}", stages="input", deployment=deployment
    )
    assert [mistake.code for mistake in found] == codes


NAMES = """\
version: 1
models: {m: {base_url: http://a}, spare: {base_url: http://a}}
policies:
  p: {steps: [{step: a, detector: pii, flag_at: 1}, {step: a, detector: pii, flag_at: 1}]}
  q: {steps: [{step: a, detector: pii, flag_at: 1}]}
deployments:
  one: {model: n, input: [p, p], output: [pp]}
  two: {model: m}
default_deployment: three
"""


def test_names_lead_somewhere_and_stand_once(mistakes_in: Mistakes) -> None:
    found = mistakes_in(NAMES)
    assert [(m.line, m.code, m.severity) for m in found] == [
        (4, "repeated-step", "error"),
        (7, "unknown-model", "error"),
        (7, "repeated-policy", "error"),
        (7, "unknown-policy", "error"),
        (8, "no-policies", "warning"),
        (9, "unknown-deployment", "error"),
    ]
    assert next(m for m in found if m.code == "unknown-policy").suggestion == "p"


def test_one_policy_may_stand_at_both_stages_and_a_library_needs_no_deployment(
    mistakes_in: Mistakes, mistakes_in_steps: Mistakes
) -> None:
    assert mistakes_in_steps(PII + "flag_at: 1}", stages="input output") == ()
    library = "version: 1\npolicies: {p: {steps: [{step: a, detector: pii, flag_at: 1}]}}"
    assert mistakes_in(library) == ()


@pytest.mark.parametrize(
    ("first", "second", "warned"),
    [
        ("redact_at: 1", "block_at: 1", True),
        ("redact_at: 1, shadow: true", "block_at: 1", False),
        ("redact_at: 1", "block_at: 1, shadow: true", False),
        ("redact_at: 1", "flag_at: 1", False),
        ("flag_at: 1", "block_at: 1", False),
        ("redact_at: 1, sources: [prompt]", "block_at: 1, sources: [history]", False),
        ("redact_at: 1, sources: [prompt]", "block_at: 1, sources: [prompt, history]", True),
    ],
)
def test_rewriting_before_blocking_over_the_same_sources_draws_a_warning(
    mistakes_in_steps: Mistakes, first: str, second: str, *, warned: bool
) -> None:
    steps = f"{PII}{first}}}\n{FOUND}{second}}}"
    found = mistakes_in_steps(steps, stages="input")
    assert _codes(found) == [("redact-before-block", "warning")] * warned


def test_the_order_of_policies_in_a_stage_counts_for_that_warning(mistakes_in: Mistakes) -> None:
    text = """
        version: 1
        models: {m: {base_url: http://a}}
        policies:
          rewrites: {steps: [{step: a, detector: pii, redact_at: 1}]}
          blocks: {steps: [{step: b, detector: pii, block_at: 1}]}
        deployments:
          d: {model: m, input: [blocks, rewrites]}
    """
    assert mistakes_in(text) == ()
    assert _codes(mistakes_in(text.replace("blocks, rewrites", "rewrites, blocks"))) == [
        ("redact-before-block", "warning")
    ]


@pytest.mark.parametrize(
    ("rest", "codes"),
    [
        ("flag_at: 1, message: no", []),
        ("flag_at: 1, message: no, if_failed: flag", ["message-unused"]),
        ("block_at: 1, message: no, if_failed: flag", []),
        ("block_at: 1, message: no, shadow: true", ["message-unused"]),
        ("flag_at: 1, if_missing: block", ["if-missing-unused"]),
    ],
)
def test_what_has_no_effect_draws_a_warning(
    mistakes_in_steps: Mistakes, rest: str, codes: list[str]
) -> None:
    found = mistakes_in_steps(PII + rest + "}", stages="input")
    assert _codes(found) == [(code, "warning") for code in codes]


def test_a_message_for_what_is_missing_has_an_effect(mistakes_in_steps: Mistakes) -> None:
    step = "- {step: a, detector: hallucination, flag_at: 1, if_failed: flag, message: no"
    assert mistakes_in_steps(step + ", if_missing: block}", stages="output") == ()
    assert _codes(mistakes_in_steps(step + ", if_missing: flag}", stages="output")) == [
        ("message-unused", "warning")
    ]


def test_a_step_that_makes_a_stream_wait_draws_a_warning(mistakes_in_steps: Mistakes) -> None:
    step = FOUND + "flag_at: 1}"
    assert _codes(mistakes_in_steps(step, stages="output")) == [("whole-scope", "warning")]
    assert mistakes_in_steps(step, stages="input") == ()
    assert mistakes_in_steps(step, stages="output", deployment="stream: late") == ()


class Word(str):
    """A text that is equal to every text."""

    __slots__ = ()

    def __eq__(self, _other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def raising(error: BaseException) -> property:
    def read(_detector: object) -> object:
        raise error

    return property(read)


def refused_for(declared: dict[str, Any]) -> str:
    registry = Registry.of(test=plugin(scripted("odd", **declared)))
    text = "version: 1\npolicies: {p: {steps: [{step: a, detector: odd, flag_at: 1}]}}"
    with pytest.raises(ConfigurationError) as caught:
        load_texts([Text("a.yaml", text)], registry=registry)
    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.place) == ("detector-fails", "a.yaml:2:24")
    beginning = "the detector `odd` cannot be set up: "
    assert mistake.message.startswith(beginning)
    return mistake.message.removeprefix(beginning)


SEGMENT = Segment("/text", Source.PROMPT, "x")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kinds", ["odd.found", ["odd.found"], 5, None, {Kind("odd.found")}, [Kind(5)]]),  # type: ignore[arg-type]
        ("needs", [{"completion"}, None, [Source.PROMPT], "prompt"]),
        ("uses", [["prompt"], {"prompt"}, None, 5]),
        ("scope", ["bogus", None, 5, (1, 1), Window(-1, 0), Window(0, 1.5), Window(True, 1)]),  # type: ignore[arg-type]  # noqa: FBT003
        ("cost", ["free", "inline", None]),
        ("sends_text_to", ["example.org", [5], None, {"example.org"}]),
        ("words", [5, None, "word", {5}, [b"word"], {Word("word")}]),
        (
            "examples",
            [
                [("x",)],
                "x",
                None,
                [Example("x")],  # type: ignore[arg-type]
                [Example(("x",))],  # type: ignore[arg-type]
                [Example((SEGMENT,), "x")],  # type: ignore[arg-type]
                [Example((SEGMENT,), (), "x")],  # type: ignore[arg-type]
                [Example((SEGMENT,), (), frozenset({5}))],  # type: ignore[arg-type]
            ],
        ),
        ("version", [5, b"1", Word("1")]),
    ],
)
def test_a_detector_that_declares_rubbish_is_a_mistake_not_a_crash(
    name: str, values: list[object]
) -> None:
    for value in values:
        assert refused_for({name: value}).startswith(f"its `{name}` is not a")


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ([Kind("odd.a"), Kind("odd.b"), Kind("odd.a")], "it declares the kind `odd.a` twice"),
        *(
            ([Kind(name)], f"the name of its kind `{name}` is not words joined by dots")
            for name in ("", "odd", "odd.", ".odd", "odd..a", "odd.a b")
        ),
        *(
            (
                [Kind("odd.a", point)],  # type: ignore[arg-type]
                "`recommended_at` of its kind `odd.a` is not a number from 0 to 1",
            )
            for point in (7.0, -0.1, math.nan, True, "0.5", None)
        ),
        (
            [Kind("odd.a", spans=1)],  # type: ignore[arg-type]
            "`spans` of its kind `odd.a` is neither True nor False",
        ),
        (
            [Kind("odd.a", surrogates=None)],  # type: ignore[arg-type]
            "`surrogates` of its kind `odd.a` is neither True nor False",
        ),
        (
            [Kind("odd.a", surrogates=True)],
            "it declares kinds with surrogates and does not implement `surrogates`",
        ),
    ],
)
def test_kinds_have_names_of_their_own_and_a_point_that_can_be_reached(
    kinds: list[Kind], problem: str
) -> None:
    assert refused_for({"kinds": kinds}) == problem


@pytest.mark.parametrize(
    "name",
    ["kinds", "needs", "uses", "scope", "cost", "sends_text_to", "words", "examples", "version"],
)
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no table"), "ValueError: no table"),
        (SystemExit(3), "SystemExit: 3"),
        (CancelledError(), "CancelledError"),
        (UnspeakableError(), "UnspeakableError"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_a_mistake_too(
    name: str, error: BaseException, said: str
) -> None:
    assert refused_for({name: raising(error)}) == said


def test_all_that_a_detector_declares_wrongly_is_told_at_once() -> None:
    assert refused_for({"words": 5, "cost": 5, "kinds": [Kind("odd")]}) == (
        "its `cost` is not a policyengine.Cost; its `words` is not a set of texts; "
        "the name of its kind `odd` is not words joined by dots"
    )


def test_an_interruption_is_not_the_detectors_fault() -> None:
    registry = Registry.of(test=plugin(scripted("odd", words=raising(KeyboardInterrupt()))))
    text = "version: 1\npolicies: {p: {steps: [{step: a, detector: odd, flag_at: 1}]}}"
    with pytest.raises(KeyboardInterrupt):
        load_texts([Text("a.yaml", text)], registry=registry)


def test_what_no_deployment_uses_draws_a_warning(mistakes_in: Mistakes) -> None:
    found = mistakes_in("""\
        version: 1
        models: {m: {base_url: http://a}, n: {base_url: http://a}}
        policies:
          p: {steps: [{step: a, detector: pii, flag_at: 1}]}
          q: {steps: [{step: a, detector: pii, flag_at: 1}]}
        deployments: {d: {model: m, output: [p]}}
    """)
    assert [(m.code, m.severity, m.line) for m in found] == [
        ("unused", "warning", 2),
        ("unused", "warning", 5),
    ]
    assert _at(found[0]).startswith("n:")
