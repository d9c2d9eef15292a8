"""The reader's ONNX graphs, in float32 or in int8: a text, and an answer with what is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from graph import HEADS, ORT, WIDTH, Graph, Linear, Quantized, linears
from onnx import TensorProto

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

LAYERS = 3
ALONE = LAYERS
"""The number of the layer over one text, after those over two."""
_PARTS = {
    "attend": ("query", "key", "value"),
    "mix": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
    "middle": "attention.output.LayerNorm",
    "out": "output.LayerNorm",
}


def tensors_of(weights: Mapping[str, Array]) -> dict[str, Array]:
    """The trained weights under BERT's names."""
    found: dict[str, Array] = {}
    for name, values in weights.items():
        parts = name.split(".")
        if parts[0] not in {"layers", "alone"}:
            found[name.replace("enter.", "enter.LayerNorm.")] = values
            continue
        number = ALONE if parts[0] == "alone" else int(parts[1])
        place, (part, kind) = f"encoder.layer.{number}.", parts[-2:]
        target = _PARTS[part]
        if isinstance(target, str):
            found[f"{place}{target}.{kind}"] = values
        else:
            for part, third in zip(target, np.split(values, len(target)), strict=True):
                found[f"{place}attention.self.{part}.{kind}"] = third
    return found


def products(tensors: Mapping[str, Array]) -> dict[str, Linear]:
    """All that is multiplied in int8, by name."""
    found = {}
    for number in range(LAYERS):
        for linear in (*linears(tensors, number), _beside(tensors, number)):
            found[linear.name] = linear
    for linear in linears(tensors, ALONE):
        found[linear.name] = linear
    return found


def alone(
    tensors: Mapping[str, Array], quantized: Mapping[str, Quantized], *, reaches: bool = False
) -> bytes:
    """States of a text's tokens in, and out."""
    graph = Graph(tensors, quantized)
    graph.constant("thirds", np.array([WIDTH] * 3))
    shape = ["rows", "tokens", WIDTH]
    last = graph.layer("states", ALONE)
    inputs = {"states": (TensorProto.FLOAT, shape)}
    return graph.written("alone", inputs, {last: shape, **(graph.reaches() if reaches else {})})


def _beside(tensors: Mapping[str, Array], number: int) -> Linear:
    attend = linears(tensors, number)[0]
    return Linear(f"beside{number}", attend.matrix[:, WIDTH:], attend.bias[WIDTH:])


def joint(
    tensors: Mapping[str, Array], quantized: Mapping[str, Quantized], *, reaches: bool = False
) -> bytes:
    """States, marks and the answer's words in; logits of tokens and of the pair out."""
    graph = Graph(tensors, quantized)
    graph.constant("halves", np.array([WIDTH] * 2))
    graph.constant("thirds", np.array([WIDTH] * 3))
    table = graph.constant("marks", tensors["marks.weight"])
    beside, last = (
        graph.normal(
            [f"{name}_states", graph.add("Gather", [table, f"{name}_marks"], f"{name}.marked")],
            "enter",
            f"{name}.entered",
        )
        for name in ("beside", "answer")
    )
    for number in range(LAYERS):
        last = _layer(graph, tensors, number, last, beside)
    heads = {
        name: Linear(name, tensors[f"{name}.weight"].T, tensors[f"{name}.bias"])
        for name in ("tokens", "pairs")
    }
    graph.linear(last, heads["tokens"])
    axis = graph.constant("axis", np.array([1]))
    first = graph.add("Gather", [last, graph.constant("zero", np.array([0]))], "first", axis=1)
    rows = graph.add("Unsqueeze", ["words", axis], "words.row")
    total = graph.add("MatMul", [rows, last], "said")
    count = graph.add("ReduceSum", [rows, graph.constant("last", np.array([2]))], "count")
    count = graph.add("Max", [count, graph.constant("least", np.array([1], np.float32))], "counted")
    mean = graph.add("Div", [total, count], "mean")
    spoken = graph.add(
        "Squeeze", [graph.add("Concat", [first, mean], "both", axis=2), axis], "pair"
    )
    graph.linear(spoken, heads["pairs"])
    for head in heads:
        del graph.inputs_of[head]
    shapes = {"tokens": ["rows", "answer", 2], "pairs": ["rows", 4]}
    inputs = {
        f"{name}_{what}": (kind, ["rows", name, *width])
        for name in ("beside", "answer")
        for what, kind, width in (
            ("states", TensorProto.FLOAT, [WIDTH]),
            ("marks", TensorProto.INT64, []),
        )
    }
    inputs["words"] = (TensorProto.FLOAT, ["rows", "answer"])
    return graph.written("joint", inputs, {**shapes, **(graph.reaches() if reaches else {})})


def _layer(
    graph: Graph, tensors: Mapping[str, Array], number: int, source: str, beside: str
) -> str:
    attend, mix, up, down = linears(tensors, number)
    place = f"encoder.layer.{number}."
    parts = [f"{part}{number}" for part in ("query", "key", "value")]
    graph.add("Split", [graph.linear(source, attend), "thirds"], *parts, axis=2)
    others = [f"{part}_beside{number}" for part in ("key", "value")]
    graph.add("Split", [graph.linear(beside, _beside(tensors, number)), "halves"], *others, axis=2)
    joined = [
        graph.add("Concat", pair, f"joined_{pair[1]}", axis=1)
        for pair in zip(others, parts[1:], strict=True)
    ]
    mixed = graph.add(
        "MultiHeadAttention", [parts[0], *joined], f"attended{number}", num_heads=HEADS, domain=ORT
    )
    middle = graph.normal(
        [graph.linear(mixed, mix), source], f"{place}attention.output", f"middle{number}"
    )
    raised = graph.add("Gelu", [graph.linear(middle, up)], f"bent{number}", domain=ORT)
    return graph.normal([graph.linear(raised, down), middle], f"{place}output", f"out{number}")
