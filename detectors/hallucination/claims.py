"""What of an answer claims anything: sentences, items and cells, without chit-chat and hedges."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from detectors.hallucination.blocks import code
from detectors.hallucination.clauses import FEW, claimed
from detectors.hallucination.numbers import numbers
from detectors.hallucination.quotations import quotations
from detectors.sentences import sentences, words
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CELL = re.compile(r"[^|\n]+")
_RULE = re.compile(r"\n[ \t]*\|?[ \t]*:?-{2,}[-:| \t]*(?:\n|$)")
"""The line under a table's head."""
_MARKER = re.compile(r"\s*(?:[-*+\u2022]|\d{1,2}[.)]|[a-z][.)]|#{1,6}|>)\s+")
_MARKER_ALONE = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_HEADING = re.compile(r"#{1,6}\s|\*\*[^*]+\*\*:?$|__[^_]+__:?$")
_LABEL = re.compile(
    r"[\W_]*(?:step|passage|part|figure|table|section|chapter|option|example|note|tip|phase|stage|"
    r"method|question|answer|document|source|context)s?\s*#?\d*\W*",
    re.IGNORECASE,
)
_CLOSING = "\"'\u201d\u2019)*_ "
_ANNOUNCES = re.compile(
    r"\b(?:here|below|following|follows?|these|those|steps?|ways|summar\w+|includ\w+|such as|are|"
    r"can be|according|based|list\w*|several|some)\b",
    re.IGNORECASE,
)
_HEAD = 6
"""So many words before a colon are a heading."""
_COUNTS = 20
"""Announced are small numbers of things, which the answer counts by itself."""
_FEW_CHARACTERS = 100
"""A word without end is not one of few."""
_CHAT = (
    "yes no yeah yep nope ok okay sure certainly absolutely definitely exactly correct incorrect "
    "indeed right true false of course great good got it none n a not applicable unknown thanks "
    "thank you hello hi dear unfortunately overall finally however additionally conclusion summary "
    "answer note done welcome sorry"
)
_SAYS_LITTLE = frozenset(_CHAT.split())
_TITLE = re.compile(r"\b(?:Prof|Gen|Gov|Sen|Rep|Capt|Col|Lt|Sgt|Rev|Hon)\. *$")

_ABOUT_THE_REQUEST = re.compile(
    r"you(?:['\u2019](?:ve|re)| have| are)? (?:asked|asking|wanted to know|want to know|"
    r"were asking|mentioned)\b",
    re.IGNORECASE,
)


class _Part(NamedTuple):
    """A sentence, or what of its line stands for itself, so that a word of it may claim."""

    span: Span
    apart: bool


def claims(text: str) -> list[Span]:
    """The claims in reading order; cells of a row, and what is code, apart."""
    blocks = code(text)
    found = []
    for part in _parts(text):
        start, end = part.span.start, part.span.end
        if _meets(part.span, blocks):
            continue
        said = text[start:end]
        if _is_announcement(said) or not _says_enough(said, apart=part.apart):
            continue
        found += [Span(start + one.start, start + one.end) for one in claimed(said)]
    return found


def told_of_request(text: str) -> str | None:
    """What a sentence says that somebody asked for; None where it says something else."""
    match = _ABOUT_THE_REQUEST.match(text)
    return None if match is None else text[match.end() :]


def _is_announcement(said: str) -> bool:
    """Whether it only says what follows: "here are the steps:"."""
    if not said.rstrip(_CLOSING).endswith(":"):
        return False
    if any(one.sort != "number" or one.value[0] > _COUNTS for one in numbers(said)):
        return False
    return len(words(said)) <= _HEAD or bool(_ANNOUNCES.search(said))


def _says_enough(said: str, *, apart: bool) -> bool:
    """Whether it has enough words, a number, or for an item, a cell, a whole answer: any."""
    told = [one.text for one in words(said)]
    if len(told) > FEW or sum(map(len, told)) > _FEW_CHARACTERS:
        return True
    if not told or _LABEL.fullmatch(said):
        return False
    return bool(numbers(said)) or (apart and not _SAYS_LITTLE.issuperset(told))


def _parts(text: str) -> Iterator[_Part]:
    """The cells of a table's row; of anything else all but the marker of an item."""
    found = _sentences(text)
    marked = False
    for sentence in found:
        start, end = sentence.start, sentence.end
        said = text[start:end]
        if "|" in said and _is_row(text, sentence):
            yield from _cells(text, sentence)
            continue
        if _MARKER_ALONE.fullmatch(said) and text[end : end + 1] == " ":
            marked = True
            continue
        marker = _MARKER.match(said)
        start += marker.end() if marker else 0
        item = marked or (marker is not None and "#" not in marker[0])
        alone = len(found) == 1 and not _HEADING.match(said)
        if start < end:
            yield _Part(Span(start, end), item or alone)
        marked = False


def _is_row(text: str, part: Span) -> bool:
    """Whether the line is one of a table."""
    after = text.find("\n", part.end)
    line = text[text.rfind("\n", 0, part.start) + 1 : after if after >= 0 else None]
    return line.count("|") > 1 or " | " in line


def _cells(text: str, row: Span) -> Iterator[_Part]:
    heads = bool(_RULE.match(text, row.end))
    for match in _CELL.finditer(text, row.start, row.end):
        cell = match[0].strip()
        if cell:
            start = text.index(cell, match.start())
            yield _Part(Span(start, start + len(cell)), not heads)


def _sentences(text: str) -> list[Span]:
    """Those of the text, but not cut within a quotation or behind a title."""
    quoted = quotations(text)
    found: list[Span] = []
    for span in sentences(text):
        if found and (
            _meets(Span(found[-1].end, span.start), quoted)
            or _TITLE.search(text, found[-1].start, span.start)
        ):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _meets(span: Span, others: Sequence[Span]) -> bool:
    """Whether it has a character in common with any of them, which stand in order and apart."""
    at = bisect_left(others, span.end, key=lambda one: one.start) - 1
    return at >= 0 and span.start < others[at].end
