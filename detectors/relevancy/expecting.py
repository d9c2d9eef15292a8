"""Whether an answer holds the time or the number that its request asks for.

All of it is for English. Most requests ask for neither, and then nothing is said. Persons, places,
reasons and meanings are not looked for: without a model they are told too roughly to help.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from detectors.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable

_FEW = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_MANY = (
    "zero|none|single|once|twice|both|pair|couple|several|third|quarter|half|dozens?|hundreds?|"
    "thousands?|millions?|billions?|trillions?"
)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NAMED = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    f"jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec|{_DAYS}"
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d)s?\b|\b\d0s\b|\b\d{1,2}(?::\d\d| ?(?:am|pm|a\.m|p\.m|o'clock))\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_NAMED})\b|\b(?:{_NAMED})\.? \d"
    rf"|\b(?:between|by|during|each|early|every|from|in|last|late|mid|next|of|on|since|till|until)"
    rf" (?:{_NAMED})\b|\b(?:{_DAYS})s?\b"
    r"|\b(?:\d+(?:st|nd|rd|th)|first|second|third|\w+teenth|\w+tieth|\w+ty-\w+th)"
    r" (?:day|week|month|year|minute|season|episode)\b|\bcentur(?:y|ies)\b"
    r"|\b\d+ (?:BCE?|AD|CE)\b|\b(?:AD|BC) \d"
    r"|\b(?:ago|at the age of|christmas|dawn|easter|midnight|noon)\b"
    r"|\b(?:during|early|every|in|late|the) (?:\w+ )?(?:spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"{_DATE.pattern}|\b(?:at|from|until) (?:{_FEW})\b|\b(?:today|tomorrow|tonight|yesterday)\b"
    rf"|\b(?:after|every|for|in|within) (?:\w+ )?(?:\d+|{_FEW})(?: \w+)?"
    r" (?:hour|day|week|month|year|minute)s?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"\d[\d,.]*|\b(?:{_FEW}|{_MANY})\b", re.IGNORECASE)
_BEFORE = r"(?:^\W*|\b(?:and|by|from|in|know|on|remember|say|since|tell me|until) )"
"""What stands before a question's own "when"; "What was it when he left?" asks for no time."""
_BE = r"(?:is|was|are|were)"
_TIMES = "(?:age|century|date|day|decade|era|month|period|season|time|year)s?"
_COUNTS = (
    "(?:amount|cost|distance|fraction|height|length|number|percent|percentage|population|price|"
    "proportion|rate|salary|size|speed|temperature|weight)s?"
)
_ASKS_TIME = re.compile(
    rf"{_BEFORE}when\b|\b(?:what|which) (?:\w+ )?{_TIMES}\b(?! of )"
    rf"|\bwhat {_BE} the (?:\w+ )?(?:date|day|month|time|year)\b",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:big|cold|deep|early|far|fast|heavy|high|hot|large|late|long|many|much|often|old|tall"
    rf"|wide)\b|\b(?:what|which) (?:{_BE} )?(?:the )?(?:\w+ ){{0,2}}?{_COUNTS}\b",
    re.IGNORECASE,
)


def held(request: str, answer: str) -> float:
    """1 where the answer holds what is asked for, -1 where it does not; 0 if it asks for neither.

    What the request says itself does not count: Saturdays are no answer to "When do
    you open on Saturdays?".
    """
    holds = _sought(_question(request))
    return 0.0 if holds is None else 1.0 if holds(request, answer) else -1.0


def _question(request: str) -> str:
    """The last sentence with a question mark, or all of a request that is one sentence."""
    parts = [request[span.start : span.end] for span in sentences(request)]
    asked = [one for one in parts if one.endswith("?")] or parts[: len(parts) == 1]
    return asked[-1] if asked else ""


def _sought(question: str) -> Callable[[str, str], bool] | None:
    """What tells whether an answer holds what is asked for first."""
    found = ((asks.search(question), holds) for asks, holds in _SOUGHT)
    first = [(asked.start(), number, holds) for number, (asked, holds) in enumerate(found) if asked]
    return min(first)[2] if first else None


def _is_new(pattern: re.Pattern[str], request: str, answer: str) -> bool:
    known, said = (
        {one.group().lower().strip(".,") for one in pattern.finditer(text)}
        for text in (request, answer)
    )
    return not said <= known


def _new_number(request: str, answer: str) -> bool:
    """A number that is no part of a date."""
    return _is_new(_NUMBER, _DATE.sub(" ", request), _DATE.sub(" ", answer))


_SOUGHT = (
    (_ASKS_TIME, partial(_is_new, _TIME)),
    (_ASKS_NUMBER, _new_number),
)
