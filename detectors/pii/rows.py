"""What a recogniser is, and the places where recognisers look closer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.pii.checks import Checks


@dataclass(frozen=True, slots=True)
class Recognizer:
    """One shape of personal data.

    `shapes` are tried at every place of the kind `gate`, from `before` to `after`. `score` is the
    confidence without, `in_context` that with one of the words of `context` nearby, `against` that
    with one of the words of `contrary` directly before it; what scores 0 is not reported. `longest`
    bounds a match in characters.
    """

    name: str
    kind: str
    gate: str
    before: str
    shapes: tuple[str, ...]
    after: str
    longest: int
    validate: Callable[[Checks, str], int] | None
    score: float
    in_context: float
    context: tuple[str, ...]
    source: str
    example: str
    checksum: bool = False
    against: float = 0.0
    contrary: tuple[str, ...] = ()


AT, NUMBER, ACCOUNT, COLONS = "at", "number", "account", "colons"
"""Places: an at sign; a run of digits; two letters and two digits; two colons."""

WORD = r"0-9A-Za-z_\xff"
"""The characters of words, for a character class."""
LOCAL = r"0-9A-Za-z_\xff+%~&'.\-"
"""The characters of the part of an address before the sign, for a character class."""
GAP = r"(?:[ ]-[ ]|[ ]?[(]|[)][ .\-/]?|[ .\-/])"
"""What may stand between two groups of a number."""
