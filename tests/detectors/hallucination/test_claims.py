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


@given(st.text(max_size=200))
def test_claims_are_parts_of_the_text_in_order(text: str) -> None:
    end = 0
    for span in claims(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end
