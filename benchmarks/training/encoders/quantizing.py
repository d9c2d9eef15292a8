"""Float weights as int8, so that the products stay close to the float ones.

Two things are done beyond rounding. Inputs that grow large are divided, and their weights
multiplied, by a factor of their own, which changes nothing in float and halves what rounding loses
(SmoothQuant, Xiao and others 2022, https://arxiv.org/abs/2211.10438). And scales are chosen so that
no sum of two neighbouring products passes 16 bits, where processors without VNNI would clip it
(https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "U8S8").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from graph import LAYERS, Linear, Quantized, linears

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

SMOOTHING = {"attend": 0.8, "beside": 0.8, "up": 0.65, "down": 0.75}
"""How much of an input's reach goes to its weights, chosen on the calibration texts."""
LARGEST = 127
PAIR = 128
"""255 * 128 fits 16 bits: what two neighbouring weights of one sign may add up to."""
GROUP = 4
"""Weights that a processor takes together; any two of them may be added first."""


def quantized(tensors: Mapping[str, Array], reach: Mapping[str, Array]) -> dict[str, Quantized]:
    """Every product and the table of words in int8; `reach` is that of each product's inputs."""
    parts = {"words": rows(tensors["embeddings.word_embeddings.weight"])}
    for number in range(LAYERS):
        for linear in linears(tensors, number):
            parts[linear.name] = product(linear, reach[linear.name])
    return parts


def rows(table: Array) -> Quantized:
    """A table with a scale for each row."""
    scales = np.abs(table).max(1, keepdims=True) / LARGEST
    scales[scales == 0] = 1
    return Quantized(np.rint(table / scales).astype(np.int8), scales.astype(np.float32), None)


def product(linear: Linear, reach: Array) -> Quantized:
    """A product in int8; `reach` is that of its inputs."""
    strength = SMOOTHING.get(linear.name.rstrip("0123456789"))
    smoothing = None if strength is None else _smoothing(linear.matrix, reach, strength)
    matrix = linear.matrix if smoothing is None else linear.matrix * smoothing[:, None]
    scales = np.maximum(np.abs(matrix).max(0) / LARGEST, _pairs(matrix) / (PAIR - 1))
    values = np.rint(matrix / scales).astype(np.int8)
    if _pairs(values.astype(np.float32)).max() > PAIR:
        raise ValueError(f"{linear.name}: two weights add up to more than {PAIR}")
    return Quantized(values, scales.astype(np.float32), smoothing)


def _smoothing(matrix: Array, reach: Array, strength: float) -> Array:
    reach = np.maximum(reach, 1e-5)
    factors = reach**strength / np.abs(matrix).max(1) ** (1 - strength)
    return (factors / np.median(factors)).astype(np.float32)


def _pairs(matrix: Array) -> Array:
    """For each output the largest sum of two weights of one sign in a group."""
    groups = matrix.reshape(-1, GROUP, matrix.shape[1])
    sums = [np.sort(np.clip(sign * groups, 0, None), 1)[:, -2:].sum(1).max(0) for sign in (1, -1)]
    return np.maximum(*sums)
