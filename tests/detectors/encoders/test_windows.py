"""Windows: they cover, overlap, fit, and are even."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from detectors.encoders.windows import OVERLAP, character_windows, token_windows
from policyengine import Span


@given(length=st.integers(0, 5000), most=st.integers(8, 600))
def test_a_text_that_fits_is_one_and_a_longer_one_is_covered(length: int, most: int) -> None:
    windows = character_windows("x" * length, most)
    if length <= most:
        assert windows == (Span(0, length),)
        return
    half = most // 2
    assert windows[0].start == 0
    assert windows[-1].end == length
    lengths = [one.end - one.start for one in windows]
    assert max(lengths) <= half + 1
    assert max(lengths) - min(lengths) <= 2
    for one, following in pairwise(windows):
        assert one.start < following.start
        assert one.end - following.start >= max(half // OVERLAP, 1)


@given(
    gaps=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=400),
    after=st.integers(0, 3),
    most=st.integers(8, 100),
)
def test_what_stands_between_tokens_is_covered_too(
    gaps: list[tuple[int, int]], after: int, most: int
) -> None:
    tokens, end = [], 0
    for gap, size in gaps:
        tokens.append((end + gap, end + gap + size))
        end += gap + size
    text = "x" * (end + after)
    windows = token_windows(text, tokens, most)
    assert windows[0].start == 0
    assert windows[-1].end == len(text)
    assert all(following.start <= one.end for one, following in pairwise(windows))
    for window in windows:
        inside = [one for one in tokens if window.start <= one[0] and one[1] <= window.end]
        assert len(inside) <= most
