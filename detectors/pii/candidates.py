"""Where a text has the shape of personal data.

Everything goes by the few characters that personal data cannot be without, which are found at the
speed of `memchr`; patterns are tried there only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from detectors.pii.rows import ACCOUNT, AT, COLONS, LOCAL, NUMBER, Recognizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOCAL_LONGEST = 64
DOMAIN_LONGEST = 253
ADDRESS_LONGEST = 254

BESIDE = 4
"""How far beside a number its boundaries and what opens it may be."""
KNOWN_FORMS = 4096
LONGEST_FORM = 200

# Digits and letters, whichever they are.
_FORMS = bytes.maketrans(
    b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\xff", b"0" * 9 + b"a" * 53
)
# Seven digits with what may stand between them, or fewer in four groups. It begins with a plain
# character, for which `re` skips to the next one, and gives nothing back, so that it is linear.
_RUN = re.compile(rb"0(?:(?:[ ().\-/]{0,3}+0){6,}+|0{0,2}(?:\.0{1,3}){3})")
_LOCAL = bytes(point for point in range(256) if re.match(f"[{LOCAL}]", chr(point)) is not None)
_NEVER_FIRST = b"+%~&'.-"
_HEXADECIMAL = b"0123456789abcdefABCDEF"


class Row:
    """A recogniser, compiled."""

    __slots__ = ("context", "contrary", "patterns", "recognizer")

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.context = frozenset(word.encode() for word in recognizer.context)
        self.contrary = frozenset(word.encode() for word in recognizer.contrary)
        self.patterns = [
            re.compile(f"(?=({shape}){recognizer.after}){recognizer.before}".encode("latin-1"))
            for shape in recognizer.shapes
        ]


class Candidate(NamedTuple):
    """A place that has the shape of a recogniser."""

    row: Row
    start: int
    end: int


class Finder:
    """Finds every place that has the shape of a recogniser."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        rows = [Row(recognizer) for recognizer in recognizers]
        self._rows = {
            gate: [row for row in rows if row.recognizer.gate == gate]
            for gate in (AT, NUMBER, ACCOUNT, COLONS)
        }
        shapes = [(row, shape) for row in self._rows[NUMBER] for shape in row.recognizer.shapes]
        self._shape_rows = [row for row, _ in shapes]
        self._shapes = _all_of(shapes)
        self._known: dict[bytes, Sequence[Candidate]] = {}

    def find(self, data: bytes) -> Iterator[Candidate]:
        """The candidates in a text's shape, one kind of place after the other."""
        if self._rows[AT] and b"@" in data:
            yield from self._addresses(data)
        forms = data.translate(_FORMS)
        if self._rows[ACCOUNT]:
            yield from self._accounts(data, forms)
        if self._rows[NUMBER]:
            yield from self._numbers(forms)
        if self._rows[COLONS] and b":" in data:
            yield from self._colons(data)

    def _addresses(self, data: bytes) -> Iterator[Candidate]:
        # Outwards from the sign: a pattern that begins with the local part would be tried at
        # every letter of the text.
        (row,) = self._rows[AT]
        (pattern,) = row.patterns
        at = data.find(b"@")
        while at >= 0:
            domain = pattern.match(data, at, at + 1 + DOMAIN_LONGEST + 1)
            if domain is not None:
                last = domain.end(1)
                local = _local_part(data[max(at - LOCAL_LONGEST - 1, 0) : at])
                first = at - len(local)
                if local and last - at - 1 <= DOMAIN_LONGEST and last - first <= ADDRESS_LONGEST:
                    yield Candidate(row, first, last)
            at = data.find(b"@", at + 1)

    def _accounts(self, data: bytes, forms: bytes) -> Iterator[Candidate]:
        start = forms.find(b"aa00")
        while start >= 0:
            yield from _matches(self._rows[ACCOUNT], data, start)
            start = forms.find(b"aa00", start + 1)

    def _colons(self, data: bytes) -> Iterator[Candidate]:
        colon = data.find(b":")
        while colon >= 0:
            if b":" in data[colon + 1 : colon + 6]:
                group = data[max(colon - 4, 0) : colon]
                start = colon - len(group) + len(group.rstrip(_HEXADECIMAL))
                yield from _matches(self._rows[COLONS], data, start)
            colon = data.find(b":", colon + 1)

    def _numbers(self, forms: bytes) -> Iterator[Candidate]:
        # What has the shape of a number depends on which characters are digits and which are
        # letters, not on which digits and letters they are, and the same few forms come again and
        # again. Forms hold nothing of the text but its punctuation.
        for run in _RUN.finditer(forms):
            start, end = run.span()
            edge = max(start - BESIDE, 0)
            form = forms[edge : end + BESIDE]
            found = self._known.get(form)
            if found is None:
                found = tuple(self._shaped(form))
                if len(self._known) < KNOWN_FORMS and len(form) <= LONGEST_FORM:
                    self._known[form] = found
            for row, first, last in found:
                yield Candidate(row, edge + first, edge + last)

    def _shaped(self, form: bytes) -> Iterator[Candidate]:
        for match in self._shapes.finditer(form):
            for group in range(1, (match.lastindex or 0) + 1):
                first, last = match.span(group)
                if first >= 0:
                    yield Candidate(self._shape_rows[group - 1], first, last)


def _matches(rows: Sequence[Row], data: bytes, start: int) -> Iterator[Candidate]:
    for row in rows:
        for pattern in row.patterns:
            match = pattern.match(data, start)
            if match is not None:
                yield Candidate(row, start, match.end(1))


def _all_of(shapes: Sequence[tuple[Row, str]]) -> re.Pattern[bytes]:
    """One pattern that tries all shapes at a place, a group each."""
    tries = (
        f"(?:(?=({shape}){row.recognizer.after}){row.recognizer.before}|)" for row, shape in shapes
    )
    return re.compile(("(?=[0-9+(])(?<![0-9])" + "".join(tries)).encode("latin-1"))


def _local_part(before: bytes) -> bytes:
    """What of `before`, which ends at an at sign, belongs to the address.

    Chinese and its like run on without spaces, so their letters belong to it only where nothing
    else does.
    """
    for characters in (_LOCAL, _LOCAL + b"\xfd"):
        run = before[len(before.rstrip(characters)) :]
        local = run.lstrip(_NEVER_FIRST)
        if local:
            return local if len(run) <= LOCAL_LONGEST else b""
    return b""
