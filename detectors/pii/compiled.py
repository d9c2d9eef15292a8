"""A recogniser, ready to be run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.calibrated import SCORES
from detectors.pii.rows import NUMBER, TERM, TOKENS
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.vocabulary import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from detectors.pii.checks import Checks
    from detectors.pii.phones import Formed
    from detectors.pii.rows import Recognizer
    from detectors.pii.vocabulary import Vocabulary

    Check = Callable[[str], int]
    Asked = tuple["Row", Check | None]
    Group = tuple[int, tuple[Asked, ...], float, str]
    Place = tuple[Group, int, int]

NEVER = 2.0
"""More than any score: rows whose matches may go on in different ways lie in nothing yet."""
GENERAL = 0.05
"""How much less sure a word makes that announces things of the same sort in general."""


def terms(words: tuple[str, ...]) -> frozenset[bytes]:
    """Words as they stand in the shapes of texts; those of several words run together as well."""
    spaced = [b" ".join(words_of(shape_of(word.lower(), Standins())).split()) for word in words]
    return frozenset((*spaced, *(term.replace(b" ", b"") for term in spaced)))


def scores_of(recognizer: Recognizer) -> tuple[float, float]:
    """A recogniser's scores without and with a word nearby, as they were measured if they were."""
    return SCORES.get(recognizer.name, (recognizer.score, recognizer.in_context))


class Row:
    """A recogniser, compiled: its patterns, its check and its words as masks."""

    __slots__ = (
        "after", "against", "before", "check", "context", "contrary", "evidence",
        "evidence_in_context", "formed", "in_context", "in_general", "kind", "order", "own",
        "patterns", "recognizer", "score", "tail",
    )  # fmt: skip

    def __init__(
        self, recognizer: Recognizer, order: int, vocabulary: Vocabulary, checks: Checks
    ) -> None:
        self.recognizer = recognizer
        self.order = order
        self.kind = recognizer.kind
        self.score, self.in_context = scores_of(recognizer)
        self.against = recognizer.against
        self.own = vocabulary.bit(terms(recognizer.context))
        self.context = self.own | vocabulary.bit(terms(recognizer.general))
        self.in_general = round(self.in_context - GENERAL, 4) if recognizer.general else 0.0
        self.contrary = vocabulary.bit(terms(recognizer.contrary))
        self.check: Check | None = checks.check(recognizer.validate)
        self.formed: Callable[[str], Formed | None] | None = checks.formed(recognizer.validate)
        self.evidence: dict[str, bool | str] = {"recognizer": recognizer.name}
        if recognizer.checksum:
            self.evidence["checksum"] = True
        self.evidence_in_context = self.evidence | {"context": True}
        # A place by its form or its word is asked about by `fits`, one of a number by `Forms`.
        asked = recognizer.gate in {TOKENS, TERM}
        self.before = re.compile(recognizer.before.encode("latin-1") if asked else b"")
        self.after = re.compile(recognizer.after.encode("latin-1") if asked else b"")
        self.tail = re.compile(recognizer.tail.encode("latin-1")) if recognizer.tail else None
        self.patterns = [
            re.compile(f"{recognizer.before}(?=({shape}){recognizer.after})".encode("latin-1"))
            for shape in (recognizer.shapes if recognizer.gate not in {TOKENS, NUMBER} else ())
        ]

    def fits(self, form: bytes, start: int, end: int) -> bool:
        """Whether what stands around a place lets the row's forms stand there."""
        return bool(self.before.match(form, start) and self.after.match(form, end))


def group_of(asked: Iterable[Asked]) -> Group:
    """Rows that are asked about the same places, each with its check.

    Before them the words without which none can hold, after them how sure the surest can be, and
    what may go on after their forms.
    """
    asked = tuple(asked)
    needed = 0
    for row, _ in asked:
        needed |= row.context
    alone = any(row.score for row, _ in asked)
    tails = {row.recognizer.tail for row, _ in asked} - {""}
    best = NEVER if len(tails) > 1 else max(row.in_context for row, _ in asked)
    return 0 if alone else needed, asked, best, "".join(tails)
