"""The endless, seeded stream of labelled texts that a training reads."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from addresses import Addresses
from brands import WELL_KNOWN
from corpora import Row, code, held_out, moved, renamed, requests, rows, sentences
from fillers import words
from grammar import Grammar, templates
from organizations import Organizations
from people import People
from places import DEMONYMS, FAMOUS, GROUPS, PEOPLES, US_STATES, Places
from silver import read as read_silver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

HERE = Path(__file__).parent
WEIGHTS = {"chat": 1.2, "mail": 1.4, "forms": 1.3, "data": 1.1, "support": 1.3, "medical": 1.0,
           "press": 1.3, "ambiguous": 1.3, "assistant": 1.4, "prompts": 1.3, "papers": 1.3, "quiet": 1.5,
           "firms": 2.2, "towns": 1.8, "reports": 1.9, "news": 2.4, "people": 1.8, "capitals": 1.5, "abroad": 3.2}  # fmt: skip
"""How often a file's templates are drawn."""
SETS = {"broad_twitter_train": 1.0, "kurkowski": 1.0, "sec_filings_train": 0.5,
        "wikiann_en_train": 0.5, "wikigold": 3.0, "wnut17_train": 1.2}  # fmt: skip
"""How often a row of a set is drawn."""
SHARES = {
    "template": 0.5,
    "corpus": 0.24,
    "silver": 0.14,
    "requests": 0.04,
    "sentences": 0.05,
    "code": 0.03,
}
CHANGES = {
    "none": 0.74, "small letters": 0.12, "capitals": 0.03, "names in small letters": 0.02,
    "names in capitals": 0.02, "without accents": 0.02, "mistyped": 0.02, "after words": 0.03,
}  # fmt: skip
"""How often a text is changed, and how."""
_SMALL = re.compile("[a-z]{3,12}")
JOINTS = ("\n\n", "\n", " ", " ", "\n\n", ". ")


@dataclass
class Stream:
    """Draws rows; `training` is endless, `development` the held-out part."""

    data: Path
    seed: int
    silver: Path | None = None

    def __post_init__(self) -> None:
        reference = self.data / "pii" / "reference"
        self.people, places = People(reference, self.seed), Places(reference)
        addresses = Addresses(self.people, places, self.seed)
        organizations = Organizations(self.people, places, self.seed)
        self._places, self._organizations = places, organizations
        self._train: list[tuple[str, str]] = []
        self._dev: list[tuple[str, str]] = []
        for stem, template in templates(HERE / "templates"):
            (self._dev if held_out(template, 0.08) else self._train).append((stem, template))
        self._template_weights = list(accumulate(WEIGHTS[stem] for stem, _ in self._train))
        read = list(rows(self.data / "pii" / "train"))
        self._corpus = [row for row, held in read if not held]
        self._corpus_dev = [row for row, held in read if held]
        self._corpus_weights = list(accumulate(SETS[row.source] for row in self._corpus))
        self._silver = read_silver(self.silver) if self.silver else []
        self._shares = {
            part: share for part, share in SHARES.items() if self._silver or part != "silver"
        }
        vocabulary = _vocabulary(self._corpus)
        named = _gazetteer(reference, places, set(vocabulary))
        asked = requests(self.data / "relevancy" / "train", named)
        said = sentences(self.data / "grounding" / "train", named)
        pieces = code()
        self._quiet = {
            name: [row for row in each if not held_out(row.text)]
            for name, each in (("requests", asked), ("sentences", said), ("code", pieces))
        }
        plain = [row.text for row in self._corpus if not row.spans and row.source != "kurkowski"]
        talk = [text for text in plain if "@" not in text]
        talk += [row.text for part in ("requests", "sentences") for row in self._quiet[part]]
        self.grammar = Grammar(
            self.people,
            places,
            organizations,
            addresses,
            talk=[text for text in talk if len(text) < 90],
            vocabulary=vocabulary,
        )
        self._quiet_dev = [row for row in asked + pieces + said if held_out(row.text)]

    def training(self, rng: Random) -> Iterator[Row]:
        """Rows without end, some of them joined to longer texts, some in another case."""
        while True:
            row = self._draw(rng)
            while rng.random() < 0.35 and len(row.text) < 1200:
                row = _joined(row, self._draw(rng), rng.choice(JOINTS))
            yield _recased(row, rng)

    def development(self, rng: Random) -> dict[str, list[Row]]:
        """The held-out rows: of templates never trained on, and a tenth of each set."""
        parts: dict[str, list[Row]] = {"template": [], "lower": [], "upper": []}
        for _, template in self._dev:
            for _ in range(12):
                row = Row(*self.grammar.expand(template, rng))
                parts["template"].append(row)
                draw = rng.random()
                if draw < 0.15:
                    parts["lower"].append(_cased(row, row.text.lower()))
                elif draw > 0.9:
                    parts["upper"].append(_cased(row, row.text.upper()))
        for row in self._corpus_dev:
            parts.setdefault(row.source, []).append(row)
        parts["quiet"] = self._quiet_dev[::5]
        return {name: part[:900] for name, part in parts.items()}

    def _draw(self, rng: Random) -> Row:
        part = rng.choices(list(self._shares), list(self._shares.values()))[0]
        if part == "template":
            _, template = rng.choices(self._train, cum_weights=self._template_weights)[0]
            return Row(*self.grammar.expand(template, rng))
        if part == "corpus":
            row = rng.choices(self._corpus, cum_weights=self._corpus_weights)[0]
            share = 0.8 if row.source == "kurkowski" else 0.25
            row = renamed(row, self.people, rng) if rng.random() < share else row
            return self._moved(row, rng) if row.source == "wikigold" else row
        if part == "silver":
            row = rng.choice(self._silver)
            row = renamed(row, self.people, rng) if rng.random() < 0.3 else row
            return self._moved(row, rng)
        return rng.choice(self._quiet[part])

    def _moved(self, row: Row, rng: Random) -> Row:
        is_moved = rng.random() < 0.35
        return moved(row, self._places, self._organizations, rng) if is_moved else row


