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
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "relevancy"))

from answers import Answer, answers, examples
from choosing import EVEN, best_marks, points
from logistic import auroc, brier, calibration_error, fit

from detectors.hallucination.findings import ANSWER, CONTRADICTED, UNSUPPORTED
from detectors.hallucination.judging import INPUTS, Judge, Marks
from detectors.hallucination.measures import log_odds, of_answer
from detectors.hallucination.packaged import PackagedClaims
from policyengine import Resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

DOCUMENTS = frozenset({
    "summedits_half", "cg2c_doc", "wice_oracle_dev", "wice_tokens", "fib_half",
    "clapnq_dev_answerable", "hallurag_qna",
})  # fmt: skip
"""Sets that people and models wrote, with contexts as long as retrieved passages are. How far the
reader is to be trusted beside the other layers is fitted on these alone: on single sentences
wording says less than on passages, and what the generator made the reader knows too well."""
TRUSTING = ("read", "both", "answer_read")
LAYERS: dict[str, tuple[Any, ...]] = {
    "read": ("facts", "wording", "reader"),
    "wording": ("facts", "wording"),
    "facts": ("facts",),
}
"""Recommended points are chosen for each."""
WHOLE = Marks(novelty=0.0, invented=0.0, edited=0.0, whole=0.0)
"""Every claim is marked whole."""
FOLDS = 5
OUT = Path(__file__).parents[3] / "detectors" / "hallucination" / "weights.json"


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


def _is_long(source: str) -> bool:
    return source.removeprefix("edited ") in DOCUMENTS


def of_documents(table: Table) -> Table:
    """The rows of long contexts."""
    kept = [at for at, source in enumerate(table.sources) if _is_long(source)]
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
    judge = Judge({**models, "answer": blank, "answer_read": blank}, WHOLE, ("wording",))
    for answer in found:
        scores = [judge.claim(one.measured, one.claimed) for one in answer.claims]
        novelties = [one.measured.inputs[0] for one in answer.claims]
        inputs = (of_answer(novelties), of_answer([log_odds(one) for one in scores]))
        if _is_long(answer.source) and all(one.claimed for one in answer.claims):
            rows["answer_read"].add(inputs, answer.wrong, answer)
        rows["answer"].add(inputs[:1], answer.wrong, answer)
    return models | {name: model(INPUTS[name], rows[name]) for name in ("answer", "answer_read")}


def main() -> None:
    """Fit, write, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    reader = PackagedClaims(1, Resources())
    found = list(answers(examples(data), reader))
    models = fitted(found)
    record: dict[str, Any] = {"models": models, "marks": best_marks(models, found)._asdict()}
    even_odds = dict.fromkeys((UNSUPPORTED, ANSWER, CONTRADICTED), EVEN)
    record["recommended_at"] = dict.fromkeys(LAYERS, even_odds)
    OUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    record["recommended_at"] = {name: points(data, layers) for name, layers in LAYERS.items()}
    OUT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
