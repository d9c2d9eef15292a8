"""The numbers and codes of a text, by their form.

What a number can be depends on where digits and letters stand in it and on the punctuation, not on
which digits and letters they are; and the same few forms come again and again. So each run of
groups is looked up by its form, and all recognisers together cost one look-up where none of them
can match.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from detectors.pii.compiled import group_of
from detectors.pii.rows import ACCOUNT, NUMBER, TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from detectors.pii.compiled import Asked, Group, Place, Row
    from detectors.pii.phones import Formed

    FormPlace = tuple[Group, int, int, bytes]
    AskedPlace = tuple[Iterable[Asked], int, int, bytes]

BEFORE = 10
"""How far before a run's first digit what belongs to it, and its boundary, may stand."""
AFTER = 4
"""How far after a run its boundary may stand."""
SHORTEST = 5
KNOWN = 8192
LONGEST_KNOWN = 120
MOST_VARIANTS = 64

FORMS = bytes.maketrans(
    b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\xff",
    b"0" * 9 + b"A" * 26 + b"a" * 27,
)
_EITHER = bytes.maketrans(b"0A", b"XX")
# Groups that hold a digit, or up to six capitals, with little between them. It begins with a plain
# character, for which `re` skips to the next one, and gives nothing back, so that it is linear.
_RUN = re.compile(rb"0[0Aa]*+(?:[ ().\-/]{1,3}+(?:[Aa]{0,6}+0[0Aa]*+|A{1,6}+(?![0a_])))*+")
_GROUP = re.compile(rb"[0AaX]+")
_GAP = re.compile(rb"(?<=[0AX])[^0AX]")


