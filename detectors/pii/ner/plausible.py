"""What a span cannot be, whatever a pipeline made of it: a piece of code, a path, several cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.ner.abbreviations import NUMBERS, PROGRAMS, TECHNICAL
from detectors.scripts import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORNAMENTS = "\u2190-\u21ff\u2500-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
"""Arrows, lines and corners of boxes, stars, and emoji: no name holds any."""
_BORDER = re.compile(rf"\s*(?:[|\t{_ORNAMENTS}]|\n\s*\n)\s*|\s{{16,}}")
_CODE = re.compile(r"[`<>{}\[\]=\\^~]|::|//|_")
"""Signs that stand in code and markup, and in no name."""
_CALLED = re.compile(r"=|_\w|\((?![A-Z0-9])")
"""What stands behind a word that something is assigned to, that goes on, or that is called."""
_SURELY_CALLED = re.compile(r"=[\w\"'(\[{-]|_\w|\((?:\)|[^()\s]*[=\"'_.\[])")
"""The same behind a word with a capital; in "Maria(she/her)" nothing is called."""
_LOCATOR = re.compile(r"(?:\w+://|\bwww\.)\S*\Z")
_LOCATOR_LONGEST = 200
_PART_BEFORE = re.compile(r"\w[./_-]\Z|[`/]\Z")
_PART_AFTER = re.compile(r"[./_\-([]\w|[`/]|\(\)")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(rf"[^\W\d_]{{2}}|[^\W\d_]\.|[{UNSPACED}]")
"""Two letters together, an initial, or a letter that is a word."""
_HUMP = re.compile(r"(?!Fitz|Mary|Anna|Anne|Rose|Saint)[^\W\d_]{3,}[a-z](?=[A-Z])")
"""The first part of a name such as `ReadBody`; those of people are short, or names themselves."""


def cells(value: str) -> Iterator[tuple[int, str]]:
    """What stands between the borders of a table's cells, or of paragraphs, with its place."""
    start = 0
    for border in _BORDER.finditer(value):
        if start < border.start():
            yield start, value[start : border.start()]
        start = border.end()
    if start < len(value):
        yield start, value[start:]


def is_plausible(kind: str, text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` can be a name of its kind by its signs and those that touch it."""
    value = text[start:end]
    if value in TECHNICAL or value in NUMBERS or value in PROGRAMS or _CODE.search(value):
        return False
    if kind == "street_address" or not _LETTER.search(value):
        return True
    if kind != "organization" and not _WORD.search(value):
        return False
    one_word = len(value.split()) == 1
    if one_word and kind in {"person", "location"} and _HUMP.match(value):
        return text[start - 1 : start] == "#"  # a hashtag runs words together
    if one_word and (_CALLED if value.islower() else _SURELY_CALLED).match(text, end):
        return False
    before = text[max(start - _LOCATOR_LONGEST, 0) : start]
    is_part = value.islower() and (_PART_BEFORE.search(before) or _PART_AFTER.match(text, end))
    return not is_part and not _LOCATOR.search(before)
