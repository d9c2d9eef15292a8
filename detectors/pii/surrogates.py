"""What stands in for personal data: of the same kind and format, and nobody's.

Each kind has a rule that makes one from the value's form and a number to draw from; where the rule
gives None, there is none for this value. Rules that keep a part of the value, such as the country
of an IBAN, refuse one that holds anything but its own format: an overlap may have joined a name.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from detectors.pii.invented import days, numbers
from detectors.pii.invented.draws import Draws
from detectors.pii.invented.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "pii."


class Surrogates:
    """Makes surrogates; safe to share between threads.

    `locale` is one of Faker's, for names and places in Latin letters; other scripts have their own.
    `holds` says of a kind and a text whether a recogniser would find it valid, for numbers of which
    only their recognisers know the check. Raises WarmUpError without Faker.
    """

    def __init__(
        self, locale: str = "en_US", holds: Callable[[str, str], bool] = lambda *_: False
    ) -> None:
        names = Names(locale)
        self._rules: dict[str, Callable[[str, Draws], str | None]] = {
            "person": names.person,
            "location": names.location,
            "organization": names.organization,
            "street_address": names.street_address,
            "nationality": names.nationality,
            "email": names.email,
            "username": names.username,
            "url": names.url,
            "phone": numbers.phone,
            "payment_card": numbers.payment_card,
            "iban": numbers.iban,
            "us_ssn": numbers.us_ssn,
            "ip_address": numbers.ip_address,
            "device_id": numbers.device_id,
            "bic": numbers.bic,
            "crypto_wallet": numbers.crypto_wallet,
            "vehicle": numbers.vehicle,
            "password": numbers.password,
            "geo": numbers.geo,
            "date": days.date,
            "date_of_birth": days.date,
            "age": days.age,
        }
        for kind in NUMBERS:
            self._rules[kind] = numbers.same_form(partial(holds, PREFIX + kind))

    def __call__(self, kind: str, value: str, draw: int) -> str | None:
        """The surrogate of a value of a kind (`pii.email`), or None where there is none."""
        rule = self._rules.get(kind.removeprefix(PREFIX))
        return None if rule is None else rule(value, Draws(draw))


NUMBERS = ("bank_account", "national_id", "passport", "driver_license", "medical_record")
"""Kinds whose numbers differ by country: other digits and letters in the same places."""

KINDS = frozenset(
    {
        *("person", "location", "organization", "street_address", "nationality", "email"),
        *("username", "url", "phone", "payment_card", "iban", "us_ssn", "ip_address", "device_id"),
        *("bic", "crypto_wallet", "vehicle", "password", "geo", "date", "date_of_birth", "age"),
        *NUMBERS,
    }
)
"""The kinds that have surrogates, without their prefix."""
