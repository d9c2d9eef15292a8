"""Requests with answers that belong to them or do not, from the train sets of `data`."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from examples import document_of

from detectors.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

QUESTIONS = 300
"""So many questions of the largest set, those with the smallest sha256."""
LONG = 60
"""So many long answers of each sort are put together for each source."""
LEAST_SENTENCE = 20
STRANGER = "stranger"
LONG_ANSWER = "long"
LINES = "clapnq lines"
"""Sentences that answers were made from. They are scored and never fitted on: out of its passage
such a sentence leans on what stood before it, and nobody would give it for an answer."""
FOREIGN, OWN = 0.35, 0.75
"""Of the words of a passage's sentence fewer are in no answer that people wrote, or more are in
one; what lies between may be a part of the answer, or lean on one."""


@dataclass(frozen=True)
class Pair:
    """Two texts, whether they do not belong together, and the sort of row that it is."""

    asked: str
    said: str
    unwanted: int
    sort: str
    source: str
    document: str = ""
    """What the reader's training left out or did not."""


def load(data: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a set."""
    lines = (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def digest(text: str) -> str:
    """What order and choice go by."""
    return hashlib.sha256(text.encode()).hexdigest()


def shuffled(texts: Iterable[str]) -> list[str]:
    """In an order that has nothing to do with their contents; each once."""
    return sorted(set(texts), key=digest)


def _sentences(text: str) -> list[str]:
    found = (text[span.start : span.end] for span in sentences(text))
    return [one for one in found if len(one) >= LEAST_SENTENCE]


def questions(data: Path, most: int = QUESTIONS) -> Iterator[Pair]:
    """A question and a sentence that answers it, or another one of the same passage."""
    for row in load(data, "relevancy/train/qnli_v1_dev"):
        asked = row["query"]
        yield Pair(asked, row["answer"], 1 - row["relevant"], "qnli", "qnli", asked)
    yield from _quoted(load(data, "grounding/train/hallurag_qna"), most)
    yield from _written(load(data, "grounding/train/clapnq_dev_answerable"))


def _quoted(rows: Sequence[dict[str, Any]], most: int) -> Iterator[Pair]:
    """Sentences that hold the answer quoted from the passage, and the passage's others."""
    kept = set(shuffled(row["query"] for row in rows)[:most])
    seen = set()
    for row in rows:
        for one in _sentences(row["context"][0]) if row["query"] in kept else ():
            if (row["query"], one) not in seen:
                seen.add((row["query"], one))
                quote, whole = row["response"].lower(), one.lower()
                holds = quote in whole or whole in quote
                asked, document = row["query"], document_of(row)
                yield Pair(asked, one, int(not holds), "hallurag", "hallurag", document)


def _written(rows: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    """What people wrote for questions that people had asked, and sentences of the passage.

    A sentence that an answer was made from is wanted, one that has little of any answer is not.
    """
    answers = defaultdict(list)
    for row in rows:
        answers[row["query"], row["context"][0]].append(row)
    for (asked, passage), own in answers.items():
        document = document_of(own[0])
        parts = [(_words(one["response"]), one["response"]) for one in own]
        for _, said in parts:
            yield Pair(asked, said, 0, "clapnq", "clapnq", document)
        for one in _sentences(passage):
            words = _words(one)
            share = max(len(words & said) for said, _ in parts) / max(1, len(words))
            if share < FOREIGN:
                yield Pair(asked, one, 1, "clapnq", "clapnq", document)
                yield Pair(asked, one, 1, LINES, "clapnq", document)
            elif share >= OWN:
                yield Pair(asked, one, 0, LINES, "clapnq", document)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def with_easy_ones(data: Path, pairs: Iterable[Pair]) -> list[Pair]:
    """These, the same questions with answers to others, and in long answers: by source."""
    by_source = defaultdict(list)
    for pair in pairs:
        by_source[pair.source].append(pair)
    articles = articles_of(data)
    return [
        pair
        for own in by_source.values()
        for pair in (*own, *_strangers(own), *_long(articles, own))
    ]


def _fitting(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if not pair.unwanted and pair.sort != LINES]


def _strangers(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The same questions with answers to others."""
    order = sorted(_fitting(pairs), key=lambda pair: digest(pair.asked + pair.said))
    for pair, other in zip(order, [*order[1:], *order[:1]], strict=True):
        yield replace(pair, sort=STRANGER)
        if other.asked != pair.asked:
            yield replace(pair, said=other.said, unwanted=1, sort=STRANGER)


def _long(articles: Sequence[Sequence[str]], pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Long answers of one article, with and without a paragraph that answers the question."""
    fits = sorted(_fitting(pairs), key=lambda pair: digest(pair.said))
    for number, pair in enumerate(fits[:LONG]):
        body = articles[number % len(articles)]
        yield replace(pair, said="\n\n".join([*body, pair.said]), sort=LONG_ANSWER)
        yield replace(pair, said="\n\n".join(body), unwanted=1, sort=LONG_ANSWER)


def articles_of(data: Path) -> list[list[str]]:
    """The paragraphs of articles that have several."""
    by_title: dict[str, list[str]] = {}
    for row in load(data, "grounding/train/passages_wikipedia"):
        by_title.setdefault(row["title"], []).append(row["text"])
    titles = sorted((title for title, one in by_title.items() if len(one) >= 6), key=digest)
    return [by_title[title][:12] for title in titles]
