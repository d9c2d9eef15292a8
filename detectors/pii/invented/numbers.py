"""Numbers that nobody was given: from ranges kept for fiction and tests, or with wrong checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detectors.pii.invented.draws import DIGITS, LOWER, UPPER, filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.pii.invented.draws import Draws

_DIGIT = re.compile(r"\d")
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

# Numbers for drama, without the prefix dialled inside the country. Each x is any digit.
# Australia: https://www.acma.gov.au/phone-numbers-use-tv-shows-films-and-creative-works
# France: https://www.arcep.fr/uploads/tx_gsavis/18-0881.pdf (numbers for audiovisual works)
# Germany: https://www.bundesnetzagentur.de/ (Rufnummern fuer Medienproduktionen)
# Ireland: https://www.comreg.ie/ (numbering conditions, 020 91x xxxx for drama)
# Sweden: https://www.pts.se/ (telefonnummer foer anvaendning i boecker och filmer)
# United Kingdom: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
_DRAMA = {
    "33": ("199 00 xx xx", "639 98 xx xx"),
    "353": ("20 91x xxxx",),
    "44": ("7700 900xxx", "20 7946 0xxx", "1632 960xxx", "161 496 0xxx"),
    "46": ("8 465 00 4xx", "31 390 06 xx"),
    "49": ("30 23125 xxx", "89 99998 xxx", "40 66969 xxx"),
    "61": ("2 5550 xxxx", "2 7010 xxxx", "3 5550 xxxx", "3 7010 xxxx"),
}
# North American area codes; with 555-0100 to 555-0199 (ATIS-0300115) they are fiction.
_AREAS = (  # noqa: SIM905 - numbers, to be read
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 "
    "239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 "
    "310 312 313 314 315 316 317 318 319 320 321 323 330 334 336 337 339 347 351 352 360 361 386 "
    "401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 "
    "443 458 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517"
).split()
# Country codes, of which none begins another (ITU-T E.164, annex to Operational Bulletin 1114).
_CODE = re.compile(
    r"(?:\+|00)[ (]*(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)"
)
_IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}[0-9A-Za-z .-]{10,44}")
_LETTER = re.compile(r"[^\W\d_]")


def phone(value: str, draws: Draws) -> str | None:
    """A number of the same country from a range for fiction, or one that no plan has."""
    digits = "".join(_DIGIT.findall(value))
    if _LETTER.search(value):
        return None  # what is no number would stay in it
    code = _CODE.match(value.lstrip("( "))
    if code is None:
        return _national(value, digits, draws)
    international = digits.removeprefix("00")
    prefix = digits[: len(digits) - len(international)] + code[1]
    if code[1] == "1":
        return _north_american(value, digits, draws) if len(international) == 11 else None
    if code[1] in _DRAMA:
        return _drama(value, code[1], prefix, draws)
    rest = len(digits) - len(prefix)
    # No plan has a national number that begins with three zeros.
    zeros = f"{prefix}000{draws.characters(DIGITS, max(rest - 3, 0))}"
    return filled(value, zeros) if rest >= 6 else None


def _national(value: str, digits: str, draws: Draws) -> str | None:
    if len(digits) == 7:
        return filled(value, f"55501{draws.below(100):02}")
    if len(digits) not in (10, 11):
        return None
    if digits[0] == "0":
        return _drama(value, "44", "0", draws)
    return _north_american(value, digits, draws)


def _north_american(value: str, digits: str, draws: Draws) -> str:
    number = f"{draws.one_of(_AREAS)}55501{draws.below(100):02}"
    return filled(value, digits[:-10] + number)


def _drama(value: str, country: str, prefix: str, draws: Draws) -> str:
    digits = "".join(_DIGIT.findall(value))
    shapes = [one for one in _DRAMA[country] if _size(one) == len(digits) - len(prefix)]
    shape = draws.one_of(shapes or _DRAMA[country])
    number = re.sub("x", lambda _: draws.one_of(DIGITS), shape)
    if shapes:
        return filled(value, prefix + number.replace(" ", ""))
    return f"0{number}" if prefix == "0" else f"+{country} {number}"


def _size(shape: str) -> int:
    return len(shape.replace(" ", ""))


def payment_card(value: str, draws: Draws) -> str | None:
    """The same length, network digit and grouping, with a check digit that fails."""
    digits = "".join(_DIGIT.findall(value))
    if _LETTER.search(value) or len(digits) < 8:
        return None
    body = digits[:1] + draws.characters(DIGITS, len(digits) - 2)
    return filled(value, body + _wrong(body, draws))


def _wrong(body: str, draws: Draws) -> str:
    """A last digit that fails the check of ISO/IEC 7812-1."""
    right = (-luhn(body + "0")) % 10
    return str((right + draws.between(1, 9)) % 10)


def luhn(digits: str) -> int:
    """The sum of ISO/IEC 7812-1, annex B, modulo 10: 0 for a valid number."""
    plain, doubled = digits[::-2], digits[-2::-2]
    return (sum(map(int, plain)) + sum(_LUHN_DOUBLED[int(one)] for one in doubled)) % 10


def iban(value: str, draws: Draws) -> str | None:
    """The same country and structure, with check digits that fail."""
    if not _IBAN.fullmatch(value):
        return None
    country = value[:2]
    body = draws.like(value[2:])
    compact = re.sub(r"[\W_]", "", country + body).upper()
    moved = "".join(str(int(one, 36)) for one in compact[4:] + compact[:2]) + "00"
    right = 98 - int(moved) % 97
    wrong = f"{2 + (right - 2 + draws.between(1, 96)) % 97:02}"
    left = iter(wrong + "".join(_DIGIT.findall(body))[2:])
    return country + "".join(next(left) if one.isdigit() else one for one in body)


def us_ssn(value: str, draws: Draws) -> str:
    """Areas from 900 were never issued, and taxpayers' numbers there have groups from 50."""
    number = f"9{draws.below(100):02}{draws.between(10, 49)}{draws.between(1, 9999):04}"
    plain = len(_DIGIT.findall(value)) == 9 and not _LETTER.search(value)
    return filled(value, number) if plain else f"{number[:3]}-{number[3:5]}-{number[5:]}"


