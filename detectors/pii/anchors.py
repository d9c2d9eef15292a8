"""Where a text has the shape of what is built around a sign: an at sign, colons, dots.

Everything goes by the few characters that personal data cannot be without, which are found at the
speed of `memchr`; patterns are tried there only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.rows import AT, COLONS, DOT, LOCAL, POINT, SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from detectors.pii.compiled import Row

    Place = tuple[tuple[Row, ...], int, int]

LOCAL_LONGEST = 64
DOMAIN_LONGEST = 253
ADDRESS_LONGEST = 254
SCHEME_LONGEST = 12
LABEL_LONGEST = 63

_LOCAL = bytes(point for point in range(256) if re.match(f"[{LOCAL}]", chr(point)) is not None)
_NEVER_FIRST = b"+%~&'.-"
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_SCHEME = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+"
_NAME = _SCHEME[:-1] + b"-\xff"
# Each begins with a plain character, for which `re` skips to the next one.
_COLONS = re.compile(rb":(?=[0-9A-Fa-f]{0,4}:)")
_POINT = re.compile(rb"\.(?=[0-9]{3,15}[NSns\xfe ]{0,3},)")
_DOT = re.compile(rb"\.(?=[A-Za-z\xff]{2})(?<=[0-9A-Za-z\xff]\.)")


class Anchors:
    """Finds what has the shape of a recogniser around one of the signs."""

    def __init__(self, rows: Sequence[Row]) -> None:
        finders = {AT: _addresses, SCHEME: _locators, DOT: _domains, COLONS: _colons,
                   POINT: _points}  # fmt: skip
        self._finders: list[tuple[Callable[..., Iterator[Place]], list[Row]]] = []
        for gate, finder in finders.items():
            at_gate = [row for row in rows if row.recognizer.gate == gate]
            if at_gate:
                self._finders.append((finder, at_gate))

    def find(self, data: bytes) -> Iterator[Place]:
        """Rows, start and end of each place in a text's shape."""
        for finder, rows in self._finders:
            yield from finder(data, rows)


def _addresses(data: bytes, rows: Sequence[Row]) -> Iterator[Place]:
    # Outwards from the sign: a pattern that begins with the local part would be tried at every
    # letter of the text.
    at = data.find(b"@")
    if at < 0:
        return
    (row,) = rows
    only = (row,)
    (pattern,) = row.patterns
    while at >= 0:
        domain = pattern.match(data, at, at + 1 + DOMAIN_LONGEST + 1)
        if domain is not None:
            last = domain.end(1)
            local = _local_part(data[max(at - LOCAL_LONGEST - 1, 0) : at])
            first = at - len(local)
            if local and last - at - 1 <= DOMAIN_LONGEST and last - first <= ADDRESS_LONGEST:
                yield only, first, last
        at = data.find(b"@", at + 1)


def _colons(data: bytes, rows: Sequence[Row]) -> Iterator[Place]:
    for colon in _COLONS.finditer(data):
        place = colon.start()
        group = data[max(place - 4, 0) : place]
        yield from _matches(rows, data, place - len(group) + len(group.rstrip(_HEXADECIMAL)))


def _locators(data: bytes, rows: Sequence[Row]) -> Iterator[Place]:
    sign = data.find(b"://")
    while sign >= 0:
        yield from _matches(rows, data, _beginning(data, sign, SCHEME_LONGEST, _SCHEME))
        sign = data.find(b"://", sign + 3)


def _domains(data: bytes, rows: Sequence[Row]) -> Iterator[Place]:
    for dot in _DOT.finditer(data):
        yield from _matches(rows, data, _beginning(data, dot.start(), LABEL_LONGEST, _NAME))


def _points(data: bytes, rows: Sequence[Row]) -> Iterator[Place]:
    for point in _POINT.finditer(data):
        yield from _matches(rows, data, _beginning(data, point.start(), 3, b"0123456789+-"))


def _beginning(data: bytes, place: int, longest: int, characters: bytes) -> int:
    """Where the characters before a place begin."""
    before = data[max(place - longest, 0) : place]
    return place - len(before) + len(before.rstrip(characters))


def _matches(rows: Sequence[Row], data: bytes, start: int) -> Iterator[Place]:
    for row in rows:
        for pattern in row.patterns:
            match = pattern.match(data, start)
            if match is not None:
                yield (row,), start, match.end(1)
                break


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
