"""The kinds of personal data, with the score at which each is acted upon."""

from __future__ import annotations

from typing import NamedTuple

PREFIX = "pii."


class Entity(NamedTuple):
    """A kind without its prefix, what it is, and its recommended point."""

    name: str
    description: str
    recommended_at: float = 0.5


ENTITIES = (
    Entity("email", "An e-mail address, also one with letters beyond ASCII."),
    Entity("phone", "A telephone number of an existing numbering plan."),
    Entity("url", "A web address or the name of a host, with or without credentials in it."),
    Entity("payment_card", "The number of a credit or debit card, with a valid check digit."),
    Entity("iban", "An international bank account number, with valid check digits."),
    Entity("bank_account", "A bank account's number after its label, or a bank's routing number."),
    Entity("bic", "The code of a bank (BIC, SWIFT) after its label."),
    Entity("crypto_wallet", "An address of Bitcoin or Ethereum, with a valid check sum."),
    Entity("ip_address", "An IPv4 or IPv6 address of one machine."),
    Entity("device_id", "A MAC address, or the IMEI of a mobile device."),
    Entity("vehicle", "A vehicle's identification number, or a plate after its label."),
    Entity("us_ssn", "A US social security number that can have been issued."),
    Entity(
        "national_id", "A state's number for a person or firm: identity, tax, health insurance."
    ),
    Entity("driver_license", "A driver's licence number."),
    Entity("passport", "A passport number after its label."),
    Entity("medical_record", "A patient's number: a medical record, or the British NHS number."),
    Entity("date", "A date, with its time of day where one stands beside it."),
    Entity("date_of_birth", "A date or year after words such as 'born' or 'date of birth'."),
    Entity("age", "A person's age, by the words around it."),
    Entity("password", "A password after its label."),
    Entity("username", "A user's name after its label."),
    Entity("person", "A person's name.", 0.4),
    Entity("location", "A city, a country or a region; a postal code.", 0.4),
    Entity("organization", "The name of a company or an institution.", 0.4),
    Entity("street_address", "The street of a postal address, with number and unit; or all of it."),
    Entity("geo", "Coordinates of a place."),
    Entity("nationality", "A word for a people, or for the followers of a religion."),
)
"""All of them, in the order in which they are listed."""