def ip_address(value: str, draws: Draws) -> str:
    """An address for documentation: RFC 5737 and RFC 3849."""
    if ":" in value:
        groups = ":".join(f"{draws.between(1, 0xFFFF):x}" for _ in range(3))
        return f"2001:db8:{groups}::{draws.between(1, 0xFFFF):x}"
    network = draws.one_of(("192.0.2", "198.51.100", "203.0.113"))
    return f"{network}.{draws.between(1, 254)}"


def device_id(value: str, draws: Draws) -> str:
    """A MAC address for documentation (RFC 9542, 2.1.2), or an IMEI that fails its check."""
    if re.fullmatch(r"[0-9A-Fa-f]{2}(?:[:.-]?[0-9A-Fa-f]{2}){5}", value):
        address = f"00005e0053{draws.below(256):02x}"
        left = iter(address.upper() if value.upper() == value else address)
        return re.sub(r"[0-9A-Fa-f]", lambda _: next(left), value)
    digits = "".join(_DIGIT.findall(value))
    if len(digits) < 14 or _LETTER.search(value):
        return draws.like(value)
    # "00" begins the type codes of test devices (GSMA TS.06).
    body = "00" + draws.characters(DIGITS, len(digits) - 3)
    return filled(value, body + _wrong(body, draws))


def bic(value: str, draws: Draws) -> str:
    """A bank in `ZZ`, a country code that ISO 3166 leaves to users."""
    return f"{draws.characters(UPPER, 4)}ZZ{draws.characters(UPPER, 2)}{'XXX'[: len(value) - 8]}"


def crypto_wallet(value: str, draws: Draws) -> str:
    """The same form, with a checksum that a random number does not have."""
    if value[:2].lower() == "0x":
        return "0x" + draws.characters(DIGITS + "abcdefABCDEF", len(value) - 2)
    prefix = re.match(r"(?i)(?:bc|tb|ltc)1", value)
    if prefix is not None:
        made = draws.characters(_BECH32, len(value) - prefix.end())
        return prefix[0] + (made.upper() if value.isupper() else made)
    return value[:1] + draws.characters(_BASE58, len(value) - 1)


def vehicle(value: str, draws: Draws) -> str:
    """A number with an `O` in it, which no VIN may have (ISO 3779); a plate of the same form."""
    made = draws.like(value)
    if len(value) != 17:
        return made
    at = draws.between(3, 7)
    return made[:at] + "O" + made[at + 1 :]


def same_form(holds: Callable[[str], bool]) -> Callable[[str, Draws], str | None]:
    """Other digits and letters in the same places, such that `holds` does not.

    Without any luck in 16 draws there is none.
    """

    def made(value: str, draws: Draws) -> str | None:
        if not _DIGIT.search(value):
            return None
        for _ in range(16):
            text = draws.like(value)
            digits = "".join(_DIGIT.findall(text))
            if len(digits) == 9 and not _LETTER.search(value):
                text = us_ssn(value, draws)  # or it could be somebody's
                digits = "".join(_DIGIT.findall(text))
            if luhn(digits) and _mod_11(digits) and not holds(text):
                return text
        return None

    return made


def _mod_11(digits: str) -> int:
    """The sum of the NHS number, and of many a tax number, modulo 11: 0 for a valid one.

    https://www.datadictionary.nhs.uk/attributes/nhs_number.html
    """
    return sum(int(one) * weight for weight, one in enumerate(digits[::-1], 1)) % 11


def password(value: str, draws: Draws) -> str:
    """Letters and digits of about the same length."""
    size = min(max(len(value), 10), 40)
    return draws.characters(LOWER + UPPER + DIGITS, size - 1) + draws.one_of(DIGITS)


def geo(value: str, draws: Draws) -> str | None:
    """A place in the emptiest part of the ocean, around 48.9 S and 123.4 W."""
    numbers = re.findall(r"-?\d+\.\d+", value)
    if len(numbers) != 2 or re.search(r"[^\W\d_]", value):
        return None
    latitude, longitude = -draws.between(44, 53), -draws.between(115, 131)
    made = iter(
        f"{whole}.{draws.characters(DIGITS, len(one.partition('.')[2]))}"
        for whole, one in zip((latitude, longitude), numbers, strict=True)
    )
    return re.sub(r"-?\d+\.\d+", lambda _: next(made), value)
