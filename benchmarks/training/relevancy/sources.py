"""What tells an answer from its neighbours where nothing was fitted on its source.

    python benchmarks/training/relevancy/sources.py --encoder '"onnx"' --data ../shared/data

Train sets alone. One source after the other is left out of what is fitted, and its own rows are
scored, with as many wanted as unwanted. The questions of CLAP NQ were asked by people who looked
for something; those of the others were written by somebody, or a model, with the passage in view.
Its rows are scored twice: answers that people wrote beside sentences of the passage, and the
sentences that those answers were made from ("lines") beside the others.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter

sys.path.extend([str(Path(__file__).parent), str(Path(__file__).parents[1] / "reader")])

from calibrate import Encoded
from pairs import load, questions, with_easy_ones
from rows import measured
from transfer import helping, left_out

from detectors.encoders.settings import EncoderSettings
from detectors.relevancy.measures import ANSWER, answered, nearness, rows_of, whole_of
from detectors.relevancy.overlap import telling
from detectors.relevancy.reading import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.relevancy.reading import Reading

CANDIDATES = {
    "cosine (of the whole, or of the best piece)": ("best",),
    "cosine of the whole": ("whole",),
    "cosine of the best piece": ("piece",),
    "both": ("piece", "whole"),
    "cosine + words shared": ("best", "shared"),
    "cosine + words shared, by length": ("best", "long"),
    "cosine + words shared, by rarity": ("best", "rare"),
    "cosine + time or number held": ("best", "held"),
    "cosine + words shared + time or number held": ("best", "shared", "held"),
}
NAMES = (*ANSWER, "whole", "piece", "long", "rare")
LONGEST = 10


def rarity(data: Path) -> Callable[[str], float]:
    """How rare a stem is in the paragraphs of Wikipedia that may be trained on."""
    paragraphs = load(data, "grounding/train/passages_wikipedia")
    counts = Counter(stem for row in paragraphs for stem in set(telling(row["text"])))
    return lambda stem: math.log((len(paragraphs) + 1) / (counts[stem] + 1))


def candidates(
    asked: Reading, said: Reading, vectors: Encoded, rare: Callable[[str], float]
) -> tuple[float, ...]:
    """What NAMES names."""
    found = answered(asked, said, vectors)
    near = nearness(asked, said, vectors)
    whole = float((rows_of(asked, vectors) @ whole_of(said, vectors)).max())
    text = said.text if len(said.text) <= WHOLE else said.pieces[int(near.argmax())].text
    wanted, held = set(telling(asked.text)), set(telling(text))

    def share(weight: Callable[[str], float]) -> float:
        total = sum(map(weight, sorted(wanted)))
        return sum(map(weight, sorted(wanted & held))) / total if total else 0.0

    by_length = share(lambda stem: min(len(stem), LONGEST))
    return (*found.inputs, whole, float(near.max()), by_length, share(rare))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default='"onnx"', help="as in a policy, in JSON")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, help="an .npz to keep vectors in")
    given = parser.parse_args()
    settings = TypeAdapter(EncoderSettings).validate_json(given.encoder)
    vectors, rare = Encoded(settings, given.cache), rarity(given.data)
    pairs = with_easy_ones(given.data, questions(given.data))
    inputs = measured(pairs, vectors, lambda *both: candidates(*both, vectors, rare))
    vectors.keep()
    for number, (name, wanted) in enumerate(CANDIDATES.items()):
        figures = left_out(pairs, inputs[:, [NAMES.index(one) for one in wanted]])
        if not number:
            print("| left out: AUROC, Brier, ECE |", " | ".join([*figures, "mean"]), "|")
            print("|---" * (len(figures) + 2) + "|")
        every = [*figures.values(), np.mean(list(figures.values()), axis=0)]
        cells = (", ".join(f"{value:.3f}" for value in one) for one in every)
        print(f"| {name} |", " | ".join(cells), "|")
    kept = [ANSWER[at] for at in helping(pairs, inputs[:, : len(ANSWER)])]
    print("better on every source left out, and so kept:", ", ".join(kept))


if __name__ == "__main__":
    main()
