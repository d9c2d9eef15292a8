from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.pii.ner.windows import MARGIN, SHARE, Window, windows
from detectors.pii.ner.words import Reader, Words

READER = Reader()
PLACES = 512
"""Tokens that the encoder has places for."""
LINES = st.sampled_from([
    "word ", "Name ", "x" * 100 + " ", "it ends here. ", "Dr. ", "a, ", "\n", "\n\n",
    "7" * 90 + " ", "中",
])  # fmt: skip


def of(text: str) -> tuple[Words, list[Window]]:
    found = READER.words(text)
    return found, windows(text, found)


@given(st.lists(LINES, min_size=1, max_size=400).map("".join))
def test_each_word_is_decided_once_and_read_with_its_neighbours(text: str) -> None:
    text = "start " + text
    found, cut = of(text)

    assert [one.decided for one in cut] == [0, *(one.to for one in cut[:-1])]
    assert cut[-1].to == len(found.firsts)
    places = [*found.firsts, len(found.ids) - 1]
    for one in cut:
        assert one.first <= one.decided < one.to <= one.end <= len(found.firsts)
        assert places[one.end] - places[one.first] <= PLACES - 2
        assert one.decided - one.first <= MARGIN
        assert one.end - one.to <= MARGIN


def test_what_fits_is_read_at_once() -> None:
    found, cut = of("word " * SHARE)

    assert cut == [Window(0, SHARE, 0, SHARE)]
    assert len(found.firsts) == SHARE


def test_windows_meet_where_a_sentence_ends() -> None:
    sentence = "they went there and found all of it. "
    text = sentence * 30
    found, cut = of(text)

    assert len(cut) > 1
    for one in cut[1:]:
        assert text[found.starts[one.decided] :].startswith("they")
        assert one.first == one.decided


def test_windows_overlap_where_no_sentence_ends() -> None:
    for text in ("Anna Lee and " * 100, "meet Dr. Lee, Mrs. Ray, " * 60):
        _, cut = of(text)

        assert len(cut) > 1
        assert all(one.decided - one.first == MARGIN > 8 for one in cut[1:])
        assert all(one.end - one.to == MARGIN for one in cut[:-1])
