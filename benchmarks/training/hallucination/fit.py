"""Fits what `hallucination` makes of its layers.

python benchmarks/training/hallucination/fit.py --data ../shared/data

Models that ask the reader are fitted on documents that it did not learn from. Every set weighs
the same, and in each the supported as much as the others. `calibrate` chooses the
recommended points, and nothing else. The figures beside each model come from five folds by
document.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

TRAINING = Path(__file__).parents[1]
sys.path.extend([str(TRAINING / "relevancy"), str(TRAINING / "reader")])

from corpora import edited, labelled
from examples import Example, held
from logistic import auroc, brier, calibration_error, fit
from pages import articles, synthetic

from detectors.hallucination.claims import claims
from detectors.hallucination.detector import Hallucination
from detectors.hallucination.findings import ANSWER, CONTRADICTED, UNSUPPORTED
from detectors.hallucination.judging import INPUTS, Judge
from detectors.hallucination.measures import Measured, measured, of_answer
from detectors.hallucination.packaged import PackagedClaims
from detectors.hallucination.passages import Context, Digests
from detectors.hallucination.reading import Claimed, Said
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

SETS = frozenset({
    "summedits_half", "cg2c_doc", "wice_oracle_dev", "wice_tokens", "fib_half", "covidfact_train",
    "fever_symmetric", "climate_fever", "conjnli_adversarial_train", "rte_train_dev",
    "clapnq_dev_answerable", "hallurag_qna", "synthetic",
})  # fmt: skip
"""Sets of passages and claims; those of single sentences and captions are unlike answers. What was
made by editing them counts too."""
DOCUMENTS = frozenset({
    "summedits_half", "cg2c_doc", "wice_oracle_dev", "wice_tokens", "fib_half",
    "clapnq_dev_answerable", "hallurag_qna",
})  # fmt: skip
"""Sets that people and models wrote, with contexts as long as retrieved passages are. How far the
reader is to be trusted beside the other layers is fitted on these alone: on single sentences
wording says less than on passages, and what the generator made the reader knows too well."""
TRUSTING = ("read", "both", "answer_read")
SYNTHETIC, SYNTHETIC_HELD = 600, 700
MOST = 700
"""So many examples of a set, and as many that the reader did not learn from."""
LAYERS: dict[str, tuple[Any, ...]] = {
    "read": ("facts", "wording", "reader"),
    "wording": ("facts", "wording"),
    "facts": ("facts",),
}
"""Recommended points are chosen for each."""
EVEN = 0.5
FOLDS = 5
SEED = 3
OUT = Path(__file__).parents[3] / "detectors" / "hallucination" / "weights.json"


@dataclass(frozen=True)
class Judged:
    """A claim as the layers see it, and whether it is wrong; None where nobody said."""

    measured: Measured
    claimed: Claimed | None
    wrong: bool | None
    conflicts: bool | None
    words: tuple[tuple[float, bool], ...]
    facts: tuple[bool | None, ...]


@dataclass(frozen=True)
class Answer:
    """An example and its claims."""

    source: str
    document: str
    wrong: bool
    claims: tuple[Judged, ...]


@dataclass
class Table:
    """Rows for one model."""

    inputs: list[Sequence[float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def add(self, inputs: Sequence[float], label: bool, of: Answer) -> None:  # noqa: FBT001
        self.inputs.append(inputs)
        self.labels.append(int(label))
        self.sources.append(of.source)
        self.documents.append(of.document)


def examples(data: Path) -> Iterator[Example]:
    """What is fitted on."""
    rng = random.Random(SEED)
    pages = articles(data)
    unseen = [page for page in pages if held(page.title)]
    made = (
        *labelled(data, again=False),
        *edited(data, rng),
        *synthetic(pages, rng, SYNTHETIC),
        *synthetic(unseen, rng, SYNTHETIC_HELD),
    )
    found: dict[tuple[str, bool], int] = {}
    for one in made:
        if one.source.removeprefix("edited ") in SETS:
            key = (one.source, one.unseen)
            found[key] = found.get(key, 0) + 1
            if found[key] <= MOST:
                yield one


def answers(made: Iterable[Example], reader: PackagedClaims) -> Iterator[Answer]:
    """Each example, judged by every layer."""
    digests = Digests()
    for one in made:
        said = Segment("/choices/0/message/content", Source.COMPLETION, one.answer, "response")
        given = [
            Segment(f"/context/{n}", Source.CONTEXT, text) for n, text in enumerate(one.context)
        ]
        asked = [Segment("/messages/0/content", Source.PROMPT, one.request)] if one.request else []
        context = Context(given, asked, digests)
        spans = claims(one.answer)
        heard: list[Claimed | None] = [None] * len(spans)
        if one.unseen:
            shown = Said(
                said, tuple(spans), tuple(given), tuple(asked), context.vouched(one.answer)
            )
            heard = reader.read_claims(shown)
        found = []
        for claim, claimed in zip(spans, heard, strict=True):
            wrong: bool | None = None
            if one.spans is not None and (one.spans or one.label == "supported"):
                wrong = any(a < claim.end and claim.start < b for a, b in one.spans)
            elif len(spans) == 1:
                wrong = one.label != "supported"
            found_in = measured(one.answer[claim.start : claim.end], context)
            words = (
                [
                    (logit, any(a < end and start < b for a, b in one.spans))
                    for start, end, logit in (claimed.words if claimed else ())
                    if one.spans
                ]
                if one.spans
                else []
            )
            facts = [
                any(a < claim.start + f.end and claim.start + f.start < b for a, b in one.spans)
                if one.spans else wrong
                for f in found_in.facts
            ]  # fmt: skip
            found.append(
                Judged(found_in, claimed, wrong, one.conflicts, tuple(words), tuple(facts))
            )
        if found:
            yield Answer(one.source, one.document, one.label != "supported", tuple(found))


def tables(found: Sequence[Answer]) -> dict[str, Table]:
    """The rows of each model that looks at claims, words and facts."""
    rows = {name: Table() for name in INPUTS}
    for answer in found:
        for one in answer.claims:
            for fact, wrong in zip(one.measured.facts, one.facts, strict=True):
                if wrong is not None:
                    rows["fact"].add(fact.inputs, wrong, answer)
            for logit, wrong in one.words:
                rows["word"].add((logit,), wrong, answer)
            if one.wrong is None:
                continue
            rows["claim"].add(one.measured.inputs, one.wrong, answer)
            if one.claimed is None:
                continue
            heard = (one.claimed.worst, one.claimed.unsupported)
            rows["read"].add(heard, one.wrong, answer)
            rows["both"].add((*one.measured.inputs, *heard), one.wrong, answer)
            if one.wrong and one.conflicts is not None:
                inputs = (one.claimed.unsupported, one.claimed.contradicted)
                rows["against"].add(inputs, one.conflicts, answer)
    return rows


def of_documents(table: Table) -> Table:
    """The rows of long contexts."""
    kept = [at for at, source in enumerate(table.sources) if source in DOCUMENTS]
    return Table(*([column[at] for at in kept] for column in vars(table).values()))


def even(labels: Array, sources: Sequence[str]) -> Array:
    """Each set weighs the same, in each the supported as much as the others."""
    named = np.array(sources)
    weights = np.zeros(len(labels))
    for source in sorted(set(sources)):
        for label in (0, 1):
            rows = (named == source) & (labels == label)
            if rows.any():
                weights[rows] = 1 / rows.sum()
    return weights * len(labels) / weights.sum()


def model(names: Sequence[str], table: Table) -> dict[str, Any]:
    """A fitted model, with what it reaches on documents that it was not fitted on."""
    inputs, labels = np.array(table.inputs, float), np.array(table.labels, float)
    weights = even(labels, table.sources)
    digests = [hashlib.sha256(one.encode()).digest()[0] for one in table.documents]
    fold = np.array(digests) % FOLDS
    said = np.zeros(len(labels))
    for at in range(FOLDS):
        bias, own = fit(inputs[fold != at], labels[fold != at], weights[fold != at])
        said[fold == at] = 1 / (1 + np.exp(-(bias + inputs[fold == at] @ own)))
    bias, own = fit(inputs, labels, weights)
    named = np.array(table.sources)
    return {
        "bias": round(float(bias), 5),
        "weights": {name: round(float(one), 5) for name, one in zip(names, own, strict=True)},
        "held_out": {
            "rows": len(labels),
            "wrong": int(labels.sum()),
            "auroc": round(auroc(said, labels, weights), 4),
            "brier": round(brier(said, labels, weights), 4),
            "calibration_error": round(calibration_error(said, labels, weights), 4),
            "auroc_by_set": {
                source: round(auroc(said[rows], labels[rows], np.ones(int(rows.sum()))), 4)
                for source in sorted(set(table.sources))
                if 0 < labels[rows := named == source].mean() < 1
            },
        },
    }


def fitted(found: Sequence[Answer]) -> dict[str, Any]:
    """All models; those of whole answers rest on those of claims."""
    rows = tables(found)
    for name in TRUSTING:
        rows[name] = of_documents(rows[name])
    models = {
        name: model(INPUTS[name], table)
        for name, table in rows.items()
        if not name.startswith("answer")
    }
    blank = {"bias": 0.0, "weights": dict.fromkeys(("novelty", "claims"), 0.0)}
    judge = Judge({**models, "answer": blank, "answer_read": blank}, ("wording",))
    for answer in found:
        scores = [judge.claim(one.measured, one.claimed) for one in answer.claims]
        novelties = [one.measured.inputs[0] for one in answer.claims]
        inputs = (of_answer(novelties), of_answer(scores))
        if answer.source in DOCUMENTS and all(one.claimed for one in answer.claims):
            rows["answer_read"].add(inputs, answer.wrong, answer)
        rows["answer"].add(inputs[:1], answer.wrong, answer)
    return models | {name: model(INPUTS[name], rows[name]) for name in ("answer", "answer_read")}


def best_point(scores: Sequence[float], labels: Sequence[int]) -> float:
    """Where the F1 of answers is best; the middle of the best stretch, two decimals."""
    points = np.round(np.arange(0.05, 0.96, 0.01), 2)
    truth = np.array(labels)
    f1 = []
    for point in points:
        said = np.array(scores) >= point
        f1.append(2 * (said & (truth == 1)).sum() / max(1, said.sum() + truth.sum()))
    best = np.flatnonzero(np.array(f1) >= max(f1) - 0.01)
    return float(points[best[len(best) // 2]])


def points(data: Path, layers: tuple[str, ...]) -> dict[str, float]:
    """The recommended points, from the answers that only choose thresholds, as detected."""
    detector = Hallucination(Hallucination.Options(layers=layers, whole_answer=True))
    detector.warm_up(Resources())
    path = data / "grounding" / "calibrate" / "ragtruth_qa.jsonl"
    scores: dict[str, list[float]] = {UNSUPPORTED: [], CONTRADICTED: [], ANSWER: []}
    labels = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels.append(int(row["label"] != "supported"))
        said = Segment("/choices/0/message/content", Source.COMPLETION, row["response"], "response")
        asked = Segment("/messages/0/content", Source.PROMPT, row["query"])
        given = [Segment(f"/context/{n}", Source.CONTEXT, c) for n, c in enumerate(row["context"])]
        (found,) = detector.detect([View((said,), (asked, *given))])
        for kind, known in scores.items():
            known.append(max((one.score for one in found if one.kind == kind), default=0.0))
    found_points = {kind: best_point(scores[kind], labels) for kind in (UNSUPPORTED, ANSWER)}
    # What is contradicted is acted on beside what is unsupported, so that they count together.
    told = [float(one >= found_points[UNSUPPORTED]) for one in scores[UNSUPPORTED]]
    either = [max(pair) for pair in zip(told, scores[CONTRADICTED], strict=True)]
    return {**found_points, CONTRADICTED: max(EVEN, best_point(either, labels))}


def main() -> None:
    """Fit, write, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    reader = PackagedClaims(1, Resources())
    record: dict[str, Any] = {"models": fitted(list(answers(examples(data), reader)))}
    even_odds = dict.fromkeys((UNSUPPORTED, ANSWER, CONTRADICTED), EVEN)
    record["recommended_at"] = dict.fromkeys(LAYERS, even_odds)
    OUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    record["recommended_at"] = {name: points(data, layers) for name, layers in LAYERS.items()}
    OUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
