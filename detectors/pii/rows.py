"""What a recogniser is, and the linear scans that say where recognisers look closer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.pii.checks import Checks


@dataclass(frozen=True, slots=True)
class Gate:
    """A linear scan for the places where some recognisers look closer.

    `lead` and `tail` are how far around a match of `pattern` their candidates reach; every shape
    that uses the gate matches only where the gate does, and begins where `starts` holds. A text
    with fewer than `signs` of the character `sign` is not scanned.
    """

    name: str
    pattern: str
    starts: str
    lead: int
    tail: int
    sign: bytes = b""
    signs: int = 0


@dataclass(frozen=True, slots=True)
class Recognizer:
    """One shape of personal data.

    `shapes` are tried at every place from `before` to `after`. `score` is the confidence without,
    `in_context` that with one of the words of `context` nearby, `against` that with one of the
    words of `contrary` directly before it; what scores 0 is not reported. `longest` bounds a match
    in characters.
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

WORD = r"0-9A-Za-z_\xff"
"""The characters of words, for a character class."""
LOCAL = r"0-9A-Za-z_\xff+%~&'.\-"
"""The characters of the part of an address before the sign, for a character class."""
GAP = r"(?:[ ]-[ ]|[ ]?[(]|[)][ .\-/]?|[ .\-/])"
"""What may stand between two groups of a number."""

GATES = (
    Gate(AT, r"[0-9A-Za-z_\xff\xfd+%~&'.-]@[0-9A-Za-z\xff\xfd]", r"(?=@)", 0, 0, b"@", 1),
    Gate(
        NUMBER,
        r"[0-9](?:[ ().\-/]{0,3}[0-9]){6,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}",
        r"(?=[0-9+(])(?<![0-9])",
        3,
        4,
    ),
    Gate(ACCOUNT, r"[A-Za-z]{2}[0-9]{2}[ -]?[0-9A-Za-z]{4}", rf"(?=[A-Za-z])(?<![{WORD}])", 0, 64),
    Gate(
        COLONS,
        r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*",
        rf"(?=[0-9A-Fa-f:])(?<![{WORD}])",
        8,
        48,
        b":",
        2,
    ),
)
