"""What every encoder on this machine keeps to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.encoders.encoder import Encoder, EncodingError

if TYPE_CHECKING:
    from policyengine import Span

TEXTS = [
    "yes",
    "How do I reset my password?",
    "The river rose by two metres overnight; the lower road is closed, the bridge still open.",
    "for item in basket:\n    total += item.price",
    "東京の天気は晴れです。",
    "Deeper down it gets warmer, by about three degrees for every hundred metres. " * 8,
]
ODD = ["", "   ", "\x00", "\ud800", "a\ud800b", "\u200b\u200b", "🙂", "e\u0301", "x" * 300]

few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def test_it_is_an_encoder(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.revision.startswith("sha256:")
    rows = encoder.encode(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), encoder.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@few
@given(order=st.lists(st.sampled_from(range(len(TEXTS))), min_size=1, max_size=8))
def test_a_row_depends_on_its_own_text_alone(encoder: Encoder, order: list[int]) -> None:
    rows = encoder.encode([TEXTS[index] for index in order])
    for row, index in zip(rows, order, strict=True):
        assert row.tobytes() == encoder.encode([TEXTS[index]])[0].tobytes()


def test_threads_change_nothing(encoder: Encoder) -> None:
    alone = encoder.encode(TEXTS).tobytes()
    with ThreadPoolExecutor(4) as pool:
        assert {rows.tobytes() for rows in pool.map(encoder.encode, [TEXTS] * 8)} == {alone}


def test_nothing_gives_nothing(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert not encoder.encode(["", " \n\t", "\x00"]).any()
    assert encoder.encode(["", "word"])[1].any()


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_read_or_is_nothing(encoder: Encoder, text: str) -> None:
    assert covers(encoder.windows(text), text)
    row = encoder.encode([text])[0]
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5) or not row.any()


@few
@given(text=st.text(st.sampled_from("ab ,.\n\u0301éß漢字🙂\ud800\x00İ½"), max_size=3000))
def test_windows_are_the_whole_text_in_pieces_that_fit(encoder: Encoder, text: str) -> None:
    windows = encoder.windows(text)
    assert covers(windows, text)
    encoder.encode([text[one.start : one.end] for one in windows])


def test_a_long_word_is_read_in_pieces(encoder: Encoder) -> None:
    text = "abcdefgh" * 25_000
    windows = encoder.windows(text)
    assert len(windows) > 100
    assert covers(windows, text)
    assert encoder.encode([text[one.start : one.end] for one in windows[:2]]).any(axis=1).all()


def test_text_that_does_not_fit_is_refused_and_not_quoted(encoder: Encoder) -> None:
    with pytest.raises(EncodingError, match="at most 256 fit") as caught:
        encoder.encode(["secret " * 300])
    assert "secret" not in str(caught.value)


def covers(windows: list[Span], text: str) -> bool:
    """Whether windows start and end with the text, go forward, and leave nothing between them."""
    starts, ends = [one.start for one in windows], [one.end for one in windows]
    return (
        starts[0] == 0
        and ends[-1] == len(text)
        and starts == sorted(starts)
        and ends == sorted(ends)
        and all(start <= end for start, end in zip(starts[1:], ends, strict=False))
    )
