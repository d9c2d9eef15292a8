"""The built-ins under the conformance kit that third parties use."""

from __future__ import annotations

from itertools import starmap

import pytest

from detectors.keywords.detector import Keywords
from detectors.pii.detector import Pii
from detectors.plugin import policyengine_detectors
from detectors.regex.detector import Regex
from policyengine.testing import Check, checks

ORDER = {"name": "order", "pattern": r"\b[A-Z]{2}-\d{6}\b", "example": "AB-123456"}

CONFIGURED = [
    (Pii, {}),
    (Pii, {"entities": ["email"]}),
    (Pii, {"entities": ["phone"], "phone_regions": ["DE", "FR"]}),
    (Keywords, {"terms": ["café", "drop table"]}),
    (Keywords, {"terms": ["confidential", "ass"], "fuzzy": 2}),
    (Keywords, {"terms": ["ass"], "whole_word": False, "fold": False, "ignore_case": False}),
    (Regex, {"patterns": [ORDER]}),
    (Regex, {"patterns": [ORDER, {"name": "tail", "pattern": "x+y$"}], "ignore_case": True}),
]


@pytest.mark.parametrize(
    "check", [check for made in starmap(checks, CONFIGURED) for check in made], ids=str
)
def test_conforms(check: Check) -> None:
    check.run()


def test_every_built_in_is_checked() -> None:
    assert {detector for detector, _ in CONFIGURED} >= set(policyengine_detectors())
