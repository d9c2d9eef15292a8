"""Vectors: each text is encoded once, whole, and the same whoever asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detectors.encoders.encoder import EncodingError
from detectors.encoders.vectors import Vectors
from detectors.encoders.windows import character_windows
from policyengine import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.encoder import Array
    from detectors.encoders.onnx import OnnxEncoder
    from policyengine import Memo, Span

ROOM = 100_000


class Counting:
    """Encodes a text as how often it holds each letter, and remembers what it was asked."""

    dimension = 26
    max_tokens = 40
    revision = "sha256:counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def windows(self, text: str) -> Sequence[Span]:
        return character_windows(text, self.max_tokens)

    def _rows(self, texts: Sequence[str]) -> Array:
        self.asked += texts
        rows = np.zeros((len(texts), 26), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in filter(str.isalpha, text):
                row[ord(letter) - ord("a")] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class Here(Counting):
    def encode(self, texts: Sequence[str]) -> Array:
        return self._rows(texts)


class Elsewhere(Counting):
    async def aencode(self, texts: Sequence[str]) -> Array:
        await asyncio.sleep(0)
        return self._rows(texts)


def memo() -> Memo:
    return View(()).memo


def test_an_evaluation_encodes_equal_texts_once_even_without_a_cache() -> None:
    encoder, evaluation = Here(), memo()
    vectors = Vectors(encoder, cache_bytes=0)
    vectors.encode(["abc", "def", "abc"], evaluation)
    vectors.passages(["def", "ghi"], evaluation)
    assert encoder.asked == ["abc", "def", "ghi"]
    vectors.encode(["abc"], memo())
    assert encoder.asked[3:] == ["abc"]


def test_another_evaluation_is_served_from_the_cache() -> None:
    encoder = Here()
    vectors = Vectors(encoder, cache_bytes=ROOM)
    long = "the context of all these requests " * 10
    first = vectors.encode([long, "abc"], memo())
    count = len(encoder.asked)
    again = vectors.encode(["abc", long], memo())
    assert len(encoder.asked) == count
    assert again[::-1].tobytes() == first.tobytes()


def test_equal_pieces_are_encoded_once() -> None:
    encoder = Here()
    Vectors(encoder, cache_bytes=ROOM).passages(["a" * 500], memo())
    assert len(encoder.asked) == len(set(encoder.asked))


def test_a_long_text_is_the_mean_of_its_pieces_by_their_length() -> None:
    vectors = Vectors(Here(), cache_bytes=ROOM)
    text = "a" * 60 + "b" * 65
    (passages,) = vectors.passages([text], memo())
    assert len({one.end - one.start for one in passages.spans}) > 1
    weights = np.array([[one.end - one.start] for one in passages.spans])
    mean = (passages.vectors * weights).sum(0)
    assert np.allclose(passages.vector, mean / np.linalg.norm(mean), atol=1e-6)
    assert passages.vector.tobytes() == vectors.encode([text], memo())[0].tobytes()
    assert np.linalg.norm(passages.vector) == pytest.approx(1)


def test_nobody_can_change_what_others_are_given() -> None:
    vectors = Vectors(Here(), cache_bytes=ROOM)
    (passages,) = vectors.passages(["abc"], memo())
    for held in (passages.vector, passages.vectors):
        with pytest.raises(ValueError, match="read-only"):
            held[...] = 0


def test_no_texts_give_no_rows() -> None:
    vectors = Vectors(Here(), cache_bytes=ROOM)
    assert vectors.encode([], memo()).shape == (0, 26)
    assert not vectors.encode([""], memo()).any()


def test_one_that_is_elsewhere_gives_the_same_when_awaited() -> None:
    texts = ["abc", "the quick brown fox jumps over the lazy dog " * 3, "abc"]
    here = Vectors(Here(), cache_bytes=ROOM).encode(texts, memo())
    encoder, evaluation = Elsewhere(), memo()
    vectors = Vectors(encoder, cache_bytes=ROOM)

    async def twice() -> Array:
        await vectors.apassages(texts, evaluation)
        count = len(encoder.asked)
        rows = await vectors.aencode(texts, evaluation)
        assert len(encoder.asked) == count
        return rows

    assert asyncio.run(twice()).tobytes() == here.tobytes()
    with pytest.raises(EncodingError, match="await"):
        vectors.encode(texts, evaluation)


def test_one_that_is_here_can_be_awaited_too() -> None:
    vectors = Vectors(Here(), cache_bytes=ROOM)
    rows = asyncio.run(vectors.aencode(["abc"], memo()))
    assert rows.tobytes() == vectors.encode(["abc"], memo()).tobytes()


def test_the_last_sentence_of_a_long_text_is_seen(onnx_encoder: OnnxEncoder) -> None:
    vectors = Vectors(onnx_encoder, cache_bytes=ROOM)
    filler = "The committee discussed the budget for the coming year in some detail. " * 120
    last = "Penguins huddle together against the cold of the Antarctic winter."
    (passages,) = vectors.passages([filler + last], memo())
    near = passages.vectors @ vectors.encode(["How do penguins keep warm?"], memo())[0]
    assert int(near.argmax()) == len(near) - 1
