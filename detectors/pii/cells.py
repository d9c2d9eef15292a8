"""Cells of structured text inside a text: members of JSON, rows of CSV and TSV, Markdown tables.

A cell is examined by itself as well as in its text, with the name of its column or field as the
words around it. Cells are places in the text as it stands: a JSON string with escapes in it is
not decoded here, as it is where a whole text is JSON. A prose text is passed over in a few
microseconds; the time is linear in any text.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST = 10_000
"""How many cells of a text are told, of each sort; the text is examined as a whole in any case."""


class Cell(NamedTuple):
    """`text[start:end]` stands by itself, in a column or field of that name."""

    start: int
    end: int
    label: str


_LONGEST_LABEL = 64

# A quote that no backslash stands before closes any string that is open: so a value that is never
# closed has no further key behind it in its line, and no stretch is read twice.
_MEMBER = re.compile(
    rf"""(?<![\w"\\])"(?P<key>[^"\\\n]{{1,{_LONGEST_LABEL}}}+)"[ \t]*+:[ \t\r\n]{{0,32}}+
    (?:"(?P<string>(?:[^"\\\n]++|\\[^\n])*+)"|(?P<number>-?[0-9]++(?:\.[0-9]++)?+)|(?P<list>\[))""",
    re.VERBOSE,
)
_ITEM = re.compile(
    r'[ \t\r\n]*+(?:"(?P<string>(?:[^"\\\n]++|\\[^\n])*+)"|(?P<number>-?[0-9]++(?:\.[0-9]++)?+))'
    r"[ \t\r\n]*+,?+"
)

# Under a table's head stands a line of dashes; the first class ends where the dashes begin.
_RULE = re.compile(r"^[ \t|:]*+-[-|: \t]*+$", re.MULTILINE)
_PIPE = re.compile(r"(?<!\\)\|")

# Prose has a space behind a comma, and numbers a digit.
_TIGHT = {",": re.compile(r",[^\s\d,.]"), ";": re.compile(r";[^\s\d;]"), "\t": re.compile(r"\t\S")}
_FIELD = {mark: re.compile(rf'"((?:[^"\n]|"")*+)"|([^{mark}\n"]*+)') for mark in _TIGHT}
_HEAD = re.compile(r"[^\W\d_][\w #/*-]{0,39}(?:\([\w %/]{1,12}\))?")
_AROUND_LABEL = " \t\"'`*_"


def cells(text: str) -> list[Cell]:
    """The cells of a text, in order; empty for prose."""
    found: list[Cell] = []
    if '":' in text or '" :' in text:
        found += islice(_members(text), MOST)
    if "|" in text and "-" in text:
        found += islice(_tables(text), MOST)
    for mark, tight in _TIGHT.items():
        if mark in text and tight.search(text):
            found += islice(_columns(text, mark), MOST)
    found.sort()
    return found


def _members(text: str) -> Iterator[Cell]:
    for member in _MEMBER.finditer(text):
        label = member["key"]
        if member["list"] is None:
            yield from _value(member, label)
            continue
        item = _ITEM.match(text, member.end())
        while item is not None:
            yield from _value(item, label)
            item = _ITEM.match(text, item.end()) if item[0].endswith(",") else None


def _value(match: re.Match[str], label: str) -> Iterator[Cell]:
    start, end = match.span("string" if match["string"] is not None else "number")
    if start < end:
        yield Cell(start, end, label)


def _tables(text: str) -> Iterator[Cell]:
    done = 0
    for rule in _RULE.finditer(text):
        if "|" not in rule[0]:
            continue
        head_start = text.rfind("\n", done, rule.start() - 1) + 1 or done
        head = _row(text, head_start, rule.start() - 1)
        labels = [_label(text[start:end]) for start, end in head]
        columns = len(_row(text, rule.start(), rule.end()))
        done = rule.end()
        if not labels or len(labels) != columns:
            continue
        for start, end in _lines(text, rule.end() + 1):
            row = _row(text, start, end)
            if len(row) < 2 and columns > 1:
                break
            yield from _labelled(text, row, labels)
            done = end


def _row(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of a line with pipes between them, and perhaps around them."""
    line = text[start:end]
    edges = [match.start() for match in _PIPE.finditer(line)]
    stripped = line.strip()
    if not edges:
        return []
    bounds = [-1, *edges, len(line)]
    if stripped.startswith("|"):
        bounds = bounds[1:]
    if stripped.endswith("|") and len(bounds) > 1:
        bounds = bounds[:-1]
    return [(start + one + 1, start + other) for one, other in pairwise(bounds)]


def _columns(text: str, mark: str) -> Iterator[Cell]:
    done = 0
    for tight in _TIGHT[mark].finditer(text):
        if tight.start() < done:
            continue
        start = text.rfind("\n", done, tight.start()) + 1 or done
        done = _line_end(text, tight.start())
        head = _fields(text, start, done, mark)
        labels = [_label(text[begin:end]) for begin, end in head or ()]
        if len(set(labels)) < max(len(labels), 2) or not all(map(_HEAD.fullmatch, labels)):
            continue
        for begin, end in _lines(text, done + 1):
            row = _fields(text, begin, end, mark)
            if row is None or len(row) != len(labels):
                break
            yield from _labelled(text, row, labels)
            done = end


def _fields(text: str, start: int, end: int, mark: str) -> list[tuple[int, int]] | None:
    """The fields of a line, without their quotes; None where quotes do not close."""
    fields = []
    end -= text.endswith("\r", start, end)
    at = start
    while at <= end:
        field = _FIELD[mark].match(text, at, end)
        if field is None or (field.end() < end and text[field.end()] != mark):
            return None
        fields.append(field.span(1 if field[1] is not None else 2))
        at = field.end() + 1
    return fields


def _labelled(text: str, row: Sequence[tuple[int, int]], labels: Sequence[str]) -> Iterator[Cell]:
    for (start, end), label in zip(row, labels, strict=False):
        inside = text[start:end]
        bare = inside.strip()
        if bare:
            first = start + len(inside) - len(inside.lstrip())
            yield Cell(first, first + len(bare), label)


def _lines(text: str, start: int) -> Iterator[tuple[int, int]]:
    while start < len(text):
        end = _line_end(text, start)
        yield start, end
        start = end + 1


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _label(text: str) -> str:
    return text.strip(_AROUND_LABEL)[:_LONGEST_LABEL]
