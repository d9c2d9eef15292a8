from __future__ import annotations

import json
import re
from asyncio import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from policyengine.offline import Line, Settings, evaluate_line
from policyengine.offline.stopping import Stopped

if TYPE_CHECKING:
    from policyengine.deployment import CompiledDeployment

ASKED = {"messages": [{"role": "user", "content": "a heron"}], "model": "m"}
HARMLESS = {"messages": [{"role": "user", "content": "hello"}]}
FORBIDDEN = {"messages": [{"role": "user", "content": "a crow"}], "model": "m"}


def said(text: str) -> dict[str, Any]:
    return {"id": "1", "choices": [{"message": {"role": "assistant", "content": text}}]}


def evaluated(deployment: CompiledDeployment, line: object, **settings: Any) -> dict[str, Any]:
    content = json.dumps(line).encode()
    outcome = evaluate_line(deployment, Line("in", 1, content), Settings(**settings))
    assert outcome.problem is None
    value: dict[str, Any] = json.loads(outcome.content)
    return value


def test_a_line_is_written_as_the_model_and_the_client_would_have_seen_it(
    deployment: CompiledDeployment,
) -> None:
    out = evaluated(deployment, {"labels": [1], "request": ASKED, "response": said("A heron.")})
    assert list(out) == ["labels", "request", "response"]
    assert out["labels"] == [1]
    placeholder = out["request"]["messages"][0]["content"].removeprefix("a ")
    assert placeholder.startswith("[FOUND_")
    assert out["response"]["choices"][0]["message"]["content"] == f"A {placeholder}."
    assert out["response"]["detections"]["verdict"] == "redact"
    assert out["response"]["id"] == "1"


def test_placeholders_are_restored_for_the_client(deployment: CompiledDeployment) -> None:
    first = evaluated(deployment, {"request": ASKED})
    placeholder = first["request"]["messages"][0]["content"].removeprefix("a ")
    out = evaluated(deployment, {"request": ASKED, "response": said(f"{placeholder}!")})
    assert out["response"]["choices"][0]["message"]["content"] == "heron!"


@pytest.mark.parametrize("line", [{"request": ASKED}, {"request": ASKED, "response": None}])
def test_without_a_response_the_detections_are_at_the_top(
    deployment: CompiledDeployment, line: dict[str, Any]
) -> None:
    out = evaluated(deployment, line)
    assert out["detections"]["verdict"] == "redact"
    assert out["detections"]["output"] is None
    assert out.get("response") is None


@pytest.mark.parametrize("line", [{}, {"response": said("A heron.")}, {"response": {"odd": 1}}])
def test_a_blocked_request_stays_as_it_was_and_is_answered_by_the_gateway(
    deployment: CompiledDeployment, line: dict[str, Any]
) -> None:
    out = evaluated(deployment, {"request": FORBIDDEN, **line})
    assert out["request"] == FORBIDDEN
    assert out["response"]["error"]["message"] == "No crows."
    assert out["response"]["detections"]["verdict"] == "block"
    statuses = {step["status"] for step in out["response"]["detections"]["output"]["steps"]}
    assert statuses == {"not_reached"}
    assert "detections" not in out


def test_a_blocked_request_keeps_no_value_that_an_earlier_step_redacted(
    deployment: CompiledDeployment,
) -> None:
    both = {"messages": [{"role": "user", "content": "a heron and a crow"}], "model": "m"}
    out = evaluated(deployment, {"request": both, "response": said("never")})
    assert out["response"]["detections"]["verdict"] == "block"
    assert re.fullmatch(r"a \[FOUND_\w+\] and a crow", out["request"]["messages"][0]["content"])


def test_a_blocked_response_is_answered_by_the_gateway(deployment: CompiledDeployment) -> None:
    out = evaluated(deployment, {"request": HARMLESS, "response": said("crow")})
    assert out["request"] == HARMLESS
    assert out["response"]["error"]["message"] == "No crows."


def test_observing_changes_no_text_and_evaluates_both_stages(
    deployment: CompiledDeployment,
) -> None:
    line = {"request": FORBIDDEN, "response": said("a heron and a crow")}
    out = evaluated(deployment, line, observe=True)
    detections = out["response"].pop("detections")
    assert out == line
    assert detections["verdict"] == "block"
    assert [step["status"] for step in detections["output"]["steps"][:2]] == ["ran", "ran"]


