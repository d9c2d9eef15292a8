from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.pii.ner.words import FORMS, GAPS, MARKS, Reader

of = Reader().words
TEXTS = (
    st.text()
    | st.text(st.sampled_from("aB1é. \n\t中\ud800#ß\u0301\x0b\u200b😊ﬁİ"))
    | st.text(st.sampled_from("김강a"), min_size=40)
    | st.text("a", min_size=90)
)


def marks_of(text: str) -> list[tuple[str, int, int]]:
    """Each word, how it is written, and what stands before it."""
    found = of(text)
    told = [divmod(found.marks[first] - 1, GAPS) for first in found.firsts]
    places = zip(found.starts, found.ends, strict=True)
    return [(text[a:b], *one) for (a, b), one in zip(places, told, strict=True)]


def test_words_are_marked_by_their_letters_and_what_stands_before_them() -> None:
    assert marks_of("Hi,  x9 ANNA\nMcGee\n\nB 12\t中") == [
        ("Hi", 1, 3),
        (",", 7, 0),
        ("x9", 6, 1),
        ("ANNA", 2, 1),
        ("McGee", 4, 2),
        ("B", 3, 3),
        ("12", 5, 1),
        ("中", 8, 2),
    ]
    assert marks_of("ab") == [("ab", 0, 3)]


def test_all_tokens_of_a_word_have_its_mark_and_those_around_the_text_have_none() -> None:
    found = of("Quintardish ok")

    assert len(found.firsts) == 2
    assert found.marks[0] == found.marks[-1] == 0
    assert len(set(found.marks[1 : found.firsts[1]])) == 1
    assert found.firsts[1] > 2


@given(TEXTS)
def test_words_stand_in_the_text_one_after_another(text: str) -> None:
    found = of(text)

    ends = 0
    for start, end in zip(found.starts, found.ends, strict=True):
        assert ends <= start <= end <= len(text)
        ends = end
    assert list(found.firsts) == sorted(set(found.firsts))
    assert len(found.ids) == len(found.marks)
    assert all(0 <= mark < MARKS for mark in found.marks)
    kept = "".join(text[a:b] for a, b in zip(found.starts, found.ends, strict=True))
    letters = [sign for sign in text if sign.isalnum() and sign.isascii()]
    assert [sign for sign in kept if sign.isalnum() and sign.isascii()] == letters


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00"])
def test_a_text_may_have_no_words(text: str) -> None:
    assert of(text).firsts == []


def test_there_are_as_many_marks_as_the_network_knows() -> None:
    assert MARKS == 1 + FORMS * GAPS == 37


@pytest.mark.parametrize("sign", ["😊", "★", "©", "│", "€", "→", "+", "\U0001fae9", "🇩"])
def test_a_sign_is_a_word_of_its_own(sign: str) -> None:
    assert [one[:2] for one in marks_of(f"{sign}Anna{sign}Lee{sign}")] == [
        (sign, 7),
        ("Anna", 1),
        (sign, 7),
        ("Lee", 1),
        (sign, 7),
    ]


@pytest.mark.parametrize(
    ("between", "gap"),
    [
        ("\x0b", 2), ("\x0c", 2), ("\x1c", 2), ("\x85", 2), ("\u200b", 1), ("\u2028", 2),
        ("\u2029", 2), ("\r", 2), ("\r\n", 2), ("\r\r", 3), ("\n\x0c", 3), ("\u00a0", 1),
    ],
)  # fmt: skip
def test_all_white_space_ends_a_word(between: str, gap: int) -> None:
    assert marks_of(f"Anna{between}Lee") == [("Anna", 1, 3), ("Lee", 1, gap)]


def test_accents_that_stand_behind_a_letter_are_a_part_of_its_word() -> None:
    assert [one[0] for one in marks_of("Jose\u0301 नमस्ते e\u0301\u0302a")] == [
        "Jose\u0301",
        "नमस्ते",
        "e\u0301\u0302a",
    ]


def test_what_looks_like_the_networks_own_tokens_is_text() -> None:
    found = of("[SEP] [CLS] [PAD]")

    assert len(found.firsts) == 9
    assert set(found.ids[1:-1]).isdisjoint({0, 100, 101, 102, 103})
