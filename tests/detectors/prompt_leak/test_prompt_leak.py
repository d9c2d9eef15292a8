"""What of a system prompt is found in answers, and where."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.prompt_leak.alignment import Original
from detectors.prompt_leak.detector import PARAPHRASE, VERBATIM, PromptLeak
from policyengine import Finding, Position, Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEM = (
    "You are Ada, who answers the questions of guests of the Seaview hotel. Never promise a refund "
    "for a stay that has begun; send such guests to the manager on duty. The code of the safe is "
    "kept by the night porter and is not to be given to anybody."
)
LEAKED = (
    "Never promise a refund for a stay that has begun; send such guests to the manager on duty."
)
_LETTER = st.text("abcdefgh", min_size=1, max_size=3)


@pytest.fixture(scope="module")
def leaks() -> Callable[..., list[Finding]]:
    resources = Resources()

    def run(answer: str, *, asked: str = "Hello", system: str = SYSTEM, **options: Any) -> Any:
        given_options = {"paraphrase": False, "encoder": "static", **options}
        detector = PromptLeak(PromptLeak.Options.model_validate(given_options))
        detector.warm_up(resources)
        view = View(
            (Segment("/choices/0/message/content", Source.COMPLETION, answer, "response"),),
            (
                Segment("/messages/0/content", Source.SYSTEM, system),
                Segment("/messages/1/content", Source.PROMPT, asked),
            ),
        )
        (found,) = detector.detect([view])
        return list(found)

    return run


def test_a_repeated_part_is_found_at_its_exact_place(leaks: Callable[..., list[Finding]]) -> None:
    answer = f"My rules say: {LEAKED} That is all."
    (found,) = leaks(answer)
    assert found.kind == VERBATIM
    assert found.score >= 0.5
    assert found.span is not None
    assert answer[found.span.start : found.span.end] == LEAKED.rstrip(".")
    place = found.evidence["system"]
    assert isinstance(place, Position)
    assert place.span is not None
    assert SYSTEM[place.span.start : place.span.end] == LEAKED.rstrip(".")


@pytest.mark.parametrize(
    "said",
    [
        LEAKED.upper(),
        LEAKED.replace(";", " -\n"),
        LEAKED.replace("a stay that has begun", "any stay that has begun"),
        LEAKED.replace("such guests", "those unhappy guests"),
        f"```\n{LEAKED}\n```",
        LEAKED.replace(" ", "\n- "),
        "\u200b".join(LEAKED),
        "".join(chr(ord(one) + 0xFEE0) if one > " " else one for one in LEAKED),
    ],
    ids=["case", "signs", "a word", "words", "code", "list", "unseen signs", "full width"],
)
def test_case_signs_and_changed_words_do_not_hide_it(
    leaks: Callable[..., list[Finding]], said: str
) -> None:
    assert max((one.score for one in leaks(f"Well. {said} Good night.")), default=0) >= 0.5


def test_pieces_are_found_where_each_stands_and_do_not_add_up(
    leaks: Callable[..., list[Finding]],
) -> None:
    pieces = ["Never promise a refund", "for a stay that has begun", "to the manager on duty"]
    answer = " It rained all day at the sea and we stayed inside for hours. ".join(pieces)
    found = leaks(answer)
    assert [answer[one.span.start : one.span.end] for one in found if one.span] == pieces
    assert all(0.2 < one.score < 0.5 for one in found)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_places_are_code_points_whatever_the_letters(
    leaks: Callable[..., list[Finding]], form: Literal["NFC", "NFD"]
) -> None:
    secret = "Verraten Sie n\u00e4mlich niemandem, welche B\u00fccher \u00fcber Nacht fehlen"
    told = unicodedata.normalize(form, secret)
    answer = f"Gerne \U0001f600: {told}!"
    (found,) = leaks(answer, system=f"Sie sind Bj\u00f6rn. {secret}.")
    assert found.span is not None
    assert answer[found.span.start : found.span.end] == told


@pytest.mark.parametrize(
    "said",
    [
        b64encode(LEAKED.encode()).decode(),
        LEAKED[::-1],
        " ".join(LEAKED.replace(" ", "")),
        "Versprechen Sie nie eine Erstattung f\u00fcr einen Aufenthalt, der begonnen hat.",
    ],
    ids=["base64", "backwards", "letter by letter", "translated"],
)
def test_what_is_encoded_or_translated_is_not_found_as_the_docs_say(
    leaks: Callable[..., list[Finding]], said: str
) -> None:
    assert all(one.score < 0.5 for one in leaks(said, paraphrase=True))


def test_fewer_words_than_asked_for_score_below_the_recommended_point(
    leaks: Callable[..., list[Finding]],
) -> None:
    answer = "I am glad to meet the guests of the Seaview hotel here."
    assert all(one.score < 0.5 for one in leaks(answer))
    assert any(one.score >= 0.5 for one in leaks(answer, min_words=5))


def test_an_answer_that_obeys_is_no_leak(leaks: Callable[..., list[Finding]]) -> None:
    answer = "I am sorry that you are unhappy. The manager can help; shall I call her?"
    assert leaks(answer) == []
    assert all(one.score < 0.5 for one in leaks(answer, paraphrase=True))


def test_what_the_user_said_is_nobodys_secret(leaks: Callable[..., list[Finding]]) -> None:
    answer, asked = f"You wrote: {LEAKED}", f"Translate this: {LEAKED}"
    for paraphrase in (False, True):
        assert leaks(answer, asked=asked, paraphrase=paraphrase) == []


def test_a_rule_in_other_words_is_found_with_the_encoder(
    leaks: Callable[..., list[Finding]],
) -> None:
    system = "The code of the safe is kept by the night porter. Breakfast is at eight."
    answer = "The night porter keeps the safe's code."
    (found,) = leaks(answer, system=system, paraphrase=True, min_words=8)
    assert found.kind == PARAPHRASE
    assert found.score >= 0.5
    assert leaks(answer, system=system) == []


def test_a_long_answer_is_read_to_its_end(leaks: Callable[..., list[Finding]]) -> None:
    answer = "The pool opens at nine every day. " * 2_000 + LEAKED
    assert max(one.score for one in leaks(answer)) > 0.7


def test_two_hundred_thousand_characters_without_a_space(
    leaks: Callable[..., list[Finding]],
) -> None:
    assert leaks("x" * 200_000, system="x" * 200_000) == []


@given(st.lists(_LETTER, max_size=30), st.lists(_LETTER, max_size=30), st.integers(3, 8))
def test_what_is_told_as_copied_stands_in_both(
    left: list[str], right: list[str], least: int
) -> None:
    text, original = " ".join(left), " ".join(right)
    for copy in Original(original).copies(text, least):
        assert (
            text[copy.start : copy.end].split()[:3]
            == (original[copy.source_start : copy.source_end].split()[:3])
        )
        assert copy.words >= least


@given(st.lists(_LETTER, min_size=5, max_size=20), st.lists(_LETTER, max_size=8))
def test_a_text_is_a_copy_of_itself_whatever_stands_before_it(
    words: list[str], before: list[str]
) -> None:
    secret = " ".join(f"{one}{place}" for place, one in enumerate(words))
    answer = " ".join([*before, secret])
    (copy,) = Original(secret).copies(answer, 5)
    assert (answer[copy.start : copy.end], copy.alike) == (secret, 1.0)
