"""Dates, dates of birth and ages."""

from __future__ import annotations

from dataclasses import replace

from detectors.pii import dates, values
from detectors.pii.rows import AROUND, LABEL, TERM, TOKENS, UNIT, WORD, Recognizer

_NUMERIC = "https://en.wikipedia.org/wiki/List_of_date_formats_by_country"
_BORN = (
    "date of birth", "dob", "d o b", "birth date", "birthdate", "birthday", "born", "born on",
    "geboren", "geboren am", "geburtsdatum", "date de naissance", "né le", "née le",
    "fecha de nacimiento", "data di nascita", "data de nascimento", "geboortedatum",
    "fødselsdato", "födelsedatum", "data urodzenia",
)  # fmt: skip
# With seconds it is a machine's record of the time, and no date of a person's, unless a sentence
# says it: `date_with_seconds`.
_AFTER = rf"(?![{WORD}])(?![-/.:][0-9A-Za-z\xff])(?![ ][0-9]{{2}}:[0-9]{{2}}:)"
_BEFORE = rf"(?<![{WORD}$.:])(?<![0-9A-Za-z\xff][-/])"

_YEAR_FIRST = Recognizer(
    name="date_year_first",
    kind="pii.date",
    gate=TOKENS,
    shapes=("0000-00-00", "0000/00/00", "0000.00.00"),
    before=_BEFORE,
    after=_AFTER,
    longest=10,
    validate=dates.year_first,
    tail=dates.TIME,
    score=0.6,
    in_context=0.8,
    context=("date", "day", "on", "since", "until", "due", "expires", "issued"),
    source="ISO 8601",
    example="The visit is on 2024-01-15",
)
RECOGNIZERS = (
    Recognizer(
        name="date_of_birth",
        kind="pii.date_of_birth",
        gate=LABEL,
        labels=_BORN,
        before="",
        shapes=(rf"{dates.JOIN}(?P<value>{dates.ANY})",),
        after=r"(?![0-9])",
        longest=60,
        score=0.0,
        in_context=0.95,
        source=_NUMERIC,
        example="Date of birth: 3 May 1984",
    ),
    Recognizer(
        name="date_of_birth_year",
        kind="pii.date_of_birth",
        gate=LABEL,
        labels=_BORN,
        before="",
        shapes=(rf"{dates.JOIN}(?P<value>(?:18|19|20)[0-9]{{2}})",),
        after=r"(?![0-9A-Za-z/.\-][0-9])",
        longest=30,
        score=0.0,
        in_context=0.6,
        source=_NUMERIC,
        example="She was born in 1978.",
    ),
    _YEAR_FIRST,
    Recognizer(
        name="date_numeric",
        kind="pii.date",
        gate=TOKENS,
        shapes=tuple(
            f"{first}{sign}{second}{sign}{year}"
            for first in ("0", "00")
            for second in ("0", "00")
            for sign in "/-."
            for year in ("0000", "00")
            if not (year == "00" and sign == "." and len(first + second) < 4)
        ),
        before=_BEFORE,
        after=_AFTER,
        longest=10,
        validate=dates.day_or_month_first,
        tail=dates.TIME,
        score=0.6,
        in_context=0.8,
        context=("date", "day", "on", "since", "until", "due", "expires", "issued"),
        source=_NUMERIC,
        example="The visit is on 15/01/2024",
    ),
    replace(
        _YEAR_FIRST,
        name="date_with_seconds",
        before=r"(?<=[a-z\xff][ ])",
        after=r"(?=[ ][0-9]{2}:[0-9]{2}:)",
        example="Your scan is on 2024-01-15 09:30:00 in Leeds",
    ),
    Recognizer(
        name="date_in_words",
        kind="pii.date",
        gate=AROUND,
        labels=dates.MONTHS,
        before=rf"(?<![{WORD}])",
        shapes=dates.IN_WORDS,
        after=r"(?![0-9A-Za-z\xff])",
        longest=60,
        score=0.0,
        in_context=0.7,
        source=_NUMERIC,
        example="We met on Friday, 3 May 2024.",
    ),
    Recognizer(
        name="date_season",
        kind="pii.date",
        gate=AROUND,
        labels=dates.SEASONS,
        before=rf"(?<![{WORD}])",
        shapes=(r"(?i:spring|summer|autumn|fall|winter)(?:,?[ ]|[ ]of[ ])(?:19|20)[0-9]{2}",),
        after=rf"(?![{WORD}])(?![-/.,][0-9])",
        longest=14,
        score=0.0,
        in_context=0.6,
        source="ISO 8601-2 4.8 (seasons)",
        example="She graduated in Summer 2019.",
    ),
    Recognizer(
        name="date_weekday",
        kind="pii.date",
        gate=TERM,
        labels=dates.WEEKDAYS,
        before=rf"(?<![{WORD}@/\-])(?=[A-Z])",
        shapes=(),
        after=rf"(?![{WORD}@/])(?!\.[0-9A-Za-z])",
        longest=9,
        score=0.0,
        in_context=0.6,
        source="ISO 8601-1 4.2 (days of the week)",
        example="See you on Friday at the office.",
    ),
    Recognizer(
        name="date_clock",
        kind="pii.date",
        gate=AROUND,
        labels=("am", "pm", "a m", "p m"),
        before=rf"(?<![{WORD}.,:/$\-\[])",  # in brackets it is a machine's record of the time
        shapes=(dates.CLOCK,),
        after=rf"(?![{WORD}])",
        longest=12,
        score=0.0,
        in_context=0.6,
        source="ISO 8601-1, 12-hour clock as in https://en.wikipedia.org/wiki/12-hour_clock",
        example="The doctor is free at 10:30 AM.",
    ),
    Recognizer(
        name="age_labelled",
        kind="pii.age",
        gate=LABEL,
        labels=("age", "aged", "edad", "alter", "leeftijd", "turned", "turning", "turns"),
        before="",
        shapes=(
            r"[\"'*_]{0,2}[ ]{0,2}(?:(?:is|of|was|at)[ ])?[:=]?[\"'*_ ]{0,3}(?P<value>[0-9]{1,3})",
        ),
        after=rf"(?![{WORD}%])(?![.,:/][0-9])(?!-[0-9])",
        longest=30,
        validate=values.age,
        score=0.0,
        in_context=0.75,
        source="whole years from 1 to 120",
        example="Age: 34",
    ),
    Recognizer(
        name="age_years_old",
        kind="pii.age",
        gate=UNIT,
        labels=(
            "years old", "year old", "yrs old", "yr old", "yo", "y o", "years of age", "months old",
            "month old", "jahre alt", "años", "ans", "jaar oud", "anni",
        ),
        before="",
        shapes=(rf"(?<![{WORD}.,/\-])(?P<value>[0-9]{{1,3}})[ -]{{0,2}}",),
        after=r"\Z",
        longest=12,
        validate=values.age,
        score=0.0,
        in_context=0.8,
        source="whole years from 1 to 120",
        example="My son is 12 years old.",
    ),
)  # fmt: skip
