"""The public sets that are trained on, with their known flaws set right.

Each gives rows of text, spans and `unsure` ranges: places where the set says nothing reliable, of
which the training learns nothing.
"""

from __future__ import annotations

import json
import re
import sysconfig
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from places import DEMONYMS, PEOPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from grammar import Span
    from organizations import Organizations
    from people import People
    from places import Places

LABELS = {
    "PER": "PERSON", "person": "PERSON", "NAME": "PERSON", "DOCTOR": "PERSON", "CLIENT_NAME": "PERSON",
    "LOC": "LOCATION", "location": "LOCATION", "LOCATION": "LOCATION", "CITY": "LOCATION",
    "STATE": "LOCATION", "ORG": "ORGANIZATION", "corporation": "ORGANIZATION", "group": "ORGANIZATION",
    "COMPANY": "ORGANIZATION", "SCHOOL": "ORGANIZATION", "UNIVERSITY": "ORGANIZATION",
    "INSURER": "ORGANIZATION", "MERCHANT": "ORGANIZATION", "BANK": "ORGANIZATION",
    "DEPARTMENT": "ORGANIZATION", "COURT": "ORGANIZATION", "ADDRESS": "STREET_ADDRESS",
}  # fmt: skip
"""The sets' labels that are learnt; all others are left out."""

ROLES = re.compile(
    r"(?i)(the )?(borrowers?|lenders?|agents?|banks?|compan(y|ies)|guarantors?|trustee|tenant|landlord|"
    r"executive|employee|holders?|seller|buyer|purchaser|licensee|licensor|party|parties|lessor|lessee|"
    r"administrative agent|collateral agent|subsidiary|affiliate|debtor|contractor|consultant|director)"
)
"""Party roles of contracts, which sec_filings takes for persons."""

SILVER = {"wikiann_en_train", "kurkowski"}
"""Sets in which much is left unmarked: a capitalised word without a mark is no evidence."""

NATIONS = {word for row in DEMONYMS.split(";") for word in row.split()[1:]} | set(PEOPLES)
NATIONS -= {"Republicans", "Democrats", "Conservatives", "Liberals"}
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")  # noqa: RUF001 - as typed
PART = re.compile(r"[^,\s][^,\n]*[^,\s]|[^,\s]")
_WITH_CODE = re.compile(r"(?:([^\W\d_][^\d]*) )?(\d{5}(?:-\d{4})?|\d\d-\d{3})(?: ([^\d]+))?")
_STREET = re.compile(
    r"(?i)\b(street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|way|ul|"
    r"apt|apartment|suite|ste|unit|flat|floor|square|plaza)\b"
)
_I = {"I", "I'm", "I've", "I'd", "I'll"}
_AUTHORS = re.compile(
    r"(?i)author|copyright|contribut|guido|thanks|written by|maintain|@|python\.org"
)


@dataclass(frozen=True)
class Row:
    """One text with what is known of it."""

    text: str
    spans: list[Span]
    unsure: list[tuple[int, int]] = field(default_factory=list)
    source: str = "template"


def held_out(key: str, share: float = 0.1) -> bool:
    """Whether what has this key belongs to the development part."""
    return int.from_bytes(sha256(key.encode()).digest()[:4]) < share * 2**32


def rows(folder: Path) -> Iterator[tuple[Row, bool]]:
    """Every row of the sets in `folder`, and whether it is held out."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").split("\n"):
            if line:
                row = _read(json.loads(line), path.stem)
                if row is not None:
                    yield row, held_out(row.text)


def requests(relevancy: Path, gazetteer: set[str]) -> list[Row]:
    """Requests to assistants and banks in which no word of the gazetteer stands: nothing to find."""
    texts = [
        json.loads(line)["text"]
        for name in ("banking77_train", "clinc150_train")
        for line in (relevancy / f"{name}.jsonl").read_text("utf-8").split("\n")
        if line
    ]
    return [
        Row(text, [], source="requests")
        for text in texts
        if not any(word.lower().strip(".'’-") in gazetteer for word in _WORD.findall(text))  # noqa: RUF001
    ]


def sentences(grounding: Path, gazetteer: set[str]) -> list[Row]:
    """Sentences of many sorts with no capital but their first, and no name: nothing to find."""
    texts = []
    for line in (grounding / "mnli_dev.jsonl").read_text("utf-8").split("\n"):
        raw = json.loads(line) if line else {"context": [], "response": ""}
        texts += [*raw["context"], raw["response"]]
    texts = sorted({text.strip() for text in texts if 20 < len(text) < 200})
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    common = {word for word, count in counts.items() if count > 4 and word.islower()}
    found = []
    for text in texts:
        first, *rest = [word for word in _WORD.findall(text) if word not in _I]
        are_plain = first.lower() in common and all(word.islower() for word in rest)
        if are_plain and not any(word.lower() in gazetteer for word in (first, *rest)):
            found.append(Row(text, [], source="sentences"))
    return found


def code() -> list[Row]:
    """Pieces of Python's standard library that name no author: nothing to find."""
    found = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text = path.read_text("utf-8", errors="ignore")
        for start in range(0, min(len(text), 60_000), 500):
            piece = text[start : start + 500].strip()
            if piece and not _AUTHORS.search(piece):
                found.append(Row(piece, [], source="code"))
    return found


