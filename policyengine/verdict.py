"""The four verdicts, in order of hardness."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """What a policy decides: allow < flag < redact < block."""

    ALLOW = 0
    FLAG = 1
    REDACT = 2
    BLOCK = 3

    @property
    def word(self) -> str:
        """The name in documents and detections."""
        return _WORDS[self]

    @classmethod
    def from_word(cls, word: str) -> Verdict:
        """The verdict of that name; KeyError for any other word."""
        return cls[word.upper()]


_WORDS = tuple(verdict.name.lower() for verdict in Verdict)
