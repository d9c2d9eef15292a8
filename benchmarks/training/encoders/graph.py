"""The ONNX graph of a BERT sentence encoder, written down by hand: in float32, or in int8.

Token ids go in, one unit vector for each row comes out. There is no mask: rows of one length only,
which is how a text's vector is kept free of what stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

LAYERS = 6
HEADS = 12
WIDTH = 384
EPSILON = 1e-12  # layer_norm_eps of the published config.json
ORT = "com.microsoft"
"""The operators that onnxruntime adds to ONNX."""


class Quantized(NamedTuple):
    """int8 values (inputs, outputs), a scale for each output, what to divide the inputs by."""

    values: NDArray[np.int8]
    scales: Array
    smoothing: Array | None


class Linear(NamedTuple):
    """A product with a matrix and what is added to it."""

    name: str
    matrix: Array
    bias: Array


def linears(tensors: Mapping[str, Array], layer: int) -> tuple[Linear, Linear, Linear, Linear]:
    """The four products of a layer: into attention, out of it, up and down."""
    place = f"encoder.layer.{layer}."

    def of(name: str, *parts: str) -> Linear:
        matrices = [tensors[f"{place}{part}.weight"].T for part in parts]
        biases = [tensors[f"{place}{part}.bias"] for part in parts]
        return Linear(f"{name}{layer}", np.concatenate(matrices, 1), np.concatenate(biases))

    return (
        of("attend", *(f"attention.self.{part}" for part in ("query", "key", "value"))),
        of("mix", "attention.output.dense"),
        of("up", "intermediate.dense"),
        of("down", "output.dense"),
    )


class Graph:
    """A graph being written."""

    def __init__(self, tensors: Mapping[str, Array], quantized: Mapping[str, Quantized]) -> None:
        self._tensors = tensors
        self._quantized = quantized
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self.inputs_of: dict[str, str] = {}
        """What each product is fed with."""

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], *outputs: str, **attributes: object) -> str:
        self._nodes.append(helper.make_node(kind, inputs, outputs, outputs[0], **attributes))
        return outputs[0]

    def linear(self, source: str, linear: Linear) -> str:
        self.inputs_of[linear.name] = source
        name, bias = linear.name, self.constant(f"{linear.name}.bias", linear.bias)
        quantized = self._quantized.get(name)
        if quantized is None:
            matrix = self.constant(f"{name}.matrix", linear.matrix)
            return self.add(
                "Add", [self.add("MatMul", [source, matrix], f"{name}.raw"), bias], name
            )
        if quantized.smoothing is not None:
            factors = self.constant(f"{name}.smoothing", 1 / quantized.smoothing)
            source = self.add("Mul", [source, factors], f"{name}.smooth")
        parts = [
            self.constant(f"{name}.matrix", quantized.values),
            self.constant(f"{name}.scales", quantized.scales),
            self.constant(f"{name}.zeros", np.zeros(len(quantized.scales), np.int8)),
        ]
        return self.add("DynamicQuantizeMatMul", [source, *parts, bias], name, domain=ORT)

    def normal(self, sources: Sequence[str], place: str, name: str) -> str:
        source = sources[0]
        if len(sources) == 2:
            source = self.add("Add", sources, f"{name}.sum")
        parts = [
            self.constant(f"{name}.{part}", self._tensors[f"{place}.LayerNorm.{part}"])
            for part in ("weight", "bias")
        ]
        return self.add("LayerNormalization", [source, *parts], name, epsilon=EPSILON)

    def embeddings(self) -> str:
        words = self._tensors["embeddings.word_embeddings.weight"]
        quantized = self._quantized.get("words")
        if quantized is None:
            known = self.add("Gather", [self.constant("words", words), "input_ids"], "word")
        else:
            values = self.constant("words", quantized.values)
            scales = self.constant("words.scales", quantized.scales)
            raw = self.add("Gather", [values, "input_ids"], "word.raw")
            raw = self.add("Cast", [raw], "word.float", to=TensorProto.FLOAT)
            known = self.add(
                "Mul", [raw, self.add("Gather", [scales, "input_ids"], "word.scale")], "word"
            )
        # Only the first kind of token occurs: a text on its own, not a pair.
        places = self._tensors["embeddings.position_embeddings.weight"]
        places = places + self._tensors["embeddings.token_type_embeddings.weight"][0]
        length = self.add("Shape", ["input_ids"], "length", start=1, end=2)
        zero = self.constant("zero", np.array([0]))
        sliced = self.add("Slice", [self.constant("places", places), zero, length, zero], "place")
        return self.normal([known, sliced], "embeddings", "embedded")

    def layer(self, source: str, number: int) -> str:
        attend, mix, up, down = linears(self._tensors, number)
        place = f"encoder.layer.{number}."
        parts = [f"{part}{number}" for part in ("query", "key", "value")]
        self.add("Split", [self.linear(source, attend), "thirds"], *parts, axis=2)
        mixed = self.add(
            "MultiHeadAttention", parts, f"attended{number}", num_heads=HEADS, domain=ORT
        )
        attended = self.normal(
            [self.linear(mixed, mix), source], f"{place}attention.output", f"middle{number}"
        )
        raised = self.linear(attended, up)
        raised = self.add("Gelu", [raised], f"bent{number}", domain=ORT)
        return self.normal([self.linear(raised, down), attended], f"{place}output", f"out{number}")

    def model(self, outputs: Callable[[Graph], Mapping[str, Sequence[int | str]]]) -> bytes:
        self.constant("thirds", np.array([WIDTH] * 3))
        last = self.embeddings()
        for number in range(LAYERS):
            last = self.layer(last, number)
        # The sum over the tokens has the mean's direction, which is all that is kept of it.
        total = self.add(
            "ReduceSum", [last, self.constant("one", np.array([1]))], "sum", keepdims=0
        )
        self.add("LpNormalization", [total], "vector", axis=1, p=2)
        shapes = {"vector": ["rows", WIDTH], **outputs(self)}
        inputs = {"input_ids": (TensorProto.INT64, ["rows", "tokens"])}
        return self.written("all-MiniLM-L6-v2", inputs, shapes)

    def written(
        self,
        name: str,
        inputs: Mapping[str, tuple[int, Sequence[int | str]]],
        outputs: Mapping[str, Sequence[int | str]],
    ) -> bytes:
        """The file; all outputs are float32."""
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(one, *about) for one, about in inputs.items()],
            [
                helper.make_tensor_value_info(one, TensorProto.FLOAT, shape)
                for one, shape in outputs.items()
            ],
            self._constants,
        )
        domains = [helper.make_opsetid("", 17), helper.make_opsetid(ORT, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=8)
        return bytes(model.SerializeToString())

    def reaches(self) -> Mapping[str, Sequence[int | str]]:
        """Outputs `NAME.reach`: the largest absolute value of each input of the product NAME."""
        shapes: dict[str, Sequence[int | str]] = {}
        for name, source in self.inputs_of.items():
            size = self.add("Abs", [source], f"{name}.size")
            self.add("ReduceMax", [size], f"{name}.reach", axes=[0, 1], keepdims=0)
            shapes[f"{name}.reach"] = ["inputs"]
        return shapes


def float_model(tensors: Mapping[str, Array]) -> bytes:
    """The model as published, in float32, with how large each product's inputs get."""
    return Graph(tensors, {}).model(Graph.reaches)


def int8_model(tensors: Mapping[str, Array], quantized: Mapping[str, Quantized]) -> bytes:
    """The model with int8 products and an int8 table of words."""
    return Graph(tensors, quantized).model(lambda _: {})
