"""Text that cannot play with a terminal, and where it is shown."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

WIDE = 10_000
"""Columns where nobody is watching: what is read by programs is never wrapped."""


def visible(text: str) -> str:
    """The text with everything that is not printed as itself shown as an escape.

    So no escape sequence, override of direction or invisible character gets through; line ends,
    tabs and all sorts of spaces stay.
    """
    if text.isprintable():
        return text
    return "".join(one if _is_harmless(one) else _escape(one) for one in text)


def _is_harmless(character: str) -> bool:
    return character.isprintable() or character in "\n\t" or category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def columns(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows with their cells in columns, each row on one line, never wrapped."""
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*flat, strict=True)]
    for row in flat:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def console_for(file: IO[str]) -> Console:
    """A console that neither interprets markup nor colours what it was not told to colour."""
    from rich.console import Console  # noqa: PLC0415 - only some commands draw

    watched = Console(file=file).is_terminal
    return Console(
        file=file,
        width=None if watched else WIDE,
        markup=False,
        highlight=False,
        emoji=False,
    )
