from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine import Mistake

    Mistakes = Callable[..., Sequence[Mistake]]


def _only(found: Sequence[Mistake]) -> Mistake:
    errors = [mistake for mistake in found if mistake.severity == "error"]
    assert len(errors) == 1, "\n".join(map(str, found))
    return errors[0]


def _at(mistake: Mistake) -> str:
    return mistake.source_line[mistake.column - 1 :]


STEP = "- {step: a, detector: pii, flag_at: 0.5, "


@pytest.mark.parametrize(
    ("rest", "code", "at"),
    [
        ("redact_att: 0.5", "unknown-key", "redact_att"),
        ("timeout_ms: soon", "wrong-type", "soon"),
        ("timeout_ms: '5'", "wrong-type", "'5'"),
        ("timeout_ms: 1.5", "wrong-type", "1.5"),
        ("timeout_ms: 0", "out-of-range", "0"),
        ("timeout_ms: 86400001", "out-of-range", "86400001"),
        ("timeout_ms: 99999999999999999999999999", "out-of-range", "9999"),
        ("shadow: yes", "wrong-type", "yes"),
        ("block_at: 1.5", "invalid", "1.5"),
        ("block_at: recomended", "invalid", "recomended"),
        ("block_at: .nan", "invalid", ".nan"),
        ("if_failed: deny", "wrong-value", "deny"),
        ("sources: [prompts]", "wrong-value", "prompts"),
        ("sources: []", "length", "[]"),
        ("sources: prompt", "wrong-type", "prompt"),
        ("when: {tags: [a b]}", "pattern", "a b"),
        ("when: {}", "missing-key", "when"),
        ("kinds: [pii]", "wrong-type", "[pii]"),
        ("kinds: {pii.email: {block: 0.9}}", "unknown-key", "block"),
        ("options: {entities: [emial]}", "wrong-value", "emial"),
        ("options: {entity: [email]}", "unknown-key", "entity"),
        ("options: [email]", "wrong-type", "[email]"),
        ("examples: [{text: a, find: []}]", "unknown-key", "find"),
    ],
)
def test_what_a_step_cannot_hold_is_reported_in_its_place(
    mistakes_in_steps: Mistakes, rest: str, code: str, at: str
) -> None:
    mistake = _only(mistakes_in_steps(STEP + rest + "}"))
    assert mistake.code == code
    assert _at(mistake).startswith(at)


@pytest.mark.parametrize(
    ("rest", "suggestion"),
    [
        ("redact_att: 0.5", "redact_at"),
        ("Shadow: true", "shadow"),
        ("if_failed: blocks", "block"),
        ("sources: [prompts]", "prompt"),
        ("options: {entities: [emial]}", "email"),
        ("options: {entity: [email]}", "entities"),
        ("kinds: {pii: {blockat: 0.5}}", "block_at"),
    ],
)
def test_what_was_meant_is_suggested_and_what_is_allowed_is_listed(
    mistakes_in_steps: Mistakes, rest: str, suggestion: str
) -> None:
    mistake = _only(mistakes_in_steps(STEP + rest + "}"))
    assert mistake.suggestion == suggestion
    assert suggestion in mistake.allowed


def test_wrong_types_are_named_in_words(mistakes_in_steps: Mistakes) -> None:
    found = mistakes_in_steps(STEP + "timeout_ms: soon, shadow: 1, description: [], kinds: 5}")
    assert [m.message for m in found] == [
        "expected a whole number, found a text",
        "expected true or false, found a number",
        "expected a text, found a list",
        "expected a mapping, found a number",
    ]


def test_a_value_that_fits_no_branch_of_a_union_is_one_mistake(
    mistakes_in_steps: Mistakes,
) -> None:
    mistake = _only(
        mistakes_in_steps("- {step: a, detector: keywords, flag_at: 1, options: {terms: [a, 5]}}")
    )
    assert mistake.message == "expected a text or a mapping, found a number"
    assert _at(mistake).startswith("5")


def test_a_mistake_inside_a_branch_of_a_union_is_found_there(mistakes_in_steps: Mistakes) -> None:
    found = mistakes_in_steps(
        "- {step: a, detector: keywords, flag_at: 1, options: {terms: [{txt: a, weight: 2}]}}"
    )
    said = {(m.code, _at(m).split(":")[0].rstrip("}] ")) for m in found}
    assert ("unknown-key", "txt") in said
    assert ("out-of-range", "2") in said


def test_what_an_options_author_refuses_is_said_in_the_authors_words(
    mistakes_in_steps: Mistakes,
) -> None:
    mistake = _only(
        mistakes_in_steps("- {step: a, detector: keywords, flag_at: 1, options: {terms: ['']}}")
    )
    assert (mistake.code, mistake.message) == ("invalid", "a term cannot be empty")


