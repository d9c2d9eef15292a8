"""The published schema of the detections object is what `Detections.as_dict` gives."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, get_args

import jsonschema
import pytest

import policyengine
from policyengine import Detections, Span, Verdict, detections

SCHEMA: dict[str, Any] = json.loads(
    resources.files(policyengine)
    .joinpath("schemas/detections.schema.json")
    .read_text(encoding="utf-8")
)

PLACE = {"body": "request", "path": "/context/0", "span": {"start": 0, "end": 4}}
FINDING = detections.ReportedFinding(
    kind="pii.email",
    score=0.99,
    verdict=Verdict.REDACT,
    path="/choices/0/message/content",
    span=Span(11, 30),
    released_span=None,
    evidence={"recognizer": "email", "place": PLACE, "scores": [0.5, 1]},
)
STEP = detections.StepResult(
    "personal-data", "protect", "pii", "1.0", "ran", Verdict.REDACT, findings=(FINDING,)
)
FULL = Detections(
    deployment="support",
    revision="sha256:" + "0" * 64,
    tags=("support",),
    verdict=Verdict.REDACT,
    complete=False,
    input=detections.StageResult(Verdict.ALLOW, ()),
    output=detections.StageResult(Verdict.REDACT, (STEP,)),
    coverage=detections.Coverage(
        segments=3,
        examined=2,
        excluded=(detections.Exclusion("output", "protect", "personal-data", ("/a",)),),
        unexamined=(detections.UnexaminedContent("request", "/messages/0/content/1", "image"),),
    ),
)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_detections_with_everything_in_them_fit_the_schema() -> None:
    jsonschema.validate(json.loads(json.dumps(FULL.as_dict())), SCHEMA)


def test_every_key_of_detections_is_in_the_schema_in_the_order_of_the_wire() -> None:
    wire = FULL.as_dict()
    step = wire["output"]["steps"][0]
    parts = {
        "stage": wire["output"],
        "step": step,
        "finding": step["findings"][0],
        "span": step["findings"][0]["span"],
        "coverage": wire["coverage"],
        "exclusion": wire["coverage"]["excluded"][0],
        "unexamined": wire["coverage"]["unexamined"][0],
    }
    assert list(SCHEMA["properties"]) == list(wire)
    for name, part in parts.items():
        assert list(SCHEMA["$defs"][name]["properties"]) == list(part), name


def test_every_object_of_the_schema_is_closed_and_described() -> None:
    for name, definition in {"": SCHEMA, **SCHEMA["$defs"]}.items():
        assert definition["description"], name
        if "properties" in definition:
            assert definition["additionalProperties"] is False
            assert definition["required"] == list(definition["properties"])
            for key, value in definition["properties"].items():
                assert "$ref" in value or value["description"], f"{name}.{key}"


def test_verdicts_and_statuses_are_those_of_the_code() -> None:
    assert SCHEMA["$defs"]["verdict"]["enum"] == [verdict.word for verdict in Verdict]
    status = SCHEMA["$defs"]["step"]["properties"]["status"]
    assert status["enum"] == list(get_args(detections.Status))


@pytest.mark.parametrize(
    ("key", "value"),
    [("version", 2), ("verdict", "deny"), ("output", {}), ("text", "anna@example.com")],
)
def test_what_is_no_detections_object_does_not_fit(key: str, value: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**FULL.as_dict(), key: value}, SCHEMA)
