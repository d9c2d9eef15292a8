"""The clauses of a sentence that claim something, apart from hedges, offers and questions.

A sentence is taken apart only where one of its clauses claims nothing: "I'm sorry to hear that,
your refund was sent on 3 May" claims the second, "the library opens at nine, and it is free" is
one claim.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from detectors.hallucination.hedges import (
    CONNECTS,
    after_joint,
    after_lead,
    is_hedge,
    may_hedge,
    opens,
)
from detectors.hallucination.numbers import numbers
from detectors.sentences import words
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PRONOUN = r"(?:it|they|he|she|we|you|there|this|that|these|those|I)"
_DETERMINER = r"(?:the|an?|your|our|my|its|their|his|her|this|that|these|those|all|each|every|no)"
_WORD = r" (?!(?:which|who|whom|whose|that|where|when)\b)[^\s,;:.()]+"
_SUBJECT = (
    rf"(?:{_PRONOUN}(?: (?:\w+ly|also|still|often))?|{_DETERMINER}(?:{_WORD}){{1,6}}?"
    rf"|(?-i:[A-Z][\w'\u2019-]*)(?:{_WORD}){{0,6}}?)"
)
_OF_A_NOUN = "bas|provid|contain|list|describ|mention|retriev|suppli|includ|ask|relat"
_VERB = (
    r"(?:is|are|was|were|has|have|had|does|did|do|will|would|can|could|must|may|should|begins?|"
    r"began|built|came|went|made|took|said|paid|sold|sent|left|won|lost|held|found|gave|costs?|"
    rf"wrote|became|ran|(?!(?:{_OF_A_NOUN})ed\b)[a-z]{{2,}}ed|[a-z]{{2,}}[^s\W]s(?= \w))\b"
)
_CLAUSE = re.compile(
    rf"{CONNECTS}{_SUBJECT} {_VERB}|\b(?!{_OF_A_NOUN})[a-z]{{3,}}ed (?:in|on|by)\b",
    re.IGNORECASE,
)
"""A subject and its verb: of a form that only verbs have, or with something behind it."""
_BREAK = re.compile(
    r"\s*[;:]\s+|\s+[-\u2013]+\s+|\s*\u2014\s*|\s*[()]\s*"
    r"|,?\s+(?=(?:but|because|and do(?:es)?(?: not|n['\u2019]t))\b)"
    r"|(?P<comma>,[\"'\u201d\u2019]?\s+)",
    re.IGNORECASE,
)
"""Where clauses may meet; at a comma they do only where a clause follows."""
_ASKS = re.compile(
    rf"{CONNECTS}(?:would|did|do|does|can|could|shall|should|will|have|has|is|are|was|were|"
    r"\w+n['\u2019]t|right|correct|when|what|how|why|who|whom|whose|where|if)\b",
    re.IGNORECASE,
)
_AFTER = " \t,;:(\u2013\u2014-"
_CLOSING = "\"'\u201d\u2019)*_ "
FEW = 2
"""So many words state nothing, unless one of them is a number."""


def claimed(said: str) -> list[Span]:
    """What a sentence claims; all of it where no clause of it hedges, offers or asks."""
    if not may_hedge(said):
        return [Span(0, len(said))]
    start = after_lead(said)
    asks = said.rstrip(_CLOSING).endswith("?") and "you know" not in said[:start].lower()
    clauses = list(_clauses(said, start, asks=asks))
    empty = [
        is_hedge(said[a:b]) or (asks and (b == len(said) or bool(_ASKS.match(said, a))))
        for a, b in clauses
    ]
    if not any(empty):
        return [Span(start, len(said))]
    spans = (_bare(said, *run) for run in _runs(clauses, empty))
    return [one for one in spans if _states(said[one.start : one.end])]


def _clauses(said: str, start: int, *, asks: bool) -> Iterator[tuple[int, int]]:
    for match in _BREAK.finditer(said, start):
        end = match.end()
        if match["comma"] is None or (
            _CLAUSE.match(said, end)
            or opens(said, end)
            or after_lead(said, end) > end
            or (asks and _ASKS.match(said, end))
        ):
            yield start, match.start()
            start = end
    yield start, len(said)


def _runs(clauses: Sequence[tuple[int, int]], empty: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Neighbouring clauses that claim something, as one."""
    for is_empty, run in groupby(zip(clauses, empty, strict=True), key=lambda one: one[1]):
        if not is_empty:
            spans = [span for span, _ in run]
            yield spans[0][0], spans[-1][1]


def _bare(said: str, start: int, end: int) -> Span:
    """A run without what joins it to the others."""
    start = after_lead(said, after_joint(said, start))
    closing = said.find(")", start, end)
    if closing >= 0 and "(" not in said[start:closing]:
        end = closing
    return Span(start, max(start, len(said[:end].rstrip(_AFTER))))


def _states(said: str) -> bool:
    """Whether what is left beside a hedge has a subject and a verb, or a number."""
    return bool(_CLAUSE.search(said) and len(words(said)) > FEW) or bool(numbers(said))
