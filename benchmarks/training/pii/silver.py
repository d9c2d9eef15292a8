"""Running text labelled by two larger pipelines and our own, kept where they agree.

`python silver.py --data ../../../../shared/data --teacher MD --second SM --own TRAINED --out CACHE`
writes rows of text, spans and unsure ranges for `train.py --silver CACHE`; with `--check` it prints
instead how often each sort of agreement was right on WikiGold, which no teacher was trained on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from corpora import NATIONS, PART, Row, rows
from places import DEMONYMS, FAMOUS, FAMOUS_LONG, REGIONS, SHORT_COUNTRIES, US_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grammar import Span
    from spacy.language import Language
    from spacy.tokens import Doc

TEACHERS = {
    "md": "7454af3a8d841f9724f932f95b06591a13da659e0f99dd44ebbb2be804739d6d",
    "sm": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
}
"""sha-256 of the weights of each teacher's NER (`ner/model`)."""

SOURCES = ("passages_wikipedia", "hallurag_qna", "cg2c_doc", "cg2c_musique", "fib_half", "summedits_half",
           "mnli_dev", "conjnli_adversarial_train", "climate_fever")  # fmt: skip
LABELS = {"PERSON": "PERSON", "ORG": "ORGANIZATION", "GPE": "LOCATION", "LOC": "LOCATION",
          "NORP": "NATIONALITY"}  # fmt: skip
