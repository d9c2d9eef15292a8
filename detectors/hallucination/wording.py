"""The telling words of a text: their stems, which of them are names, what is negated."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from detectors.relevancy.overlap import stem

_SAYING_LITTLE = (
    "a an the of in on at to for from by with and or nor but is are was were be been being am do "
    "does did done has have had having it its this that these those as i you he she they we me my "
    "your his her their our us them him who whom whose what which when where why how can could "
    "should would will may might must not no so if than then there here about into over after "
    "before between under again also such please any some all both each other more most very just "
    "only own same too up down out off during while because until through against above below "
    "however therefore thus moreover furthermore additionally overall finally generally typically "
    "usually often sometimes including include includes included etc eg ie e.g i.e according "
    "based given provided mention mentioned mentions passage passages context text document "
    "documents article information state stated states note noted answer question following "
    "follow first second third next last step steps example examples important various several "
    "many much few one two make makes made get gets got go goes use used using need needs help "
    "helps like well way ways thing things"
)
_EMPTY = frozenset(_SAYING_LITTLE.split())
_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_WORD = re.compile(rf"(?P<word>{_LETTERS.pattern})|[.!?:;\n\"\u201c\u2022*-]")
"""A word, or a sign after which a name and any other word begin alike."""
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|fails?|failed|"
    r"lacks?|hardly|barely)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_LEAST_LETTERS = 2
TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "dame", "lord", "lady", "st", "jr", "sr")
)
"""What stands before or behind a name and is none."""


class Word(NamedTuple):
    """A telling word at `text[start:end]`; `name` where it is written as a name is."""

    stem: str
    start: int
    end: int
    name: bool


def telling(text: str) -> list[Word]:
    """The words that say something, in reading order; numbers are none of them."""
    found: list[Word] = []
    begins = True
    for match in _WORD.finditer(text):
        word = match["word"]
        if word is None:
            begins = True
            continue
        small = word.lower().replace("\u2019", "'")
        if small not in _EMPTY and len(small) >= _LEAST_LETTERS:
            found.append(Word(stem(small), *match.span(), word[0].isupper() and not begins))
        begins = False
    return found


def stems(text: str) -> frozenset[str]:
    """Those of `telling`, quicker."""
    small = {word.lower().replace("\u2019", "'") for word in _LETTERS.findall(text)}
    return frozenset(
        stem(word) for word in small if word not in _EMPTY and len(word) >= _LEAST_LETTERS
    )


def negations(text: str) -> int:
    """How often something is denied."""
    return len(_NEGATION.findall(text))


def folded(stem: str) -> str:
    """Without accents."""
    if stem.isascii():
        return stem
    return "".join(
        one for one in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(one)
    )
