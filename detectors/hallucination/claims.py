"""What of an answer claims anything: sentences, items and cells, without chit-chat and hedges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.relevancy.shapes import is_code, is_greeting
from detectors.sentences import sentences, words
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL = re.compile(r"[^|\n]+")
_MARKER = re.compile(r"\s*(?:[-*+\u2022]|\d{1,2}[.)]|[a-z][.)]|#{1,6}|>)\s+")
_FENCED = re.compile(r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_FEW = 2
"""So many words claim nothing: "Yes, certainly." """

_ABOUT_ITSELF = re.compile(
    r"\b(?:I(?:['\u2019](?:m|ll)| am| can| could| would| will)? (?:\w+ )?"
    r"(?:sorry|afraid|unable|not able|cannot|can['\u2019]t|do not|don['\u2019]t|hope|think|believe|"
    r"happy|glad|help|assist|apologi[sz]e)"
    r"|(?:please )?(?:let me know|feel free|note that I|contact|consult|ask)"
    r"|(?:hope|hoping) (?:this|that) helps)\b",
    re.IGNORECASE,
)
_ABOUT_THE_REQUEST = re.compile(
    r"you(?:['\u2019]ve| have)? (?:asked|wanted to know|were asking|mentioned)\b", re.IGNORECASE
)
_TOLD = (
    "(?:say|stat|mention|specif|provid|contain|includ|giv|discuss|answer|address|cover|explain|"
    "indicat)"
)
_SAYS_NOTHING_IS_SAID = re.compile(
    r"\b(?:context|passages?|text|documents?|articles?|information|sources?)\b[^.!?]*"
    rf"\b(?:(?:does|do|did|is|are)(?: not|n['\u2019]t)\b[^.!?]{{0,40}}{_TOLD}"
    r"|lacks?\b|(?:contains?|gives?|provides?|has|have) no\b)"
    r"|\b(?:it|there) is (?:not|no) (?:clear|specified|stated|mentioned|information|mention)\b"
    r"|\b(?:not|never) (?:mentioned|specified|stated|provided|given|discussed) in the\b"
    r"|\bunable to (?:answer|find|determine)\b",
    re.IGNORECASE,
)


def claims(text: str) -> list[Span]:
    """The claims in reading order; cells of a row, and what is code, apart."""
    code = [match.span() for match in _FENCED.finditer(text)]
    return [
        span
        for sentence in sentences(text)
        for span in _parts(text, sentence)
        if not any(start < span.end and span.start < end for start, end in code)
        and is_claim(text[span.start : span.end])
    ]


def is_claim(text: str) -> bool:
    """Whether a sentence says anything about the world that could be wrong."""
    return not (
        len(words(text)) <= _FEW
        or text.rstrip("\"'\u201d\u2019)").endswith("?")
        or text.rstrip().endswith(":")
        or _ABOUT_ITSELF.match(text)
        or _SAYS_NOTHING_IS_SAID.search(text)
        or is_greeting(text)
        or is_code(text)
    )


def told_of_request(text: str) -> str | None:
    """What a sentence says that somebody asked for; None where it says something else."""
    match = _ABOUT_THE_REQUEST.match(text)
    return None if match is None else text[match.end() :]


def _parts(text: str, sentence: Span) -> Iterator[Span]:
    """The cells of a table's row; of anything else all but the marker of an item."""
    said = text[sentence.start : sentence.end]
    if said.count("|") >= 2:
        for match in _CELL.finditer(said):
            cell = match[0]
            start = sentence.start + match.start() + len(cell) - len(cell.lstrip())
            end = start + len(cell.strip())
            if start < end:
                yield Span(start, end)
        return
    marker = _MARKER.match(said)
    start = sentence.start + (marker.end() if marker else 0)
    if start < sentence.end:
        yield Span(start, sentence.end)