class Forms:
    """Finds what has a form that some recogniser asks for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._exact: dict[bytes, list[Row]] = {}
        self._either: dict[bytes, list[Row]] = {}
        self._beginnings: set[bytes] = set()
        for row in rows:
            if row.recognizer.gate == TOKENS:
                for shape in row.recognizer.shapes:
                    self._learn(row, shape.encode())
        self._accounts = [
            group_of([(row, row.check)]) for row in rows if row.recognizer.gate == ACCOUNT
        ]
        shapes = [
            (row, shape)
            for row in rows
            if row.recognizer.gate == NUMBER
            for shape in row.recognizer.shapes
        ]
        self._shape_rows = [row for row, _ in shapes]
        self._shapes = _all_of(shapes)
        self._known: dict[bytes, tuple[FormPlace, ...]] = {}
        self._checks: dict[tuple[int, bytes], Formed | None] = {}

    def find(self, data: bytes) -> Iterator[Place]:
        """Rows, start and end of each place in a text's shape."""
        forms = b"%*b%b%*b" % (BEFORE, b"", data.translate(FORMS), AFTER, b"")
        known = self._known
        for run in _RUN.finditer(forms):
            start, end = run.span()
            if end - start < SHORTEST:
                continue
            form = forms[start - BEFORE : end + AFTER]
            places: Iterable[FormPlace] | None = known.get(form)
            if places is None:
                places = self._places(form)
            for group, first, last, beginnings in places:
                if beginnings and data[start + first] not in beginnings:
                    continue
                if last > first:
                    yield group, start + first, start + last
                else:
                    yield from _begun_at(self._accounts, data, start + first)

    def _places(self, form: bytes) -> Iterable[FormPlace]:
        """The places in a run and what surrounds it, counted so that adding its start is enough."""
        shift = -2 * BEFORE
        found = (
            (group_of(asked), first + shift, last + shift, beginnings)
            for find in (self._begun, self._shaped, self._formed)
            for asked, first, last, beginnings in find(form)
        )
        if len(form) > LONGEST_KNOWN:
            return found  # one by one, for a list of numbers may be as long as the text
        places = tuple(found)
        if len(self._known) >= KNOWN:
            self._known.clear()  # of what comes now, the commonest are soon there again
        self._known[form] = places
        return places

    def _begun(self, form: bytes) -> Iterator[AskedPlace]:
        # The rest of an account number is told by the text itself: an empty place is its start.
        for group in _GROUP.finditer(form) if self._accounts else ():
            if group.end() > BEFORE and group[0][:4].upper() == b"AA00":
                asked = (one for rows in self._accounts for one in rows[1])
                yield asked, group.start(), group.start(), b""

    def _shaped(self, form: bytes) -> Iterator[AskedPlace]:
        for match in self._shapes.finditer(form):
            for group in range(1, (match.lastindex or 0) + 1):
                first, last = match.span(group)
                if last <= BEFORE:
                    continue  # the run before this one has what ends there
                row = self._shape_rows[group - 1]
                if row.formed is None:
                    yield ((row, row.check),), first, last, b""
                    continue
                formed = self._of_form(row, match[group])
                if formed is not None:
                    yield ((row, formed.check),), first, last, formed.begins.encode()

    def _of_form(self, row: Row, form: bytes) -> Formed | None:
        """What is left of a row's check; in a long list of numbers the same forms come again."""
        key = row.order, form
        if key not in self._checks:
            if len(self._checks) >= KNOWN:
                self._checks.clear()
            self._checks[key] = row.formed(form.decode()) if row.formed else None
        return self._checks[key]

    def _formed(self, form: bytes) -> Iterator[AskedPlace]:
        groups = [match.span() for match in _GROUP.finditer(form)]
        folded = [_folded(form[first:last]) for first, last in groups]
        for place, (first, edge) in enumerate(groups):
            key, before = folded[place], edge
            for beyond in range(place, len(groups)):
                begins, last = groups[beyond]
                if beyond > place:
                    key += form[before:begins] + folded[beyond]
                    before = last
                either = key.translate(_EITHER)
                if last > BEFORE:  # the run before this one has what ends there
                    rows = (*self._exact.get(key, ()), *self._either.get(either, ()))
                    fitting = [(row, row.check) for row in rows if row.fits(form, first, last)]
                    if fitting:
                        yield fitting, first, last, b""
                if key not in self._beginnings and either not in self._beginnings:
                    break

    def _learn(self, row: Row, shape: bytes) -> None:
        places = [place for place, byte in enumerate(shape) if byte == ord("X")]
        if 2 ** len(places) > MOST_VARIANTS:
            if b"0" in shape or b"A" in shape:
                raise ValueError(f"{row.recognizer.name}: too many forms")
            self._either.setdefault(shape, []).append(row)
            self._begin(shape)
            return
        for choice in product(b"0A", repeat=len(places)):
            variant = bytearray(shape)
            for place, byte in zip(places, choice, strict=True):
                variant[place] = byte
            rows = self._exact.setdefault(bytes(variant), [])
            if row not in rows:
                rows.append(row)
                self._begin(bytes(variant))

    def _begin(self, form: bytes) -> None:
        self._beginnings.update(form[: gap.start()] for gap in _GAP.finditer(form))


def _begun_at(groups: Iterable[Group], data: bytes, start: int) -> Iterator[Place]:
    for group in groups:
        for pattern in group[1][0][0].patterns:
            match = pattern.match(data, start)
            if match is not None:
                yield group, start, match.end(1)
                break


def _folded(group: bytes) -> bytes:
    """A group's form whatever its case, which tells a word from a code where no digit does."""
    return group.upper() if b"0" in group else group


def _all_of(shapes: Iterable[tuple[Row, str]]) -> re.Pattern[bytes]:
    """One pattern that tries all shapes at a place, a group each."""
    tries = (
        f"(?:{row.recognizer.before}(?=({shape}){row.recognizer.after})|)" for row, shape in shapes
    )
    return re.compile(("(?=[0-9+(])(?<![0-9])" + "".join(tries)).encode("latin-1"))
