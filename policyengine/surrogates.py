"""Surrogates that can be told from everything else in an exchange, and found again in a reply.

A placeholder is told by its brackets. A surrogate looks like any other text, so one is only issued
when two neighbouring words of it (its one word, where it has no more) stand together nowhere else
in the exchange: not in what was said, not in another surrogate, nor where the two could meet.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
Words = tuple[str, ...]

SHORTEST = 5
"""Characters of the shortest surrogate: a model may say a shorter text for reasons of its own."""
SHORTEST_UNSPACED = 2
"""The same in scripts whose characters are words or syllables."""
LONGEST = 200
DRAWS = 32
"""How often another surrogate is drawn for a value before it gets a placeholder."""

# Thai, Lao, Burmese, Khmer, Kana, Han and Hangul, from Unicode 16, Blocks.txt: scripts in which a
# name has no edge that could be seen.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# A letter with its accents, which may be characters of their own, is no edge of a word either.
_IN_WORD = rf"(?:(?![{_UNSPACED}])[\w\u0300-\u036f])"
_WORD = re.compile(rf"[{_UNSPACED}]|{_IN_WORD}+")
_LETTER = re.compile(_IN_WORD)
_JOINED = re.compile(_IN_WORD * 2)
_ALL_UNSPACED = re.compile(f"[{_UNSPACED}]+")
# What a JSON string would have to escape, brackets, and what stands between those of placeholders.
_UNUSABLE = re.compile(
    r'[\x00-\x1f\x7f-\x9f"\\\[\]\u2028\u2029\ud800-\udfff]|[A-Z0-9_]_[A-Z2-7]{6}'
)


def is_usable(drawn: object, value: str) -> bool:
    """Whether something can be a surrogate of a value: long enough, and without the value in it."""
    if type(drawn) is not str or drawn.strip() != drawn or len(drawn) > LONGEST:
        return False
    least = SHORTEST_UNSPACED if _ALL_UNSPACED.fullmatch(drawn) else SHORTEST
    if len(drawn) < least or _UNUSABLE.search(drawn) or not _WORD.search(drawn):
        return False
    return value.casefold() not in drawn.casefold()


def is_apart(text: str, start: int, end: int) -> bool:
    """Whether no word ends directly before a stretch of text, or begins directly after it."""
    before = start > 0 and _LETTER.match(text, start - 1)
    return not before and not _LETTER.match(text, end)


class Finder:
    """Finds texts where they stand as whole words, the longest first, from left to right.

    Takes time linear in the text, whatever the number of texts that are looked for.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts: set[str] = set()
        # By their first word: how far before it they begin, and how long they are.
        self._forms: dict[str, list[tuple[int, int]]] = {}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Look for one more text; it holds at least one word."""
        first = _WORD.search(text)
        assert first is not None  # noqa: S101 - `is_usable` looked
        self._texts.add(text)
        forms = self._forms.setdefault(first[0], [])
        if (form := (first.start(), len(text))) not in forms:
            forms.append(form)
            forms.sort(key=lambda one: -one[1])

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Where they stand, in order."""
        if not self._texts:
            return
        done = 0
        for word in _WORD.finditer(text):
            for before, length in self._forms.get(word[0], ()):
                start = word.start() - before
                end = start + length
                if start < done or end > len(text) or text[start:end] not in self._texts:
                    continue
                if not _JOINED.match(text, end - 1):
                    yield start, end
                    done = end
                    break


class Surrogates:
    """The surrogates of an exchange: which may be issued beside its texts and each other.

    Each has an anchor: two neighbouring words of it, or its only one, that stand together nowhere
    else. What is issued later keeps away from the anchors of what was issued before, where these
    cannot be known by other words as well.
    """

    def __init__(
        self, texts: Callable[[], Iterable[str]], issued: Mapping[str, Words] = MappingProxyType({})
    ) -> None:
        self._texts = texts
        self._said: frozenset[Words] | None = None
        self._anchors: dict[str, Words] = {}
        self._anchored: dict[Words, str] = {}
        self._held: Counter[Words] = Counter()
        self._edges: tuple[set[str], set[str]] = (set(), set())
        self._inner: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.finder = Finder()
        for surrogate, anchor in issued.items():
            self._issue(surrogate, anchor)

    def fork(self, texts: Callable[[], Iterable[str]]) -> Surrogates:
        """The same beside other texts; this one stays as it is."""
        return Surrogates(texts, self._anchors)

    def take(self, surrogate: str) -> bool:
        """Issue a surrogate, unless it could be taken for something else, or that for it."""
        words = _WORD.findall(surrogate)
        parts = _parts(words)
        first, last = self._inner
        if first[words[-1]] or last[words[0]]:
            return False  # beside the wrong word, it would make up an anchor
        moved = {}
        for known in parts & self._anchored.keys():
            other = self._anchored[known]
            elsewhere = self._anchor(_WORD.findall(other), parts, own=1)
            if elsewhere is None or words[0] == elsewhere[-1] or words[-1] == elsewhere[0]:
                return False
            moved[other] = elsewhere
        anchor = self._anchor(words, set(moved.values()))
        if anchor is None:
            return False
        for other, elsewhere in moved.items():
            self._anchor_at(other, elsewhere)
        self._issue(surrogate, anchor)
        return True

    def _issue(self, surrogate: str, anchor: Words) -> None:
        words = _WORD.findall(surrogate)
        self._held.update(_parts(words))
        for known, word in zip(self._edges, (words[0], words[-1]), strict=True):
            known.add(word)
        self._anchor_at(surrogate, anchor)
        self.finder.add(surrogate)

    def _anchor_at(self, surrogate: str, anchor: Words) -> None:
        before = self._anchors.get(surrogate)
        if before is not None:
            del self._anchored[before]
            self._count(before, -1)
        self._anchors[surrogate] = anchor
        self._anchored[anchor] = surrogate
        self._count(anchor, 1)

    def _count(self, anchor: Words, times: int) -> None:
        if len(anchor) == 2:
            for known, word in zip(self._inner, anchor, strict=True):
                known[word] += times

    def _anchor(
        self, words: Sequence[str], beside: AbstractSet[Words], own: int = 0
    ) -> Words | None:
        """What a surrogate can be known by; `own` is how often it is counted already."""
        if self._said is None:
            self._said = frozenset[Words]().union(
                *(_parts(_WORD.findall(text)) for text in self._texts())
            )
        pairs: list[Words] = [*pairwise(words)]
        # The last ones first: numbers differ in them, while many begin alike.
        for anchor in pairs[::-1] or [tuple(words)]:
            free = anchor not in self._said and anchor not in beside and self._held[anchor] <= own
            if free and pairs.count(anchor) <= 1 and not self._meets(anchor, words):
                return anchor
        return None

    def _meets(self, anchor: Words, words: Sequence[str]) -> bool:
        """Whether an anchor could come about where a surrogate stands beside a word."""
        if len(anchor) == 1:
            return False
        first, last = anchor
        firsts, lasts = self._edges
        return last in firsts or last == words[0] or first in lasts or first == words[-1]


def _parts(words: Sequence[str]) -> set[Words]:
    return {(word,) for word in words} | set(pairwise(words))
