"""Texts in pieces: nothing is lost, nothing is too long, and what bears on a claim is chosen."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.encoders.files import read
from detectors.encoders.tokens import Tokens
from detectors.reader.pieces import ADDED, LONGEST_SENTENCE, chosen, cut
from detectors.reader.reader import LONGEST

TOKENS = Tokens(read(None, "tokenizer.json"))
WORDS = st.lists(st.sampled_from(["tax", "Zürich", "co2", "x" * 40, "…", "¿?", "12.5", "\n"]))


@settings(max_examples=60)
@given(st.one_of(st.text(max_size=400), WORDS.map(" ".join)), st.integers(1, 12))
def test_every_character_but_white_space_is_in_one_piece_that_fits(text: str, times: int) -> None:
    text *= times
    spans = cut(text, TOKENS.places(text))
    covered = {at for span in spans for at in range(span.start, span.end)}
    missed = {text[at] for at in range(len(text)) if at not in covered}
    assert all(not one.strip() for one in missed)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    for span in spans:
        # A piece read by itself may be cut into a few more tokens than it has in the text.
        assert len(TOKENS.ids(text[span.start : span.end])) <= LONGEST


def test_a_sentence_too_long_is_read_in_parts() -> None:
    text = "word " * (3 * LONGEST_SENTENCE)
    spans = cut(text, TOKENS.places(text))
    assert len(spans) > 3
    assert max(len(TOKENS.ids(text[one.start : one.end])) for one in spans) <= 64 + ADDED


def test_neighbouring_sentences_stand_together_while_they_fit() -> None:
    text = "One is short. Two is short too. " + "Three is rather longer than both. " * 12
    first, *rest = cut(text, TOKENS.places(text))
    assert text[first.start : first.end].startswith("One is short. Two is short too. Three")
    assert len(rest) < 4


def test_the_passages_that_hold_most_of_a_claim_are_chosen_in_their_order() -> None:
    pieces = [frozenset(re.findall(r"\w+", one)) for one in (
        "bridge sound", "toll gate", "queen words", "bridge toll lernacken", "kroner", "nothing",
    )]  # fmt: skip
    assert chosen({"lernacken", "toll", "kroner"}, pieces, 2) == [3, 4]
    assert chosen({"queen"}, pieces, 1) == [2]
    assert chosen({"bridge"}, pieces[:3]) == [0, 1, 2]
