"""What is known by the words beside it: values after a label, or before a unit, and terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.compiled import terms
from detectors.pii.rows import AROUND, LABEL, TERM, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from detectors.pii.compiled import Row
    from detectors.pii.vocabulary import Vocabulary

    Places = Sequence[tuple[int, int]]
    Finder = Callable[[Row, bytes, int, int], Places]

AROUND_BEFORE = 30
"""How far before a word what it is part of may begin."""
AROUND_AFTER = 60
"""How far after a word what it is part of may end."""
_DIGIT = re.compile(rb"[0-9]")
UNIT_BEFORE = 12
"""How far before a unit its value may begin."""


class Announced:
    """Finds what stands beside the labels of recognisers."""

    def __init__(self, rows: Sequence[Row], vocabulary: Vocabulary) -> None:
        self._rows: dict[int, list[tuple[Row, Finder]]] = {}
        for row in rows:
            finder = _FINDERS.get(row.recognizer.gate)
            if finder is None:
                continue
            for term in terms(row.recognizer.labels):
                self._rows.setdefault(vocabulary.number[term], []).append((row, finder))

    def find(
        self, data: bytes, marks: Sequence[tuple[int, int, int]]
    ) -> Iterator[tuple[Row, int, int]]:
        """Row, start and end of each place in a text's shape."""
        known = self._rows
        for term, start, beyond in marks:
            for row, finder in known.get(term, ()):
                for first, last in finder(row, data, start, beyond - 2):
                    yield row, first, last


def _after(row: Row, data: bytes, _start: int, end: int) -> Places:
    for pattern in row.patterns:
        match = pattern.match(data, end)
        if match is not None:
            return (match.span("value"),)
    return ()


def _before(row: Row, data: bytes, start: int, _end: int) -> Places:
    for pattern in row.patterns:
        match = pattern.search(data, max(start - UNIT_BEFORE, 0), start)
        if match is not None:
            return (match.span("value"),)
    return ()


def _around(row: Row, data: bytes, start: int, end: int) -> Places:
    edge, beyond = max(start - AROUND_BEFORE, 0), end + AROUND_AFTER
    if not _DIGIT.search(data, edge, beyond):
        return ()  # "may" and "am" are mostly other words
    found = []
    for pattern in row.patterns:
        for match in pattern.finditer(data, edge, beyond):
            first, last = match.span(1)
            if first <= start and end <= last:
                found.append((first, last))
                break
    return found


def _itself(row: Row, data: bytes, start: int, end: int) -> Places:
    return ((start, end),) if row.fits(data, start, end) else ()


_FINDERS: dict[str, Finder] = {LABEL: _after, UNIT: _before, AROUND: _around, TERM: _itself}
