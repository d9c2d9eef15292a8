"""Times and numbers that a request asks for, and answers that hold them or do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from detectors.relevancy.expecting import held
from detectors.relevancy.judging import OFF_TOPIC_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable

WHEN = "When was the old bridge opened?"
HOW_MANY = "How many people may cross the bridge at once?"
SAID = "The old bridge is made of red bricks."


@pytest.mark.parametrize(
    ("request_text", "answer"),
    [
        (WHEN, "It was opened to the public in 1998."),
        (WHEN, "On 5 April, in the rain."),
        (WHEN, "The mayor opened it on Monday."),
        (WHEN, "It is a work of the nineteenth century."),
        ("when do they open the bridge", "The gates go up at nine."),
        ("When will my refund arrive?", "You have it within five business days."),
        ("In what year did it open?", "It opened in 1998."),
        ("Do you know when it opened?", "It opened in 1998."),
        ("I went there. What is the date of its opening?", "May 5 it is."),
        (HOW_MANY, "Not more than twelve."),
        (HOW_MANY, "The limit is 1,200 of them."),
        ("What is the population of the town?", "It has 31 000 inhabitants."),
        ("How long is the bridge?", "The bridge has a length of 40 metres."),
        ("How many came? When was the old bridge opened?", "It opened in 1998."),
        ("How long does it take and when can I go?", "It takes about two hours."),
    ],
)
def test_what_is_asked_for_is_held(request_text: str, answer: str) -> None:
    assert held(request_text, answer) == 1


@pytest.mark.parametrize(
    ("request_text", "answer"),
    [
        (WHEN, SAID),
        (WHEN, "It may open, and they march over it."),
        ("When was the bridge of 1998 opened?", "The bridge of 1998 is made of bricks."),
        ("When does it open on Saturdays?", "On Saturdays it is very crowded."),
        (HOW_MANY, SAID),
        (HOW_MANY, "The bridge was opened on 5 April 1998."),
        ("How many of the 12 arches are old?", "There are 12 arches."),
    ],
)
def test_what_is_asked_for_is_not_held(request_text: str, answer: str) -> None:
    assert held(request_text, answer) == -1


@pytest.mark.parametrize(
    "request_text",
    [
        "Where does the old bridge stand?",
        "Who opened the bridge?",
        "What was it like when it was opened?",
        "What time of day suits a walk across it?",
        "I crossed it when I was young. It was cold.",
        "I crossed it on my own. I know when it was built.",
        "When I crossed it I was cold. Who opened the bridge?",
        "Wann wurde die Br\u00fccke er\u00f6ffnet?",
        "",
    ],
)
def test_nothing_is_said_where_neither_is_asked_for(request_text: str) -> None:
    assert held(request_text, "It was opened in 1998 by 12 people.") == 0
    assert held(request_text, SAID) == 0


def test_an_answer_without_the_time_asked_for_scores_higher(judged: Callable[..., Any]) -> None:
    def score(request_text: str, answer: str) -> float:
        found = judged(request_text, answer)
        return max((one.score for one in found if one.kind == OFF_TOPIC_ANSWER), default=0.0)

    without, with_it = "The old bridge was opened by a mayor.", "The old bridge was opened in 1998."
    assert score(WHEN, without) > score(WHEN, with_it) + 0.02
    assert score(WHEN, without) > score("Who was it who opened the old bridge?", without)
