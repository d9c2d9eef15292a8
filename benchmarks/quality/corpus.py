"""The texts that scores are fitted on: training sets and generated ones, never a benchmark's.

Three sorts, each judged by what is known about it:

- generated texts hold one value each, announced ("passport number: …") or bare, or something of the
  same form that is nothing ("batch …"); everything in them is known, so every finding is judged;
- `kurkowski` marks values of many kinds but not all of them: a finding that meets no mark, or of a
  kind that it never marks, is left out, one that meets only marks of other kinds is false;
- tweets, articles and agreements hold no account, card or identity numbers: such a finding there is
  false, and of everything else they say nothing.
"""

from __future__ import annotations

import json
import random
import re
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from phrases import ANNOUNCED, BARE, LOOKALIKE, NOTHING_PERSONAL, VALUES
from sets import BROADER, Mark, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from detectors.pii.rows import Recognizer

SEED = 20_261_124
EACH = 60
"""How many values of a recogniser are written into texts."""
UNANNOUNCED = 1 / 8
"""The share of identity numbers that also stand bare; no text has every country's."""
PLAIN_SETS = ("broad_twitter_train", "wikigold", "wnut17_train", "sec_filings_train")
NUMBERS = frozenset(
    {
        "payment_card", "iban", "bank_account", "us_ssn", "national_id", "passport", "bic",
        "driver_license", "crypto_wallet", "device_id", "medical_record",
    }
)  # fmt: skip
"""The kinds that no tweet, article or agreement of the training sets holds."""

WORDS = frozenset({"person", "location", "organization", "nationality"})


class Document(NamedTuple):
    """A text, what is known to be in it, what that says of the rest, and of which kinds."""

    text: str
    marks: tuple[Mark, ...]
    sort: str
    kinds: frozenset[str] = frozenset()

    def judge(self, found: Mark) -> bool | None:
        """Whether a finding is right; None where the text does not say."""
        met = {mark.kind for mark in self.marks if mark.start < found.end > found.start < mark.end}
        as_known = met | {BROADER.get(kind, kind) for kind in met}
        if {found.kind, BROADER.get(found.kind, found.kind)} & as_known:
            return True
        if found.kind in WORDS and (self.sort == "generated" or "street_address" in met):
            return None  # words such as "Danish" stand around the values, towns in addresses
        if self.sort == "generated":
            return False
        if self.sort == "marked":
            return False if met and found.kind in self.kinds else None
        return False if found.kind in NUMBERS else None