@pytest.mark.parametrize(
    ("options", "line"), [("", 8), ("\n  options: {}", 9), ("\n  message: terms", 8)]
)
def test_a_required_option_that_is_missing_is_reported_at_the_options_or_the_step(
    mistakes_in_steps: Mistakes, options: str, line: int
) -> None:
    found = mistakes_in_steps("- step: a\n  detector: keywords\n  flag_at: 1" + options)
    mistake = _only(found)
    assert mistake.message == "`terms` is missing"
    assert mistake.source_line.strip().startswith("- step" if line == 8 else "options")


@pytest.mark.parametrize(
    ("term", "said"),
    [("explode", "RuntimeError: no such dictionary"), ("exit", "SystemExit: 3")],
)
def test_a_detector_that_cannot_be_set_up_is_a_mistake_not_a_crash(
    mistakes_in_steps: Mistakes, term: str, said: str
) -> None:
    mistake = _only(
        mistakes_in_steps(
            f"- {{step: a, detector: keywords, flag_at: 1, options: {{terms: [{term}]}}}}"
        )
    )
    assert mistake.code == "detector-fails"
    assert mistake.message.endswith(said)


@pytest.mark.parametrize(
    ("name", "section"), [("has space", "models"), ("-dash", "policies"), ("é", "deployments")]
)
def test_a_name_with_other_characters_is_reported_at_the_name(
    mistakes_in: Mistakes, name: str, section: str
) -> None:
    content = {"models": "{base_url: http://a}", "deployments": "{model: m}"}.get(
        section, "{steps: [{step: a, detector: pii, flag_at: 1}]}"
    )
    found = mistakes_in(f"version: 1\n{section}:\n  {name}: {content}\n")
    mistake = next(m for m in found if m.code == "pattern")
    assert _at(mistake).startswith(name)


@pytest.mark.parametrize("tag", ["a b", "a,b", "\x1f", "a\x7f", "\x85"])
def test_a_tag_has_no_character_that_could_end_or_hide_it(mistakes_in: Mistakes, tag: str) -> None:
    deployment = {"model": "m", "accept_tags": [tag]}
    models = {"m": {"base_url": "http://a"}}
    content = {"version": 1, "models": models, "deployments": {"d": deployment}}
    found = mistakes_in(json.dumps(content), "a.json")
    assert [m.code for m in found if m.severity == "error"] == ["pattern"]


def test_one_broken_step_hides_no_mistake_elsewhere(mistakes_in: Mistakes) -> None:
    found = mistakes_in("""\
        version: 1
        models: {m: {base_url: http://a}, n: {base_url: 5}}
        policies:
          p:
            steps:
              - {step: broken, detector: pii}
              - {detector: pii, flag_at: 0.5}
              - {step: unknown, detector: pi, flag_at: 0.5}
              - {step: kinds, detector: pii, flag_at: 0.5, kinds: {pii.emial: {flag_at: 0.1}}}
        deployments:
          d: {model: n, input: [p, q]}
    """)
    assert [(m.line, m.code) for m in found if m.severity == "error"] == [
        (2, "wrong-type"),
        (6, "decides-nothing"),
        (7, "missing-key"),
        (8, "unknown-detector"),
        (9, "unknown-kind"),
        (11, "unknown-policy"),
    ]


def test_a_policy_whose_steps_are_all_broken_is_not_called_unknown(
    mistakes_in_steps: Mistakes,
) -> None:
    mistake = _only(mistakes_in_steps("- {step: a}"))
    assert mistake.code == "missing-key"


def test_a_step_that_lacks_its_broken_part_is_not_judged_without_it(
    mistakes_in_steps: Mistakes,
) -> None:
    broken_before = "- {detector: pii, flag_at: 1}\n"
    found = mistakes_in_steps(broken_before + "- {step: a, detector: pii, flag_at: 1.5}")
    assert [mistake.code for mistake in found] == ["missing-key", "invalid"]


def test_a_broken_name_is_reported_and_never_listed(mistakes_in: Mistakes) -> None:
    found = mistakes_in(
        """{"version": 1, "models": {"a\\u0016b": {}, "m": {"base_url": "http://a"}},
            "deployments": {"d": {"model": "n"}}}""",
        "policies.json",
    )
    assert {m.code for m in found} >= {"pattern", "unknown-model"}
    assert next(m for m in found if m.code == "unknown-model").allowed == ("m",)
    assert "\x16" not in "\n".join(map(str, found))
