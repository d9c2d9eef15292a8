"""What a recogniser is, and the places where recognisers look closer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


AT, COLONS, SCHEME, DOT, POINT = "at", "colons", "scheme", "dot", "point"
"""Places: an at sign; two colons; `://`; a dot before letters; one between digits."""
ACCOUNT = "account"
"""Places: two letters and two digits."""
NUMBER, TOKENS = "number", "tokens"
"""Places: a run of digits; groups of digits and letters of a fixed form."""
LABEL, UNIT, AROUND, TERM = "label", "unit", "around", "term"
"""Places: after one of the row's labels; before one; around one, with a digit; itself."""

WORD = r"0-9A-Za-z_\xff"
"""The characters of words, for a character class."""
LOCAL = r"0-9A-Za-z_\xff+%~&'.\-"
"""The characters of the part of an address before the sign, for a character class."""
GAP = r"(?:[ ]-[ ]|[ ]?[(]|[)][ .\-/]?|[ .\-/])"
"""What may stand between two groups of a number."""
APART = rf"(?<![{WORD}$])(?<![0-9A-Za-z\xff][-/])(?<![0-9][.,])"
"""What may not stand before the groups of an identifier: the rest of a longer one."""
ENDS = rf"(?![{WORD}%])(?![-/][0-9A-Za-z\xff])(?![.,][0-9])"
"""What may not stand after them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    """One shape of personal data.

    `shapes` are tried at the places that `gate` names, from `before` to `after`. They are patterns
    over the bytes of `shapes.shape_of`, but for TOKENS, where they are forms: `0` stands for a
    digit, `A` for a letter (a group of letters alone in capitals), `X` for either, everything else
    for itself. `validate` has the last word: how many leading characters of a candidate hold. It is
    a method of `checks.Checks`, a function of a candidate, or names a module of python-stdnum.

    `score` is the confidence without, `in_context` that with one of the words of `context` nearby,
    a little less with one of `general`, `against` that with one of the words of `contrary` directly
    before it; what scores 0 is not reported. `longest` bounds a match in characters. `labels` are
    the words of a place that goes by words. What fits `tail` after a form belongs to it.
    """

    name: str
    kind: str
    gate: str
    shapes: tuple[str, ...]
    source: str
    example: str
    score: float
    in_context: float
    context: tuple[str, ...] = ()
    before: str = APART
    after: str = ENDS
    longest: int = 40
    validate: Callable[..., int] | str | None = None
    checksum: bool = False
    against: float = 0.0
    contrary: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tail: str = ""
