"""What a word of one text has to do with the other."""

from __future__ import annotations

import numpy as np

from detectors.reader.marks import COUNT, marks
from detectors.reader.texts import Read, tokens_of

PIECES = "[a-z0-9]+|[^\\w\\s]"


def read(text: str) -> Read:
    """As a tokenizer that makes one token of each word would."""
    import re  # noqa: PLC0415

    found = [*re.finditer(PIECES, text.lower())]
    places = [(0, 0), *(one.span() for one in found), (0, 0)]
    numbers = [None, *range(len(found)), None]
    words, stems = tokens_of(text, places, numbers)
    states = np.zeros((len(places), 4), np.float16)
    return Read(states, words, stems, tuple(a for a, _ in places), tuple(b for _, b in places))


def said(answer: str, context: str, request: str = "") -> list[int]:
    asked = read(request) if request else None
    return list(marks(read(answer), asked, [read(context)]))[-len(read(answer).words) + 1 : -1]


def test_each_way_to_stand_in_the_other_text_has_a_mark_of_its_own() -> None:
    context = "the bridge opened in 1998"
    new, asked, stem, word, run = (
        said("xylophone", context)[0],
        said("xylophone", context, "why a xylophone")[0],
        said("opening", context)[0],
        said("opened", context)[0],
        said("bridge opened", context)[1],
    )
    everywhere = frozenset(read("xylophone").stems)
    (_, elsewhere, _) = marks(read("xylophone"), read("why"), [], everywhere)[-3:]
    assert len({new, asked, stem, word, run, elsewhere}) == 6
    assert max(new, asked, stem, word, run, elsewhere) < COUNT


def test_what_is_read_counts_before_what_stands_elsewhere() -> None:
    alone = list(marks(read("bridge"), None, [read("bridge toll")]))
    everywhere = frozenset(read("bridge").stems)
    assert list(marks(read("bridge"), None, [read("bridge toll")], everywhere)) == alone


def test_a_changed_number_is_new_and_the_words_around_it_are_not() -> None:
    faithful = said("the bridge opened in 1998", "the bridge opened in 1998")
    changed = said("the bridge opened in 1989", "the bridge opened in 1998")
    assert faithful[:-1] == changed[:-1]
    assert faithful[-1] != changed[-1]


def test_a_word_of_the_context_says_whether_the_answer_has_it() -> None:
    found = list(marks(read("bridge"), None, [read("bridge toll")]))
    assert found[1] != found[2]


def test_parts_of_one_word_are_one_word() -> None:
    text = "xylophone"
    words, stems = tokens_of(text, [(0, 4), (4, 9)], [0, 0])
    assert words == ("xylophone", "xylophone")
    assert len(set(stems)) == 1
