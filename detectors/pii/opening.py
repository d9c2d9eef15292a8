"""Where in a text that goes on something may still begin or change.

What has no digit, no sign and no label in it can hold little: between a plain word and the white
space behind it no shape goes on. So all before the last such place is settled, but for what stands
too near to the end of the text, where words that announce it may follow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii import dates
from detectors.pii.announced import Announced
from detectors.pii.rows import AROUND, LABEL, TERM
from detectors.pii.shapes import LETTER
from detectors.pii.vocabulary import CONTEXT_AFTER, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.pii.compiled import Row
    from detectors.pii.vocabulary import Vocabulary

BESIDE = 8
"""How far the end of a word, a form's boundary or what goes on behind it may look beyond that."""
BARE = 72
"""How far before its first digit or sign the longest part of a shape may begin."""
DATED = 64
"""How far behind its beginning a date in words, and what its boundary looks at, may end."""
LABELLED = 192
"""How far behind its label a value, and what its boundary looks at, may end."""
OPENED = 30
"""How far after the word that begins a date or a term its digit or its last word may stand."""

# No form has a group of letters in it that are not all capitals, and none begins with white space
# but behind a plus.
_BREAK = (
    rb"(?:(?<![0-9A-Za-z\xff])[A-Z]*[a-z\xff][A-Za-z\xff]*|\xfd)"
    rb"[^0-9A-Za-z\xfd-\xff\x00-\x20+]*[\x00-\x20\xfe]"
)
_LAST_BREAK = re.compile(rb"(?s).*" + _BREAK)
_HOT = re.compile(rb"[0-9@]|\.(?=[A-Za-z\xff]{2})|:(?=[/:0-9A-Fa-f])")
_WEEKDAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"


class Opening:
    """What recognisers may still find at the end of a text, by the shape of its end."""

    def __init__(self, rows: Sequence[Row], vocabulary: Vocabulary) -> None:
        gates = {row.recognizer.gate for row in rows}
        dated = AROUND in gates or any(row.kind == "pii.date_of_birth" for row in rows)
        self._reach = DATED if dated else CONTEXT_AFTER + BESIDE
        self._openers = _openers(rows, dated=dated)
        labelled = [row for row in rows if row.recognizer.gate == LABEL]
        self._labelled = Announced(labelled, vocabulary) if labelled else None
        self._vocabulary = vocabulary

    def of(self, data: bytes) -> int:
        """The earliest place of a text's shape at which something is open."""
        end = len(data)
        settled = _last_break(data, 0, end - self._reach)
        hot = _HOT.search(data, settled)
        place = _last_break(data, settled, hot.start() if hot else end)
        if hot is None:
            place = max(place, end - BARE)
        if self._openers is not None:
            opener = self._openers.search(data, max(place - OPENED, 0), place)
            place = opener.start() if opener else place
        return place if self._labelled is None else min(place, self._valued(data))

    def _valued(self, data: bytes) -> int:
        """Where the first value begins whose label is so near that it may get a longer one."""
        assert self._labelled is not None  # noqa: S101 - the caller looked
        near = max(0, len(data) - LABELLED)
        found = self._labelled.find(data, self._vocabulary.find(words_of(data)))
        return min((start for _, start, _ in found if start >= near), default=len(data))


def _openers(rows: Sequence[Row], *, dated: bool) -> re.Pattern[bytes] | None:
    """The words with which dates begin, and terms of several words."""
    phrases = (one for row in rows if row.recognizer.gate == TERM for one in row.recognizer.labels)
    words = {phrase.partition(" ")[0] for phrase in phrases if " " in phrase}
    words.update((*dates.MONTHS, *dates.SEASONS) if dated else ())
    either = [re.escape(re.sub(r"[^\x00-\x7f]", LETTER, word)) for word in sorted(words)]
    either += [_WEEKDAYS] if dated else []
    if not either:
        return None
    pattern = f"(?<![0-9A-Za-z{LETTER}])(?:{'|'.join(either)})(?![A-Za-z{LETTER}])"
    return re.compile(pattern.encode("latin-1"), re.IGNORECASE)


def _last_break(data: bytes, start: int, end: int) -> int:
    found = _LAST_BREAK.match(data, start, end) if end > start else None
    return found.end() if found else start
