"""Where stand-ins of the request stand in the part of a text that has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyengine.rewriting import Rewriter


def open_standin(text: str, rewriter: Rewriter) -> int:
    """Where a stand-in may have begun whose end has not arrived; the text's end where none has."""
    bracket = text.rfind("[", max(0, len(text) - rewriter.longest + 1))
    return bracket if bracket >= 0 and "]" not in text[bracket:] else len(text)


def is_told(text: str, place: int, rewriter: Rewriter) -> bool:
    """Whether enough has arrived to tell if a place lies in a stand-in."""
    longest = rewriter.longest
    bracket = text.rfind("[", max(0, place - longest), place)
    return bracket < 0 or "]" in text[bracket:place] or len(text) - bracket >= longest


def before_standin(text: str, place: int, rewriter: Rewriter) -> int:
    """The place, or the start of the stand-in that it lies in."""
    standins = rewriter.standins_in(text)
    return next((start for start, end in standins if start < place < end), place)
