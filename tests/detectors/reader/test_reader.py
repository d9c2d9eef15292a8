"""The packaged reader: as released, the same each time, and not deaf to what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detectors.hallucination import reading
from detectors.hallucination.packaged import PackagedClaims
from detectors.hallucination.reading import Said
from detectors.reader import reader as module
from detectors.reader.loading import load_reader
from detectors.reader.pieces import CHOSEN
from policyengine import Resources, Segment, Source, Span, WarmUpError

if TYPE_CHECKING:
    from detectors.reader.reader import Judged, Reader

PASSAGE = "The bridge across the sound was opened in 1998. It is 7.8 kilometres long."


def judged(reader: Reader, answer: str, passage: str = PASSAGE) -> Judged:
    return reader.judge(reader.read(answer), [reader.read(passage)])


@pytest.mark.parametrize(
    ("faithful", "edited"),
    [
        ("The bridge was opened in 1998.", "The bridge was opened in 1988."),
        ("The bridge was opened in 1998.", "The bridge was not opened in 1998."),
        ("The bridge is 7.8 kilometres long.", "The tunnel is 7.8 kilometres long."),
        ("The bridge is 7.8 kilometres long.", "The bridge is 7.8 kilometres long and has a toll."),
    ],
)
def test_an_edit_makes_a_claim_less_supported(reader: Reader, faithful: str, edited: str) -> None:
    assert judged(reader, edited).unsupported > judged(reader, faithful).unsupported


def test_the_changed_word_is_the_least_supported(reader: Reader) -> None:
    answer = "The bridge was opened in 1988."
    read = reader.read(answer)
    worst = int(np.argmax(judged(reader, answer).wrong))
    assert read.words[worst] == "1988"


def test_an_answer_addresses_its_question_more_than_its_neighbour_does(reader: Reader) -> None:
    asked = reader.read("When was the bridge opened?")
    answer, other = (
        reader.judge(reader.read(text), (), asked).relevant
        for text in ("It was opened in 1998.", "It is 7.8 kilometres long.")
    )
    assert answer > other


def test_the_same_is_said_of_the_same_whatever_was_read_before(reader: Reader) -> None:
    before = judged(reader, "The bridge is long.")
    judged(reader, "Zebras dance wildly at noon.", "Zebras sleep at noon.")
    assert judged(reader, "The bridge is long.") == before


def test_a_text_longer_than_a_piece_is_refused_and_not_cut(reader: Reader) -> None:
    with pytest.raises(ValueError, match="more than 128 tokens"):
        reader.read("word " * 200)


def test_the_reader_is_shared_and_must_be_the_released_one(monkeypatch: pytest.MonkeyPatch) -> None:
    resources = Resources()
    assert load_reader(resources) is load_reader(resources)
    monkeypatch.setitem(module.RELEASED, "alone.onnx", "0" * 64)
    with pytest.raises(WarmUpError, match="not the one that was released"):
        load_reader(Resources())


def test_a_word_that_stands_in_a_passage_which_is_not_read_is_doubted_less(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Segment("/c", Source.COMPLETION, "The toll is paid at Lernacken.", "response")
    lines = ["The toll is paid at the gate by all."] * CHOSEN + ["Lernacken " * 60]
    given = tuple(Segment(f"/context/{at}", Source.CONTEXT, text) for at, text in enumerate(lines))
    said = Said(answer, (Span(0, len(answer.text)),), given, ())
    monkeypatch.setattr(reading, "chosen", lambda _claim, _pieces, most: list(range(most)))
    resources = Resources()
    resources.get(("detectors.reader", 1), lambda: reader)
    (known,) = PackagedClaims(1, resources).read_claims(said)
    (new,) = PackagedClaims(1, resources).read_claims(said._replace(context=given[:CHOSEN]))
    assert known is not None
    assert new is not None
    assert known.worst < new.worst
