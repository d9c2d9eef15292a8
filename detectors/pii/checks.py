"""Whether a candidate is what it looks like: check digits, issuers, structures."""

from __future__ import annotations

import ipaddress
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from detectors.pii import dialling, web
from detectors.pii.phones import Formed, Numbering
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable


_NO_SEPARATORS = str.maketrans("", "", " -.")

# Issuer identification numbers (ISO/IEC 7812-1) as the networks publish them, each with the lengths
# that are issued: https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number
_ISSUERS = re.compile(
    r"""(?:
    4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})                                      # Visa
    |(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}  # Mastercard
    |3[47][0-9]{13}                                                         # American Express
    |(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}                           # Discover
    |3(?:0[0-5]|09|[689][0-9])[0-9]{11,16}                                  # Diners Club
    |35[0-9]{14,17}|(?:1800|2131)[0-9]{11}                                  # JCB
    |(?:62|81)[0-9]{14,17}                                                  # UnionPay
    |(?:5[0678][0-9]{2}|6304|6390|6759|676[1-3]|0604)[0-9]{8,15}            # Maestro
    |220[0-4][0-9]{12,15}                                                   # Mir
    |(?:60|82)[0-9]{14}                                                     # RuPay
    |9792[0-9]{12}                                                          # Troy
    )\Z""",
    re.VERBOSE,
)
_TOLD_JOINED = 10
"""How many digits a number has at least that is written without groups before an extension."""
# Areas 000, 666 and 900 to 999, group 00 and serial 0000 were never issued (SSA POMS RM 10201.035),
# and these three became known through advertisements.
_SOCIAL_SECURITY = re.compile(
    r"(?!078051120|457555462|219099999)(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}\Z"
)
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
# This machine, this network and everybody are nobody's address (RFC 6890).
_IPV4 = re.compile(
    rf"(?!127[.]|0[.]0[.]0[.]0\Z|255[.]255[.]255[.]255\Z){_OCTET}(?:[.]{_OCTET}){{3}}\Z"
)
_LUHN_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_IBAN_VALUES = {ord("A") + place: str(10 + place) for place in range(26)} | {
    ord(separator): "" for separator in " -"
}
_IBAN_CLASSES = {"n": "[0-9]", "a": "[A-Z]", "c": "[0-9A-Z]"}


