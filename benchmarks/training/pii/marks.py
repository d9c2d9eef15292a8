"""Pieces of a generated text that are marked as it is put together: the parts of an address."""

from __future__ import annotations

import re

LABELS = {"\x01": "STREET_ADDRESS", "\x02": "LOCATION"}
"""A control sign, which no text holds, and the label of what stands between it and `\\x03`."""
_PIECE = re.compile("([\x01\x02])([^\x01-\x03]*)\x03")


def street(text: str) -> str:
    """A text marked as the street of an address: number, street, unit, or a box."""
    return f"\x01{text}\x03"


def place(text: str) -> str:
    """A text marked as a place of an address: town, region, code or country."""
    return f"\x02{text}\x03"


def read(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without its marks, and what they say."""
    text, spans, end = "", [], 0
    for piece in _PIECE.finditer(marked):
        text += marked[end : piece.start()]
        spans.append((len(text), len(text) + len(piece.group(2)), LABELS[piece.group(1)]))
        text, end = text + piece.group(2), piece.end()
    return text + marked[end:], spans
