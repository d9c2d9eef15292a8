"""Other days, written in the same way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detectors.pii.invented.draws import Draws

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = 3
_WORDS = {
    form.lower(): names
    for names in (_MONTHS, _WEEKDAYS)
    for name in names
    for form in (name, name[:_SHORT])
} | {"sept": _MONTHS, "tues": _WEEKDAYS, "thur": _WEEKDAYS, "thurs": _WEEKDAYS}
_LEFT = frozenset(
    (
        "of",
        "the",
        "th",
        "st",
        "nd",
        "rd",
        "at",
        "on",
        "in",
        "am",
        "pm",
        "utc",
        "gmt",
        "t",
        "z",
        "de",
    )
)
_OF_AGE = frozenset(("years", "year", "old", "yrs", "yr", "yo", "y", "o", "aged", "age", "of", "s"))
_TOKEN = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d+|[^\W\d_]+")
_YEARS = 4
"""How many years a date is moved at most."""


def date(value: str, draws: Draws) -> str | None:
    """Another day of a year near by in the same format; None for what is no date in figures."""
    tokens = _TOKEN.findall(value)
    figures = [one for one in tokens if one.isascii() and one.isdigit()]
    named = any(_names(one) is _MONTHS for one in tokens)
    if not figures and not named:
        return None
    if any(len(one) not in (1, 2, 4, 8) for one in figures):
        return None
    if any(one[0].isalpha() and _names(one) is None and one.lower() not in _LEFT for one in tokens):
        return None  # it would stay

    def other(found: re.Match[str]) -> str:
        token = found[0]
        if ":" in token:
            return _clock(token, draws)
        if not token[0].isdigit():
            names = _names(token)
            return token if names is None else _as(draws.one_of(names), token)
        return _figure(token, draws, named=named)

    return _TOKEN.sub(other, value)


def age(value: str, draws: Draws) -> str | None:
    """Another age, by up to nine years; the words around it stay."""
    found = re.search(r"\d{1,3}", value)
    if found is None or not _OF_AGE.issuperset(re.findall(r"[^\W\d_]+", value.lower())):
        return None
    moved = int(found[0]) + draws.between(1, 9) * draws.one_of((-1, 1))
    return value[: found.start()] + str(max(moved, 1)) + value[found.end() :]


def _names(token: str) -> tuple[str, ...] | None:
    return _WORDS.get(token.lower())


def _as(name: str, token: str) -> str:
    """A name as long and in the case of the one that it stands for."""
    short = len(token) <= 4 and token.lower() not in {"may", "june", "july"}
    name = name[:_SHORT] if short else name
    return name.upper() if token.isupper() else name.lower() if token.islower() else name


def _figure(token: str, draws: Draws, *, named: bool) -> str:
    number, size = int(token), len(token)
    if size == 8:  # 20210417
        year = _figure(token[:4], draws, named=named)
        return f"{year}{draws.between(1, 12):02}{draws.between(1, 28):02}"
    if size == 4:
        return f"{max(number + draws.between(-_YEARS, _YEARS), 1):04}"
    if number > 31 or number == 0:
        return f"{draws.between(32, 99):0{size}}"  # a year of two digits
    # Day and month may stand in either order: what can be a month stays one.
    last = 28 if named else 12
    chosen = draws.between(1, 12) if number <= 12 and not named else draws.between(1, last)
    if number > 12 and not named:
        chosen = draws.between(13, 28)
    return f"{chosen:0{size}}" if token[0] == "0" or size == 1 else f"{chosen:02}"


def _clock(token: str, draws: Draws) -> str:
    hour, *rest = token.split(":")
    first, last = (1, 12) if int(hour) <= 12 else (13, 23)
    made = f"{draws.between(first, last):0{len(hour)}}"
    return ":".join([made, *(f"{draws.below(60):02}" for _ in rest)])
