"""Templates with choices and slots, and the labelled texts that they stand for.

`<<a|b|>>` chooses, inside another choice too; `{slot}` is filled by a value and, where the slot has
a label, marked (of an address, its parts); `{slot#1}` gives the same value wherever it stands in one text. `\\n` and `\\t` are
a line break and a tab.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import addresses as postal
import fillers
import marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

    from addresses import Addresses
    from organizations import Organizations
    from people import People
    from places import Places

Span = tuple[int, int, str]
_CHOICE = re.compile(r"<<((?:(?!<<|>>).)*)>>", re.DOTALL)
_SLOT = re.compile(r"\{([a-z_]+)(?:#(\d))?\}")
_NO_VOWEL = re.compile(r"[^a-z]")


class Grammar:
    """Expands templates with the values of `people`, `places`, `organizations`, `addresses`."""

    def __init__(  # noqa: PLR0913 - a source for each sort of value
        self,
        people: People,
        places: Places,
        organizations: Organizations,
        addresses: Addresses,
        *,
        talk: list[str],
        vocabulary: list[str],
    ) -> None:
        self._people, self._talk, self._vocabulary = people, talk, vocabulary
        self._slots: dict[str, tuple[str | None, Callable[[Random], str]]] = {
            "person": ("PERSON", people.any), "full": ("PERSON", people.full),
            "first": ("PERSON", people.first), "last": ("PERSON", people.last),
            "inverted": ("PERSON", people.inverted), "wordlike": ("PERSON", people.wordlike), "initialled": ("PERSON", people.initialled),
            "catalogued": ("PERSON", people.catalogued),
            "place": ("LOCATION", places.any), "city": ("LOCATION", places.city),
            "state": ("LOCATION", places.state), "country": ("LOCATION", places.country),
            "abbr": ("LOCATION", places.abbreviation), "region": ("LOCATION", places.region),
            "org": ("ORGANIZATION", organizations.any), "company": ("ORGANIZATION", organizations.company),
            "bank": ("ORGANIZATION", organizations.bank), "school": ("ORGANIZATION", organizations.school),
            "clinic": ("ORGANIZATION", organizations.clinic), "club": ("ORGANIZATION", organizations.club),
            "agency": ("ORGANIZATION", organizations.agency), "brand": ("ORGANIZATION", organizations.brand),
            "media": ("ORGANIZATION", organizations.media), "band": ("ORGANIZATION", organizations.band),
            "institute": ("ORGANIZATION", organizations.institute),
            "force": ("ORGANIZATION", organizations.force),
            "union": ("ORGANIZATION", organizations.union), "landmark": ("LOCATION", places.landmark),
            "addr": (None, addresses.full), "line": (None, addresses.line),
            "street": ("STREET_ADDRESS", addresses.street), "zip": ("LOCATION", postal.code),
            "nat": ("NATIONALITY", places.nationality), "people": ("NATIONALITY", places.people),
            "title": (None, lambda rng: rng.choice(fillers.TITLES)),
            "job": (None, lambda rng: rng.choice(fillers.JOBS)),
            "product": (None, lambda rng: rng.choice(fillers.PRODUCTS)),
            "month": (None, lambda rng: rng.choice(fillers.MONTHS)),
            "day": (None, lambda rng: rng.choice(fillers.WEEKDAYS)),
            "adj": (None, lambda rng: rng.choice(fillers.ADJECTIVES)),
            "age": (None, lambda rng: str(rng.randint(1, 99))),
            "email": (None, self._email), "user": (None, self._user),
            "url": (None, lambda rng: f"https://{self._user(rng)}.com/{fillers.code(rng)}"),
            "date": (None, fillers.date), "time": (None, fillers.time), "stamp": (None, fillers.stamp),
            "num": (None, fillers.number), "phone": (None, fillers.phone), "code": (None, fillers.code),
            "money": (None, fillers.money), "heading": (None, self._heading), "opener": (None, self._opener),
            "words": (None, self._words), "ip": (None, fillers.ip),
        }  # fmt: skip

    def expand(self, template: str, rng: Random) -> tuple[str, list[Span]]:
        """One text of `template`, and its spans."""
        while (choice := _CHOICE.search(template)) is not None:
            chosen = rng.choice(choice.group(1).split("|"))
            template = template[: choice.start()] + chosen + template[choice.end() :]
        text, spans, known, end = "", [], {}, 0
        for slot in _SLOT.finditer(template):
            text += template[end : slot.start()]
            name, end = slot.group(1), slot.end()
            label, make = self._slots[name]
            drawn = known.setdefault(slot.group(0), make(rng)) if slot.group(2) else make(rng)
            value, inner = marks.read(drawn)
            inner = [(0, len(value), label)] if label else inner
            spans += [(len(text) + a, len(text) + b, kind) for a, b, kind in inner if a < b]
            text += value
        return text + template[end:], spans

    def _words(self, rng: Random) -> str:
        if rng.random() < 0.3:
            return fillers.words(rng)
        said = rng.choice(self._talk).strip(" .?!")
        if not said or rng.random() < 0.6:
            return said
        return said[0].lower() + said[1:]

    def _opener(self, rng: Random) -> str:
        return rng.choice(self._vocabulary).capitalize()

    def _heading(self, rng: Random) -> str:
        if rng.random() < 0.3:
            return fillers.heading(rng)
        chosen = rng.choices(self._vocabulary, k=rng.randint(1, 4))
        case = rng.choices((str.title, str.capitalize, str.upper), (7, 2, 1))[0]
        return " ".join(map(case, chosen))

    def _user(self, rng: Random) -> str:
        first, last = (_NO_VOWEL.sub("", name.lower()) for name in self._people.pair(rng))
        return rng.choice((f"{first}.{last}", f"{first}{last}", f"{first[:1]}{last}",
                           f"{first}_{rng.randint(1, 999)}", f"{last}{rng.randint(1, 99)}"))  # fmt: skip

    def _email(self, rng: Random) -> str:
        host = rng.choice(("gmail.com", "example.com", "outlook.com", "yahoo.co.uk", "web.de"))
        return f"{self._user(rng)}@{host}"


def templates(folder: Path) -> Iterator[tuple[str, str]]:
    """Every template of a folder's `*.txt`, with the name of its file."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith("// "):
                yield path.stem, line.replace("\\n", "\n").replace("\\t", "\t")
