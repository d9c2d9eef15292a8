from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detectors.pii.calibrated import RECOMMENDED, SCORES
from detectors.pii.detector import Pii
from detectors.pii.recognizers import RECOGNIZERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]


def test_every_calibrated_score_belongs_to_a_recogniser() -> None:
    assert set(SCORES) <= {row.name for row in RECOGNIZERS}
    assert set(RECOMMENDED) <= {row.kind for row in RECOGNIZERS}


def test_a_context_word_never_makes_a_score_lower() -> None:
    assert [name for name, (plain, near) in SCORES.items() if not 0 <= plain <= near <= 1] == []


def test_what_is_not_reported_without_context_is_not_made_to_be() -> None:
    silent = {row.name for row in RECOGNIZERS if row.score == 0}

    assert {name for name in silent & set(SCORES) if SCORES[name][0]} == set()


def test_a_taxpayers_number_of_the_united_states_needs_a_word_to_be_acted_on(
    ready: Ready, find: Find
) -> None:
    """Nothing but its form tells it from other numbers: it has no check digit."""
    detector = ready(Pii, models={})
    point = RECOMMENDED["pii.national_id"]

    def acted_on(text: str) -> list[str]:
        return [
            text[one.span.start : one.span.end]
            for one in find(detector, text)
            if one.kind == "pii.national_id" and one.score >= point
        ]

    assert acted_on("It is 912-90-3456.") == acted_on("It is 912903456.") == []
    assert acted_on("Her ITIN is 912-90-3456.") == ["912-90-3456"]
    assert acted_on("Her ITIN is 912903456.") == ["912903456"]