def test_the_clients_tags_and_findings_below_thresholds_are_reported_when_asked_for(
    deployment: CompiledDeployment,
) -> None:
    out = evaluated(deployment, {"request": HARMLESS}, tags=("b", "z"))
    assert out["detections"]["tags"] == ["a", "b"]
    long = {"messages": [{"role": "user", "content": "x" * 40}]}
    out = evaluated(deployment, {"request": long}, all_findings=True)
    assert out["detections"]["input"]["steps"][2]["findings"][0]["kind"] == "mood.long"


def test_an_evaluated_line_can_be_evaluated_again(deployment: CompiledDeployment) -> None:
    line = {"request": HARMLESS, "response": said("hello")}
    once = evaluated(deployment, line)
    assert evaluated(deployment, once) == once


def test_detections_are_as_their_schema_says(deployment: CompiledDeployment) -> None:
    schema = Path(__file__).parents[2] / "policyengine/schemas/detections.schema.json"
    for line in ({"request": ASKED}, {"request": FORBIDDEN}):
        out = evaluated(deployment, line)
        detections = out.get("detections") or out["response"]["detections"]
        jsonschema.validate(detections, json.loads(schema.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("canary", "not JSON: Expecting value at column 1"),
        ('{"response": {"canary": 1}}', "no `request`"),
        ('{"request": "canary"}', "request at /: expected an object, found a string"),
        ('{"request": {"canary": 1}}', "request at /: expected `messages` or `prompt`"),
        (
            '{"request": {"messages": [{"role": "user", "content": {"canary": 1}}]}}',
            "request at /messages/0/content: expected a string, an array of parts or null, found",
        ),
        (
            '{"request": {"messages": []}, "response": {"canary": 1}}',
            "response at /: expected `choices`",
        ),
        (
            '{"request": {"messages": []}, "response": {"choices": [{"text": "canary"}]}}',
            "response at /choices/0: expected `message`, as a choice of `/chat/completions` has it",
        ),
        (
            '{"request": {"messages": []}, "response": "canary"}',
            "response at /: expected an object",
        ),
    ],
)
def test_a_bad_line_is_its_own_outcome_without_any_of_its_text(
    deployment: CompiledDeployment, content: str, problem: str
) -> None:
    outcome = evaluate_line(deployment, Line("in", 7, content.encode()), Settings())
    assert outcome.problem is not None
    assert outcome.problem.startswith(problem)
    assert json.loads(outcome.content) == {"error": {"line": 7, "message": outcome.problem}}
    assert "canary" not in outcome.problem


def test_nesting_that_cannot_be_written_back_is_a_bad_line(deployment: CompiledDeployment) -> None:
    for depth in (100, 400, 700, 900, 950, 1000, 5000, 50_000):
        deep = "[" * depth + "]" * depth
        content = f'{{"request": {{"messages": []}}, "labels": {deep}}}'.encode()
        outcome = evaluate_line(deployment, Line("in", 1, content), Settings())
        assert outcome.problem in (None, "nested too deeply")
    assert outcome.problem is not None


class Odd:
    """A deployment that raises, as no deployment should."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def check_request(self, _body: object, **_settings: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("canary"), "raised RuntimeError"),
        (type("canary", (ValueError,), {})("canary"), "raised ValueError"),
        (SystemExit("canary"), "raised SystemExit"),
        (CancelledError("canary"), "raised CancelledError"),
        (MemoryError(), "raised MemoryError"),
    ],
)
def test_an_unexpected_exception_is_a_bad_line_without_its_text(
    error: BaseException, reason: str
) -> None:
    deployment: Any = Odd(error)
    outcome = evaluate_line(deployment, Line("in", 7, b'{"request": {}}'), Settings())
    assert outcome.problem == f"{reason}: this is a mistake in policyengine or in a plugin"
    assert json.loads(outcome.content) == {"error": {"line": 7, "message": outcome.problem}}
    assert outcome.tally.verdict is None


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Stopped()])
def test_an_interruption_ends_the_run(error: BaseException) -> None:
    deployment: Any = Odd(error)
    with pytest.raises(KeyboardInterrupt):
        evaluate_line(deployment, Line("in", 7, b'{"request": {}}'), Settings())
