"""Writes the trained network as int8 ONNX, holds it to the float32 one, and measures it.

    python export.py TRAINED/tagger.pt --data ../../../../shared/data

Writes `detectors/pii/ner/model`, with how often names of which the pipeline was so sure were right
on the rows that were held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

sys.path.append(str(Path(__file__).parents[1] / "encoders"))

from examples import LONGEST
from graph import WIDTH, Graph, Linear, linears
from measure import confidence, marked, measure, points, told
from onnx import TensorProto
from quantizing import product
from stream import Stream
from tagger import LAYERS

from detectors.encoders.files import read as of_encoder
from detectors.encoders.graph import part_of
from detectors.encoders.sessions import session
from detectors.pii.ner import packaged
from detectors.pii.ner.entities import KINDS
from detectors.pii.ner.words import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quantizing import Quantized

    from detectors.pii.ner.words import Words

    Array = np.ndarray[Any, Any]
    Tensors = Mapping[str, Array]

LOOKED_AT, COMPARED = 300, 200
LEAST_CORRELATION = 0.99
PARTS = {
    "mix": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
    "middle": "attention.output.LayerNorm",
    "out": "output.LayerNorm",
}
"""Parts of a layer in torch, and what BERT calls them."""


def tensors_of(weights: Tensors) -> dict[str, Array]:
    """The trained weights under BERT's names."""
    found = {}
    for name, values in weights.items():
        if not name.startswith("layers."):
            found[name.replace("enter.", "enter.LayerNorm.")] = values
            continue
        _, number, part, kind = name.split(".")
        place = f"encoder.layer.{number}."
        if part == "attend":
            for third, one in zip(("query", "key", "value"), np.split(values, 3), strict=True):
                found[f"{place}attention.self.{third}.{kind}"] = one
        else:
            found[f"{place}{PARTS[part]}.{kind}"] = values
    return found


def model_of(
    tensors: Tensors, quantized: Mapping[str, Quantized], *, reaches: bool = False
) -> bytes:
    """Embedded tokens and their marks in, logits of each token's tags out."""
    graph = Graph(tensors, quantized)
    graph.constant("thirds", np.array([WIDTH] * 3))
    table = graph.constant("table", tensors["marks.weight"])
    last = graph.normal(
        ["states", graph.add("Gather", [table, "marks"], "marked")], "enter", "entered"
    )
    for number in range(LAYERS):
        last = graph.layer(last, number)
    graph.linear(last, Linear("tags", tensors["tags.weight"].T, tensors["tags.bias"]))
    del graph.inputs_of["tags"]
    inputs = {
        "states": (TensorProto.FLOAT, ["rows", "tokens", WIDTH]),
        "marks": (TensorProto.INT64, ["rows", "tokens"]),
    }
    outputs = {"tags": ["rows", "tokens", tensors["tags.bias"].size]}
    return graph.written("names", inputs, {**outputs, **(graph.reaches() if reaches else {})})


class Inside:
    """A graph with all that it gives, fed by the packaged encoder."""

    def __init__(self, model: bytes) -> None:
        self._embed = session(part_of(of_encoder(None, "model.onnx"), packaged.EMBEDDED), 1)
        self._model = session(model, 1)
        self._outputs = [one.name for one in self._model.get_outputs()]

    def run(self, read: Words) -> dict[str, Array]:
        (states,) = self._embed.run(None, {"input_ids": np.array([read.ids], np.int64)})
        given = {"states": states, "marks": np.array([read.marks], np.int64)}
        return dict(zip(self._outputs, self._model.run(self._outputs, given), strict=True))


def quantized_of(tensors: Tensors, reads: Sequence[Words]) -> bytes:
    """The graph in int8, for inputs as large as those of these texts."""
    exact = Inside(model_of(tensors, {}, reaches=True))
    reach: dict[str, Array] = {}
    for read in reads:
        for name, values in exact.run(read).items():
            if name.endswith(".reach"):
                one = name.removesuffix(".reach")
                reach[one] = np.maximum(reach.get(one, values), values)
    products = [one for number in range(LAYERS) for one in linears(tensors, number)]
    return model_of(tensors, {one.name: product(one, reach[one.name]) for one in products})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    weights = torch.load(options.weights, map_location="cpu")
    tensors = tensors_of({name: one.numpy() for name, one in weights.items()})
    stream, reader = Stream(options.data, options.seed), Reader()
    rng = random.Random(options.seed)
    rows = stream.training(rng)
    reads = [reader.words(next(rows).text, LONGEST) for _ in range(LOOKED_AT + COMPARED)]
    reads = [one for one in reads if one.firsts]
    model = quantized_of(tensors, reads[:LOOKED_AT])
    exact, small = Inside(model_of(tensors, {})), Inside(model)
    said = [
        np.concatenate([one.run(read)["tags"].ravel() for read in reads[LOOKED_AT:]])
        for one in (exact, small)
    ]
    alike = float(np.corrcoef(*said)[0, 1])
    print(f"correlation with float32 {alike:.4f}")
    if alike < LEAST_CORRELATION:
        raise SystemExit(f"too far from the trained weights: at least {LEAST_CORRELATION}")
    packaged.FOLDER.mkdir(exist_ok=True)
    (packaged.FOLDER / "names.onnx").write_bytes(model)
    network = packaged.Network(model)
    development = stream.development(random.Random(options.seed + 1))
    parts = marked(lambda text: {tuple(one[:3]) for one in network.named(text)}, development)
    found = told(network, development)
    scores = {**measure(parts), "scores": confidence(found)}
    if missing := set(KINDS) - set(scores["scores"]):
        raise SystemExit(f"nothing was found of {missing}")
    written = json.dumps(scores).replace('"f1"', '\n"f1"').replace('"scores"', '\n"scores"')
    (packaged.FOLDER / "scores.json").write_text(written + "\n", "utf-8")
    print(written)
    for kind, each in points(found, scores["scores"], development).items():
        print(f"F1 of {kind} acted on from", each)
    for name in packaged.RELEASED:
        data = (packaged.FOLDER / name).read_bytes()
        print(f'    "{name}": "{hashlib.sha256(data).hexdigest()}",  # {len(data):,} bytes')


if __name__ == "__main__":
    main()
