"""Laws of the splitters: nothing is lost, nothing is too long, nothing looks ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import QUICK
from strategies import TEXTS as HOSTILE_TEXTS

from policyengine.units import CONTEXT, LONGEST, SPLITTERS, passages, units

if TYPE_CHECKING:
    from policyengine.units import Splitter

RUNS = st.builds(
    lambda piece, times: piece * times,
    st.sampled_from(["a", ".", "\n", "。", ')"', ". ", "a. ", ".'"]),
    st.integers(1, 1200),
)
TEXTS = st.lists(
    HOSTILE_TEXTS | RUNS | st.text(".!?…\"')] \n。a\u00a0", max_size=30), max_size=4
).map("".join)


SPLITTER = pytest.mark.parametrize("split", SPLITTERS.values(), ids=SPLITTERS)


@SPLITTER
@given(text=TEXTS)
@QUICK
def test_parts_together_are_the_text_and_none_is_empty_or_too_long(
    split: Splitter, text: str
) -> None:
    spans = list(split(text))
    longest = LONGEST if split is units else 2 * LONGEST - 1
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= longest for start, end in spans)
    assert [start for start, _ in spans] == [0, *(end for _, end in spans)][: len(spans)]


@SPLITTER
@given(text=TEXTS, other=TEXTS)
@QUICK
def test_a_part_depends_on_nothing_beyond_the_next_character(
    split: Splitter, text: str, other: str
) -> None:
    spans = list(split(text))
    # The last one ends because the text does; of very many, a few are tried.
    for place in range(0, len(spans) - 1, 1 + len(spans) // 20):
        cut = text[: spans[place][1] + 1]
        assert list(split(cut))[: place + 1] == spans[: place + 1]
        assert list(split(cut + other))[: place + 1] == spans[: place + 1]


@SPLITTER
@given(text=TEXTS)
@QUICK
def test_who_goes_on_where_a_part_ends_cuts_alike(split: Splitter, text: str) -> None:
    spans = list(split(text))
    for place in range(0, len(spans), 1 + len(spans) // 20):
        start = spans[place][0]
        first = max(0, start - CONTEXT)
        later = [(a + first, b + first) for a, b in split(text[first:], start - first)]
        assert later == spans[place:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three", ["One.", " Two!", " Three"]),
        ('He said "no." Then', ['He said "no."', " Then"]),
        ("1.5 and example.org", ["1.5 and example.org"]),
        ("a\n\n\nb", ["a\n\n\n", "b"]),
        ("一。二！三", ["一。", "二！", "三"]),
        ("Wait... what?!", ["Wait...", " what?!"]),
        ("", []),
    ],
)
def test_units_end_where_sentences_and_lines_do(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in units(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.\nThree\n\nFour", ["One. Two.\nThree\n\n", "Four"]),
        ("a\r\n\r\nb\r\nc", ["a\r\n\r\n", "b\r\nc"]),
        ("a\n \t\nb", ["a\n \t\n", "b"]),
        ("a\n", ["a\n"]),
        ("word. " * 200 + "Last.", ["word." + " word." * 166, " word." * 33 + " Last."]),
        ("", []),
    ],
)
def test_passages_end_at_blank_lines_and_with_the_unit_that_makes_them_long(
    text: str, expected: list[str]
) -> None:
    assert [text[start:end] for start, end in passages(text)] == expected


@pytest.mark.parametrize("character", [".", '."', "?", "\n", "。", ")"])
def test_a_long_run_that_ends_no_sentence_is_read_once(character: str) -> None:
    text = character * 200_000 + "a"  # its square would take an hour
    assert sum(end - start for start, end in units(text)) == len(text)
