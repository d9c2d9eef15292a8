"""Numbers, dates, amounts and shares in a text, each in the one form that equal ones have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_WORDS = {
    **{word: float(at) for at, word in enumerate(_UNITS.split())},
    **{word: 10.0 * at for at, word in enumerate(_TENS.split(), 2)},
    **{word: float(at) for at, word in enumerate(_ORDINALS.split(), 1)},
    "twice": 2.0, "dozen": 12.0, "half": 0.5,
}  # fmt: skip
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name[:3]: at for at, name in enumerate(_MONTHS.split(), 1)}
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)

_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# Each pattern first asks for what it can begin with, which leaves most places at once.
_DATE = re.compile(
    r"\b(?=\d|[jfmasond](?:an|eb|ar|pr|ay|u[nlg]|ep|ct|ov|ec))(?:"
    r"(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})\b"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_MONTH_NAME})(?:,? (?P<y2>\d{{4}})\b)?"
    rf"|(?P<m3>{_MONTH_NAME}) (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y3>\d{{4}})\b)?"
    rf"|(?P<m4>{_MONTH_NAME}),? (?P<y4>\d{{4}})\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?=[-$£€\d])(?P<sign>(?<![\w)])-)?(?P<money>[$£€]\s?)?(?<![\w.,])(?P<figure>{_FIGURE})"
    r"(?:\s?(?P<short>k|mn?|bn?|tn)\b)?(?:st|nd|rd|th|s)?(?![\w])"
    r"(?:[ -](?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    r"(?P<percent>\s?%|\s?percent\b|\s?per cent\b)?",
    re.IGNORECASE,
)
_WORD = r"(?:" + "|".join([*_WORDS, *_SCALES]) + r")"
_FIRST_LETTERS = "".join(sorted({word[0] for word in (*_WORDS, *_SCALES)}))
_SPELT = re.compile(
    rf"\b(?=[{_FIRST_LETTERS}]){_WORD}(?:(?:[ -]|\s+and\s+){_WORD})*\b"
    r"(?P<percent>\s?%|\s?percent\b|\s?per cent\b)?",
    re.IGNORECASE,
)

_DIGIT = re.compile(r"\d")
_LETTERS = re.compile("[a-z]+")
_MONTH_WORDS = frozenset((*_MONTHS.split(), *_MONTH, "sept"))
_SPELT_WORDS = frozenset((*_WORDS, *_SCALES))


class Number(NamedTuple):
    """A number at `text[start:end]`.

    `sort` is `number`, `percent`, `money` or `date`; `value` its amount, and for a date its year,
    month and day, 0 where one is not said.
    """

    sort: str
    value: tuple[float, ...]
    start: int
    end: int


def numbers(text: str) -> list[Number]:
    """All of them, in reading order; none overlaps another."""
    found: list[Number] = []
    end = 0
    for one in sorted(_candidates(text), key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            found.append(one)
            end = one.end
    return found


def agree(claimed: Number, known: Number) -> bool:
    """Whether one says what the other does, or a part of it: 2024 is in 3 May 2024."""
    if claimed.sort == "date" and known.sort == "date":
        return all(0 in (a, b) or a == b for a, b in zip(claimed.value, known.value, strict=True))
    if claimed.sort == "date":
        return False  # a month or a day that nobody said
    if known.sort == "date":
        return claimed.sort == "number" and claimed.value[0] in known.value
    if "percent" in (claimed.sort, known.sort) and claimed.sort != known.sort:
        return False
    return abs(claimed.value[0] - known.value[0]) <= 1e-9 * max(1.0, abs(known.value[0]))


def _candidates(text: str) -> Iterator[Number]:
    # Most sentences hold no figure, no month and no number in words: each search is asked for.
    small = _LETTERS.findall(text.lower())
    figures = _DIGIT.search(text) is not None
    dated = figures and ("-" in text or not _MONTH_WORDS.isdisjoint(small))
    for match in _DATE.finditer(text) if dated else ():
        part = match.groupdict()
        year, month, day = (
            next((part[f"{name}{at}"] for at in "1234" if part.get(f"{name}{at}")), None)
            for name in "ymd"
        )
        at = 0 if month is None else int(month) if month.isdigit() else _MONTH[month[:3].lower()]
        yield Number("date", (float(year or 0), float(at), float(day or 0)), *match.span())
    for match in _NUMBER.finditer(text) if figures else ():
        value = float(match["figure"].replace(",", ""))
        value *= _SHORT_SCALES.get((match["short"] or "").lower(), 1.0)
        value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
        sort = "percent" if match["percent"] else "money" if match["money"] else "number"
        yield Number(sort, (-value if match["sign"] else value,), *match.span())
    for match in _SPELT.finditer(text) if not _SPELT_WORDS.isdisjoint(small) else ():
        sort = "percent" if match["percent"] else "number"
        yield Number(sort, (_spelt(match[0].lower()),), *match.span())


def _spelt(words: str) -> float:
    total = part = 0.0
    for word in re.findall(r"[a-z]+", words):
        if word in _WORDS:
            part += _WORDS[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total += (part or 1) * _SCALES[word]
            part = 0.0
    return total + part
