"""Text as the recognisers see it: one byte for each code point, so that places need no mapping."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from detectors.scripts import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTER = "\xff"
"""Stands for a letter or mark that is not ASCII."""
IDEOGRAPH = "\xfd"
"""Stands for a letter of a script that is written without spaces, so that it bounds words."""
OTHER = "\xfe"
"""Stands for everything else: symbols, controls, lone surrogates."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
_FOREIGN = re.compile("[^\x00-\x7f]+")
_CACHED = 4096


class Standins(dict[int, str]):
    """What stands for each code point beyond ASCII, worked out when it is first seen.

    Digits, spaces, dashes and compatibility forms (full-width letters, for instance) become the
    ASCII character that they are read as. The number of remembered code points is bounded.
    """

    def __missing__(self, point: int) -> str:
        standin = _standin(chr(point))
        if len(self) < _CACHED:
            self[point] = standin
        return standin


def _standin(character: str) -> str:
    category = unicodedata.category(character)
    plain = unicodedata.normalize("NFKC", character)
    readable = len(plain) == 1 and plain.isascii()
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    if category[0] in "LM":
        foreign = IDEOGRAPH if _UNSPACED.match(character) else LETTER
        return plain if readable else foreign
    return plain if readable and category in {"Zs", "Sm", "Po", "Ps", "Pe", "Pc"} else OTHER


def shape_of(text: str, standins: Mapping[int, str]) -> bytes:
    """The text with one byte for each code point."""
    if text.isascii():
        return text.encode("ascii")
    return _FOREIGN.sub(lambda run: run[0].translate(standins), text).encode("latin-1")
