"""The rows that calibrations are fitted on, from the train sets of `data`."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from examples import document_of, held

from detectors.prompt_leak.paraphrase import INPUTS, clues
from detectors.reader.loading import load_reader
from detectors.relevancy.addressing import addressed
from detectors.relevancy.measures import ANSWER, ANSWER_READ, CONTEXT, STRAY, answered, supported
from detectors.relevancy.measures import strays as stray_pieces
from detectors.relevancy.reading import Reading, read
from detectors.sentences import sentences, words
from detectors.topics.scope import SCOPE, nearest_of, stacked
from policyengine import Resources, Segment, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from calibrate import Encoded
    from numpy.typing import NDArray

QUESTIONS = 300
"""So many questions of the largest set, those with the smallest sha256."""
QUESTIONS_READ = 3000
ANSWERS = 400
PER_INTENT = 12
EXAMPLES = 8
MIXED = (0, 3, 10, 40)
SENTENCES = 600
LONG = 60
"""So many long answers of each sort are put together."""
ARTICLES = 300
"""In so many a paragraph is put that does not belong there."""
LEAST_SENTENCE = 20


@dataclass(frozen=True)
class Rows:
    """Inputs (n, k) with their names, labels (1 = unwanted), weights, and groups for the folds."""

    name: str
    names: tuple[str, ...]
    inputs: NDArray[np.float64]
    labels: NDArray[np.float64]
    weights: NDArray[np.float64]
    groups: list[str]


@dataclass(frozen=True)
class Pair:
    """Two texts, whether they do not belong together, and the sort of row that it is."""

    asked: str
    said: str
    unwanted: int
    sort: str
    group: str
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


def reading(text: str, source: Source = Source.COMPLETION) -> Reading:
    """As detectors read it."""
    return read([Segment("/text", source, text)])


def _sentences(text: str) -> list[str]:
    found = (text[span.start : span.end] for span in sentences(text))
    return [one for one in found if len(one) >= LEAST_SENTENCE]


def _rows(name: str, names: tuple[str, ...], made: list[tuple[Any, int, str, str]]) -> Rows:
    """Each sort weighs the same, and in each the wanted as much as the unwanted where both are."""
    inputs, labels, sorts, groups = zip(*made, strict=True)
    label = np.array(labels, dtype=float)
    sort = np.array(sorts)
    weights = np.zeros(len(label))
    for one in sorted(set(sorts)):
        for value in (0, 1):
            rows = (sort == one) & (label == value)
            if rows.any():
                weights[rows] = 1 / rows.sum()
    weights *= len(weights) / weights.sum()
    for value in (0, 1):
        weights[label == value] *= weights.sum() / (2 * weights[label == value].sum())
    return Rows(name, names, np.array(inputs, dtype=float), label, weights, list(groups))


def _questions(data: Path, most: int = QUESTIONS) -> Iterator[Pair]:
    """A question and a sentence that answers it, or another one of the same passage."""
    for row in load(data, "relevancy/train/qnli_v1_dev"):
        asked = row["query"]
        yield Pair(asked, row["answer"], 1 - row["relevant"], "qnli", asked, asked)
    quoted = load(data, "grounding/train/hallurag_qna")
    kept = set(shuffled(row["query"] for row in quoted)[:most])
    seen = set()
    for row in quoted:
        for one in _sentences(row["context"][0]) if row["query"] in kept else ():
            if (row["query"], one) not in seen:
                seen.add((row["query"], one))
                quote, whole = row["response"].lower(), one.lower()
                holds = quote in whole or whole in quote
                asked, document = row["query"], document_of(row)
                yield Pair(asked, one, int(not holds), "hallurag", asked, document)
    for row in load(data, "grounding/train/clapnq_dev_answerable"):
        said = set(re.findall(r"\w+", row["response"].lower()))
        asked, document = row["query"], document_of(row)
        yield Pair(asked, row["response"], 0, "clapnq", asked, document)
        for one in _sentences(row["context"][0]):
            own = set(re.findall(r"\w+", one.lower()))
            shared = len(own & said) / max(1, len(own))
            if shared < 0.35:  # what shares more may be a part of the answer, or lean on one
                yield Pair(asked, one, 1, "clapnq", asked, document)


def _strangers(pairs: list[Pair]) -> Iterator[Pair]:
    """The same questions with answers to others."""
    fits = [pair for pair in pairs if not pair.unwanted]
    order = sorted(fits, key=lambda pair: digest(pair.asked + pair.said))
    for pair, other in zip(order, [*order[1:], *order[:1]], strict=True):
        yield Pair(pair.asked, pair.said, 0, "stranger", pair.group)
        if other.asked != pair.asked:
            yield Pair(pair.asked, other.said, 1, "stranger", pair.group)


def _long(data: Path, pairs: list[Pair]) -> Iterator[Pair]:
    """Long answers of one article, with and without a paragraph that answers the question."""
    articles = _articles(data)
    fits = sorted((pair for pair in pairs if not pair.unwanted), key=lambda pair: digest(pair.said))
    for number, pair in enumerate(fits[:LONG]):
        body = articles[number % len(articles)]
        yield Pair(pair.asked, "\n\n".join([*body, pair.said]), 0, "long", pair.group)
        yield Pair(pair.asked, "\n\n".join(body), 1, "long", pair.group)


def _articles(data: Path) -> list[list[str]]:
    """The paragraphs of articles that have several."""
    by_title: dict[str, list[str]] = {}
    for row in load(data, "grounding/train/passages_wikipedia"):
        by_title.setdefault(row["title"], []).append(row["text"])
    titles = sorted((title for title, one in by_title.items() if len(one) >= 6), key=digest)
    return [by_title[title][:12] for title in titles]


def answers(data: Path, vectors: Encoded) -> Rows:
    """A request and an answer."""
    pairs = list(_questions(data))
    pairs += [*_strangers(pairs), *_long(data, pairs)]
    read_pairs = [(reading(pair.asked), reading(pair.said), pair) for pair in pairs]
    vectors.want([text for *both, _ in read_pairs for one in both for text in one.wanted()])
    made = [
        (answered(asked, said, vectors).inputs, pair.unwanted, pair.sort, pair.group)
        for asked, said, pair in read_pairs
    ]
    return _rows("relevancy.answer", ANSWER, made)


def answers_read(data: Path, vectors: Encoded) -> Rows:
    """The same with what the reader says, of documents that it did not learn from."""
    pairs = [pair for pair in _questions(data, QUESTIONS_READ) if held(pair.document)]
    pairs += [*_strangers(pairs), *_long(data, pairs)]
    reader = load_reader(Resources())
    made = []
    for pair in pairs:
        asked, said = reading(pair.asked), reading(pair.said)
        vectors.want([text for one in (asked, said) for text in one.wanted()])
        found = answered(asked, said, vectors)
        inputs = (found.inputs[0], addressed(reader, asked, found.near))
        made.append((inputs, pair.unwanted, pair.sort, pair.group))
    return _rows("relevancy.answer_read", ANSWER_READ, made)


def contexts(data: Path, vectors: Encoded) -> Rows:
    """An answer and the passages that it was, or was not, given for."""
    known = [
        (row["context"], row["response"])
        for name in ("clapnq_dev_answerable", "hallurag_qna")
        for row in load(data, f"grounding/train/{name}")
        if len(words(row["response"])) > 6
    ]
    known = sorted(known, key=lambda one: digest(one[1]))[:ANSWERS]
    made = []
    read_texts = [(read(_segments(context)), reading(said)) for context, said in known]
    vectors.want([text for pair in read_texts for one in pair for text in one.wanted()])
    for number, (context, said) in enumerate(read_texts):
        other = read_texts[(number + 1) % len(read_texts)][0]
        group = context.text
        made.append((supported(context, said, vectors).inputs, 0, "answer", group))
        if other.text != context.text:
            made.append((supported(other, said, vectors).inputs, 1, "answer", group))
    return _rows("relevancy.context", CONTEXT, made)


def _segments(texts: list[str]) -> list[Segment]:
    return [Segment(f"/context/{n}", Source.CONTEXT, text) for n, text in enumerate(texts)]


def strays(data: Path, vectors: Encoded) -> Rows:
    """A paragraph of an article, asked for by its title, or one that was put into it."""
    articles = _articles(data)[:ARTICLES]
    titles = {row["text"]: row["title"] for row in load(data, "grounding/train/passages_wikipedia")}
    made = []
    for number, own in enumerate(articles):
        other = articles[(number + 1) % len(articles)][1]
        title = titles[own[0]]
        asked = reading(f"Tell me about {title}.")
        for text, unwanted in (("\n\n".join(own), 0), ("\n\n".join([*own, other]), 1)):
            said = reading(text)
            vectors.want([one for each in (asked, said) for one in each.wanted()])
            pieces = stray_pieces(asked, said, vectors)
            for piece, inputs in pieces:
                foreign = unwanted and piece.span.end > len(text) - len(other)
                if foreign or not unwanted:
                    made.append((inputs, int(foreign), "article", title))
    return _rows("relevancy.stray", STRAY, made)


def scopes(data: Path, vectors: Encoded) -> Rows:
    """A request beside the examples, or the name, of its intent or of others."""
    made = []
    for name in ("banking77_train", "clinc150_train"):
        by_intent: dict[str, list[str]] = {}
        for row in load(data, f"relevancy/train/{name}"):
            by_intent.setdefault(row["intent"], []).append(row["text"])
        by_intent.pop("oos", None)
        picked = {one: shuffled(texts)[:PER_INTENT] for one, texts in by_intent.items()}
        vectors.want([text for texts in picked.values() for text in texts])
        vectors.want([_named(one) for one in picked])
        intents = list(picked)
        for number, intent in enumerate(intents):
            others = [intents[(number + step) % len(intents)] for step in (1, 7, 31)]
            for count in (1, 2, 4, 8):
                described = stacked(vectors, [_named(intent), *picked[intent][: count - 1]])
                made += [
                    (nearest_of(vectors[one][None], described).inputs, unwanted, name, intent)
                    for one, unwanted in _asked(picked, intent, others)
                ]
            mixed = [intents[(number + step) % len(intents)] for step in MIXED]
            described = stacked(vectors, [picked[one][0] for one in mixed])
            made += [
                (
                    nearest_of(vectors[one][None], described).inputs,
                    unwanted,
                    f"{name} mixed",
                    intent,
                )
                for one, unwanted in _mixed(picked, mixed, others)
            ]
    return _rows("topics.scope", SCOPE, made)


def _named(intent: str) -> str:
    return intent.replace("_", " ").replace("?", "")


def _asked(
    picked: dict[str, list[str]], intent: str, others: list[str]
) -> Iterator[tuple[str, int]]:
    """Requests of the intent that are not among its examples, and of other intents."""
    yield from ((one, 0) for one in picked[intent][EXAMPLES:])
    yield from ((one, 1) for other in others for one in picked[other][EXAMPLES:][:2])


def _mixed(
    picked: dict[str, list[str]], mixed: list[str], others: list[str]
) -> Iterator[tuple[str, int]]:
    """The same for a topic of several intents, of which it has one example each."""
    yield from ((one, 0) for intent in mixed for one in picked[intent][EXAMPLES:][:1])
    yield from ((one, 1) for other in others for one in picked[other][EXAMPLES:][:2])


def leaks(data: Path, vectors: Encoded) -> Rows:
    """A sentence and one that follows from it, or one of the same text that does not."""
    made = []
    rows = load(data, "grounding/train/mnli_dev") + load(data, "grounding/train/rte_train_dev")
    kept = [
        (row["context"][0], row["response"], row["label"] == "supported")
        for row in sorted(rows, key=lambda row: digest(row["id"]))
        if row["label"] in {"supported", "unsupported"}
        and min(len(words(row["context"][0])), len(words(row["response"]))) >= 5
    ][:SENTENCES]
    vectors.want([text for one in kept for text in one[:2]])
    for first, second, follows in kept:
        inputs = clues(float(vectors[first] @ vectors[second]), second, first)
        made.append((inputs, int(follows), "nli", first))
    for (first, _, _), (_, second, _) in pairwise(kept):
        inputs = clues(float(vectors[first] @ vectors[second]), second, first)
        made.append((inputs, 0, "other", first))
    return _rows("prompt_leak", INPUTS, made)
