"""A JSON reader that keeps places: every key, string and number, decoded, with its offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from policyengine.pointer import KEY, escape

Sort = Literal["key", "string", "number"]

LONGEST_POINTER = 1024
"""Below a longer pointer, leaves are named by their place, or depth would cost its square."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A key, a string or a number of a document.

    `pointer` is its JSON Pointer inside the document, with `#` at the end for a key; where that
    would be longer than `LONGEST_POINTER`, a second member of an object has the same key, or the
    leaf is the document, it is `char=start,end` instead, so that pointers are unique. `text` is
    decoded; of a number it is the
    literal. `label` is the nearest key that it stands under. `raw[start:end]` is its token, quotes
    included. `escaped_at` are the decoded positions of escapes, `longer_by` how many more
    characters the raw text has once each is passed.
    """

    pointer: str
    text: str
    sort: Sort
    label: str
    start: int
    end: int
    escaped_at: tuple[int, ...] = ()
    longer_by: tuple[int, ...] = ()

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the raw string; any part of a number is all of it."""
        if self.sort == "number":
            return self.start, self.end
        return self._raw(start), self._raw(end)

    def to_decoded(self, start: int, end: int) -> tuple[int, int]:
        """The part of `text` that a range of the raw string touches; inverse of `to_raw`."""
        if self.sort == "number":
            return 0, len(self.text)
        return self._decoded(start, whole=False), self._decoded(end, whole=True)

    def _raw(self, position: int) -> int:
        passed = bisect_left(self.escaped_at, position)
        return self.start + 1 + position + (self.longer_by[passed - 1] if passed else 0)

    def _decoded(self, position: int, *, whole: bool) -> int:
        inside = min(max(position - self.start - 1, 0), self.end - self.start - 2)
        low, high = 0, len(self.text)
        while low < high:  # the last decoded position whose raw place is not beyond
            middle = (low + high + 1) // 2
            if self._raw(middle) - self.start - 1 <= inside:
                low = middle
            else:
                high = middle - 1
        cut = whole and self._raw(low) - self.start - 1 < inside
        return low + 1 if cut else low


