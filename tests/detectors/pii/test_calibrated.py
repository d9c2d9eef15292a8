from __future__ import annotations

from detectors.pii.calibrated import RECOMMENDED, SCORES
from detectors.pii.recognizers import RECOGNIZERS


def test_every_calibrated_score_belongs_to_a_recogniser() -> None:
    assert set(SCORES) <= {row.name for row in RECOGNIZERS}
    assert set(RECOMMENDED) <= {row.kind for row in RECOGNIZERS}


def test_a_context_word_never_makes_a_score_lower() -> None:
    assert [name for name, (plain, near) in SCORES.items() if not 0 <= plain <= near <= 1] == []


def test_what_is_not_reported_without_context_is_not_made_to_be() -> None:
    silent = {row.name for row in RECOGNIZERS if row.score == 0}

    assert {name for name in silent & set(SCORES) if SCORES[name][0]} == set()
