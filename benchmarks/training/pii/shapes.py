"""Measures how many numbers and addresses of known form `pii` finds by shape, announced and bare.

python benchmarks/training/pii/shapes.py --data DATA [--missed 20]

The values are Faker's of many locales, cards of every issuer that it knows, and the example numbers
of libphonenumber in every style that the library writes, and people besides. None is a benchmark's.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import warnings
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import phonenumbers
from faker import Faker
from faker.config import AVAILABLE_LOCALES
from faker.providers.credit_card import Provider as Cards

from detectors.pii.detector import Pii
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20_261_129
EACH = 200
"""How many values of Faker's are drawn for each kind."""
PER_LOCALE = 12
STYLES = ("INTERNATIONAL", "NATIONAL", "E164")

BARE = (
    "Please get back to {} before Friday.",
    "I wrote {} on the back of the envelope.",
    "Is {} still right?",
    "Anna Berg\n{}\nMill Lane 4",
    "We have {} on file for you, is that up to date?",
    "They changed it from {} last week",
    "{}",
    "Jonas, {}, asked for you.",
    "Thanks,\nMarta\n{}",
    "The form says {}, I think.",
)
"""Sentences without a word that tells what the value is."""
ANNOUNCED = {
    "phone": (
        "Call me at {} tonight.", "Phone: {}", "My number is {}.", "Tel. {} or by mail",
        "You can reach us on {}, weekdays.", "mobile {}", "Fax: {}", "Text {} when you arrive.",
    ),
    "payment_card": (
        "My credit card number is {}.", "Card: {}", "Please charge my card {}.",
        "I paid with my Visa {} yesterday.", "The debit card {} was stolen.",
    ),
    "iban": ("IBAN: {}", "Transfer it to my account {}.", "My bank account is {}."),
    "us_ssn": ("SSN: {}", "My social security number is {}.", "Her social is {}, she says."),
    "ip_address": ("IP: {}", "My IP address is {}.", "The server {} is down."),
    "url": ("My website is {}", "See {} for more.", "Visit {} today!"),
    "email": ("Email: {}", "Write to {}.", "My address is {}, thanks."),
}  # fmt: skip


class Value(NamedTuple):
    """A value as it is written, its kind, and where its form comes from."""

    kind: str
    text: str
    source: str


def values(data: Path, chance: random.Random) -> Iterator[Value]:
    """All of them, the same for one seed."""
    english = Faker("en_US")
    english.seed_instance(SEED)
    yield from _phones(data)
    yield from _local_phones()
    for card in Cards.credit_card_types:
        for _ in range(EACH // 5):
            number = english.credit_card_number(card_type=card)
            yield Value("payment_card", number, f"{card} {len(number)}")
            yield Value("payment_card", grouped(number, chance.choice(" -")), f"{card} in groups")
    for _ in range(EACH):
        yield Value("us_ssn", english.ssn(), "Faker")
        yield Value("ip_address", english.ipv4(), "IPv4")
        yield Value("ip_address", english.ipv6(), "IPv6")
        yield Value("url", english.uri(), "address")
        yield Value("url", english.domain_name(), "name of a host")
        yield Value("email", english.email(), "Faker")
    for locale in sorted(AVAILABLE_LOCALES):
        iban = _faker(locale).iban()
        yield Value("iban", iban, "joined")
        yield Value("iban", " ".join(re.findall(".{1,4}", iban)), "in groups")


def grouped(card: str, sign: str) -> str:
    """The digits as they stand on a card."""
    form = {14: "(.{4})(.{6})(.{4})", 15: "(.{4})(.{6})(.{5})"}.get(len(card), "")
    groups = re.findall(form, card)[0] if form else re.findall(".{1,4}", card)
    return sign.join(groups)


def _faker(locale: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fake = Faker(locale)
    fake.seed_instance(SEED)
    return fake


def _local_phones() -> Iterator[Value]:
    for locale in sorted(AVAILABLE_LOCALES):
        fake = _faker(locale)
        for _ in range(PER_LOCALE if hasattr(fake, "phone_number") else 0):
            number = fake.phone_number()
            if number.isascii():
                yield Value("phone", number.strip(), f"Faker {locale}")


def _phones(data: Path) -> Iterator[Value]:
    lines = (data / "pii" / "reference" / "phone_examples.jsonl").read_text(encoding="utf-8")
    for line in lines.splitlines():
        row = json.loads(line)
        if row["type"] in {"fixedLine", "mobile"}:
            number = phonenumbers.parse(row["e164"])
            for style in STYLES:
                form = getattr(phonenumbers.PhoneNumberFormat, style)
                text = phonenumbers.format_number(number, form)
                yield Value("phone", text, style.lower())
                yield from _restyled(text, style.lower())


def _restyled(text: str, style: str) -> Iterator[Value]:
    """The same number as other people write it."""
    if style == "e164":
        yield Value("phone", "00" + text[1:], "00 joined")
        return
    if style == "international":
        yield Value("phone", "00" + text[1:], "00")
        yield Value("phone", "011 " + text[1:], "011")
        code, _, rest = text.partition(" ")
        yield Value("phone", f"({code}) {rest}", "code in parentheses")
    yield Value("phone", text + " ext. 12", f"{style} with extension")
    if "(" not in text and " " in text:
        for sign in ".-":
            yield Value("phone", re.sub("[ -]", sign, text), f"{style} with {sign}")
        area, _, rest = text.partition(" ")
        if style == "national":
            yield Value("phone", f"{area}/{rest}", "national with /")
            yield Value("phone", f"({area}) {rest}", "national in parentheses")
            yield Value("phone", re.sub("[ -]", "", text), "national joined")


def main() -> None:
    """Find, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--missed", type=int, default=0, help="how many of each sort to show")
    parser.add_argument("--only", help="a kind")
    arguments = parser.parse_args()
    chance = random.Random(SEED)
    detector = Pii(Pii.Options.model_validate({"models": {}}))
    detector.warm_up(Resources())
    points = {kind.name: kind.recommended_at for kind in detector.kinds}
    counts: dict[tuple[str, str, bool], Counter[bool]] = defaultdict(Counter)
    missed: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for value in values(arguments.data, chance):
        if arguments.only not in {None, value.kind}:
            continue
        for announced, phrases in ((True, ANNOUNCED[value.kind]), (False, BARE)):
            phrase = chance.choice(phrases)
            text = phrase.replace("{}", value.text)
            start = phrase.index("{}")
            (found,) = detector.detect([View((Segment("/text", Source.PROMPT, text),))])
            told = [one for one in found if one.score >= points[one.kind]]
            right = any(
                one.kind == f"pii.{value.kind}"
                and (one.span.start, one.span.end) == (start, start + len(value.text))
                for one in told
            )
            key = value.kind, value.source, announced
            counts[key][right] += 1
            if not right:
                others = [(o.kind, o.score, text[o.span.start : o.span.end]) for o in found]
                missed[key].append(f"{text!r} {others}")
    kinds: dict[tuple[str, bool], Counter[bool]] = defaultdict(Counter)
    for (kind, source, announced), count in sorted(counts.items()):
        kinds[kind, announced].update(count)
        if count[False]:
            print(
                f"{kind} | {source} | {'announced' if announced else 'bare'} | {count[True]} of {count.total()}"
            )
            for text in missed[kind, source, announced][: arguments.missed]:
                print("    ", text)
    for (kind, announced), count in sorted(kinds.items()):
        print(
            f"{kind} | {'announced' if announced else 'bare'} | {count[True] / count.total():.3f} of {count.total()}"
        )


if __name__ == "__main__":
    main()
