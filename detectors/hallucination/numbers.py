"""Numbers, dates, hours, amounts and shares in a text, each in the form that equal ones have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from detectors.hallucination.units import SIGNS, UNIT, differ, unit_before, unit_of
from detectors.scripts import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENTHS = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth"
_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_WORDS = {
    **{word: float(at) for at, word in enumerate(_UNITS.split())},
    **{word: 10.0 * at for at, word in enumerate(_TENS.split(), 2)},
    **{word: float(at) for at, word in enumerate(_ORDINALS.split(), 1)},
    **{word: 10.0 * at for at, word in enumerate(_TENTHS.split(), 2)},
    "twice": 2.0, "dozen": 12.0, "half": 0.5,
}  # fmt: skip
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name[:3]: at for at, name in enumerate(_MONTHS.split(), 1)}
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_PARTS = {"third": 3.0, "quarter": 4.0, "fifth": 5.0}
_COUNTS = {"a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0}
_SIGNS = {"\u00bd": 1 / 2, "\u00bc": 1 / 4, "\u00be": 3 / 4, "\u2153": 1 / 3, "\u2154": 2 / 3}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}

_FIGURE = (
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?!\d)"
    r"|(?<!\+)[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d+,\d{1,2}(?![\d,])|\d+(?:\.\d+)?"
)
# Each pattern first asks for what it can begin with, which leaves most places at once.
_DATE = re.compile(
    r"\b(?=\d|[jfmasond](?:an|eb|ar|pr|ay|u[nlg]|ep|ct|ov|ec))(?:"
    r"(?P<y1>\d{4})[-/](?P<m1>\d{1,2})[-/](?P<d1>\d{1,2})\b"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_MONTH_NAME})(?:,? (?P<y2>\d{{4}})\b)?"
    rf"|(?P<m3>{_MONTH_NAME}) (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y3>\d{{4}})\b)?"
    rf"|(?P<m4>{_MONTH_NAME}),? (?P<y4>\d{{4}})\b"
    r"|(?P<d5>\d{1,2})(?P<by>[/.])(?P<m5>\d{1,2})(?P=by)(?P<y5>\d{4})\b)",
    re.IGNORECASE,
)
_DATE_OF_THE_EAST = re.compile(
    r"(?<!\d)(?:(?P<y1>\d{4})\s?[\u5e74\ub144]\s?)?(?P<m1>1[0-2]|0?[1-9])\s?[\u6708\uc6d4]"
    r"(?:\s?(?P<d1>\d{1,2})\s?[\u65e5\u53f7\uc77c])?"
)
"""Chinese, Japanese and Korean; a year alone is a number."""
_UNCUT = re.compile(rf"(?=[^\W\d_])[{UNSPACED}\uac00-\ud7af]")
"""Letters that touch a number without being a part of it, as those of "MP3" are."""
_STOP = "\u3002"
_TIME = re.compile(
    r"(?<![\w.,:$\u20ac\u00a3-])(?P<hour>[01]?\d|2[0-4])"
    r"(?::(?P<m1>[0-5]\d)(?![:\d])(?:\s?(?P<h1>[ap])\.?m\b)?"
    r"|(?:\.(?P<m2>[0-5]\d))?\s?(?P<h2>[ap])\.?m\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?=[-\u2212{SIGNS}\d])(?P<sign>(?<![\w)])[-\u2212])?(?P<money>[{SIGNS}]\s?)?"
    rf"(?<![\w.,])(?P<figure>{_FIGURE})(?P<part>[\u00bd\u00bc\u00be\u2153\u2154])?"
    rf"(?:\s?(?P<short>k|mn?|bn?|tn)\b|(?:st|nd|rd|th|s)\b|(?=\s?(?P<glued>{UNIT})))?"
    r"(?:(?(glued)|(?!\w)))"
    r"(?:[ -](?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    rf"(?P<percent>\s?%|\s?percent\b|\s?per cent\b)?(?=[\s-]?(?P<unit>{UNIT}))?",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"(?P<sign>[\u00bd\u00bc\u00be\u2153\u2154])|(?<![\w/.,])(?P<top>[1-7])/(?P<of>[2-8])(?![\w/])"
    r"|\b(?P<count>a|one|two|three|four)(?:-| )"
    r"(?P<part>thirds|(?:third|fifth)(?= of\b)|quarters?|fifths)\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"[A-Z][\w'\u2019-]+ (?P<numeral>(?:X{0,3}|XL|L)(?:IX|IV|V?I{0,3}))\b")
_WORD = r"(?:" + "|".join([*_WORDS, *_SCALES]) + r")"
_FIRST_LETTERS = "".join(sorted({word[0] for word in (*_WORDS, *_SCALES)}))
_SPELT = re.compile(
    rf"\b(?=[{_FIRST_LETTERS}]){_WORD}(?:(?:[ -]|\s+and\s+){_WORD})*\b"
    rf"(?P<percent>\s?%|\s?percent\b|\s?per cent\b)?(?=[\s-]?(?P<unit>{UNIT}))?",
    re.IGNORECASE,
)

_NUMERALS = re.compile("[IVXL]{2}")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile("[a-z]+")
_MONTH_WORDS = frozenset((*_MONTHS.split(), *_MONTH, "sept"))
_SPELT_WORDS = frozenset((*_WORDS, *_SCALES))
_FRACTION_WORDS = frozenset(("thirds", "third", "quarter", "quarters", "fifth", "fifths"))
_ABOUT = 0.007
"""Two thirds are 66 or 67 %."""


class Number(NamedTuple):
    """A number at `text[start:end]`, without its unit.

    `sort` is `number`, `percent`, `money`, `time` or `date`; `value` its amount, for a date its
    year, month and day, 0 where one is not said, and for a time its hour and minute.
    """

    sort: str
    value: tuple[float, ...]
    start: int
    end: int
    unit: str = ""
    other: tuple[float, ...] | None = None
    """What it may be as well: 1.000 is one or a thousand, 3/5/2024 in May or in March."""

    @property
    def readings(self) -> tuple[tuple[float, ...], ...]:
        """All that it may be."""
        return (self.value,) if self.other is None else (self.value, self.other)


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
    if differ(claimed.unit, known.unit):
        return False
    return any(
        _agree(claimed.sort, a, known.sort, b) for a in claimed.readings for b in known.readings
    )


def _agree(sort: str, value: tuple[float, ...], known: str, of: tuple[float, ...]) -> bool:
    sorts = {sort, known}
    if sorts == {"date"}:
        return all(0 in (a, b) or a == b for a, b in zip(value, of, strict=True))
    if "date" in sorts:  # a month or a day that nobody said, or a year that somebody did
        return known == "date" and sort == "number" and value[0] in of
    if sorts == {"time"}:
        return value == of
    if "time" in sorts:
        (hour, minute), plain = (value, of[0]) if sort == "time" else (of, value[0])
        hours = (hour, hour % 12 or 12.0)
        return "number" in sorts and plain in [one + minute / 100 for one in hours]
    if "percent" in sorts and len(sorts) > 1:
        share, plain = (value[0], of[0]) if sort == "percent" else (of[0], value[0])
        return 0 < plain < 1 and abs(share / 100 - plain) <= _ABOUT
    return abs(value[0] - of[0]) <= 1e-9 * max(1.0, abs(of[0]))


def _candidates(text: str) -> Iterator[Number]:
    written = text
    text = text if text.isascii() else _UNCUT.sub(_STOP, text)
    # Most sentences hold no figure, no month and no number in words: each search is asked for.
    small = _LETTERS.findall(text.lower())
    figures = _DIGIT.search(text) is not None
    if figures:
        dated = not _MONTH_WORDS.isdisjoint(small) or any(one in text for one in "-/.")
        yield from map(_date, _DATE.finditer(text) if dated else ())
        yield from map(_date, _DATE_OF_THE_EAST.finditer(written) if text != written else ())
        yield from map(_time, _TIME.finditer(text))
        yield from map(_figure, _NUMBER.finditer(text))
    if not text.isascii() or "/" in text or not _FRACTION_WORDS.isdisjoint(small):
        yield from map(_fraction, _FRACTION.finditer(text))
    for match in _NUMERAL.finditer(text) if _NUMERALS.search(text) else ():
        if len(match["numeral"]) > 1:
            yield Number("number", (_roman(match["numeral"]),), *match.span("numeral"))
    for match in _SPELT.finditer(text) if not _SPELT_WORDS.isdisjoint(small) else ():
        sort = "percent" if match["percent"] else "number"
        value = (_spelt(match[0].lower()),)
        yield Number(sort, value, *match.span(), unit_of(match["unit"]))


def _date(match: re.Match[str]) -> Number:
    part = match.groupdict()
    year, month, day = (
        next((part[f"{name}{at}"] for at in "12345" if part.get(f"{name}{at}")), None)
        for name in "ymd"
    )
    at = 0 if month is None else int(month) if month.isdigit() else _MONTH[month[:3].lower()]
    value = (float(year or 0), float(at), float(day or 0))
    other = (value[0], value[2], value[1]) if part.get("by") == "/" else None
    return Number("date", value, *match.span(), other=other)


def _time(match: re.Match[str]) -> Number:
    hour, minute = float(match["hour"]), float(match["m1"] or match["m2"] or 0)
    half = (match["h1"] or match["h2"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    other = None if half or hour > 12 else ((hour + 12) % 24, minute)
    return Number("time", (hour, minute), *match.span(), other=other)


def _figure(match: re.Match[str]) -> Number:
    figure = match["figure"]
    value = _plain(figure) + _SIGNS.get(match["part"] or "", 0.0)
    short = (match["short"] or "").lower()
    scale = _SHORT_SCALES.get(short, 1.0) * _SCALES.get((match["scale"] or "").lower(), 1.0)
    sign = -1.0 if match["sign"] else 1.0
    sort = "percent" if match["percent"] else "money" if match["money"] else "number"
    other = None
    if re.fullmatch(r"\d{1,3}\.\d{3}", figure):
        other = (sign * scale * float(figure.replace(".", "")),)
    elif short == "m" and not match["money"]:  # metres or minutes
        other = (sign * value,)
    unit = unit_of(match["money"] or match["unit"] or match["glued"])
    unit = unit or unit_before(match.string, match.start())
    return Number(sort, (sign * scale * value,), *match.span(), unit, other)


def _plain(figure: str) -> float:
    """1,000 and 1.000.000 and 1 000 and 2,5 without their marks."""
    if re.fullmatch(r"\d+,\d{1,2}", figure):
        return float(figure.replace(",", "."))
    if figure.count(".") > 1:
        figure = figure.replace(".", "")
    return float(re.sub(r"[, \u00a0\u2009\u202f]", "", figure))


def _fraction(match: re.Match[str]) -> Number:
    if match["sign"]:
        value = _SIGNS[match["sign"]]
    elif match["top"]:
        value = float(match["top"]) / float(match["of"])
    else:
        value = _COUNTS[match["count"].lower()] / _PARTS[match["part"].lower().removesuffix("s")]
    return Number("number", (value,), *match.span())


def _roman(numeral: str) -> float:
    values = [_ROMAN[one] for one in numeral]
    return float(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))


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
