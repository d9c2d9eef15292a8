"""What the generated texts are made of: values, and the words around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

BARE = ("It is {}.", "{}", "I think {} is right.", "- {}", "a; {}; done", "Thanks! {}", "({})")
"""Around a value that nothing announces."""

LOOKALIKE = (
    "Order {} has shipped.", "ref {}", "batch {} passed the test", "serial {}", "build {} failed",
    "See item {} in the catalogue.", "total {}", "{} rows were read", "10:30:45 worker {} ok",
    "sku={}", '{"sequence": "{}"}', "invoice {} is paid", "part {} replaces it", "model {}",
    "| {} | 3.5 | ok |", "checksum {}", "commit {}", "section {}", "case {} is closed", "{}",
)  # fmt: skip
"""Around something that only has the form of a value."""

NOTHING_PERSONAL = (
    "isbn", "isil", "isin", "gb.sedol", "de.wkn", "cusip", "figi", "lei", "cfi", "eu.eic", "casrn",
    "eu.ecnumber", "iso6346", "isrc", "ismn", "ean", "isan", "it.aic", "do.ncf",
)  # fmt: skip
"""Modules of python-stdnum for books, securities, containers, substances: nobody's numbers."""

ANNOUNCED = {
    "payment_card": ("Please charge my card {}.", "card number: {}", "pay with visa {}, thanks"),
    "iban": ("My IBAN is {}.", "iban: {}", "Transfer it to the account {} please."),
    "bic": ("BIC: {}", "The SWIFT code of the bank is {}."),
    "bank_account": ("account number {}", "My bank account is {}.", "routing number: {}"),
    "phone": ("Call me on {}.", "phone: {}", "My mobile is {}, text me.", "Tel. {}"),
    "email": ("Write to {}.", "e-mail: {}", '{"email": "{}"}'),
    "url": ("My site is {}.", "see {} for more", "url: {}"),
    "ip_address": ("The client {} logged in.", "ip address: {}", "from host {}"),
    "us_ssn": ("My SSN is {}.", "social security number: {}", '{"ssn": "{}"}'),
    "passport": ("passport number: {}", "My passport is {}.", "Passport No. {}"),
    "driver_license": ("driver's license {}", "driving licence number: {}"),
    "medical_record": ("MRN: {}", "medical record number {}", "patient id {}"),
    "vehicle": ("licence plate {}", "The car with plate {} is parked here.", "VIN: {}"),
    "device_id": ("mac address {}", "IMEI: {}", "The device {} joined."),
    "crypto_wallet": ("Send it to my wallet {}.", "bitcoin address: {}"),
    "username": ("username: {}", "user name {}", '{"username": "{}"}', "login: {}"),
    "password": ("password: {}", "My password is {}", '{"password": "{}"}'),
    "date": ("It happened on {}.", "date: {}", "until {} at the latest"),
    "date_of_birth": ("born on {}", "date of birth: {}", "DOB {}", '{"birth_date": "{}"}'),
    "age": ("I am {} years old.", "She is {} years old.", "age: {}"),
    "geo": ("coordinates: {}", "We are at {} now.", "lat/lon {}"),
    "national_id": ("national id {}", "identity number: {}", "tax id {}"),
}
"""Around a value that is said to be one."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "iris", "juniper",
    "kestrel", "linden", "maple", "nectar", "onyx", "pebble", "quartz", "raven", "sorrel", "thyme",
)  # fmt: skip
_TOPS = ("com", "org", "net", "io", "de", "co.uk", "fr", "example")
_AREAS = (206, 212, 305, 312, 404, 415, 512, 602, 617, 702, 713, 808)
_ISSUERS = (
    ("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16),
    ("4", 13), ("4", 19), ("36", 14), ("3530", 16), ("5018", 12), ("5612", 12), ("6759", 12),
)  # fmt: skip


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(count))


def _card(chance: random.Random) -> str:
    prefix, length = chance.choice(_ISSUERS)
    body = prefix + _digits(chance, length - len(prefix) - 1)
    total = sum(
        sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(body[::-1])
    )
    number = body + str(-total % 10)
    gap = chance.choice(("", " ", "-")) if length == 16 else ""
    return gap.join(number[place : place + 4] for place in range(0, length, 4)) if gap else number


def _host(chance: random.Random) -> str:
    return f"{chance.choice(_WORDS)}{chance.choice(_WORDS)}.{chance.choice(_TOPS)}"


def _email(chance: random.Random) -> str:
    local = chance.choice(("{}.{}", "{}_{}", "{}{}", "{}-{}"))
    return f"{local.format(*chance.sample(_WORDS, 2))}@{_host(chance)}"


def _url(chance: random.Random) -> str:
    lead = chance.choice(("https://", "http://", "https://www.", "www."))
    return f"{lead}{_host(chance)}/{chance.choice(_WORDS)}"


def _ip(chance: random.Random) -> str:
    first = chance.choice((23, 64, 81, 91, 134, 151, 185, 203))
    return ".".join(map(str, (first, *(chance.randrange(1, 255) for _ in range(3)))))


def _mac(chance: random.Random) -> str:
    return chance.choice(":-").join(f"{chance.randrange(256):02x}" for _ in range(6))


def _ssn(chance: random.Random) -> str:
    area = chance.choice([*range(1, 666), *range(667, 900)])
    gap = chance.choice("---- .")
    return gap.join(
        (f"{area:03d}", f"{chance.randrange(1, 100):02d}", f"{chance.randrange(1, 10_000):04d}")
    )


def _itin(chance: random.Random) -> str:
    # IRS, Topic 857: the fourth and fifth digits are 50-65, 70-88, 90-92 or 94-99.
    middle = chance.choice((*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)))
    gap = chance.choice("--- ") if chance.random() < 0.8 else ""
    return gap.join((f"9{_digits(chance, 2)}", str(middle), _digits(chance, 4)))


def _phone(chance: random.Random) -> str:
    area, exchange = chance.choice(_AREAS), 200 + chance.randrange(800)
    if chance.random() < 0.25:
        return _foreign_phone(chance)
    if chance.random() < 0.25:
        area = chance.randrange(200, 1000)  # mostly unassigned, as in invented numbers
    form = chance.choice(
        ("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}", "1-{}-{}-{}", "001-{}-{}-{}",
         "{} {} {}", "{}{}{}")
    )  # fmt: skip
    extension = chance.choice(("", "", "", "x{}", " ext. {}")).format(_digits(chance, 3))
    return form.format(area, exchange, _digits(chance, 4)) + extension


def _foreign_phone(chance: random.Random) -> str:
    """As it is dialled in countries with a trunk prefix, ten or eleven digits in their groups."""
    form = chance.choice(
        ("0# ## ## ## ##", "(0#) #### ####", "0### ######", "0###-### ## ##", "0#-########",
         "0### ## ## ##", "0#### ######", "(0###) ###-####", "0##/#######", "0#### #####",
         "4## ## ###", "9## ## ###", "(##) ####-####", "(##) ### ####", "## ### ## ##",
         "1## #### ####", "## #### ####", "+44 20 7### ####", "44 20 7### ####", "(+49) 30 ######",
         "+33 #########", "## ## ## ##", "44 74## ######", "33 6 ## ## ## ##", "(351) 91# ### ###",
         "49 151 ########", "8 (9##) ###-##-##", "##-##-##-##", "6### ####", "21 ### ####",
         "6## ######",
         "2##-#######", "9 #### ####", "(6##) ### ###", "(##) ##-##-##", "226 7# ## ## ##")
    )  # fmt: skip
    first = str(chance.randrange(1, 10))
    return "".join(
        _digits(chance, 1) if sign == "#" else sign for sign in form.replace("#", first, 1)
    )


def _date(chance: random.Random) -> str:
    day, month, year = (
        chance.randrange(1, 29),
        chance.randrange(1, 13),
        chance.randrange(1940, 2031),
    )
    return chance.choice(
        (
            f"{year}-{month:02d}-{day:02d}", f"{day:02d}/{month:02d}/{year}",
            f"{month}/{day}/{year % 100:02d}", f"{day}.{month}.{year}",
            f"{MONTHS[month - 1]} {day}, {year}", f"{day} {MONTHS[month - 1]} {year}",
            f"{MONTHS[month - 1][:3]} {day}", f"{day} {MONTHS[month - 1][:3]} {year}",
        )
    )  # fmt: skip


def _geo(chance: random.Random) -> str:
    return f"{chance.uniform(-80, 80):.5f}, {chance.uniform(-170, 170):.5f}"


VALUES: dict[str, Callable[[random.Random], str]] = {
    "payment_card": _card,
    "email": _email,
    "url": _url,
    "ip_address": _ip,
    "device_id": _mac,
    "us_ssn": _ssn,
    "us.itin": _itin,
    "phone": _phone,
    "date": _date,
    "date_of_birth": _date,
    "geo": _geo,
    "age": lambda chance: str(chance.randrange(18, 95)),
    "passport": lambda chance: chance.choice((_letters(chance, 1), "")) + _digits(chance, 8),
    "driver_license": lambda chance: _letters(chance, 1) + _digits(chance, 7),
    "medical_record": lambda chance: (
        chance.choice(("", "", "MRN-", "P", "H-")) + _digits(chance, chance.randrange(6, 9))
    ),
    "bank_account": lambda chance: (
        chance.choice(("", "", "", "ACC", "AC-")) + _digits(chance, chance.randrange(8, 13))
    ),
    "vehicle": lambda chance: f"{_letters(chance, 3)} {_digits(chance, 4)}",
    "username": lambda chance: chance.choice(_WORDS) + _digits(chance, 2),
    "password": lambda chance: (
        _letters(chance, 2) + chance.choice(_WORDS) + "!" + _digits(chance, 3)
    ),
}
"""How a value of a kind, or of a module of python-stdnum, is made.

No name, number or address of anybody in particular.
"""
