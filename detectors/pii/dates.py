"""How dates are written, as patterns over shapes."""

from __future__ import annotations

import re

_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
)  # fmt: skip
_GERMAN = ("januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember")
_FRENCH = (
    "janvier", "février", "mars", "avril", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
_SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_PORTUGUESE = (
    "janeiro", "fevereiro", "março", "maio", "junho", "julho", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
_ITALIAN = (
    "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre", "ottobre",
    "dicembre",
)  # fmt: skip
_DUTCH = ("januari", "februari", "maart", "mei", "augustus")
MONTHS = tuple(
    dict.fromkeys(_ENGLISH + _GERMAN + _FRENCH + _SPANISH + _PORTUGUESE + _ITALIAN + _DUTCH)
)
"""The names of months, each in small letters."""

_MONTH = "(?i:{})".format(
    "|".join(re.sub("[^a-z]", "\xff", month) for month in sorted(MONTHS, key=len, reverse=True))
)
_NTH = r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|ST|ND|RD|TH)?(?![0-9])"
_DAY = rf"(?:{_NTH}|(?:0?[1-9]|[12][0-9]|3[01])(?:er|\.)(?![0-9]))"
_YEAR = r"(?:(?:1[5-9]|20)[0-9]{2}|'[0-9]{2})"
_WEEKDAY = (
    r"(?:(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\.?,?[ ])?"
)
TIME = (
    r"(?:(?:,?[ ]|T)[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?:[ ]?(?:[AaPp]\.[Mm]\.|[AaPp][Mm]\b))?"
    r"(?:Z|[ ](?:UTC|GMT|[ECMP][SD]T)\b|[+-][0-9]{2}:?[0-9]{2})?(?![0-9]))?"
)
"""A clock time that a date goes on with, or nothing; behind "at" it is one of its own."""
CLOCK = (
    r"(?:1[0-2]|0?[1-9])(?:[:.][0-5][0-9])?[ ]?"
    r"(?:[AaPp][Mm]|[AaPp]\.[ ]?[Mm]\.?)"
)
"""A time of day by the twelve-hour clock."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = ("spring", "summer", "autumn", "fall", "winter")
_OF = r"(?:[ ](?:of|de|du|di)[ ]|[ ](?:of|de)[ ]the[ ]|[ .\-/]{1,2})"
_NUMERIC = (
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2}))"
    r"(?![0-9])"
)
_NO_SECONDS = r"(?![ ][0-9]{2}:[0-9]{2}:)"
IN_WORDS = (
    rf"{_WEEKDAY}{_DAY}{_OF}{_MONTH}\b\.?(?:(?:,?{_OF}|,){_YEAR}(?![0-9]))?{TIME}",
    rf"{_WEEKDAY}{_MONTH}\.?[ \-/.]{_NTH}(?:(?:,?[ \-/]|,){_YEAR}(?![0-9])|{_NO_SECONDS}){TIME}",
    rf"{_YEAR}[ \-/]{_MONTH}[ \-/.]{{1,2}}{_NTH}{TIME}",
    rf"{_MONTH}\.?(?:,?[ \-/]|[ ]of[ ]|[ ]de[ ]){_YEAR}(?![0-9])",
)
"""Dates with the name of a month: the day, the month or the year first, or no day."""
ANY = rf"(?:{_NUMERIC}|{'|'.join(IN_WORDS)})"
"""A date of any sort."""
JOIN = (
    r"[\"'*_)]{0,3}[ ]{0,2}(?:\([A-Za-z/ \-.]{1,12}\))?[ ]{0,2}"
    r"(?:(?:is|was|on|in|am|le|el|the)[ ]){0,2}"
    r"[:=]?[\"'*_ ]{0,4}"
)
"""What may stand between the words that announce a date and the date."""


def year_first(candidate: str) -> int:
    """A day of a year from 1500 to 2099, the year first."""
    year, month, day = (int(part) for part in re.split("[-/.]", candidate))
    return len(candidate) if 1500 <= year < 2100 and _is_day(day, month) else 0


def day_or_month_first(candidate: str) -> int:
    """A day of a year from 1500 to 2099, the day or the month first."""
    first, second, year = re.split("[-/.]", candidate)
    possible = len(year) == 2 or 1500 <= int(year) < 2100
    either = _is_day(int(first), int(second)) or _is_day(int(second), int(first))
    return len(candidate) if possible and either else 0


def _is_day(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 + (month + month // 8) % 2)
