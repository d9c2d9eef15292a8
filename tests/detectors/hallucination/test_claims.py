"""What of an answer claims anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.hallucination.claims import claims


def told(text: str) -> list[str]:
    return [text[span.start : span.end] for span in claims(text)]


def test_sentences_items_and_cells_are_claims_of_their_own() -> None:
    text = (
        "The bridge opened in 1998. It is long.\n"
        "1. Trains cross it every day.\n- Cars pay a toll at the gate.\n"
        "| Length of bridge | 7.8 km in all |\n|---|---|\n"
    )
    assert told(text) == [
        "The bridge opened in 1998.",
        "It is long.",
        "Trains cross it every day.",
        "Cars pay a toll at the gate.",
        "Length of bridge",
        "7.8 km in all",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Hello! How can I help you?",
        "Yes, certainly.",
        "I'm sorry, I cannot help with that.",
        "I hope this helps!",
        "The context does not mention the price of the ticket.",
        "The passages provide no information about tolls.",
        "It is not clear from the text when it opened.",
        "Could you tell me which bridge you mean?",
        "Here are the steps to follow:",
        "```python\nopen_bridge(year=1998)\nprint('open')\n```",
        "",
    ],
)
def test_what_says_nothing_about_the_world_is_no_claim(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The document was signed by the king.",
        "The information desk is not open on Sundays.",
        "Passages of the tunnel are lit at night.",
    ],
)
def test_words_alone_make_no_claim_a_hedge(text: str) -> None:
    assert told(text) == [text]


@pytest.mark.parametrize(
    "answer", ["1988.", "In 1988.", "$500", "Paris.", "Anders Svensson", "25."]
)
def test_an_answer_of_one_word_is_a_claim(answer: str) -> None:
    assert told(answer) == [answer]


def test_a_word_without_end_is_a_claim_and_a_line_of_signs_is_none() -> None:
    assert told("bridge" * 5000) == ["bridge" * 100] * 50
    two = "b" * 60 + " " + "r" * 60
    assert told(f"It is a bridge.\n{two}") == ["It is a bridge.", two]
    assert told("Yes, certainly" + "!" * 200) == told("Yes.\n" + "=" * 200) == []


def test_a_sentence_without_spaces_is_a_claim() -> None:
    first, second = "桥长9.4公里\uff0c于1998年通车。", "它很长。"
    assert told(first + second) == [first, second]


@pytest.mark.parametrize(
    "answer", ["Yes.", "No", "Of course!", "**Overview**", "# Tolls", "Step 1"]
)
def test_an_answer_that_states_nothing_or_a_heading_is_none(answer: str) -> None:
    assert told(answer) == []


def test_items_and_cells_of_a_word_are_claims_and_a_tables_head_is_none() -> None:
    table = "| Year | Length |\n|---|:---:|\n| 1998 | 7.8 km |\n| Dr. Ek built it. | n/a |\n"
    assert told(table) == ["1998", "7.8 km", "Dr. Ek built it."]
    assert told("Year | 1998\nYear\t1999\n") == ["Year", "1998", "Year\t1999"]
    assert told("It has gates:\n- Lernacken\n* Zebulon\n1. Quixote\n2) Alma\n") == [
        "Lernacken",
        "Zebulon",
        "Quixote",
        "Alma",
    ]


def test_what_announces_something_is_a_claim_where_it_says_more() -> None:
    assert told("Here are 5 steps to open the bridge with:") == []
    assert told("In 1988 the bridge had these features:") != []
    assert told("The treaty was welcomed at first, but both sides broke it soon:") != []


def test_prose_beside_code_is_judged_and_the_code_is_not() -> None:
    block = "```python\nopen_bridge(year=1998)\n\nprint('open')\n```"
    assert told(f"It opened in 1998.\n{block}\nIt is long.") == [
        "It opened in 1998.",
        "It is long.",
    ]
    lines = "year = 1998\nopen_bridge(year)\nprint(year)\n"
    assert told(f"{lines}The bridge opened in 1998.") == ["The bridge opened in 1998."]
    items = "The bridge opened in 1988;\nThe fee at the gate is $500;"
    assert told(items) == items.splitlines()


def test_code_that_was_cut_at_a_blank_line_is_code_still() -> None:
    rest = "print('open the bridge for everyone')\nclose(bridge)\n```\nThe bridge opened in 1998."
    assert told(rest) == ["The bridge opened in 1998."]
    assert told("It is a long bridge.\n```\nopen the bridge for everyone\n") == [
        "It is a long bridge."
    ]


def test_a_sentence_goes_on_behind_a_title_and_in_a_quotation() -> None:
    whole = 'The king told Prof. Ek: "We open it today. It is yours for ever." It rained all day.'
    assert told(whole) == [whole.removesuffix(" It rained all day."), "It rained all day."]


@given(st.text(max_size=200))
def test_claims_are_parts_of_the_text_in_order(text: str) -> None:
    end = 0
    for span in claims(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end