class Checks:
    """The validators. Each gives how many leading characters of its candidate hold, 0 for none."""

    def __init__(self, phone_regions: tuple[str, ...]) -> None:
        try:
            from stdnum import numdb  # noqa: PLC0415 - loaded when it is needed

            self._numbering = Numbering(phone_regions)
            self._domains = web.Domains()
        except ImportError as error:
            raise WarmUpError(
                f"the pii detector needs the library {error.name!r}: "
                "pip install 'llm-policyengine[detectors]'"
            ) from error
        self._ibans: Any = numdb.get("iban")
        self._structures: dict[str, re.Pattern[str] | None] = {}

    def check(self, validate: Callable[..., int] | str | None) -> Callable[[str], int] | None:
        """A recogniser's check, ready to be asked about candidates."""
        if isinstance(validate, str):
            return _numbers_of(validate)
        name = getattr(validate, "__name__", "")
        own = name and getattr(Checks, name, None) is validate
        return getattr(self, name) if own else validate

    def formed(
        self, validate: Callable[..., int] | str | None
    ) -> Callable[[str], Formed | None] | None:
        """What is left to ask of candidates of one form, where the form tells most of it."""
        if validate is Checks.national_phone:
            return self._numbering.formed
        if validate is Checks.phone_dialled_abroad:
            return lambda _form: Formed("0", self.phone_dialled_abroad)
        if validate is Checks.phone_without_plus:
            return self._numbering.coded_form
        if validate is Checks.unassigned_phone:
            return lambda form: dialling.unassigned_formed(form, self.unassigned_phone)
        return dialling.FORMED.get(validate) if callable(validate) else None

    def payment_card(self, candidate: str) -> int:
        """An issuer's range and length, and the check digit of ISO/IEC 7812-1, annex B."""
        digits = candidate.translate(_NO_SEPARATORS)
        return len(candidate) if _ISSUERS.match(digits) and luhn(digits) else 0

    def iban(self, candidate: str) -> int:
        """The country's structure, and the check digits of ISO 13616-1."""
        country = candidate[:2].upper()
        if country not in self._structures:  # of all countries, a text has few
            self._structures[country] = _structure(country, self._ibans)
        structure = self._structures[country]
        match = structure.match(candidate.upper()) if structure else None
        return match.end() if match and mod_97(match[0]) else 0

    def us_ssn(self, candidate: str) -> int:
        """Area, group and serial number are ones that can have been issued."""
        return len(candidate) if _SOCIAL_SECURITY.match(candidate.translate(_NO_SEPARATORS)) else 0

    def ipv4(self, candidate: str) -> int:
        """Four octets that name one machine."""
        return len(candidate) if _IPV4.match(candidate) else 0

    def ipv6(self, candidate: str) -> int:
        """An address of three groups or more, which reads as nothing else."""
        groups = [group for group in candidate.split(":") if group]
        fingerprint = len(groups) == 8 and all(len(group) == 2 for group in groups)
        short = len(groups) < 3 and "." not in candidate
        return 0 if fingerprint or short else _ipv6(candidate)

    def short_ipv6(self, candidate: str) -> int:
        """An address of one or two groups, which is rarely one in prose or code."""
        groups = [group for group in candidate.split(":") if group]
        numeric = any(character.isdigit() for character in candidate)
        return _ipv6(candidate) if numeric and len(groups) < 3 else 0

    def international_phone(self, candidate: str) -> int:
        """A number with its country code."""
        return self._numbering.international(candidate)

    def phone_without_plus(self, candidate: str) -> int:
        """A number in groups, the first of which is its country code."""
        return self._numbering.coded(candidate)

    def unassigned_phone(self, candidate: str) -> int:
        """A number with a country's code that there is, or of ten digits as North America has."""
        known = not candidate.startswith(("+", "(+")) or self._numbering.country(candidate)
        return dialling.unassigned_phone(candidate) if known else 0

    def national_phone(self, candidate: str) -> int:
        """A number as it is dialled inside one of the configured regions."""
        return self._numbering.national(candidate)

    def phone_dialled_abroad(self, candidate: str) -> int:
        """A number with its country code after the prefix for calls abroad."""
        prefix = next((one for one in ("00", "011") if candidate.startswith(one)), candidate)
        number = candidate.removeprefix(prefix).lstrip(" .-")
        length = self._numbering.international(number)
        return length and len(candidate) - len(number) + length

    def phone_with_extension(self, candidate: str) -> int:
        """A number of a numbering plan before the letter x and an extension."""
        number, sign, _ = candidate.lower().partition("x")
        number = number.rstrip()
        if number.isdigit() and len(number) < _TOLD_JOINED:
            return 0  # as the numbers of parts and persons are that hold one letter
        written = sign and (dialling.phone(number) or self.national_phone(number) == len(number))
        return len(candidate) if written else 0

    def unchecked_card(self, candidate: str) -> int:
        """An issuer's range and length, whatever the check digit."""
        return len(candidate) if _ISSUERS.match(candidate.translate(_NO_SEPARATORS)) else 0

    def bic(self, candidate: str) -> int:
        """A bank's code with a country that there is (ISO 9362)."""
        from stdnum import bic  # noqa: PLC0415 - loaded when it is needed

        return len(candidate) if bic.is_valid(candidate) else 0

    def url(self, candidate: str) -> int:
        """A web address of a host with a dot in its name, without what ends the sentence."""
        return web.url(candidate)

    def url_with_credentials(self, candidate: str) -> int:
        """A web address that holds a password or a token."""
        return web.url(candidate) if web.credentials(candidate) else 0

    def domain(self, candidate: str) -> int:
        """A host under a top-level domain that is seldom anything else."""
        return self._domains.usual(candidate)

    def ambiguous_domain(self, candidate: str) -> int:
        """A host under a top-level domain that may as well end a file's name or be a word."""
        return self._domains.unusual(candidate)


def _numbers_of(name: str) -> Callable[[str], int]:
    module: Any = None

    def check(candidate: str) -> int:
        nonlocal module
        if module is None:  # there are many, and few are ever asked
            module = import_module(f"stdnum.{name}")
        try:
            return len(candidate) if module.is_valid(candidate) else 0
        except (LookupError, ValueError):  # what no table of the library holds is nobody's
            return 0

    return check


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    values = digits.encode()
    others = values[-1::-2]
    return (sum(values[-2::-2].translate(_LUHN_DOUBLED)) + sum(others) - 48 * len(others)) % 10 == 0


def mod_97(iban: str) -> bool:
    """Whether an IBAN in capitals has the right check digits (ISO/IEC 7064, MOD 97-10)."""
    digits = iban.translate(_IBAN_VALUES)
    # The country's two letters, two digits each, and the check digits go to the end.
    return int(digits[6:] + digits[:6]) % 97 == 1


def _structure(country: str, table: Any) -> re.Pattern[str] | None:
    """A country's pattern, from the structures of the SWIFT registry; none where it has none."""
    _, properties = table.info(country)[0]
    if "bban" not in properties:
        return None
    parts = re.findall(r"([0-9]+)!([nac])", properties["bban"])
    each = [_IBAN_CLASSES[kind] for size, kind in parts for _ in range(int(size))]
    body = "[ -]?".join(["[0-9]{2}", *each])
    return re.compile(f"{country}{body}(?![0-9A-Z])")


def _ipv6(candidate: str) -> int:
    try:
        address = ipaddress.IPv6Address(candidate)
    except ValueError:
        return 0
    return 0 if address.is_loopback or address.is_unspecified else len(candidate)
