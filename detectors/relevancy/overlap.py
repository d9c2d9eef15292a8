"""How many of one text's telling words another holds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from detectors.sentences import words

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAYING_LITTLE = (
    "a an the of in on at to for from by with and or but is are was were be been being am do "
    "does did has have had it its this that these those as i you he she they we me my your his "
    "her their our who whom whose what which when where why how can could should would will may "
    "might must not no so if than then there here about into over after before between under "
    "again also such please tell give some any"
)
_EMPTY_WORDS = frozenset(_SAYING_LITTLE.split())
_ENDINGS = (
    "ations", "ation", "ings", "ing", "ies", "ied", "edly", "ed", "es", "s", "ly", "er", "e", "y"
)  # fmt: skip
_STEM = 4
"""A stem has at least so many letters."""
_ECHO = 3
_MOST = 0.8
_SAID_OF_REQUESTS = frozenset({"ask", "want", "know", "question"})
_KNOWN = 20_000
"""The stems of so many words are remembered."""


def telling(text: str) -> list[str]:
    """The stems of its words, without those that say little."""
    return [stem(word.text) for word in words(text) if word.text not in _EMPTY_WORDS]


@lru_cache(maxsize=_KNOWN)
def stem(word: str) -> str:
    """The word without its commonest endings; rough, and the same for both texts."""
    word = word.removesuffix("'s")
    if word.isdigit() or not word.endswith(_ENDINGS):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


def overlap(asked: Iterable[str], said: Iterable[str]) -> float:
    """The share of the stems asked for that were said; 0 where nothing was asked for."""
    wanted = set(asked)
    return len(wanted & set(said)) / len(wanted) if wanted else 0.0


def repeats(asked: Iterable[str], said: Iterable[str]) -> bool:
    """Whether the stems that were said are those asked for, nearly all of them and no other."""
    wanted, held = set(asked), set(said) - _SAID_OF_REQUESTS
    return len(held) >= _ECHO and held <= wanted and len(held) >= _MOST * len(wanted)
