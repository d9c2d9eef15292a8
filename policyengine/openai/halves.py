"""Characters that the chunks of a reply cut in two.

JSON may write an emoji as two escapes, each for half of it. A server that cuts its text between
them sends each half in a chunk of its own, and a client that puts them together sees the emoji.
"""

from __future__ import annotations

import re

_CHARACTER = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Halves:
    """Makes characters of their halves; the first half of one waits for what comes next."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held = ""
        """The half that waits, if one does."""

    def add(self, piece: str) -> str:
        """The text of one more piece, as far as it is told what it is."""
        if not self.held and piece.isascii():
            return piece
        text = _CHARACTER.sub(_character, self.held + piece)
        self.held = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return text[:-1] if self.held else text

    def rest(self) -> str:
        """The half whose other half does not come."""
        held, self.held = self.held, ""
        return held


def _character(halves: re.Match[str]) -> str:
    return halves[0].encode("utf-16", "surrogatepass").decode("utf-16")
