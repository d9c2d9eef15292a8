"""Whether what stands beside a label is a value, and not the sentence going on.

Each function gives how many leading characters of its candidate hold, 0 for none.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from detectors.pii.phones import Formed

if TYPE_CHECKING:
    from collections.abc import Callable

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


_WRITTEN_DATE = re.compile(
    r"[(]?(?:[0-9]{4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,2}"
    r"|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{4}|[0-9]{2}))\Z"
)


def phone(candidate: str) -> int:
    """Seven to fifteen digits in groups that are no date and no list of years or small numbers."""
    groups = re.findall("[0-9]+", candidate)
    digits = "".join(groups)
    if not 7 <= len(digits) <= 15 or _WRITTEN_DATE.match(candidate) or not int(digits):
        return 0
    balanced = candidate.count("(") == candidate.count(")") and candidate.count("/") < 2
    return len(candidate) if balanced and max(map(len, groups)) > 2 else _paired(candidate, groups)


def _paired(candidate: str, groups: list[str]) -> int:
    """Four or five pairs, as many countries write their numbers, and no list that counts."""
    paired = [len(group) for group in groups] in ([2] * 4, [2] * 5)
    alike = len(set(re.findall("[^0-9]", candidate))) == 1 and "." not in candidate
    return len(candidate) if paired and alike and not _counted(groups) else 0


def _counted(groups: list[str]) -> bool:
    """Whether each number is as much more than the one before."""
    return len({int(after) - int(before) for before, after in pairwise(groups)}) == 1


def unassigned_phone(candidate: str) -> int:
    """A number with a sign or prefix for a country, or of ten digits as North America has them."""
    digits = "".join(re.findall("[0-9]+", candidate))
    domestic = len(digits) == 10 or digits.startswith("1" if len(digits) == 11 else "001")
    return phone(candidate) if candidate.startswith(("+", "(+")) or domestic else 0


_PAGES = range(1, 100)
"""How many pages an article has, whose volume, number and pages are written in the same way."""
_ELSEWHERE = {(3, 2, 3): "489", (3, 2, 2): "", (3, 2, 2, 2): "456789", (3, 4, 4): "1"}


def phone_elsewhere(candidate: str) -> int:
    """A national number of a few forms that little else has; it neither counts nor spans a range.

    What no number begins with is left out: three, two and three digits are Norwegian mobiles, three,
    four and four Chinese ones.
    """
    groups = re.findall("[0-9]+", candidate)
    sizes = [len(group) for group in groups]
    begins = _ELSEWHERE.get(tuple(sizes), "123456789")
    if groups[0][0] not in begins or (_counted(groups) and len(groups) > 2):
        return 0
    pages = candidate[0] == "(" and "-" in candidate and sizes[-1] == sizes[-2]
    return len(candidate) if not pages or int(groups[-1]) - int(groups[-2]) not in _PAGES else 0


def trunk_phone(candidate: str) -> int:
    """A telephone number of nine to eleven digits from a zero, and no list of numbers.

    Behind the area's code it is grouped in one way; three times three digits are other numbers.
    """
    groups = re.findall("[0-9]+", candidate)
    digits = "".join(groups)
    begun = digits.startswith("0") and not digits.startswith("00")
    sizes = [len(group) for group in groups]
    otherwise = (_counted(groups) and len(groups) > 2) or sizes == [3, 3, 3] or max(sizes[2:], default=0) > 4
    gaps = re.findall("[0-9]([^0-9(]+)[0-9]", candidate)
    longest = 12 if candidate.startswith("(") else 11
    if not begun or otherwise or len(set(gaps[1:])) > 1 or not 9 <= len(digits) <= longest:
        return 0
    paired = sizes == [2] * 5
    return len(candidate) if paired else phone(candidate)


def _phone_formed(form: str) -> Formed | None:
    if re.fullmatch("00(?:[ -]00){3,4}", form):
        return Formed("0123456789", phone)
    return Formed("0123456789+(", _not_zero) if phone(form.replace("0", "7")) else None


def unassigned_formed(form: str, check: Callable[[str], int]) -> Formed | None:
    """What is left of `unassigned_phone`, and of a check that asks it last."""
    if form.startswith(("+", "(+")):
        return Formed("+(", check) if phone(form.replace("0", "7")) else None
    if form.count("0") == 10:
        return _phone_formed(form)
    return Formed("01(", check) if phone(form.replace("0", "7")) else None


def _trunk_formed(form: str) -> Formed | None:
    return Formed("0(", trunk_phone) if 9 <= form.count("0") <= 12 else None


def _elsewhere_formed(form: str) -> Formed | None:
    rest = (form.partition(")")[2] or form).strip()
    return Formed("123456789(", phone_elsewhere) if len({*rest} - {"0"}) < 2 else None


def _not_zero(candidate: str) -> int:
    return len(candidate) if candidate.strip("0 -./()+") else 0


FORMED: dict[Callable[..., int], Callable[[str], Formed | None]] = {
    phone: _phone_formed,
    phone_elsewhere: _elsewhere_formed,
    trunk_phone: _trunk_formed,
}
"""What is left of a check where a candidate's form is known, with 0 for each digit."""
