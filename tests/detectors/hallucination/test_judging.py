"""Which words of a claim are marked, and how far a whole answer goes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from detectors.hallucination.judging import Judge, Marks
from detectors.hallucination.measures import log_odds, of_answer
from detectors.hallucination.reading import Claimed
from policyengine import Span

WORDS = ((0, 3, -6.0), (4, 10, 5.0), (11, 15, 0.0), (16, 20, -6.0), (21, 30, -6.0))


@pytest.fixture(scope="module")
def models() -> Any:
    path = files("detectors").joinpath("hallucination", "weights.json")
    return json.loads(path.read_text(encoding="utf-8"))["models"]


def marked(models: Any, novelty: float, **marks: float) -> list[Span]:
    wanted = {"novelty": 0.5, "invented": 0.3, "edited": 0.9, "whole": 0.8} | marks
    judge = Judge(models, Marks(**wanted), ("reader",))
    return judge.marked(Span(0, 30), Claimed(3.0, 3.0, 0.0, WORDS), novelty)


def test_of_an_edited_claim_the_likeliest_word_is_marked_and_of_an_invented_one_more(
    models: Any,
) -> None:
    assert marked(models, 0.49) == [Span(4, 10)]
    assert marked(models, 0.5) == [Span(4, 15)]


def test_a_claim_of_which_enough_is_marked_is_marked_whole(models: Any) -> None:
    assert marked(models, 0.5, whole=11 / 30) == [Span(0, 30)]
    assert marked(models, 0.5, whole=12 / 30) == [Span(4, 15)]


def test_the_worst_claim_decides_and_what_is_supported_weighs_nothing_up() -> None:
    assert of_answer([log_odds(0.9)]) == of_answer([log_odds(0.9), log_odds(0.1), log_odds(0.1)])
    assert of_answer([log_odds(0.9), log_odds(0.8)]) > of_answer([log_odds(0.9)])
    assert log_odds(1.0) < 10 and log_odds(0.0) > -10  # noqa: PT018 - one sentence
