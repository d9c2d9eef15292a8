"""Banned topics, allowed ones, and where off-topic begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from detectors.topics.builtin import BUILT_IN
from detectors.topics.detector import BANNED, NOT_ALLOWED, Topics
from policyengine import Finding, Resources, Segment, Source, Truncated, View

if TYPE_CHECKING:
    from collections.abc import Callable

    Found = Callable[..., list[Finding]]

LIBRARY = {
    "name": "library",
    "description": "The city library: opening hours, lending and returning books.",
    "examples": ("When does the library open?", "I would like to borrow a book."),
}


@pytest.fixture(scope="module")
def found() -> Found:
    resources = Resources()

    def run(text: str, **options: Any) -> Any:
        detector = Topics(Topics.Options.model_validate({"encoder": "static", **options}))
        detector.warm_up(resources)
        (findings,) = detector.detect(
            [View((Segment("/messages/0/content", Source.PROMPT, text),))]
        )
        return list(findings)

    return run


def top(findings: list[Finding]) -> float:
    return max((one.score for one in findings), default=0.0)


def test_a_banned_topic_is_found_at_its_sentence(found: Found) -> None:
    text = "I paid my bill today. Which party should I vote for in the election? Bye for now then."
    best = max(found(text, banned=["politics", "gambling"]), key=lambda one: one.score)
    assert (best.kind, best.evidence["topic"]) == (BANNED, "politics")
    assert best.score >= 0.5
    assert best.span is not None
    assert text[best.span.start : best.span.end].startswith("Which party")


@pytest.mark.parametrize("text", ["election campaign", "Yes, vote for that party."])
def test_a_banned_topic_is_found_in_few_words_too(found: Found, text: str) -> None:
    assert top(found(text, banned=["politics"])) >= 0.5


def test_few_words_are_not_held_against_allowed_topics(found: Found) -> None:
    assert found("Berlin, Germany", banned=["politics"], allowed=[LIBRARY]) == []


def test_a_text_without_a_space_is_about_no_allowed_topic(found: Found) -> None:
    assert top(found("x" * 200_000, allowed=[LIBRARY])) >= 0.5


def test_other_topics_are_not_banned(found: Found) -> None:
    assert top(found("My parcel has not arrived, where is it now?", banned=["politics"])) < 0.5


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_the_texts_of_a_built_in_topic_are_about_it(found: Found, name: str) -> None:
    for text in BUILT_IN[name]:
        assert top(found(text, banned=[name])) >= 0.5


def test_a_text_about_no_allowed_topic_is_found_with_the_nearest_example(found: Found) -> None:
    assert top(found("Can I borrow a book from the library?", allowed=[LIBRARY])) < 0.5
    (finding,) = found("My engine makes a strange noise on the motorway.", allowed=[LIBRARY])
    assert (finding.kind, finding.evidence["topic"]) == (NOT_ALLOWED, "library")
    assert finding.score >= 0.5
    assert finding.evidence["nearest"] in range(4)


def test_the_threshold_is_fitted_to_the_share_of_false_positives(found: Found) -> None:
    things = ["book", "novel", "map", "film", "record", "magazine", "comic", "atlas", "game", "box"]
    examples = tuple(
        f"{ask} {thing}?" for thing in things for ask in ("May I borrow a", "Can I return this")
    )
    allowed = [{"name": "lending", "examples": examples}]
    for rate in (0.05, 0.5):
        flagged = [top(found(text, allowed=allowed, false_positive_rate=rate)) for text in examples]
        # An example is compared with itself here, so that fewer are flagged than without itself.
        assert sum(score >= 0.5 for score in flagged) <= rate * len(examples) + 1
    strange = "The volcano erupted at night over the sea."
    assert top(found(strange, allowed=allowed, false_positive_rate=0.5)) >= top(
        found(strange, allowed=allowed, false_positive_rate=0.05)
    )


def test_examples_that_say_the_same_twice_do_not_narrow_the_topic(found: Found) -> None:
    asked = [
        "May I borrow a novel",
        "When do you open on Sundays",
        "How long can I keep a film",
        "Where do I return magazines",
        "Is there a reading room for children",
        "What does a lost book cost",
        "Can I renew my library card",
        "Do you have the works of Tolstoy",
        "Who reads stories to children on Mondays",
        "How many books may I take home",
    ]
    twice = tuple(f"{one}{end}" for one in asked for end in ("?", " please?"))
    allowed = [{"name": "library", "examples": twice}]
    assert top(found("How many films may I borrow at once?", allowed=allowed)) < 0.5
    assert top(found("The volcano erupted over the sea.", allowed=allowed)) >= 0.5


@pytest.mark.parametrize(
    "text", ["", "Hi!", "yes", "Der Hund ist nicht auf dem Sofa und schl\u00e4ft."]
)
def test_texts_that_say_nothing_here_are_not_judged(found: Found, text: str) -> None:
    assert found(text, allowed=[LIBRARY], banned=["politics"]) == []


def test_other_languages_can_fail_the_step(found: Found) -> None:
    with pytest.raises(Truncated):
        found("Der Hund ist nicht auf dem Sofa.", allowed=[LIBRARY], other_languages="fail")


def test_a_long_text_is_allowed_for_the_part_that_is(found: Found) -> None:
    text = "The engine makes a strange noise on the road. " * 200
    assert top(found(text, allowed=[LIBRARY])) >= 0.5
    assert top(found(f"{text}\n\nWhen does the library open?", allowed=[LIBRARY])) < 0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "name a topic"),
        ({"banned": ["politics"], "allowed": ["politics"]}, "named twice: politics"),
        ({"banned": ["not a name"]}, "pattern"),
    ],
)
def test_mistakes_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Topics.Options.model_validate(options)
