"""Where a text has the shape of what is built around a sign: an at sign, colons, dots.

Everything goes by the few characters that personal data cannot be without, which are found at the
speed of `memchr`; patterns are tried there only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.compiled import group_of
from detectors.pii.rows import AT, COLONS, DOT, LOCAL, POINT, SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from detectors.pii.compiled import Group, Place, Row

LOCAL_LONGEST = 64
DOMAIN_LONGEST = 253
ADDRESS_LONGEST = 254
SCHEME_LONGEST = 12

_LOCAL = bytes(point for point in range(256) if re.match(f"[{LOCAL}]", chr(point)) is not None)
_NEVER_FIRST = b"+%~&'.-"
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_SCHEME = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+"
_NAME = _SCHEME[:-1] + b".-\xff\xfd"
# Each begins with a plain character, for which `re` skips to the next one.
_COLONS = re.compile(rb":(?=[0-9A-Fa-f]{0,4}:)")
_POINT = re.compile(rb"\.(?=[0-9]{3,15}[NSns\xfe ]{0,3},)")
_DOT = re.compile(rb"\.(?=[A-Za-z\xff]{2})(?<=[0-9A-Za-z\xff]\.)")


class Anchors:
    """Finds what has the shape of a recogniser around one of the signs."""

    def __init__(self, rows: Sequence[Row]) -> None:
        finders = (
            (AT, b"@", _addresses),
            (SCHEME, b":", _locators),
            (DOT, b".", _domains),
            (COLONS, b":", _colons),
            (POINT, b".", _points),
        )
        self._finders: list[tuple[bytes, Callable[..., Iterator[Place]], list[Group]]] = []
        for gate, sign, finder in finders:
            alike: dict[tuple[str, ...], list[Row]] = {}
            for row in rows:
                one = row.recognizer
                if one.gate == gate:
                    alike.setdefault((one.before, *one.shapes, one.after), []).append(row)
            if alike:
                groups = [group_of((row, row.check) for row in group) for group in alike.values()]
                self._finders.append((sign, finder, groups))

    def find(self, data: bytes) -> Iterator[Place]:
        """Groups of rows with the start and end of each place in a text's shape."""
        for sign, finder, groups in self._finders:
            if sign in data:
                yield from finder(data, groups)


def _addresses(data: bytes, groups: Sequence[Group]) -> Iterator[Place]:
    # Outwards from the sign: a pattern that begins with the local part would be tried at every
    # letter of the text.
    at = data.find(b"@")
    (group,) = groups
    (pattern,) = group[1][0][0].patterns
    while at >= 0:
        domain = pattern.match(data, at, at + 1 + DOMAIN_LONGEST + 1)
        if domain is not None:
            last = domain.end(1)
            local = _local_part(data[max(at - LOCAL_LONGEST - 1, 0) : at])
            first = at - len(local)
            if local and last - at - 1 <= DOMAIN_LONGEST and last - first <= ADDRESS_LONGEST:
                yield group, first, last
        at = data.find(b"@", at + 1)


def _colons(data: bytes, groups: Sequence[Group]) -> Iterator[Place]:
    for colon in _COLONS.finditer(data):
        place = colon.start()
        group = data[max(place - 4, 0) : place]
        yield from _matches(groups, data, place - len(group) + len(group.rstrip(_HEXADECIMAL)))


def _locators(data: bytes, groups: Sequence[Group]) -> Iterator[Place]:
    sign = data.find(b"://")
    while sign >= 0:
        start = _beginning(data, sign, SCHEME_LONGEST, _SCHEME)
        found = list(_matches(groups, data, start))
        # A plus may stand in a scheme, and before one.
        while not found and (start := data.find(b"+", start, sign) + 1):
            found = list(_matches(groups, data, start))
        yield from found
        sign = data.find(b"://", sign + 3)


def _domains(data: bytes, groups: Sequence[Group]) -> Iterator[Place]:
    beginning = -1
    for dot in _DOT.finditer(data):
        before, beginning = beginning, _beginning(data, dot.start(), DOMAIN_LONGEST, _NAME)
        if beginning != before:  # the dots of one name have one beginning
            yield from _matches(groups, data, beginning)


def _points(data: bytes, groups: Sequence[Group]) -> Iterator[Place]:
    for point in _POINT.finditer(data):
        yield from _matches(groups, data, _beginning(data, point.start(), 3, b"0123456789+-"))


def _beginning(data: bytes, place: int, longest: int, characters: bytes) -> int:
    """Where the characters before a place begin."""
    before = data[max(place - longest, 0) : place]
    return place - len(before) + len(before.rstrip(characters))


def _matches(groups: Sequence[Group], data: bytes, start: int) -> Iterator[Place]:
    for group in groups:
        for pattern in group[1][0][0].patterns:
            match = pattern.match(data, start)
            if match is not None:
                yield group, start, match.end(1)
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