def _vocabulary(corpus: list[Row]) -> list[str]:
    """The words that stand in small letters, unmarked, at least three times."""
    counts = Counter(word for row in corpus for word in row.text.split() if _SMALL.fullmatch(word))
    return sorted(word for word, count in counts.items() if count > 2)


def _gazetteer(reference: Path, places: Places, vocabulary: set[str]) -> set[str]:
    first = (reference / "first_names_us.txt").read_text("utf-8").lower().split()
    common = {"will", "may", "an", "so", "my", "see", "love", "long", "much", "art", "in", "many", "sun",
              "le", "man", "hong", "dee", "bill", "bank", "page", "card", "mark", "sum",
              "read", "star", "song", "sage", "true", "su", "ok", "pay"}  # fmt: skip
    towns = {part for name in FAMOUS for part in name.lower().split()}
    states = {word for row in US_STATES.lower().split(",") for word in row.split()[:-1]}
    lands = {name.lower() for name in places.countries} | {
        "uk",
        "usa",
        "us",
        "eu",
        "united",
        "york",
    }
    lands |= {word.lower() for row in DEMONYMS.split(";") for word in row.split()[1:]}
    lands |= {word.lower() for word in (*GROUPS, *PEOPLES, "America", "Google", "Amazon")}
    shops = {"walmart", "wal", "mcdonalds", "safeway", "usaa", "wells", "fargo", "citi", "bofa", "schwab",
             "nyc", "vegas", "la", "applebees", "chilis", "arbys", "wendys", "popeyes", "africa", "mexican",
             "michael's", "hopper's", "smith's", "beatles", "celtics", "kroger", "publix", "aldi", "amex"}  # fmt: skip
    others = shops | {name.lower() for name in (*WELL_KNOWN, *places.american) if name.isalpha()}
    return (set(first) - common) | towns | states | lands | (others - vocabulary)


def _joined(left: Row, right: Row, joint: str) -> Row:
    shift = len(left.text) + len(joint)
    return Row(
        left.text + joint + right.text,
        left.spans + [(a + shift, b + shift, label) for a, b, label in right.spans],
        left.unsure + [(a + shift, b + shift) for a, b in right.unsure],
        left.source,
    )


def _cased(row: Row, text: str) -> Row:
    return Row(text, row.spans, row.unsure, row.source) if len(text) == len(row.text) else row


def _recased(row: Row, rng: Random) -> Row:
    """The row as somebody else would have typed it, see `CHANGES`; mostly as it is."""
    change = rng.choices(list(CHANGES), list(CHANGES.values()))[0]
    if change == "after words":
        return _joined(Row(words(rng), []), row, rng.choice((" ", ", ", ": ", "\n", " - ")))
    if change == "mistyped":
        return _cased(row, _names(row, lambda name: _mistyped(name, rng)))
    if change in OF_TEXTS:
        return _cased(row, OF_TEXTS[change](row.text))
    return _cased(row, _names(row, OF_NAMES[change])) if change in OF_NAMES else row


def _names(row: Row, change: Callable[[str], str]) -> str:
    text = row.text
    for a, b, _ in row.spans:
        text = text[:a] + change(text[a:b]) + text[b:]
    return text


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def _mistyped(name: str, rng: Random) -> str:
    """The name with two neighbouring letters exchanged."""
    at = rng.randrange(len(name))
    pair = name[at : at + 2]
    return name[:at] + pair[::-1] + name[at + 2 :] if pair.isalpha() else name


OF_TEXTS = {"small letters": str.lower, "capitals": str.upper, "without accents": _plain}
OF_NAMES = {"names in small letters": str.lower, "names in capitals": str.upper}
"""What a change does to each letter of a text, or of the names in it."""
