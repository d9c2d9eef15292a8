"""Trains the packaged pipeline: `python train.py --data ../../../../shared/data --out OUT`."""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import spacy
from measure import marked, measure
from pipeline import LABELS, document, pipeline
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch
from stream import Stream
from thinc.api import Adam, NumpyOps, set_current_ops

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpora import Row
    from spacy.language import Language


class FastOps(NumpyOps):  # type: ignore[misc]  # thinc is untyped here
    """thinc's operations with numpy's matrix product, here three times as fast as its own."""

    def gemm(  # noqa: ANN201 - thinc's own signature
        self,
        x,  # noqa: ANN001
        y,  # noqa: ANN001
        out=None,  # noqa: ANN001
        trans1=False,  # noqa: ANN001, FBT002
        trans2=False,  # noqa: ANN001, FBT002
    ):
        """The product of `x` and `y`, each transposed first if asked."""
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def main() -> None:
    """Train for so many words, report each million, and keep the averaged weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--words", type=float, default=12e6)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--words-of", type=Path, help="the folder of all-MiniLM-L6-v2's weights")
    parser.add_argument("--start", type=Path, help="a pipeline to go on with")
    parser.add_argument("--silver", type=Path, help="what `silver.py` wrote")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    fix_random_seed(options.seed)
    set_current_ops(FastOps())
    rng = random.Random(options.seed)
    stream = Stream(options.data, options.seed, options.silver)
    development = stream.development(random.Random(options.seed + 1))
    nlp = spacy.load(options.start) if options.start else pipeline(options.words_of)
    examples = _examples(nlp, stream.training(rng))
    if not options.start:
        _initialize(nlp, [next(examples) for _ in range(500)])
    optimizer = Adam(
        options.rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True
    )
    began, seen, reported, losses = time.monotonic(), 0, 0, {}
    progress = 0.0
    sizes = iter(lambda: 32 + int(progress * 48), None)
    for batch in minibatch(examples, sizes):
        progress = max(seen / options.words, (time.monotonic() - began) / 60 / options.minutes)
        if progress >= 1:
            break
        optimizer.learn_rate = options.rate * min(1.0, seen / 2e5 + 0.05) * max(0.02, 1 - progress)
        nlp.update(batch, sgd=optimizer, drop=0.1, losses=losses)
        seen += sum(len(example.reference) for example in batch)
        if seen // 1_000_000 > reported:
            reported = seen // 1_000_000
            with nlp.use_params(optimizer.averages):
                scores = measure(marked(nlp, development))
            rate = seen / (time.monotonic() - began)
            print(f"{seen:,} words, {rate:,.0f}/s, loss {losses.pop('ner'):,.0f}", flush=True)
            print(json.dumps(scores["f1"]), flush=True)
            _save(nlp, optimizer, options.out, scores)
    with nlp.use_params(optimizer.averages):
        scores = measure(marked(nlp, development))
    print(json.dumps(scores, indent=1))
    _save(nlp, optimizer, options.out, scores)


def _initialize(nlp: Language, sample: list[Example]) -> None:
    for label in LABELS:
        nlp.get_pipe("ner").add_label(label)  # type: ignore[attr-defined]  # the pipe is an NER
    nlp.initialize(lambda: sample)


def _examples(nlp: Language, rows: Iterator[Row]) -> Iterator[Example]:
    for row in rows:
        gold = document(nlp, row)
        if len(gold):
            yield Example(spacy.tokens.Doc(nlp.vocab, [t.text for t in gold],
                                           [bool(t.whitespace_) for t in gold]), gold)  # fmt: skip


def _save(nlp: Language, optimizer: Adam, out: Path, scores: dict[str, object]) -> None:
    with nlp.use_params(optimizer.averages):
        nlp.to_disk(out)
    (out / "scores.json").write_text(json.dumps(scores, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
