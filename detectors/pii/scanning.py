"""Keeping the candidates that hold, each with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from detectors.pii.candidates import Finder, Row
from detectors.spans import covers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.pii.checks import Checks
    from detectors.pii.rows import Recognizer

CONTEXT_BEFORE = 50
"""How many characters before a match its context words may stand in."""
CONTEXT_AFTER = 20
"""How many characters after a match its context words may stand in."""
MARGIN = 12
"""How far the boundaries around a match may look, beyond it and beyond the context."""

# Letters in lower case, everything else a space.
_WORDS = (
    bytes(
        ord(chr(point).lower()) if chr(point).isascii() and chr(point).isalpha() else 32
        for point in range(255)
    )
    + b"\xff"
)


class Hit(NamedTuple):
    """A candidate that holds: where it is, what it is, and how sure that is."""

    start: int
    end: int
    score: float
    recognizer: Recognizer
    in_context: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text's shape, its words alone at the same places, and those of the name of its field."""

    data: bytes
    words: bytes
    label: frozenset[bytes]


class Scanner:
    """Recognisers ready to be run over shapes."""

    def __init__(self, recognizers: Sequence[Recognizer], checks: Checks) -> None:
        self._checks = checks
        self._finder = Finder(recognizers)

    def scan(self, data: bytes, label: bytes = b"") -> list[Hit]:
        """What holds in a text's shape; the words of `label` are context for all of it."""
        hits: list[Hit] = []
        text: Text | None = None
        for row, start, end in self._finder.find(data):
            if text is None:
                words = label.translate(_WORDS).split()
                text = Text(data, data.translate(_WORDS), frozenset(words))
            self._check(row, text, start, end, hits)
        return hits

    def _check(self, row: Row, text: Text, start: int, end: int, hits: list[Hit]) -> None:
        recognizer = row.recognizer
        if hits and covers(hits[-1], start, end, recognizer.in_context):
            return  # spares the library a question whose answer `outermost` would drop
        if recognizer.validate is not None:
            candidate = text.data[start:end].decode("latin-1")
            length = recognizer.validate(self._checks, candidate)
            if not length:
                return
            end = start + length
        score, in_context = _score(row, text, start, end)
        if score:
            hits.append(Hit(start, end, score, recognizer, in_context))


def _score(row: Row, text: Text, start: int, end: int) -> tuple[float, bool]:
    recognizer = row.recognizer
    before = text.words[max(start - CONTEXT_BEFORE, 0) : start].split()
    if row.contrary and not row.contrary.isdisjoint(before[-2:]):
        return recognizer.against, False
    context = row.context
    if context.isdisjoint(before) and context.isdisjoint(text.label):
        after = text.words[end : end + CONTEXT_AFTER].split()
        if context.isdisjoint(after):
            return recognizer.score, False
    return recognizer.in_context, True