def renamed(row: Row, people: People, rng: Random) -> Row:
    """The row with other people in it: the same name becomes the same other name."""
    names: dict[str, str] = {}
    for start, end, label in sorted(row.spans, key=lambda span: span[0] - span[1]):
        parts = row.text[start:end].split()
        if label == "PERSON" and len(parts) <= 2:
            for part, new in zip(parts, people.pair(rng), strict=False):
                names.setdefault(part, new)

    def other(value: str, label: str) -> str:
        parts = value.split()
        return (
            " ".join(names[part] for part in parts)
            if label == "PERSON" and len(parts) <= 2
            else value
        )

    return replaced(row, other)


def moved(row: Row, places: Places, organizations: Organizations, rng: Random) -> Row:
    """The row about other places and organisations, the same for the same."""
    others: dict[tuple[str, str], str] = {}
    swapped = rng.choice(({"LOCATION"}, {"ORGANIZATION"}, {"LOCATION", "ORGANIZATION"}))

    def other(value: str, label: str) -> str:
        if label not in swapped or len(value) < 3 or not value[0].isupper():
            return value
        if label == "ORGANIZATION":
            make = organizations.any
        elif value in places.countries:
            make = places.country
        else:
            is_state = any(value == name for name, _ in places.states)
            make = places.state if is_state else places.city
        return others.setdefault((value, label), make(rng))

    return replaced(row, other)


def replaced(row: Row, value_of: Callable[[str, str], str]) -> Row:
    """The row with `value_of(value, label)` in the place of each span's value."""
    text, spans, shifts, end = "", [], [], 0
    for start, stop, label in row.spans:
        value = value_of(row.text[start:stop], label)
        text += row.text[end:start]
        spans.append((len(text), len(text) + len(value), label))
        text += value
        shifts.append((stop, len(text) - stop))
        end = stop
    text += row.text[end:]

    def shifted(at: int) -> int:
        return at + next((by for stop, by in reversed(shifts) if stop <= at), 0)

    return Row(text, spans, [(shifted(a), shifted(b)) for a, b in row.unsure], row.source)


def _read(raw: dict[str, object], source: str) -> Row | None:
    text = str(raw["text"])
    spans: list[Span] = []
    for mark in raw["spans"]:  # type: ignore[attr-defined]  # the format of the sets
        spans += _corrected(text, mark["start"], mark["end"], mark["kind"], source)
    if source == "wikiann_en_train" and (
        len(text.split()) < 4 or re.search(r"[()\"*]|REDIRECT", text)
    ):
        return None
    if source == "kurkowski" and "[" in text and "_1]" in text:
        return None
    spans.sort()
    spans = [span for i, span in enumerate(spans) if i == 0 or span[0] >= spans[i - 1][1]]
    if source == "kurkowski":
        spans = _spread(text, spans)
    spans += [
        (word.start(), word.end(), "NATIONALITY")
        for word in _WORD.finditer(text)
        if word.group() in NATIONS
        and not any(a < word.end() and word.start() < b for a, b, _ in spans)
    ]
    spans.sort()
    unsure = []
    if source in SILVER:
        unsure = [
            (word.start(), word.end())
            for word in _WORD.finditer(text)
            if word.group()[0].isupper()
            and not any(a < word.end() and word.start() < b for a, b, _ in spans)
        ]
    return Row(text, spans, unsure, source)


def _corrected(text: str, start: int, end: int, kind: str, source: str) -> list[Span]:
    label, value = LABELS.get(kind), text[start:end]
    if label is None:
        known = source == "wikigold" and value in NATIONS
        return [(start, end, "NATIONALITY")] if known else []
    is_handle = "@" in (value[:1], text[start - 1 : start])
    if is_handle or (source == "sec_filings_train" and ROLES.fullmatch(value)):
        return []
    if value.startswith("#"):
        start, value = start + 1, value[1:]
    if label not in ("LOCATION", "STREET_ADDRESS"):
        return [(start, end, label)]
    spans: list[Span] = []
    for part in PART.finditer(value):  # one span for each part of `Landaff, New Hampshire`
        here = [(start + part.start(), start + part.end(), "LOCATION")]
        if label == "STREET_ADDRESS":
            here = _of_address(part.group(), start + part.start())
        if spans and here[0][2] == spans[-1][2] == "STREET_ADDRESS":
            here = [(spans.pop()[0], *here[0][1:])]
        spans += here
    return spans


def _of_address(part: str, start: int) -> list[Span]:
    """What a part of an address between commas is: a street or unit, or a place, or two of them."""
    end = start + len(part)
    if (code := _WITH_CODE.fullmatch(part)) is not None:
        groups = [group for group in (1, 2, 3) if code.group(group)]
        return [(start + code.start(g), start + code.end(g), "LOCATION") for g in groups]
    is_street = any(letter.isdigit() for letter in part) or _STREET.search(part) is not None
    return [(start, end, "STREET_ADDRESS" if is_street else "LOCATION")]


def _spread(text: str, spans: list[Span]) -> list[Span]:
    """Marks for the other places where a marked name stands, in full or in part."""
    names = {text[a:b]: label for a, b, label in spans if label == "PERSON"}
    names |= {part: "PERSON" for name in names for part in name.split() if part[0].isupper()}
    found = list(spans)
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(rf"\b{re.escape(name)}\b(?!@)(?<!@)", text):
            if not any(a < match.end() and match.start() < b for a, b, _ in found):
                found.append((match.start(), match.end(), names[name]))
    return sorted(found)
