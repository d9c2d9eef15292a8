from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.pii.ner.pieces import LONGEST, LONGEST_RUN, pieces, runs

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.integers(1, 3 * LONGEST).map(lambda count: "x" * count),
        st.integers(1, 400).map(lambda count: '{"k":1},' * count),
        st.just(" "),
    ),
    max_size=6,
).map("".join)


@given(TEXTS)
def test_pieces_are_the_text_in_order_and_none_is_too_long(text: str) -> None:
    cut = list(pieces(text))

    assert "".join(piece for _, piece in cut) == text
    assert all(text.startswith(piece, start) for start, piece in cut)
    assert all(0 < len(piece) <= LONGEST for _, piece in cut)


@given(TEXTS)
def test_runs_are_the_text_in_order_and_hold_no_long_word(text: str) -> None:
    cut = runs(text)

    assert "".join(cut) == text
    assert all(len(word) <= LONGEST_RUN for run in cut for word in run.split())


def test_a_long_text_is_cut_at_white_space() -> None:
    text = "some words " * 1_000

    assert all(piece.endswith(" ") for _, piece in pieces(text))


def test_a_long_run_is_cut_after_a_separating_sign() -> None:
    text = '{"name":"Ann"},' * 20

    assert all(run.endswith(",") for run in runs(text))
