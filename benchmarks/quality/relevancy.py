"""How well answers are judged beside their requests, and requests beside topics.

    python benchmarks/quality/relevancy.py --data ../shared/data \
        --sentence-transformers PYTHON --model FOLDER --output relevancy.json

PYTHON is that of an environment with sentence-transformers, FOLDER holds all-MiniLM-L6-v2; without
them the two peers that need them are left out. Nothing was fitted on any set that is scored here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.encoders.loading import load
from detectors.encoders.settings import Onnx, Static
from detectors.relevancy.detector import Relevancy
from detectors.topics.detector import Topics
from policyengine import Memo, Resources, Segment, Source, View

sys.path.insert(0, str(Path(__file__).parent))

from probability import binary, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

ANSWERS = ("wikiqa_test", "msmarco_hard_negatives")
SHOTS = 5
SEEDS = 5
PER_INTENT = 50
OUTSIDE = "oos"


def rows_of(data: Path, name: str) -> list[dict[str, Any]]:
    lines = (data / "relevancy" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def ours(pairs: Sequence[tuple[str, str]], options: dict[str, Any], resources: Resources) -> Array:
    """The highest score of any finding; 0 where nothing is found or the pair is not judged."""
    detector = Relevancy(Relevancy.Options.model_validate(options))
    detector.warm_up(resources)
    scores = []
    for asked, said in pairs:
        answer = Segment("/choices/0/message/content", Source.COMPLETION, said, "response")
        request = Segment("/messages/0/content", Source.PROMPT, asked)
        (found,) = detector.detect([View((answer,), (request,))])
        scores.append(max((one.score for one in found), default=0.0))
    return np.array(scores)


def cosines(pairs: Sequence[tuple[str, str]], settings: Any, resources: Resources) -> Array:
    """The raw cosine of the same encoder."""
    vectors, memo = load(settings, resources), Memo()
    asked = vectors.encode([one for one, _ in pairs], memo)
    said = vectors.encode([one for _, one in pairs], memo)
    return np.asarray((asked * said).sum(axis=1))


def theirs(pairs: Sequence[tuple[str, str]], python: str, model: str, most: int) -> Array:
    """sentence-transformers in its own environment, truncating at `most` tokens."""
    script = str(Path(__file__).with_name("relevancy_theirs.py"))
    done = subprocess.run(
        [python, script, model, str(most)],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
    )
    return np.array(json.loads(done.stdout))


def answers(given: argparse.Namespace, resources: Resources) -> dict[str, Any]:
    """Each set: every system's score that the answer is irrelevant."""
    results: dict[str, Any] = {}
    for name in ANSWERS:
        rows = rows_of(given.data, f"benchmark/{name}")
        pairs = [(row["query"], row["answer"]) for row in rows]
        unwanted = np.array([1 - row["relevant"] for row in rows])
        scores = {
            "relevancy (onnx)": ours(pairs, {}, resources),
            "relevancy (onnx), reader": ours(pairs, {"reader": True}, resources),
            "raw cosine (onnx)": 1 - np.clip(cosines(pairs, Onnx(), resources), 0, 1),
            "relevancy (static)": ours(pairs, {"encoder": "static"}, resources),
            "raw cosine (static)": 1 - np.clip(cosines(pairs, Static(), resources), 0, 1),
        }
        if given.sentence_transformers:
            python, model = given.sentence_transformers, given.model
            for system, most in (("sentence-transformers", 256), ("LLM Guard's method", 512)):
                scores[system] = 1 - np.clip(theirs(pairs, python, model, most), 0, 1)
        results[name] = {one: binary(said, unwanted) for one, said in scores.items()}
        print(name, json.dumps(results[name]), flush=True)
    return results


def topic(name: str, examples: Sequence[str]) -> dict[str, Any]:
    return {"name": name.replace("?", "").replace("'", ""), "examples": tuple(examples)}


def picked(rows: Sequence[dict[str, Any]], count: int, seed: int) -> dict[str, list[str]]:
    """So many examples of each intent, those with the smallest sha256 of seed and text."""
    by_intent: dict[str, list[str]] = {}
    for row in sorted(
        rows, key=lambda row: hashlib.sha256(f"{seed} {row['text']}".encode()).digest()
    ):
        if row["intent"] != OUTSIDE:
            by_intent.setdefault(row["intent"], []).append(row["text"])
    return {intent: texts[:count] for intent, texts in by_intent.items()}


def topics(examples: dict[str, list[str]], resources: Resources, encoder: str) -> Topics:
    allowed = tuple(topic(name, texts) for name, texts in examples.items())
    options = {"allowed": allowed, "encoder": {"type": encoder, "cache_mb": 200}}
    detector = Topics(Topics.Options.model_validate(options))
    detector.warm_up(resources)
    return detector


def intents(given: argparse.Namespace, resources: Resources, encoder: str) -> dict[str, Any]:
    """Out of scope on CLINC150; which of 77 on banking77, with five examples each."""
    detector = topics(
        picked(rows_of(given.data, "train/clinc150_train"), PER_INTENT, 0), resources, encoder
    )
    rows = rows_of(given.data, "benchmark/clinc150_test")
    outside = np.array([row["intent"] == OUTSIDE for row in rows]).astype(int)
    said = np.array([detector.nearest(row["text"]).outside for row in rows])
    flagged = said >= detector.kinds[0].recommended_at
    results: dict[str, Any] = {
        "clinc150": {
            **binary(said, outside),
            "recall at the fitted point": share(flagged[outside == 1]),
            "false positives at the fitted point": share(flagged[outside == 0]),
        }
    }
    train = rows_of(given.data, "train/banking77_train")
    test = rows_of(given.data, "benchmark/banking77_test")
    right = []
    for seed in range(SEEDS):
        detector = topics(picked(train, SHOTS, seed), resources, encoder)
        named = [detector.nearest(row["text"]).topic.name for row in test]
        right += [
            name == topic(row["intent"], ())["name"] for name, row in zip(named, test, strict=True)
        ]
    results["banking77"] = {f"{SHOTS}-shot accuracy, {SEEDS} draws": share(np.array(right))}
    print(encoder, json.dumps(results), flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sentence-transformers", metavar="PYTHON")
    parser.add_argument("--model", metavar="FOLDER")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    resources = Resources()
    results = {
        "answers": answers(given, resources),
        "intents": {one: intents(given, resources, one) for one in ("static", "onnx")},
    }
    if given.output:
        given.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
