"""The built-ins under the conformance kit that third parties use."""

from __future__ import annotations

from itertools import starmap

import pytest

from detectors.hallucination.detector import Hallucination
from detectors.keywords.detector import Keywords
from detectors.pii.detector import Pii
from detectors.pii.options import ENTITIES, NAMED, SHAPED
from detectors.plugin import policyengine_detectors
from detectors.prompt_leak.detector import PromptLeak
from detectors.regex.detector import Regex
from detectors.relevancy.detector import Relevancy
from detectors.topics.detector import Topics
from policyengine import Resources
from policyengine.testing import Check, checks

ORDER = {"name": "order", "pattern": r"\b[A-Z]{2}-\d{6}\b", "example": "AB-123456"}

CONFIGURED = [
    (Pii, {"entities": [name for name in ENTITIES if name in SHAPED - set(NAMED)]}),
    (Pii, {"entities": ["email"]}),
    (Pii, {"entities": ["phone"], "phone_regions": ["DE", "FR"]}),
    (Pii, {"entities": ["iban"], "deny": [{"term": "Heron", "kind": "person"}]}),
    (Keywords, {"terms": ["café", "drop table"]}),
    (Keywords, {"terms": ["confidential", "ass"], "fuzzy": 2}),
    (Keywords, {"terms": ["ass"], "whole_word": False, "fold": False, "ignore_case": False}),
    (Regex, {"patterns": [ORDER]}),
    (Regex, {"patterns": [ORDER, {"name": "tail", "pattern": "x+y$"}], "ignore_case": True}),
]

NAMING = [(Pii, {}), (Pii, {"entities": ["person"], "tables": False})]
ENCODING = [
    (Relevancy, {"encoder": "static"}),
    (Relevancy, {"encoder": "static", "against": ("request", "context")}),
    (Relevancy, {"encoder": "static", "purpose": "Questions about the city library."}),
    (Topics, {"encoder": "static", "banned": ["politics", "gambling"]}),
    (Topics, {"encoder": "static", "allowed": [{"name": "pets", "examples": ("A cat is a pet",)}]}),
    (PromptLeak, {"encoder": "static"}),
    (PromptLeak, {"paraphrase": False}),
    (Hallucination, {}),
]
"""Of a purpose or topics of the user's own, examples of both sorts cannot be known."""


@pytest.mark.parametrize(
    "check", [check for made in starmap(checks, CONFIGURED) for check in made], ids=str
)
def test_conforms(check: Check) -> None:
    check.run()


@pytest.mark.parametrize(
    "check",
    [check for detector, options in NAMING for check in checks(detector, options, longest=20_000)],
    ids=str,
)
def test_a_detector_with_a_pipeline_conforms(check: Check) -> None:
    check.run()


def encoding() -> list[Check]:
    resources = Resources()
    made = [
        (options, check)
        for detector, options in ENCODING
        for check in checks(detector, options, resources=resources, longest=20_000)
    ]
    of_their_own = ("purpose", "banned", "allowed")
    return [
        check
        for options, check in made
        if check.name != "examples" or not any(key in options for key in of_their_own)
    ]


@pytest.mark.parametrize("check", encoding(), ids=str)
def test_detectors_that_encode_conform(check: Check) -> None:
    check.run()


def test_every_built_in_is_checked() -> None:
    assert {detector for detector, _ in (*CONFIGURED, *ENCODING)} >= set(policyengine_detectors())
