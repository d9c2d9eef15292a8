"""Check digits and structures that no library of ours knows.

Each function gives how many characters of its candidate hold: all of them or none.
"""

from __future__ import annotations

import re

_APART = str.maketrans("", "", " -/.")

# 49 CFR 565.15 (c): what each character of a VIN counts, and each position's weight.
_VIN_VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)  # fmt: skip
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

# https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110 (prefixes, suffix)
_NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]\Z")
# CMS, "Understanding the MBI Format": positions 2, 5, 8 and 9 are letters without S, L, O, I, B, Z.
_LETTER = "AC-HJKMNP-RT-Y"
_MBI = re.compile(
    rf"[1-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}]{{2}}[0-9]{{2}}\Z"
)
# https://assets.publishing.service.gov.uk (DVLA, driver number format): surname, decade, month with
# 5 added for women, day, year, initials, and a check that is not public.
_UK_LICENCE = re.compile(
    r"[A-Z]{1,5}9{0,4}(?<=\A[A-Z9]{5})[0-9](?:[05][1-9]|[16][0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]"
    r"[A-Z][A-Z9][0-9A-Z][A-Z]{2}\Z"
)
_NRIC = re.compile(r"[STFGM][0-9]{7}[A-Z]\Z")
_NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
_NRIC_LETTERS = {
    "S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK",
    "M": "KLJNPQRTUWX",
}  # fmt: skip
# The letters of Taiwan's cities in the order of the numbers 10 to 35 that they stand for.
_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def vin(candidate: str) -> int:
    """A vehicle's number, by the check digit of North America (49 CFR 565.15)."""
    values = [_VIN_VALUES.get(character) for character in candidate.upper()]
    if len(values) != 17 or None in values or candidate.isdigit():
        return 0
    total = sum((value or 0) * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True))
    return 17 if "0123456789X"[total % 11] == candidate[8].upper() else 0


def vin_form(candidate: str) -> int:
    """What could be a vehicle's number outside North America, where no digit is a check."""
    characters = candidate.upper()
    mixed = sum(character.isdigit() for character in characters) in range(5, 16)
    return 17 if mixed and characters[-4:].isdigit() and not set("IOQ") & set(characters) else 0


def imei(candidate: str) -> int:
    """The number of a mobile device, by its check digit (3GPP TS 23.003, annex B)."""
    digits = candidate.translate(_APART)
    return len(candidate) if luhn(digits) and len(set(digits)) > 2 else 0


def npi(candidate: str) -> int:
    """A US health provider's number: Luhn with the prefix 80840 (45 CFR 162.406)."""
    return len(candidate) if candidate[0] in "12" and luhn("80840" + candidate) else 0


def dea(candidate: str) -> int:
    """A US registration to prescribe: two letters, six digits and their check digit."""
    kind, digits = candidate[:2].upper(), candidate[2:]
    odd, even = sum(map(int, digits[0:6:2])), sum(map(int, digits[1:6:2]))
    right = kind[0] in "ABCDEFGHJKLMPRSTUX" and (odd + 2 * even) % 10 == int(digits[6])
    return len(candidate) if right else 0


def mbi(candidate: str) -> int:
    """A US Medicare beneficiary's identifier, which has no check digit."""
    return len(candidate) if _MBI.match(candidate.translate(_APART).upper()) else 0


def nino(candidate: str) -> int:
    """A UK national insurance number, which has no check digit."""
    return len(candidate) if _NINO.match(candidate.translate(_APART).upper()) else 0


def uk_driving_licence(candidate: str) -> int:
    """A UK driver's number."""
    return len(candidate) if _UK_LICENCE.match(candidate.translate(_APART).upper()) else 0


def au_medicare(candidate: str) -> int:
    """An Australian Medicare card's number, with or without the person's own after it."""
    digits = [int(digit) for digit in candidate.translate(_APART)]
    weighted = zip(digits[:8], (1, 3, 7, 9, 1, 3, 7, 9), strict=True)
    right = digits[0] in range(2, 7) and sum(d * w for d, w in weighted) % 10 == digits[8]
    return len(candidate) if right else 0


def sg_nric(candidate: str) -> int:
    """A Singaporean identity or foreigner's number."""
    number = candidate.upper()
    if not _NRIC.match(number):
        return 0
    total = sum(int(d) * w for d, w in zip(number[1:8], _NRIC_WEIGHTS, strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    return 9 if _NRIC_LETTERS[number[0]][total % 11] == number[8] else 0


def tw_identity(candidate: str) -> int:
    """A Taiwanese identity card's number."""
    first = _TAIWAN.find(candidate[0].upper()) + 10
    if first < 10 or candidate[1] not in "1289":
        return 0
    digits = (first // 10, first % 10, *map(int, candidate[1:]))
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=True))
    return 10 if total % 10 == 0 else 0


def mac(candidate: str) -> int:
    """A hardware address of one device: not all digits alike, no time of day."""
    groups = re.split("[:-]", candidate)
    plain = candidate.upper() == candidate or candidate.lower() == candidate
    return len(candidate) if len(set(groups)) > 2 and plain else 0
