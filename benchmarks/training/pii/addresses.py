"""Postal addresses of many countries, on one line and on several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faker import Faker
from marks import place, street

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from people import People
    from places import Places

STREETS = ("de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "sv_SE", "fi_FI", "da_DK", "no_NO", "pl_PL",
           "pt_BR", "pt_PT", "cs_CZ", "hu_HU", "hr_HR", "de_AT", "de_CH", "nl_BE", "ro_RO", "sk_SK",
           "es_MX", "id_ID", "tr_TR", "sl_SI")  # fmt: skip
"""Faker's locales from which street names outside English are taken."""

TYPES = ("Street", "St", "St.", "Avenue", "Ave", "Ave.", "Road", "Rd", "Rd.", "Lane", "Ln", "Drive",
         "Dr", "Dr.", "Boulevard", "Blvd", "Blvd.", "Court", "Ct", "Place", "Pl", "Way", "Terrace",
         "Circle", "Parkway", "Pkwy", "Highway", "Square", "Close", "Crescent", "Grove", "Trail",
         "Row", "Hill", "Gardens", "Mews", "Walk", "Loop", "Plaza", "Alley", "Run", "Ridge")  # fmt: skip
NAMES = ("Main", "Oak", "Maple", "Pine", "Cedar", "Elm", "Park", "Lake", "Hill", "Church", "Mill",
         "River", "Spring", "High", "Station", "Victoria", "King", "Queen", "Green", "Sunset", "Bridge",
         "Market", "Broad", "Washington", "Lincoln", "Jefferson", "Franklin", "Union", "School",
         "Meadow", "Forest", "Valley", "Chestnut", "Walnut", "Willow", "Birch", "Highland", "Orchard",
         "Rosewood", "Fox Hollow", "Stony Brook", "Old Mill", "Deer Creek", "Martin Luther King",
         "1st", "2nd", "3rd", "4th", "5th", "7th", "12th", "42nd", "MG", "Nehru", "Ring", "Harbour")  # fmt: skip
UNITS = ("Apt. {n}", "Apt {n}", "Apartment {n}", "Suite {n}", "Ste {n}", "Unit {n}", "#{n}", "Flat {n}",
         "Floor {n}", "Rm {n}", "Room {n}", "Apt. {n}B", "Unit {n}C", "Apt #{n}", "Bldg {n}")  # fmt: skip
BREAKS = ("\n", "\n", "\n", ",\n", " \n", "\r\n", "\n  ", "\n\t")


