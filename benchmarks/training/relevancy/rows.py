"""The rows that calibrations are fitted on, from the train sets of `data`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from examples import held
from pairs import LINES, articles_of, digest, load, questions, shuffled, with_easy_ones
from transfer import helping
from weighing import Rows, weighed

from detectors.prompt_leak.paraphrase import INPUTS, clues
from detectors.reader.loading import load_reader
from detectors.relevancy.addressing import addressed
from detectors.relevancy.measures import ANSWER, ANSWER_READ, CONTEXT, STRAY, answered, supported
from detectors.relevancy.measures import strays as stray_pieces
from detectors.relevancy.reading import Reading, read
from detectors.sentences import words
from detectors.topics.scope import SCOPE, nearest_of, stacked
from policyengine import Resources, Segment, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from calibrate import Encoded
    from numpy.typing import NDArray
    from pairs import Pair

QUESTIONS_READ = 3000
ANSWERS = 400
PER_INTENT = 12
EXAMPLES = 8
MIXED = (0, 3, 10, 40)
SENTENCES = 600
ARTICLES = 300
"""In so many a paragraph is put that does not belong there."""


def reading(text: str, source: Source = Source.COMPLETION) -> Reading:
    """As detectors read it."""
    return read([Segment("/text", source, text)])


def measured(
    pairs: Sequence[Pair], vectors: Encoded, measure: Callable[[Reading, Reading], Sequence[float]]
) -> NDArray[Any]:
    """What is measured of each pair, a row for each."""
    known = {text: reading(text) for pair in pairs for text in (pair.asked, pair.said)}
    vectors.want([text for one in known.values() for text in one.wanted()])
    return np.array([measure(known[pair.asked], known[pair.said]) for pair in pairs])


def _of_pairs(name: str, names: Sequence[str], pairs: Sequence[Pair], inputs: NDArray[Any]) -> Rows:
    made = [
        (row, pair.unwanted, pair.sort, pair.asked)
        for row, pair in zip(inputs, pairs, strict=True)
        if pair.sort != LINES
    ]
    return weighed(name, tuple(names), made)


def answers(data: Path, vectors: Encoded) -> Rows:
    """A request and an answer; of the inputs those that help wherever they were not fitted on."""
    pairs = with_easy_ones(data, questions(data))
    inputs = measured(pairs, vectors, lambda *both: answered(*both, vectors).inputs)
    kept = helping(pairs, inputs)
    return _of_pairs("relevancy.answer", [ANSWER[at] for at in kept], pairs, inputs[:, kept])


def answers_read(data: Path, vectors: Encoded) -> Rows:
    """The same with what the reader says, of documents that it did not learn from."""
    unseen = (pair for pair in questions(data, QUESTIONS_READ) if held(pair.document))
    pairs = with_easy_ones(data, unseen)
    reader = load_reader(Resources())

    def both(asked: Reading, said: Reading) -> tuple[float, float]:
        found = answered(asked, said, vectors)
        return found.inputs[0], addressed(reader, asked, found.near)

    return _of_pairs("relevancy.answer_read", ANSWER_READ, pairs, measured(pairs, vectors, both))


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
    return weighed("relevancy.context", CONTEXT, made)


def _segments(texts: list[str]) -> list[Segment]:
    return [Segment(f"/context/{n}", Source.CONTEXT, text) for n, text in enumerate(texts)]


def strays(data: Path, vectors: Encoded) -> Rows:
    """A paragraph of an article, asked for by its title, or one that was put into it."""
    articles = articles_of(data)[:ARTICLES]
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
    return weighed("relevancy.stray", STRAY, made)


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
    return weighed("topics.scope", SCOPE, made)


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
    return weighed("prompt_leak", INPUTS, made)
