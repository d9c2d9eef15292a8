"""What a source gives: the bytes of a file, and the name that mistakes in it are reported under."""

from __future__ import annotations

from dataclasses import dataclass, field

SUFFIXES = (".yaml", ".yml", ".json")
"""The files of a folder that are read."""


@dataclass(frozen=True, slots=True)
class Text:
    """One file: its name as the user knows it, and what it holds."""

    name: str
    content: bytes | str = field(repr=False)
