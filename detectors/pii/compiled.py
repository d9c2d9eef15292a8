"""A recogniser, ready to be run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.rows import TOKENS
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.vocabulary import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.pii.checks import Checks
    from detectors.pii.rows import Recognizer
    from detectors.pii.vocabulary import Vocabulary


GENERAL = 0.05
"""How much less sure a word makes that announces things of the same sort in general."""


def terms(words: tuple[str, ...]) -> set[bytes]:
    """Words as they stand in the shapes of texts; those of several words run together as well."""
    spaced = [b" ".join(words_of(shape_of(word.lower(), Standins())).split()) for word in words]
    return {*spaced, *(term.replace(b" ", b"") for term in spaced)}


class Row:
    """A recogniser, compiled: its patterns, its check and its words as masks."""

    __slots__ = (
        "after", "against", "before", "beginnings", "check", "context", "contrary", "evidence",
        "evidence_in_context", "in_context", "in_general", "kind", "own", "patterns",
        "recognizer", "score", "tail",
    )  # fmt: skip

    def __init__(self, recognizer: Recognizer, vocabulary: Vocabulary, checks: Checks) -> None:
        self.recognizer = recognizer
        self.kind = recognizer.kind
        self.score = recognizer.score
        self.in_context = recognizer.in_context
        self.against = recognizer.against
        self.own = vocabulary.mask(terms(recognizer.context))
        self.context = self.own | vocabulary.mask(terms(recognizer.general))
        self.in_general = round(self.in_context - GENERAL, 4) if recognizer.general else 0.0
        self.contrary = vocabulary.mask(terms(recognizer.contrary))
        self.check: Callable[[str], int] | None = checks.check(recognizer.validate)
        self.beginnings = checks.beginnings(recognizer.validate)
        self.evidence: dict[str, bool | str] = {"recognizer": recognizer.name}
        if recognizer.checksum:
            self.evidence["checksum"] = True
        self.evidence_in_context = self.evidence | {"context": True}
        self.before = re.compile(recognizer.before.encode("latin-1"))
        self.after = re.compile(recognizer.after.encode("latin-1"))
        self.tail = re.compile(recognizer.tail.encode("latin-1")) if recognizer.tail else None
        self.patterns = [
            re.compile(f"(?=({shape}){recognizer.after}){recognizer.before}".encode("latin-1"))
            for shape in (recognizer.shapes if recognizer.gate != TOKENS else ())
        ]

    def fits(self, form: bytes, start: int, end: int) -> bool:
        """Whether what stands around a place lets the row's forms stand there."""
        return bool(self.before.match(form, start) and self.after.match(form, end))
