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
    "lb": "lb lbs",
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
    "dollar": "$ us$ usd dollar dollars",
    "euro": "\u20ac eur euro euros",
    "sterling": "\u00a3 gbp",
}
"""Pounds are of weight and of money, m is metres, minutes and millions: none of them is here."""
_UNITS = {one: unit for unit, spellings in _SPELLINGS.items() for one in spellings.split()}
_LONGEST_FIRST = sorted((one for one in _UNITS if one.isascii() or len(one) > 1), key=len)[::-1]

UNIT = rf"(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})(?![\w$])"
"""A pattern for what may stand behind a number."""


def unit_of(spelling: str | None) -> str:
    """The unit that is so spelt; empty where none is."""
    return _UNITS.get((spelling or "").strip(" -").lower(), "")
