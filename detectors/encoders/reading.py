"""Text as libraries take it."""

from __future__ import annotations

import re

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Without lone surrogates, which no library takes; a character for each, so places hold."""
    return text if text.isascii() else _LONE_SURROGATES.sub("\ufffd", text)