class Addresses:
    """Draws addresses: `full` in any format, `line` without a line break, `street` alone.

    The parts of `full` and `line` are marked, see `marks`.
    """

    def __init__(self, people: People, places: Places, seed: int) -> None:
        self._people, self._places = people, places
        self._foreign: list[str] = []
        for locale in STREETS:
            fake = Faker(locale)
            fake.seed_instance(seed)
            self._foreign += [fake.street_name() for _ in range(250)]
        self._formats: tuple[Callable[[Random, str], str], ...] = (
            self._american, self._american, self._american, self._british, self._continental,
            self._continental, self._number_last, self._mixed, self._mixed, self._box, self._indian,
        )  # fmt: skip

    def full(self, rng: Random) -> str:
        """A full address, on one line or several."""
        separator = ", " if rng.random() < 0.5 else rng.choice(BREAKS)
        return rng.choice(self._formats)(rng, separator)

    def line(self, rng: Random) -> str:
        """A full address on one line."""
        separator = ", " if rng.random() < 0.85 else " "
        return rng.choice(self._formats)(rng, separator)

    def street(self, rng: Random) -> str:
        """A house number and a street."""
        draw = rng.random()
        if draw < 0.6:
            return f"{_number(rng)} {self._english(rng)}" + self._unit(rng, ", ", 0.2)
        name = rng.choice(self._foreign)
        if draw < 0.8:
            return f"{name} {_number(rng, 199)}{rng.choice(('', '', '', 'a', 'B', '/2', '-4'))}"
        return f"{_number(rng)}{rng.choice((' ', ' ', ', ', ' bis '))}{name}"

    def _english(self, rng: Random) -> str:
        draw = rng.random()
        name = rng.choice(NAMES) if draw < 0.5 else self._people.last(rng)
        if draw > 0.92:
            name = f"{self._people.first(rng)} {name}"
        before = f"{rng.choice('NSEW')}{rng.choice(('.', '', ''))} " if rng.random() < 0.08 else ""
        if rng.random() < 0.05:
            return rng.choice((f"County Road {_number(rng, 99)}", f"Route {_number(rng, 99)}",
                               "Broadway", f"Highway {_number(rng, 99)}", "The Green"))  # fmt: skip
        return f"{before}{name} {rng.choice(TYPES)}"

    def _unit(self, rng: Random, separator: str, share: float = 0.35) -> str:
        if rng.random() > share:
            return ""
        joint = rng.choice((" ", ", ", separator))
        return joint + rng.choice(UNITS).format(n=rng.randint(1, 999))

    def _american(self, rng: Random, separator: str) -> str:
        state = rng.choice(self._places.states)[rng.random() < 0.8]
        code = _zip(rng)
        text = street(f"{_number(rng)} {self._english(rng)}{self._unit(rng, separator)}")
        text += f"{separator}{place(self._places.city(rng))}{rng.choice((', ', ', ', ', ', ' '))}"
        text += f"{place(state)} {place(code)}"
        if rng.random() < 0.15:
            text += separator + place(rng.choice(("USA", "United States", "US", "U.S.A.")))
        return text

    def _british(self, rng: Random, separator: str) -> str:
        letters = "ABCDEFGHJKLMNPRSTUWYZ"
        code = f"{rng.choice(letters)}{rng.choice(letters + '  ').strip()}{rng.randint(1, 28)} "
        code += f"{rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"
        flat = f"Flat {rng.randint(1, 40)}{separator}" if rng.random() < 0.2 else ""
        end = rng.choice(("", "", separator + place("UK"), separator + place("United Kingdom")))
        joint = rng.choice((separator, " "))
        line = street(f"{flat}{_number(rng, 300)} {self._english(rng)}")
        return f"{line}{separator}{place(self._places.city(rng))}{joint}{place(code)}{end}"

    def _continental(self, rng: Random, separator: str) -> str:
        code = rng.choice((f"{rng.randint(1000, 99999)}", f"{rng.randint(10, 99)}-{rng.randint(100, 999)}",
                           f"{rng.randint(100, 999)} {rng.randint(10, 99)}",
                           f"{rng.randint(1000, 9999)} {rng.choice('ABCDEH')}{rng.choice('KLMNPX')}",
                           f"D-{rng.randint(10000, 99999)}"))  # fmt: skip
        city, _, country = rng.choice(self._places.cities)
        end = separator + place(country) if rng.random() < 0.4 else ""
        line = f"{rng.choice(self._foreign)} {_number(rng, 199)}{self._unit(rng, separator, 0.15)}"
        return f"{street(line)}{separator}{place(code)} {place(city)}{end}"

    def _number_last(self, rng: Random, separator: str) -> str:
        city, subdivision, country = rng.choice(self._places.cities)
        joint = rng.choice((separator, " - "))
        middle = place(city) + (joint + place(subdivision) if rng.random() < 0.66 else "")
        code = place(str(rng.randint(10000, 99999)))
        end = rng.choice(("", separator + place(country), f" {code}"))
        return f"{street(self.street(rng))}{separator}{middle}{end}"

    def _mixed(self, rng: Random, separator: str) -> str:
        """House number, a street of anywhere, unit, town, state, country, code: as forms print it."""
        city, subdivision, country = rng.choice(self._places.cities)
        line = rng.choice((self.street(rng), f"{_number(rng, 9999)} {rng.choice(self._foreign)} "
                           f"{_number(rng, 99)}"))  # fmt: skip
        parts = [street(line + self._unit(rng, separator))]
        parts.append(place(rng.choice((city, city, city.upper()))))
        if rng.random() < 0.4:
            parts.append(place(rng.choice((subdivision, self._places.abbreviation(rng)))))
        last = [place(country)] if rng.random() < 0.6 else []
        code = place(rng.choice((_zip(rng), str(rng.randint(1000, 999999)))))
        last.insert(rng.randint(0, len(last)), code)
        if rng.random() < 0.15:
            last = last[:1]
        return separator.join([*parts, rng.choice((" ", separator)).join(last)])

    def _box(self, rng: Random, separator: str) -> str:
        box = rng.choice(("PO Box", "P.O. Box", "P. O. Box", "Post Office Box", "POB", "GPO Box"))
        town, state = self._places.city(rng), self._places.abbreviation(rng)
        return f"{street(f'{box} {_number(rng)}')}{separator}{place(town)}, {place(state)} {place(_zip(rng))}"

    def _indian(self, rng: Random, separator: str) -> str:
        city, subdivision, country = rng.choice(self._places.cities)
        head = rng.choice(("Plot No. {n}", "House No. {n}", "H.No. {n}", "Block {n}", "No. {n}",
                           "Door No. {n}", "{n}/A", "Shop {n}", "Blk {n} #05-12")).format(n=_number(rng, 400))  # fmt: skip
        area = rng.choice(("Sector 12", "Phase II", "Near City Mall", "2nd Cross", "Civil Lines"))
        middle = f"{separator}{area}" if rng.random() < 0.5 else ""
        code = place(str(rng.randint(110001, 855999)))
        end = rng.choice((f" {code}", f" - {code}", "")) + rng.choice(
            ("", separator + place(country))
        )
        line = street(f"{head}, {self._english(rng)}{middle}")
        return f"{line}{separator}{place(city)}{separator}{place(subdivision)}{end}"


def _number(rng: Random, top: int = 9999) -> str:
    return str(rng.randint(1, rng.choice((top, min(top, 200), min(top, 999)))))


def code(rng: Random) -> str:
    """A postal code of the United States, now and then of another country."""
    return _zip(rng) if rng.random() < 0.8 else str(rng.randint(1000, 999999))


def _zip(rng: Random) -> str:
    code = f"{rng.randint(501, 99950):05}"
    return f"{code}-{rng.randint(0, 9999):04}" if rng.random() < 0.1 else code
