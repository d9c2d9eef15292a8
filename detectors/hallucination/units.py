"""Units of measure and money, each in the one form that its spellings have."""

from __future__ import annotations

import re

_SPELLINGS = {
    "km": "km kilometre kilometres kilometer kilometers",
    "metre": "metre metres meter meters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "mile": "mile miles",
    "foot": "ft foot feet",
    "inch": "inch inches",
    "kg": "kg kilogram kilograms kilogramme kilogrammes",
    "gram": "g gram grams gramme grammes",
    "mg": "mg milligram milligrams",
    "\u00b5g": "\u00b5g \u03bcg mcg microgram micrograms",
    "lb": "lb lbs pound pounds",
    "ounce": "oz ounce ounces",
    "litre": "l litre litres liter liters",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "hour": "h hr hrs hour hours",
    "minute": "min mins minute minutes",
    "second": "sec secs seconds",
    "ms": "ms millisecond milliseconds",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "yr yrs year years",
    "MB": "mb megabyte megabytes",
    "GB": "gb gigabyte gigabytes",
    "TB": "tb terabyte terabytes",
    "\u00b0C": "\u00b0c celsius",
    "\u00b0F": "\u00b0f fahrenheit",
    "km/h": "km/h kmh kph",
    "mph": "mph",
    "kW": "kw kilowatt kilowatts",
    "MW": "mw megawatt megawatts",
}
"""What m is, metres, minutes or millions, is not known here."""
_CURRENCIES = {
    "dollar": "$ US$ USD dollar dollars",
    "euro": "\u20ac EUR euro euros",
    "sterling": "\u00a3 GBP sterling quid pound pounds",
    "yen": "\u00a5 \uffe5 JPY yen",
    "yuan": "\u00a5 \uffe5 CNY RMB yuan renminbi",
    "franc": "CHF franc francs",
    "DKK": "DKK kr krone kroner crown crowns",
    "NOK": "NOK kr krone kroner crown crowns",
    "SEK": "SEK kr krona kronor crown crowns",
    "ISK": "ISK kr krona kronur",
    "koruna": "CZK koruna korunas koruny korun crown crowns",
    "INR": "\u20b9 INR Rs rupee rupees",
    "PKR": "PKR Rs rupee rupees",
    "peso": "\u20b1 MXN peso pesos",
    "zloty": "PLN z\u0142 zloty zlotys zlotych z\u0142oty z\u0142ote z\u0142otych",
    "rouble": "\u20bd RUB rouble roubles ruble rubles",
    "lira": "\u20ba lira liras lire",
    "won": "\u20a9 KRW won",
    "shekel": "\u20aa ILS NIS shekel shekels",
    "baht": "\u0e3f THB baht",
    "dong": "\u20ab VND dong",
    "naira": "\u20a6 NGN naira",
    "hryvnia": "\u20b4 UAH hryvnia hryvnias",
    "real": "BRL reais",
    "rand": "ZAR rand",
    "forint": "HUF forint forints",
    "leu": "RON lei leu",
    "lev": "BGN leva lev",
    "dinar": "dinar dinars",
    "dirham": "AED dirham dirhams",
    "riyal": "riyal riyals rial rials",
    "rupiah": "IDR rupiah",
    "ringgit": "MYR ringgit",
    "shilling": "shilling shillings",
    "mark": "DEM mark marks",
}
"""Signs, codes of ISO 4217 and words; what other words mean as well (PHP, TRY) is left out."""
_WHOSE = (
    r"us|u\.s\.|american|canadian|australian|british|swiss|french|danish|norwegian|swedish|icelandic"
    "|czech|japanese|chinese|indian|pakistani|mexican|polish|russian|turkish|korean|israeli|german"
)
"""Whose money it is may stand before its word, which says enough."""
_ROWS = [(name, row.lower().split()) for name, row in (_SPELLINGS | _CURRENCIES).items()]
_UNITS = {
    one: " ".join(name for name, row in _ROWS if one in row) for _, row in _ROWS for one in row
}
_LONGEST_FIRST = sorted(_UNITS, key=len)[::-1]
_CODES = [
    one for row in _CURRENCIES.values() for one in row.split() if one.isalpha() and one.isupper()
]
_BEFORE = re.compile(rf"\b({'|'.join(_CODES)}|kr|Rs)\.?\s?$")
_FARTHEST = 6

SIGNS = "".join(one for one in _UNITS if len(one) == 1 and not one.isalpha())
"""Of currencies, those that stand before a number."""
UNIT = rf"(?:(?:{_WHOSE})\s)?(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})(?![\w$])"
"""A pattern for what may stand behind a number."""


def unit_of(spelling: str | None) -> str:
    """The unit that is so spelt, or the several in a row; empty where none is."""
    said = (spelling or "").lower().split()
    return _UNITS.get(said[-1].strip("-"), "") if said else ""


def unit_before(text: str, at: int) -> str:
    """The currency whose code stands before a number: EUR 5."""
    code = _BEFORE.search(text, max(0, at - _FARTHEST), at)
    return unit_of(code[1]) if code else ""


def differ(one: str, other: str) -> bool:
    """Whether two units are known and none is both: kroner may be of Norway or of Denmark."""
    return bool(one and other) and set(one.split()).isdisjoint(other.split())