OTHERS = {"FAC", "LANGUAGE", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"}
"""Labels of names that are none of ours, or ours by another convention."""

LONGEST = 420
"""Length of a piece of text, in characters."""

_SPOILT = re.compile(r"``|''|-LRB-|-LSB-| ,|\(meta data\)|\[|\{|http|^[^\w\"'“]|\*|#|\|")
_TITLE = re.compile(
    r"(?i)(?:the|mr|mrs|ms|miss|dr|prof|professor|sir|lady|lord|dame|rev|reverend|president|senator|sen|gov|governor|"
    r"general|gen|colonel|captain|major|sergeant|lieutenant|king|queen|prince|princess|pope|saint|"
    r"judge|justice|mayor|minister|secretary|chancellor|coach|father|emperor)\b\.?[ ]+"
)
_THE = re.compile(r"(?i)the\s+")
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")  # noqa: RUF001 - as typed
_BODY = re.compile(
    r"\b(University|College|School|Institute|Bank|Council|Ministry|Department|Party|Company|Inc|Corp|"
    r"Corporation|Ltd|LLC|Group|Holdings|Agency|Association|Commission|Committee|Authority|Union|Court|"
    r"Police|Army|Navy|Force|Forces|Guard|Brigade|Regiment|Foundation|Society|Federation|Board|Bureau|"
    r"Office|Service|Trust|Club|FC|Church|Times|Post|News|Radio|Records|Studios|Pictures|Press|Airlines|"
    r"Airways|Hospital|Museum|Orchestra|Parliament|Congress|Senate|Assembly|Organization|Organisation)\b"
)
"""Words that make a name that of an organisation."""
_EVENT = re.compile(
    r"\b(Award|Awards|Cup|Act|War|Day|Prize|Report|Bridge|Street|Game|Games|League Cup)\b"
)
_NAME = re.compile(r"[^\W\d_][\w'’.&-]*")  # noqa: RUF001 - as typed
_MOST_UNSURE = 0.34
"""Share of a piece's capitalised words that may be unsure."""


PLACES = {
    *FAMOUS, *FAMOUS_LONG, *(name.removeprefix("the ") for name in (*REGIONS, *SHORT_COUNTRIES)),
    *(row.split()[0] for row in DEMONYMS.split(";")), *(row.rsplit(" ", 1)[0] for row in US_STATES.split(",")),
}  # fmt: skip
"""Places that a second voter may confirm alone."""


def main() -> None:
    """Write the cache, or check the teachers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--second", type=Path, required=True)
    parser.add_argument("--own", type=Path, required=True, help="the pipeline trained so far")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    voters = [
        _pinned(options.teacher, "md"),
        _pinned(options.second, "sm"),
        spacy.load(options.own),
    ]
    if options.check:
        check(voters, options.data)
        return
    counts: Counter[str] = Counter()
    with options.out.open("w", encoding="utf-8") as lines:
        for row in labelled(voters, pieces(options.data, voters[0])):
            lines.write(json.dumps([row.text, row.spans, row.unsure], ensure_ascii=False) + "\n")
            counts.update([label for *_, label in row.spans], rows=1, unsure=len(row.unsure),
                          words=len(row.text.split()))  # fmt: skip
    print(json.dumps(counts, indent=1))


def read(path: Path) -> list[Row]:
    """The rows of a cache."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        text, spans, unsure = json.loads(line)
        found.append(
            Row(text, [(a, b, c) for a, b, c in spans], [(a, b) for a, b in unsure], "silver")
        )
    return found


def pieces(data: Path, splitter: Language) -> Iterator[str]:
    """One to five whole sentences of running text each, without repeats."""
    seen: set[str] = set()
    for source in SOURCES:
        texts: dict[str, None] = {}
        for line in (
            (data / "grounding" / "train" / f"{source}.jsonl").read_text("utf-8").split("\n")
        ):
            if line:
                raw = json.loads(line)
                for text in [raw["text"]] if "text" in raw else raw["context"]:
                    texts.update(dict.fromkeys(part.strip() for part in text.split("\n")))
        prose = [text for text in texts if len(text) > 40 and not text.islower()]
        with splitter.select_pipes(enable=["senter"]):
            for doc in splitter.pipe(prose, batch_size=64):
                yield from _joined_sentences(doc, seen)


def _joined_sentences(doc: Doc, seen: set[str]) -> Iterator[str]:
    piece = ""
    for sentence in doc.sents:
        text = sentence.text.strip()
        if (
            text in seen
            or _SPOILT.search(text)
            or not 25 < len(text) < LONGEST
            or text.upper() == text
        ):
            text = ""
        seen.add(text)
        if piece and (not text or len(piece) + len(text) > LONGEST):
            yield piece
            piece = ""
        piece = f"{piece} {text}".strip()
    if piece:
        yield piece


def labelled(voters: list[Language], texts: Iterator[str]) -> Iterator[Row]:
    """The texts with what the voters agree on; texts of which little is sure are left out."""
    batch = list(texts)
    views = [nlp.pipe(batch, batch_size=64) for nlp in voters]
    for docs in zip(*views, strict=True):
        row = agreed(docs[0].text, [spans_of(doc) for doc in docs], others_of(docs[0]))
        names = sum(word.group()[0].isupper() for word in _NAME.finditer(row.text))
        if len(row.unsure) <= max(1, _MOST_UNSURE * names):
            yield row


def agreed(text: str, votes: list[list[Span]], others: list[tuple[int, int]]) -> Row:
    """The first voter's spans that another confirms or that may stand alone; the rest is unsure."""
    first, *rest = votes
    spans = [span for span in first if keeps(span, text, rest)]
    doubted = [(a, b) for vote in votes for a, b, _ in vote] + others
    unsure = [
        (word.start(), word.end())
        for word in _NAME.finditer(text)
        if any(a < word.end() and word.start() < b for a, b in doubted)
        and not any(a < word.end() and word.start() < b for a, b, _ in spans)
    ]
    return Row(text, spans, unsure, "silver")


def keeps(span: Span, text: str, rest: list[list[Span]]) -> bool:
    """Whether a span of the first voter is believed: our own pipeline or its words confirm it."""
    start, end, label = span
    said = verdict(span, rest)
    if said[1] == "=":
        return True
    words = text[start:end].split()
    if said != "=-" or not text[start].isupper():
        return False
    if label == "NATIONALITY":
        return len(words) == 1
    if label == "ORGANIZATION":
        return (
            len(words) > 1
            and not _EVENT.search(text[start:end])
            and bool(_BODY.search(text[start:end]))
        )
    return label == "LOCATION" and text[start:end] in PLACES


def verdict(span: Span, rest: list[list[Span]]) -> str:
    """What each other voter says of the place: `=` the same, `l` another label, `x` another extent, `-` none."""
    signs = ""
    for vote in rest:
        touching = [one for one in vote if one[0] < span[1] and span[0] < one[1]]
        if span in touching:
            signs += "="
        elif any(one[:2] == span[:2] for one in touching):
            signs += "l"
        else:
            signs += "x" if touching else "-"
    return signs


def spans_of(doc: Doc) -> list[Span]:
    """A voter's entities in this project's labels and extents."""
    spans: list[Span] = []
    for entity in doc.ents:
        label = LABELS.get(entity.label_, entity.label_)
        if label in LABELS.values():
            spans += _ours(doc.text, entity.start_char, entity.end_char, label)
    return spans


def others_of(doc: Doc) -> list[tuple[int, int]]:
    """The ranges of the first voter's names that are none of ours."""
    return [(one.start_char, one.end_char) for one in doc.ents if one.label_ in OTHERS]


def _ours(text: str, start: int, end: int, label: str) -> list[Span]:
    strip = _TITLE if label == "PERSON" else _THE
    while (head := strip.match(text, start, end)) is not None and head.end() < end:
        start = head.end()
    if (tail := _POSSESSIVE.search(text[start:end])) is not None:
        end = start + tail.start()
    if label == "NATIONALITY" and text[start:end] in NATIONS:
        return [(start, end, label)]
    if label != "LOCATION":
        return [(start, end, label)] if start < end else []
    return [(start + p.start(), start + p.end(), label) for p in PART.finditer(text[start:end])]


def check(voters: list[Language], data: Path) -> None:
    """Print how often the first voter was right on WikiGold, for each label and verdict."""
    for held in (True, False):
        gold = [row for row, is_held in rows(data / "pii" / "train")
                if row.source == "wikigold" and is_held == held]  # fmt: skip
        views = [nlp.pipe([row.text for row in gold]) for nlp in voters]
        right, said = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        missed, true = Counter[str](), Counter[str]()
        for row, *docs in zip(gold, *views, strict=True):
            first, *rest = (spans_of(doc) for doc in docs)
            for span in first:
                key = (span[2], verdict(span, rest))
                said[key] += 1
                right[key] += span in row.spans
            for span in row.spans:
                true[span[2]] += 1
                touched = [
                    o for v in (first, *rest) for o in v if o[0] < span[1] and span[0] < o[1]
                ]
                missed[span[2]] += not touched
        print("held out" if held else "trained on by our own")
        for key in sorted(said):
            print(f"{key[0]:14}{key[1]:4}{right[key]:6}{said[key]:6}{right[key] / said[key]:7.2f}")
        print("seen by no voter", {k: f"{missed[k]}/{true[k]}" for k in sorted(true)})


def _pinned(path: Path, name: str) -> Language:
    digest = sha256((path / "ner" / "model").read_bytes()).hexdigest()
    if digest != TEACHERS[name]:
        message = f"{path} is not the pinned teacher {name!r}: sha-256 {digest}"
        raise SystemExit(message)
    nlp = spacy.load(path, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler"])
    nlp.enable_pipe("senter")
    return nlp


if __name__ == "__main__":
    main()