_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:
      (?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")
    | (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)
    | (?P<word>true|false|null)
    | (?P<mark>[{}\[\]:,])
    )""",
    re.VERBOSE,
)

_ESCAPE = re.compile(
    r"\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u(?P<code>[0-9a-fA-F]{4})|(?P<short>.))"
)

_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def read(raw: str) -> list[tuple[int, Leaf]] | None:
    """The leaves, each with the number of the object or array that holds it."""
    reading = _Reading(raw)
    position = 0
    while (token := _TOKEN.match(raw, position)) is not None:
        sort = token.lastgroup or ""
        if not reading.take(sort, token.start(sort), token.end()):
            return None
        position = token.end()
    finished = reading.expects == "nothing" and not raw[position:].strip(" \t\n\r")
    return reading.placed if finished else None


class _Container:
    """An open object or array, and the member or item that is being read in it."""

    __slots__ = ("child", "is_object", "item", "label", "names", "number", "pointer")

    def __init__(self, number: int, pointer: str | None, label: str, *, is_object: bool) -> None:
        self.number = number
        self.pointer = pointer
        self.label = label
        self.is_object = is_object
        self.item = 0
        self.names: set[str] = set()
        self.child = self.below("0")

    def below(self, token: str) -> str | None:
        if self.pointer is None or len(self.pointer) + len(token) >= LONGEST_POINTER:
            return None
        return f"{self.pointer}/{token}"

    def enter(self, name: str) -> None:
        self.child = None if name in self.names else self.below(escape(name))
        self.names.add(name)
        self.label = name

    def advance(self) -> None:
        self.item += 1
        self.child = self.below(str(self.item))


class _Reading:
    """A JSON reader with its own stack, so that depth is no danger.

    `expects` is what may come next: value, first value, key, first key, colon, comma or nothing.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.placed: list[tuple[int, Leaf]] = []
        self.open: list[_Container] = []
        self.root = _Container(0, None, "", is_object=False)
        self.root.child = None  # a path with an empty pointer would name a key
        self.opened = 0
        self.expects = "value"

    def take(self, sort: str, start: int, end: int) -> bool:
        """Read one token; False where it may not stand."""
        if sort == "mark":
            return self._mark(self.raw[start])
        if sort == "string" and self.expects in ("key", "first key"):
            self._key(start, end)
            return True
        if self.expects not in ("value", "first value") or not (self.open or sort != "word"):
            return False
        if sort != "word":
            self._place("number" if sort == "number" else "string", start, end)
        self.expects = "comma" if self.open else "nothing"
        return True

    def _mark(self, mark: str) -> bool:
        if mark in "{[":
            return self._start(is_object=mark == "{")
        if mark in "}]":
            return self._finish(is_object=mark == "}")
        if mark == ":":
            fits, self.expects = self.expects == "colon", "value"
            return fits
        if self.expects != "comma" or not self.open:
            return False
        if self.open[-1].is_object:
            self.expects = "key"
        else:
            self.open[-1].advance()
            self.expects = "value"
        return True

    def _start(self, *, is_object: bool) -> bool:
        if self.expects not in ("value", "first value"):
            return False
        pointer, label = (self.open[-1].child, self.open[-1].label) if self.open else ("", "")
        self.opened += 1
        self.open.append(_Container(self.opened, pointer, label, is_object=is_object))
        self.expects = "first key" if is_object else "first value"
        return True

    def _finish(self, *, is_object: bool) -> bool:
        empty = "first key" if is_object else "first value"
        if not self.open or self.open[-1].is_object is not is_object:
            return False
        if self.expects not in ("comma", empty):
            return False
        self.open.pop()
        self.expects = "comma" if self.open else "nothing"
        return True

    def _key(self, start: int, end: int) -> None:
        container = self.open[-1]
        # The label of a key is that of the object which holds it.
        label = self.open[-2].label if len(self.open) > 1 else ""
        text, escaped_at, longer_by = _decode(self.raw[start + 1 : end - 1])
        container.enter(text)
        place = f"char={start},{end}" if container.child is None else container.child
        leaf = Leaf(place + KEY, text, "key", label, start, end, escaped_at, longer_by)
        self.placed.append((container.number, leaf))
        self.expects = "colon"

    def _place(self, sort: Sort, start: int, end: int) -> None:
        container = self.open[-1] if self.open else self.root
        place = f"char={start},{end}" if container.child is None else container.child
        if sort == "number":
            leaf = Leaf(place, self.raw[start:end], sort, container.label, start, end)
        else:
            text, escaped_at, longer_by = _decode(self.raw[start + 1 : end - 1])
            leaf = Leaf(place, text, sort, container.label, start, end, escaped_at, longer_by)
        self.placed.append((container.number, leaf))


def _decode(inside: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """What stands between the quotes, decoded, with the fields of the offset map."""
    if "\\" not in inside:
        return inside, (), ()
    pieces: list[str] = []
    escaped_at: list[int] = []
    longer: list[int] = []
    position = length = 0
    for found in _ESCAPE.finditer(inside):
        plain = inside[position : found.start()]
        length += len(plain)
        pieces += (plain, _character(found))
        escaped_at.append(length)
        longer.append(found.end() - found.start() - 1)
        length += 1
        position = found.end()
    pieces.append(inside[position:])
    return "".join(pieces), tuple(escaped_at), tuple(accumulate(longer))


def _character(found: re.Match[str]) -> str:
    if (code := found["code"]) is not None:
        return chr(int(code, 16))
    if (short := found["short"]) is not None:
        return _SHORT.get(short, short)
    high, low = int(found["high"], 16), int(found["low"], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
