"""Measures `hallucination` on labelled answers, its layers alone and together.

python benchmarks/quality/hallucination.py --data ../shared/data

An answer counts as unsupported where anything in it reaches its kind's recommended point. The
answers of RAGTruth are those that chose this point, so that their F1 is kind to it. Intervals:
95 %, 1,000 resamples of the answers, seed 7.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.hallucination.detector import Hallucination
from detectors.hallucination.findings import ANSWER, UNSUPPORTED
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from policyengine import Finding

    Array = NDArray[Any]

SETS = {
    "RAGTruth QA, 241 answers": "calibrate/ragtruth_qa",
    "SummEdits, benchmark half": "benchmark/summedits_half",
    "HaluEval QA 200": "benchmark/halueval_qa_200",
    "SHROOM 2024 test": "benchmark/shroom2024_test",
}
SYSTEMS: dict[str, dict[str, Any]] = {
    "facts": {"layers": ["facts"]},
    "wording": {"layers": ["wording"], "whole_answer": True},
    "facts and wording": {"layers": ["facts", "wording"], "whole_answer": True},
    "reader": {"layers": ["reader"], "whole_answer": True},
    "all": {"whole_answer": True},
}
WORDS = (600, 20_000)
TIMED: dict[str, dict[str, Any]] = {
    "facts": {"layers": ["facts"]},
    "facts and wording": {"layers": ["facts", "wording"]},
    "all, one thread": {},
    "all, two threads": {"reader": {"type": "packaged", "threads": 2}},
}


def ready(**options: Any) -> Hallucination:
    """A detector, warmed up."""
    detector = Hallucination(Hallucination.Options.model_validate(options))
    detector.warm_up(Resources())
    return detector


def view(context: Sequence[str], query: str | None, response: str) -> View:
    """The exchange as the engine shows it."""
    said = Segment("/choices/0/message/content", Source.COMPLETION, response, "response")
    asked = [Segment("/messages/0/content", Source.PROMPT, query)] if query else []
    given = [Segment(f"/context/{at}", Source.CONTEXT, one) for at, one in enumerate(context)]
    return View((said,), (*asked, *given))


def score(findings: Sequence[Finding]) -> float:
    """How far the whole answer goes: its own score where there is one, else the worst finding."""
    own = [one.score for one in findings if one.kind == ANSWER]
    return max(own or [one.score for one in findings], default=0.0)


def auroc(scores: Array, labels: Array) -> float:
    """The probability that an unsupported answer scores above a supported one."""
    above = (scores[labels == 1][:, None] > scores[labels == 0]).mean()
    same = (scores[labels == 1][:, None] == scores[labels == 0]).mean()
    return float(above + same / 2)


def f1(said: Array, labels: Array) -> float:
    """Of unsupported answers."""
    return float(2 * (said & (labels == 1)).sum() / max(1, said.sum() + labels.sum()))


def balanced(said: Array, labels: Array) -> float:
    """The mean of the shares of either sort that were told right."""
    return float((said[labels == 1].mean() + 1 - said[labels == 0].mean()) / 2)


def interval(measure: Callable[[Array, Array], float], values: Array, labels: Array) -> str:
    """The measure with its interval."""
    rng = np.random.default_rng(7)
    drawn = []
    for _ in range(1000):
        rows = rng.integers(0, len(labels), len(labels))
        if 0 < labels[rows].sum() < len(rows):
            drawn.append(measure(values[rows], labels[rows]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{measure(values, labels):.3f} ({low:.3f} to {high:.3f})"


def characters(pairs: Sequence[tuple[set[int], set[int]]]) -> float:
    """F1 of marked characters, over all answers together."""
    right = sum(len(gold & said) for gold, said in pairs)
    return 2 * right / max(1, sum(len(gold) + len(said) for gold, said in pairs))


def measure(path: Path, options: dict[str, Any]) -> list[str]:
    """One row of the table."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["response"]]
    detector = ready(**options)
    points = {kind.name: kind.recommended_at for kind in detector.kinds}
    scores, said, marked = [], [], []
    for row in rows:
        (found,) = detector.detect([view(row["context"], row["query"], row["response"])])
        acted = [one for one in found if one.kind != ANSWER and one.score >= points[one.kind]]
        scores.append(score(found))
        said.append(bool(acted))
        gold = {at for start, end in _spans(row) for at in range(start, end)}
        told = {at for one in acted if one.span for at in range(one.span.start, one.span.end)}
        marked.append((gold, told))
    labels = np.array([row["label"] != "supported" for row in rows], dtype=int)
    acted_on = np.array(said)
    exact = characters(marked) if any(row["spans"] for row in rows) else None
    return [
        f"{len(rows)} ({labels.sum()})",
        interval(auroc, np.array(scores), labels),
        interval(f1, acted_on, labels),
        interval(balanced, acted_on, labels),
        f"{(acted_on == labels).mean():.3f}",
        f"{max(labels.mean(), 1 - labels.mean()):.3f}",
        "-" if exact is None else f"{exact:.3f}",
    ]


def _spans(row: dict[str, Any]) -> list[tuple[int, int]]:
    return [
        (one["start"], one["end"]) if isinstance(one, dict) else (one[0], one[1])
        for one in row["spans"] or ()
    ]


def speed(data: Path) -> None:
    """An answer of 200 words beside contexts of two lengths; wall time, the least of five.

    `new`: the detector has seen neither; `seen`: both.
    """
    rows = (data / "train" / "passages_wikipedia.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in rows]
    answer = " ".join(" ".join(texts[:8]).split()[:200])
    for name, options in TIMED.items():
        taken = []
        for words in WORDS:
            context = " ".join(" ".join(texts[5 : 5 + words // 20]).split()[:words])
            times = [_timed(ready(**options), context, answer) for _ in range(5)]
            taken += [f"{min(column) * 1e3:.0f}" for column in zip(*times, strict=True)]
        print(f"| {name} | {' | '.join(taken)} |", flush=True)


def _timed(detector: Hallucination, context: str, answer: str) -> list[float]:
    taken = []
    for _ in range(2):
        shown = view([context], None, answer)
        started = time.perf_counter()
        detector.detect([shown])
        taken.append(time.perf_counter() - started)
    return taken


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data / "grounding"
    assert UNSUPPORTED in {kind.name for kind in ready().kinds}
    print("| set | layers | answers (unsupported) | AUROC | F1 | balanced accuracy | accuracy "
          "| majority | character F1 |\n|---|---|---|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    for name, file in SETS.items():
        for system, options in SYSTEMS.items():
            row = measure(data / f"{file}.jsonl", options)
            print(f"| {name} | {system} | {' | '.join(row)} |", flush=True)
    columns = (f"{words:,} words, {state}, ms" for words in WORDS for state in ("new", "seen"))
    print(f"\n| layers | {' | '.join(columns)} |\n|---|---:|---:|---:|---:|")
    speed(data)


if __name__ == "__main__":
    main()
