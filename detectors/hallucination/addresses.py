"""Addresses of mail and of pages, each in the one form that equal ones have."""

from __future__ import annotations

import re
from typing import NamedTuple

_ENDINGS = "com|org|net|edu|gov|int|info|biz|io|ai|app|dev|co|eu|uk|de|fr|nl|ch|at|ca|us|au|se|dk"
_HOST = r"(?:[a-z0-9-]+\.)+"
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'\u2019\u201d)\]|`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<![\w@.-])(?:www\.{_HOST}[a-z]{{2,}}|{_HOST}(?:{_ENDINGS})\b(?![\w@-]|\.\w)"
    rf"|{_HOST}[a-z]{{2,}}(?=/\w))(?:/[^\s<>\"'\u2019\u201d)\]|`]*)?",
    re.IGNORECASE,
)
_AFTER = ".,;:!?*_\u2026"
_BEFORE = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)


class Address(NamedTuple):
    """An address at `text[start:end]`."""

    plain: str
    """Without what may be left out: scheme, `www.`, the last slash."""
    start: int
    end: int


def addresses(text: str) -> list[Address]:
    """All of them, without the punctuation of the sentence."""
    found = []
    for match in _ADDRESS.finditer(text):
        written = match[0].rstrip(_AFTER)
        plain = _BEFORE.sub("", written, count=1).rstrip("/").lower()
        found.append(Address(plain, match.start(), match.start() + len(written)))
    return found
