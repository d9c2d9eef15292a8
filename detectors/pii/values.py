"""Whether what stands beside a label is a value, and not the sentence going on.

Each function gives how many leading characters of its candidate hold, 0 for none.
"""

from __future__ import annotations

import re

_NO_SECRETS = frozenset((
    "required", "incorrect", "invalid", "reset", "changed", "expired", "protected", "forgotten",
    "wrong", "correct", "missing", "empty", "null", "none", "nil", "true", "false", "undefined",
    "string", "text", "optional", "password", "passwords", "passwd", "secret", "hidden",
    "redacted", "changeme", "example", "hint", "field", "input", "policy", "manager", "not",
    "and", "the", "your", "this", "that", "must", "will", "should", "cannot", "can", "has",
    "was", "are", "too", "very", "here", "below", "above", "again",
))  # fmt: skip
_SAID_OF_SECRETS = frozenset((
    "stolen", "lost", "gone", "known", "sent", "weak", "strong", "good", "easy", "hard", "safe",
    "secure", "simple", "long", "short", "older", "newer", "right", "same", "different", "unique",
    "case", "only", "still", "also", "just", "always", "never", "about", "like", "from", "with",
    "what", "when", "where", "which", "kept", "made", "being", "been", "public", "private", "blank",
))  # fmt: skip
_HAPPENED = ("ed", "en", "ing", "able", "ible", "ent", "ly")
"""What the words end in that tell what became of a password."""
_NO_NAMES = _NO_SECRETS | frozenset((
    "taken", "available", "unknown", "already", "unique", "case", "sensitive", "username",
    "user", "login", "name", "id", "email", "not", "for", "with", "without", "from", "into",
    "failed", "successful", "page", "button", "screen", "on", "in", "at", "to", "of",
))  # fmt: skip
_TEMPLATE = re.compile(r"[$%]?[{<(\[]|[*xX.•_\-]+\Z|.*[(){}<>]")
_TRAILING = ".,;:?)]}'\"`"


def password(candidate: str) -> int:
    """A secret: no ordinary word that follows, no template, no row of stars."""
    value = candidate.rstrip(_TRAILING)  # an exclamation mark is as likely a part of it
    if len(value) < 4 or value.lower() in _NO_SECRETS or _TEMPLATE.match(value):
        return 0
    return len(value)


def strange_password(candidate: str) -> int:
    """A secret that could not be a word of the sentence: it holds digits, signs or odd capitals."""
    length = password(candidate)
    value = candidate[:length]
    plain = value.islower() or value.istitle() or value.isupper()
    return 0 if value.isalpha() and plain else length


def spoken_password(candidate: str) -> int:
    """A secret that somebody tells: one word, which could not be what became of a password."""
    length = password(candidate)
    value = candidate[:length].lower()
    told = value.isalpha() and (value in _SAID_OF_SECRETS or value.endswith(_HAPPENED))
    return 0 if told else length


def pin(candidate: str) -> int:
    """A short secret of digits that is no year."""
    return 0 if re.match(r"(?:19|20)[0-9]{2}\Z", candidate) else len(candidate)


def username(candidate: str) -> int:
    """A name of an account."""
    value = candidate.rstrip(".-_")
    if value.startswith("-"):
        return 0
    if len(value.lstrip("@")) < 3 or value.lower() in _NO_NAMES or value.isdigit():
        return 0
    return len(value)


def strange_username(candidate: str) -> int:
    """A name of an account that is no word: it holds a digit, a dot, or an underscore."""
    length = username(candidate)
    value = candidate[:length]
    known = value.startswith("-") or re.fullmatch(r"(?:request|self|this|data|ctx)\..*", value)
    return length if re.search(r"[0-9_.@]", value) and not known else 0


def age(candidate: str) -> int:
    """An age that people reach."""
    return len(candidate) if 0 < int(candidate) <= 120 else 0


def plate(candidate: str) -> int:
    """A vehicle's plate: four to eight letters and digits of both sorts."""
    value = candidate.strip()
    signs = [character for character in value if character.isalnum()]
    digits = sum(character.isdigit() for character in signs)
    return len(value) if 4 <= len(signs) <= 8 and 0 < digits < len(signs) else 0


def licence(candidate: str) -> int:
    """A driver's number: groups that hold at least four digits, and more digits than words."""
    groups = re.split("([ -])", candidate)
    while groups and not any(character.isdigit() for character in groups[-1]):
        groups.pop()
    value = "".join(groups)
    digits = sum(character.isdigit() for character in value)
    return len(value) if digits >= 4 and len(value) >= 5 else 0


def number(candidate: str) -> int:
    """An identifier: at least four digits, and not a date."""
    value = candidate.rstrip("-./ ")
    digits = sum(character.isdigit() for character in value)
    dated = re.fullmatch(r"(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}", value)
    return 0 if dated or digits < 4 else len(value)


def coordinates(candidate: str) -> int:
    """A latitude and a longitude."""
    degrees = [abs(float(part)) for part in re.findall(r"[0-9]+\.[0-9]+", candidate)]
    return len(candidate) if degrees[0] <= 90 and degrees[-1] <= 180 else 0


_STATES = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ",
    "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT",
    "VA", "WA", "WV", "WI", "WY", "DC", "PR", "GU", "VI", "AS", "MP", "AA", "AE", "AP",
))  # fmt: skip


def us_state_and_zip(candidate: str) -> int:
    """A state's two letters before a ZIP code (USPS Publication 28, appendix B)."""
    return len(candidate) if candidate[:2] in _STATES else 0


# Royal Mail's Programmers' Guide: letters that are never used, and where the inward code's are.
_POSTCODE = re.compile(
    r"(?:[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRV-Y])[ ]?[0-9][ABD-HJLNP-UW-Z]{2}\Z"
)
_CANADIAN = re.compile(
    r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9]\Z"
)


def uk_postcode(candidate: str) -> int:
    """A British postcode, as BS 7666 has it."""
    return len(candidate) if _POSTCODE.match(candidate) else 0


def canadian_postal_code(candidate: str) -> int:
    """A Canadian postal code."""
    return len(candidate) if _CANADIAN.match(candidate) else 0