def documents(data: Path, recognizers: Sequence[Recognizer]) -> list[Document]:
    """All of them, in an order that the seed fixes."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    kinds = json.loads((data / "pii" / "kinds.json").read_text(encoding="utf-8"))
    train = data / "pii" / "train"
    marked = labelled(train / "kurkowski.jsonl", kinds)
    plain = [labelled(train / f"{name}.jsonl", kinds) for name in PLAIN_SETS]
    made = [
        *generated(data / "pii" / "reference", recognizers),
        *(Document(row.text, row.marks, "marked", marked.kinds) for row in marked.rows),
        *(Document(row.text, (), "plain") for one in plain for row in one.rows),
    ]
    chance.shuffle(made)
    return made


def generated(reference: Path, recognizers: Sequence[Recognizer]) -> Iterator[Document]:
    """Values of every recogniser that vectors or a generator are known for, and look-alikes.

    Each source draws by a seed of its own, so that another one changes none of the others' texts.
    """
    vectors = _vectors(reference)
    written: set[str] = set()
    for row in recognizers:
        kind = row.kind.removeprefix("pii.")
        module = row.validate if isinstance(row.validate, str) else ""
        source = module or kind
        if source in written:
            continue
        written.add(source)
        chance = _chance_of(source)
        phrases = (*ANNOUNCED.get(kind, ()), *(_names_of(module) if module else ()))
        for value in _values(module, kind, vectors, chance):
            yield _around(chance.choice(phrases or BARE), value, kind)
            if kind != "national_id" or chance.random() < UNANNOUNCED:
                yield _around(chance.choice(BARE), value, kind)
            if kind in NUMBERS or kind == "phone":
                for _ in range(2):
                    alike = _reshaped(_alike(value, chance), chance)
                    yield _around(chance.choice(LOOKALIKE), alike, "")
    for module in NOTHING_PERSONAL:
        chance = _chance_of(module)
        for value in _some(vectors.get(module, []), chance):
            yield _around(chance.choice((*LOOKALIKE, *_names_of(module))), value, "")


def _chance_of(source: str) -> random.Random:
    return random.Random(f"{SEED} {source}")  # noqa: S311 - nothing secret


def _values(
    module: str, kind: str, vectors: dict[str, list[str]], chance: random.Random
) -> Iterator[str]:
    make = VALUES.get(module or kind)
    if make:
        yield from (make(chance) for _ in range(EACH))
    known = _some(vectors.get(module or kind, []), chance)
    yield from known
    if known and module:
        tries = (_alike(chance.choice(known), chance) for _ in range(200 * EACH))
        others = [value for value in tries if _holds(module, value)]
        yield from _some(others, chance)[: EACH - len(known)]


def _holds(module: str, value: str) -> bool:
    try:
        return bool(import_module(f"stdnum.{module}").is_valid(value))
    except (KeyError, ValueError):  # some modules trip over numbers that are nobody's
        return False


def _around(phrase: str, value: str, kind: str) -> Document:
    start = phrase.index("{}")
    marks = (Mark(start, start + len(value), kind),) if kind else ()
    return Document(phrase.replace("{}", value), marks, "generated")


def _alike(value: str, chance: random.Random) -> str:
    """Something of the same form: other digits, other letters."""

    def other(match: re.Match[str]) -> str:
        alphabet = "0123456789" if match[0].isdigit() else "ABCDEFGHJKLMNPRSTUVWXYZ"
        letter = chance.choice(alphabet)
        return letter.lower() if match[0].islower() else letter

    return re.sub(r"[0-9A-Za-z]", other, value)


def _reshaped(value: str, chance: random.Random) -> str:
    """The same form or a neighbour of it: joined up, set apart otherwise, one longer or shorter.

    Groups set apart just so are rarely anything else, so one in eight keeps such a form.
    """
    near = chance.choice((value + chance.choice("0123456789"), value[:-1]))
    joined = re.sub(r"[^0-9A-Za-z]", "", value)
    if joined == value:
        return chance.choice((value, near))
    other = re.sub(r"[^0-9A-Za-z]", chance.choice("-_/"), value.lstrip("+"))
    return chance.choice((value.lstrip("+"), joined, joined, other, other, near, near, near))


def _names_of(module: str) -> tuple[str, ...]:
    """`CNP (Cod Numeric Personal, …).` gives what people write before such a number."""
    title = (import_module(f"stdnum.{module}").__doc__ or "").split("\n")[0]
    short, _, long = title.partition("(")
    words = long.rstrip(").").split(",")[-1].strip()
    return (f"{short.strip()}: {{}}", f"My {words or short.strip()} is {{}}.")


def _vectors(reference: Path) -> dict[str, list[str]]:
    """The valid numbers by module of python-stdnum, IBANs and telephone numbers by kind."""
    vectors: dict[str, list[str]] = {}
    for line in (reference / "id_numbers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["valid"]:
            vectors.setdefault(row["module"].replace("_", ".", 1), []).append(row["number"])
    for kind, name, key in (("iban", "iban_examples", "iban"), ("phone", "phone_examples", "e164")):
        lines = (reference / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        vectors[kind] = [json.loads(line)[key] for line in lines]
    vectors["crypto_wallet"] = vectors.pop("bitcoin", [])
    return vectors


def _some(values: list[str], chance: random.Random) -> list[str]:
    return chance.sample(values, min(EACH, len(values)))
