"""Fits the weights of `hallucination` on `data/grounding/train`.

python benchmarks/training/hallucination/fit.py --data ../shared/data

Models are fitted on the worst claim of each answer, every set weighing the same and in each the
supported as much as the others. `calibrate` chooses the recommended points, and nothing else. The
figures beside each model come from five folds by document.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "relevancy"))

from logistic import auroc, brier, calibration_error, fit

from detectors.hallucination.claims import claims
from detectors.hallucination.detector import ANSWER, CONTRADICTED, UNSUPPORTED
from detectors.hallucination.measures import ANSWER as ANSWER_OF
from detectors.hallucination.measures import CLAIM, CONFLICT, FACT, Measured, measured, of_answer
from detectors.hallucination.passages import Context
from policyengine import Segment, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from detectors.hallucination.measures import Fact

    Array = NDArray[Any]

SETS = (
    "summedits_half", "cg2c_doc", "wice_oracle_dev", "fib_half", "covidfact_train",
    "fever_symmetric", "climate_fever", "conjnli_adversarial_train",
)  # fmt: skip
SUPPORTED = ("clapnq_dev_answerable", "hallurag_qna")
"""Only supported answers; beside them stand sentences of another paragraph of the same article."""
SISTERS = "sisters"
MOST = 1200
"""So many rows of a set, those with the smallest sha256."""
FOLDS = 5
OUT = Path(__file__).parents[3] / "detectors" / "hallucination" / "weights.json"


@dataclass(frozen=True)
class Answer:
    """An answer that was measured; its label is 1 where it is not supported."""

    claims: tuple[Measured, ...]
    label: int
    contradicted: bool
    source: str
    document: str

    @property
    def worst(self) -> Measured:
        """The claim with most that is new."""
        return max(self.claims, key=lambda one: one.inputs)


def answers(data: Path) -> Iterator[Answer]:
    """All that models are fitted on."""
    train = data / "grounding" / "train"
    for name in (*SETS, *SUPPORTED):
        for row in _smallest(_rows(train / f"{name}.jsonl")):
            source = SISTERS if name in SUPPORTED else name
            yield from _measured(
                row["context"], row["query"], row["response"], row["label"], source
            )
    by_title: dict[str, list[str]] = {}
    for row in _rows(train / "passages_wikipedia.jsonl"):
        by_title.setdefault(row["title"], []).append(row["text"])
    pairs = [texts for texts in by_title.values() if len(texts) > 1]
    for texts in sorted(pairs, key=lambda one: _digest(one[0]))[:MOST]:
        said = texts[-1].split(". ")[0].strip() + "."
        yield from _measured(texts[:-1][:3], None, said, "unsupported", SISTERS)


def _measured(
    context: list[str], query: str | None, response: str, label: str | None, source: str
) -> Iterator[Answer]:
    given = [Segment(f"/context/{at}", Source.CONTEXT, text) for at, text in enumerate(context)]
    asked = [Segment("/messages/0/content", Source.PROMPT, query)] if query else []
    known = Context(given, asked)
    found = tuple(measured(response[one.start : one.end], known) for one in claims(response))
    if found:
        document = _digest("".join(context)[:200])
        yield Answer(found, int(label != "supported"), label == "contradicted", source, document)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _smallest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: _digest(row["id"]))[:MOST]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def weights_of(labels: Array, sources: list[str]) -> Array:
    """Each set weighs the same, in each the supported as much as the others."""
    named = np.array(sources)
    weights = np.zeros(len(labels))
    for source in sorted(set(sources)):
        for label in (0, 1):
            rows = (named == source) & (labels == label)
            if rows.any():
                weights[rows] = 1 / rows.sum()
    return weights * len(labels) / weights.sum()


def model(  # noqa: PLR0913, PLR0917 - columns of one table
    names: tuple[str, ...],
    inputs: Array,
    labels: Array,
    sources: list[str],
    documents: list[str],
    weights: Array,
) -> dict[str, Any]:
    """A fitted model, with what it reaches on documents that it was not fitted on."""
    fold = np.array([int(one[:8], 16) % FOLDS for one in documents])
    said = np.zeros(len(labels))
    for at in range(FOLDS):
        bias, own = fit(inputs[fold != at], labels[fold != at], weights[fold != at])
        said[fold == at] = 1 / (1 + np.exp(-(bias + inputs[fold == at] @ own)))
    bias, own = fit(inputs, labels, weights)
    named = np.array(sources)
    return {
        "bias": round(bias, 5),
        "weights": {name: round(float(one), 5) for name, one in zip(names, own, strict=True)},
        "held_out": {
            "rows": len(labels),
            "unsupported": int(labels.sum()),
            "auroc": round(auroc(said, labels, weights), 4),
            "brier": round(brier(said, labels, weights), 4),
            "calibration_error": round(calibration_error(said, labels, weights), 4),
            "auroc_by_set": {
                source: round(auroc(said[rows], labels[rows], np.ones(int(rows.sum()))), 4)
                for source in sorted(set(sources))
                if 0 < labels[rows := named == source].mean() < 1
            },
        },
    }


def fitted(found: list[Answer]) -> dict[str, Any]:
    """The four models."""

    def column(values: list[Any]) -> Array:
        return np.array(values, dtype=float)

    sources, documents = [one.source for one in found], [one.document for one in found]
    labels = column([one.label for one in found])
    even = weights_of(labels, sources)
    worst = column([one.worst.inputs for one in found])
    whole = column([(of_answer([each.inputs[0] for each in one.claims]),) for one in found])
    facts = [(fact, at) for at, one in enumerate(found) for fact in one.worst.facts]
    against = [(fact, at) for fact, at in facts if fact.conflict]

    def of_facts(names: tuple[str, ...], pairs: list[tuple[Fact, int]], truth: Array) -> Any:
        # A fact counts as its answer does, so that its score is for as many supported answers
        # as others, too.
        return model(
            names,
            column([[fact.inputs[FACT.index(name)] for name in names] for fact, _ in pairs]),
            truth,
            [found[at].source for _, at in pairs],
            [found[at].document for _, at in pairs],
            even[[at for _, at in pairs]],
        )

    return {
        "claim": model(CLAIM, worst, labels, sources, documents, even),
        "answer": model(ANSWER_OF, whole, labels, sources, documents, even),
        "fact": of_facts(FACT, facts, column([found[at].label for _, at in facts])),
        "conflict": of_facts(
            CONFLICT, against, column([found[at].contradicted for _, at in against])
        ),
    }


def best_point(scores: list[float], labels: list[int]) -> float:
    """Where the F1 of answers is best; the middle of the best stretch, two decimals."""
    points = np.round(np.arange(0.05, 0.96, 0.01), 2)
    truth = np.array(labels)
    f1 = []
    for point in points:
        said = np.array(scores) >= point
        f1.append(2 * (said & (truth == 1)).sum() / max(1, said.sum() + truth.sum()))
    best = np.flatnonzero(np.array(f1) >= max(f1) - 0.01)
    return float(points[best[len(best) // 2]])


def points(data: Path, models: dict[str, Any]) -> dict[str, float]:
    """The recommended points, from the answers that only choose thresholds."""
    rows = _rows(data / "grounding" / "calibrate" / "ragtruth_qa.jsonl")
    scores: dict[str, list[float]] = {UNSUPPORTED: [], ANSWER: []}
    labels = []
    for row in rows:
        labels.append(int(row["label"] != "supported"))
        for one in _measured(row["context"], row["query"], row["response"], row["label"], "") or ():
            said = [_said(models["claim"], CLAIM, each.inputs) for each in one.claims]
            told = [
                _said(models["fact"], FACT, each.inputs) for c in one.claims for each in c.facts
            ]
            scores[UNSUPPORTED].append(max(said + told))
            inputs = (of_answer([each.inputs[0] for each in one.claims]),)
            scores[ANSWER].append(_said(models["answer"], ANSWER_OF, inputs))
        for known in scores.values():
            known.extend([0.0] * (len(labels) - len(known)))
    return {
        **{kind: best_point(known, labels) for kind, known in scores.items()},
        CONTRADICTED: 0.5,
    }


def _said(model: dict[str, Any], names: tuple[str, ...], inputs: tuple[float, ...]) -> float:
    total = model["bias"] + sum(
        model["weights"][name] * value for name, value in zip(names, inputs, strict=True)
    )
    return float(1 / (1 + np.exp(-total)))


def main() -> None:
    """Fit, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    models = fitted(list(answers(data)))
    record = {"models": models, "recommended_at": points(data, models)}
    OUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
