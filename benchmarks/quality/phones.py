"""Measures `pii` on telephone numbers of every region, in the forms that people write.

python benchmarks/quality/phones.py --data ../shared/data

The numbers are drawn, with a seed, from the numbering plans around libphonenumber's examples, and
each is written in every form, once announced and once alone. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers
from sets import Mark
from systems import ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEED = 20_261_129
TYPES = ("mobile", "fixedLine")
DRAWN = 6
"""How many of a number's last digits are drawn."""
TRIES = 200
ANNOUNCED = (
    "Phone: {}", "Call me on {} tomorrow.", "My mobile number is {}.", "Tel. {}", "Fax {}",
    '{"phone": "{}"}',
)  # fmt: skip
ALONE = ("You find us at {} every day.", "{}", "Thanks, {}\nBerlin office", "- {}",
         "I moved; {} is the right one now.")  # fmt: skip


class Written(NamedTuple):
    """A number in a text: in which form, whether a word announces it, and where it is."""

    form: str
    announced: bool
    text: str
    mark: Mark


def drawn(e164: str, chance: random.Random) -> phonenumbers.PhoneNumber:
    """Another valid number of the plan; the example itself where none is met with."""
    example = phonenumbers.parse(e164)
    digits = phonenumbers.national_significant_number(example)
    kept = max(2, len(digits) - DRAWN)
    for _ in range(TRIES):
        rest = "".join(chance.choice("0123456789") for _ in digits[kept:])
        number = phonenumbers.parse(f"+{example.country_code}{digits[:kept]}{rest}")
        if phonenumbers.is_valid_number(number):
            return number
    return example


def forms(number: phonenumbers.PhoneNumber) -> Iterator[tuple[str, str]]:
    """Name and text of each form that the number can be written in."""
    style = phonenumbers.PhoneNumberFormat
    abroad = phonenumbers.format_number(number, style.INTERNATIONAL)
    plain = phonenumbers.format_number(number, style.E164)
    inside = phonenumbers.format_number(number, style.NATIONAL)
    code, _, rest = abroad.partition(" ")
    yield "+CC", abroad
    yield "+CC, together", plain
    yield "+CC, hyphens", re.sub("[ -]", "-", abroad)
    yield "+CC, dots", re.sub("[ -]", ".", abroad)
    yield "(+CC)", f"({code}) {rest}"
    yield "00CC", f"00{abroad[1:]}"
    yield "CC", abroad[1:]
    yield "+CC, extension", f"{abroad} ext. 45"
    if inside.lstrip("(").startswith("0"):
        yield "+CC (0)", f"{code} (0){rest}"
    yield from _inside(inside)


def _inside(written: str) -> Iterator[tuple[str, str]]:
    groups = re.findall("[0-9]+", written)
    first, digits = groups[0], "".join(groups)
    yield "national", written
    yield "national, together", digits
    yield "national, extension", f"{written} ext 45"
    yield "national, x", f"{written}x4512"
    if len(groups) > 1:
        yield "national, spaces", " ".join(groups)
        yield "national, hyphens", "-".join(groups)
        yield "national, dots", ".".join(groups)
        yield "national, slash", f"{first}/{' '.join(groups[1:])}"
        yield "national, brackets", f"({first}) {' '.join(groups[1:])}"
        yield "national, brackets and hyphens", f"({first}) {'-'.join(groups[1:])}"
        yield "national, two groups", f"{first} {digits[len(first) :]}"
        yield "national, two groups, hyphen", f"{first}-{digits[len(first) :]}"
    if len(digits) > len("0000000"):
        yield "national, pairs", " ".join(re.findall("[0-9]{3}(?=(?:[0-9]{2})+$)|[0-9]{2}", digits))
        yield "national, threes", " ".join(re.findall("[0-9]{4}$|[0-9]{3}|[0-9]+", digits))


def written(reference: Path) -> Iterator[Written]:
    """Every number in every form, announced and alone."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    for line in reference.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["type"] not in TYPES:
            continue
        number = drawn(row["e164"], chance)
        for form, value in forms(number):
            for announced, phrases in ((True, ANNOUNCED), (False, ALONE)):
                before, after = chance.choice(phrases).split("{}", 1)
                mark = Mark(len(before), len(before) + len(value), "phone")
                yield Written(form, announced, before + value + after, mark)


def judged(one: Written, found: Iterable[Mark]) -> str:
    """What was made of a number: `exact`, `cut` where the ends are others, or `missed`."""
    phones = [mark for mark in found if mark.kind == "phone"]
    if one.mark in phones:
        return "exact"
    meets = any(mark.start < one.mark.end and one.mark.start < mark.end for mark in phones)
    return "cut" if meets else "missed"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    folder = parser.parse_args().data / "pii" / "reference"
    rows = [*written(folder / "phone_examples.jsonl")]
    found = ours([row.text for row in rows], {"models": {}}).found
    counts: dict[str, Counter[tuple[bool, str]]] = {"all": Counter()}
    for row, marks in zip(rows, found, strict=True):
        key = row.announced, judged(row, marks)
        counts.setdefault(row.form, Counter())[key] += 1
        counts["all"][key] += 1
    print("| form | numbers | announced, exact | cut | alone, exact | cut |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for form, each in counts.items():
        total = each.total() // 2
        shares = (
            f"{each[announced, verdict] / total:.3f}"
            for announced in (True, False)
            for verdict in ("exact", "cut")
        )
        print(f"| {form} | {total} | {' | '.join(shares)} |")


if __name__ == "__main__":
    main()
