"""Strict precision, recall and F1 of pipelines on the public sets, to report and never to choose by.

`python evaluate.py --data ../../../../shared/data [--pipeline packaged --pipeline NAME …]`
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from detectors.pii.ner import KINDS, PACKAGED, Pipeline, load


def main() -> None:
    """Print a table: set, kind, and for each pipeline precision, recall and F1."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pipeline", action="append")
    options = parser.parse_args()
    folder = options.data / "pii"
    mapping = json.loads((folder / "kinds.json").read_text("utf-8"))
    for name in options.pipeline or [PACKAGED]:
        pipeline = Pipeline(load(name))
        print(
            f"\n{name}\n{'set':26}{'kind':16}{'right':>7}{'found':>7}{'true':>7}{'P':>7}{'R':>7}{'F1':>7}"
        )
        for path in sorted((folder / "benchmark").glob("*.jsonl")):
            report(path, mapping, pipeline)


def report(path: Path, kinds: dict[str, str], pipeline: Pipeline) -> None:
    """Print the rows of one set: each of its kinds that pipelines find, and all together."""
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    known = {kinds.get(span["kind"]) for row in rows for span in row["spans"]} & set(KINDS)
    right, said, true = Counter[str](), Counter[str](), Counter[str]()
    for row, entities in zip(rows, pipeline.entities([row["text"] for row in rows]), strict=True):
        gold = {
            (span["start"], span["end"], kinds.get(span["kind"], "other")) for span in row["spans"]
        }
        gold = {span for span in gold if span[2] in known}
        found = {(one.start, one.end, one.kind) for one in entities if one.kind in known}
        for counts, spans in ((right, gold & found), (said, found), (true, gold)):
            counts.update(kind for _, _, kind in spans)
            counts["all"] += len(spans)
    for kind in [*sorted(known), "all"]:
        p, r = right[kind] / max(1, said[kind]), right[kind] / max(1, true[kind])
        f1 = 2 * right[kind] / max(1, said[kind] + true[kind])
        counts = f"{right[kind]:7}{said[kind]:7}{true[kind]:7}"
        print(f"{path.stem:26}{kind:16}{counts}{p:7.3f}{r:7.3f}{f1:7.3f}")


if __name__ == "__main__":
    main()
