"""The cache: bounded in bytes, and the longest unused goes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from detectors.encoders.cache import ENTRY, ContentCache

ROOM = 10_000


@given(st.lists(st.tuples(st.text("ab", max_size=4), st.integers(0, 2 * ROOM)), max_size=80))
def test_it_never_holds_more_than_it_may(puts: list[tuple[str, int]]) -> None:
    cache: ContentCache[int] = ContentCache(ROOM)
    for text, size in puts:
        before = cache.get(text)
        cache.put(text, size, size)
        assert cache.held <= ROOM
        if before is not None:
            assert cache.get(text) == before
        else:
            assert cache.get(text) == (size if size + ENTRY <= ROOM else None)


def test_the_longest_unused_goes_first() -> None:
    cache: ContentCache[str] = ContentCache(2 * (100 + ENTRY))
    cache.put("a", "A", 100)
    cache.put("b", "B", 100)
    assert cache.get("a") == "A"
    cache.put("c", "C", 100)
    assert [cache.get(text) for text in "abc"] == ["A", None, "C"]


def test_no_text_is_kept_and_lone_surrogates_are_texts() -> None:
    cache: ContentCache[int] = ContentCache(ROOM)
    cache.put("my secret \ud800", 1, 8)
    assert cache.get("my secret \ud800") == 1
    assert cache.get("my secret \ud801") is None
    assert "secret" not in repr(vars(cache))


def test_texts_that_begin_or_end_alike_are_kept_apart() -> None:
    cache: ContentCache[str] = ContentCache(10 * ROOM)
    texts = ["a" * 5000, "a" * 4999, "a" * 4999 + "b", "b" + "a" * 4999]
    for text in texts:
        assert cache.get(text) is None
        cache.put(text, text, 1)
    assert [cache.get(text) for text in texts] == texts


def test_threads_may_share_it() -> None:
    cache: ContentCache[int] = ContentCache(ROOM)

    def use(number: int) -> None:
        for text in range(300):
            cache.put(f"{number % 2} {text}", text, 500)
            assert cache.get(f"{number % 2} {text}") in (text, None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    assert 0 <= cache.held <= ROOM


def test_what_can_never_fit_takes_nobody_s_place() -> None:
    cache: ContentCache[str] = ContentCache(ROOM)
    cache.put("a", "A", 100)
    cache.put("b", "B", ROOM)
    assert [cache.get(text) for text in "ab"] == ["A", None]
