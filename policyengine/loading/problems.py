"""What is wrong with a document, by its path in the document; nodes know the place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]

_LONGEST_SHOWN = 60
_LONGEST_COMPARED = 100
_MOST_ALLOWED = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake before it is placed; `at_key` points at the key instead of the value."""

    code: str
    message: str
    path: Path
    at_key: bool = False
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None


def unknown(code: str, message: str, path: Path, word: str, allowed: Iterable[str]) -> Problem:
    """A problem with a word that is none of the allowed, and the likeliest of those."""
    names = tuple(dict.fromkeys(allowed))
    return Problem(code, message, path, allowed=listed(names), suggestion=closest(word, names))


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was most likely meant, or None when none is near."""
    if len(word) > _LONGEST_COMPARED:
        return None
    names = list(allowed)
    # A shared prefix says nothing: `pii.telephone` is not near `pii.person`.
    prefix = word.rpartition(".")[0]
    beside = [name for name in names if name.rpartition(".")[0] == prefix]
    shared = len(prefix) if beside else 0
    by_fold = {name[shared:].lower(): name for name in beside or names}
    folded = word[shared:].lower().replace(" ", "_")
    close = get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def listed(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as a mistake lists them: a page of them helps nobody."""
    more = len(names) - _MOST_ALLOWED
    return names if more <= 0 else (*names[:_MOST_ALLOWED], f"… and {more} more")


def shown(word: object) -> str:
    """A word of the document as messages quote it: short, and harmless to a terminal."""
    text = str(word)
    cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return "`" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut) + "`"
