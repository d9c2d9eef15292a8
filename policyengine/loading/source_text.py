"""The text of one file, and the places in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from policyengine.errors import Mistake
from policyengine.loading.codes import WARNINGS
from policyengine.loading.hidden import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.sources import Text

LONGEST_LINE = 160
"""Longer lines are cut in mistakes; a JSON file may be one line of a megabyte."""

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE_END = re.compile(r"\r\n|\n|\r")
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# What could rewrite a terminal, or turn the direction of what it shows.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SURROGATE_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


@dataclass(frozen=True)
class SourceText:
    """One file: what the user wrote (`given`), and what is parsed (`text`).

    The two differ in JSON files alone, where a character beyond U+FFFF may be written as two
    escapes; `shifts` then leads from places in `text` to places in `given`.
    """

    name: str
    given: str = field(repr=False)
    text: str = field(repr=False)
    shifts: tuple[tuple[int, int], ...] = field(default=(), repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.given))]

    @cached_property
    def _hidden(self) -> list[tuple[int, int]]:
        return [(self.offset(start), self.offset(end)) for start, end in hidden(self.text)]

    def offset(self, offset: int) -> int:
        """A place in `text` as a place in `given`."""
        before = bisect_left(self.shifts, offset, key=itemgetter(0))
        return offset + self._longer[before]

    @cached_property
    def _longer(self) -> list[int]:
        return list(accumulate((longer for _, longer in self.shifts), initial=0))

    def mistake(
        self,
        code: str,
        message: str,
        offset: int = 0,
        *,
        allowed: Iterable[str] = (),
        suggestion: str | None = None,
    ) -> Mistake:
        """A mistake at a place in `text`; its code says whether it is a warning."""
        place = min(self.offset(offset), len(self.given))
        line = bisect_right(self._line_starts, place) - 1
        start = self._line_starts[line]
        return Mistake(
            code,
            message,
            self.name,
            line + 1,
            place - start + 1,
            self._shown_line(line, place - start),
            tuple(allowed),
            suggestion,
            "warning" if code in WARNINGS else "error",
        )

    def place(self, offset: int) -> str:
        """A place in `text` as `file:line:column`."""
        return self.mistake("", "", offset).place

    def _shown_line(self, line: int, column: int) -> str:
        start = self._line_starts[line]
        end = self._line_starts[line + 1] if line + 1 < len(self._line_starts) else None
        if column > LONGEST_LINE:
            return ""
        whole = self.given[start:end].rstrip("\r\n")
        shown = self._starred(whole[:LONGEST_LINE], start)
        shown += "…" if len(whole) > LONGEST_LINE else ""
        return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", shown)

    def _starred(self, shown: str, start: int) -> str:
        for first, last in self._hidden[bisect_left(self._hidden, start, key=itemgetter(1)) :]:
            begin, end = max(first - start, 0), min(last - start, len(shown))
            if begin >= len(shown):
                break
            shown = shown[:begin] + "*" * (end - begin) + shown[end:]
        return shown


def decode(text: Text) -> tuple[SourceText | None, list[Mistake]]:
    """The file as text, or None, with the mistake that kept it from being text."""
    content = text.content
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8")
        except UnicodeDecodeError as error:
            return None, [_not_utf_8(text.name, error)]
    given = content.removeprefix(_BOM)
    source = SourceText(text.name, given, given)
    refused = _REFUSED.search(given)
    if refused is not None:
        message = f"the character U+{ord(refused[0]):04X} cannot stand in YAML"
        return None, [source.mistake("character", message, refused.start())]
    if text.name.lower().endswith(".json"):
        source = _with_pairs_joined(source)
    return source, []


def _not_utf_8(name: str, error: UnicodeDecodeError) -> Mistake:
    before = error.object[: error.start].decode("utf-8").removeprefix(_BOM)
    wide = error.object.startswith((b"\xff\xfe", b"\xfe\xff"))
    message = "this is UTF-16; save it as UTF-8" if wide else "this byte is not UTF-8"
    return SourceText(name, before, before).mistake("not-utf-8", message, len(before))


def _with_pairs_joined(source: SourceText) -> SourceText:
    shifts: list[tuple[int, int]] = []
    removed = 0

    def join(pair: re.Match[str]) -> str:
        nonlocal removed
        shifts.append((pair.end(1) - removed, 11))
        removed += 11
        escaped = bytes.fromhex(pair[2] + pair[3])
        return pair[1] + escaped.decode("utf-16-be")

    text = _SURROGATE_PAIR.sub(join, source.given)
    return SourceText(source.name, source.given, text, tuple(shifts))
