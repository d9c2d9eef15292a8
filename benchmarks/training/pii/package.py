"""Puts a trained pipeline into the distribution, with the precision that it had on held-out rows.

`python package.py --data ../../../../shared/data --trained OUT` writes `detectors/pii/ner/model`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from hashlib import sha256
from pathlib import Path

import spacy
from measure import marked, measure, precision
from pipeline import LABELS
from stream import Stream

from detectors.pii.ner.pipeline import PACKAGED_PATH

ABOUT = {
    "name": "personal_data",
    "version": "1.0.0",
    "description": "Names of people, places, organisations and nations, and postal addresses.",
    "author": "The llm-policyengine maintainers",
    "license": "Apache-2.0",
}


def main() -> None:
    """Measure, write, and print the digest that a test holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    nlp = spacy.load(options.trained)
    rows = Stream(options.data, options.seed).development(random.Random(options.seed + 1))
    parts = marked(nlp, rows)
    scores = {**measure(parts), "precision": precision(parts)}
    nlp.meta.update(ABOUT)
    shutil.rmtree(PACKAGED_PATH, ignore_errors=True)
    nlp.to_disk(PACKAGED_PATH)
    # The vectors go by hash; of the strings that the training saw, only the labels are needed.
    (PACKAGED_PATH / "vocab" / "strings.json").write_text(json.dumps(sorted(LABELS)), "utf-8")
    (PACKAGED_PATH / "scores.json").write_text(json.dumps(scores, indent=1) + "\n", "utf-8")
    files = sorted(path for path in PACKAGED_PATH.rglob("*") if path.is_file())
    print(json.dumps(scores, indent=1))
    print(sum(path.stat().st_size for path in files), "bytes")
    print(sha256(b"".join(path.read_bytes() for path in files)).hexdigest())


if __name__ == "__main__":
    main()
