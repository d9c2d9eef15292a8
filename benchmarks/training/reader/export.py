"""Writes the trained reader as int8 ONNX, and holds it to the float32 one.

    python benchmarks/training/reader/export.py build/reader/reader.pt --data ../shared/data

Nothing but texts of `train` is read, to see how large inputs get.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import torch

ROOT = Path(__file__).parents[3]
sys.path.extend([str(ROOT), str(ROOT / "benchmarks/training/encoders")])

import joint
from corpora import everything
from lower import Lower
from quantizing import product
from units import Units

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from units import Unit

    Array = NDArray[Any]

OUT = ROOT / "detectors/reader/reader.onnx"
LOOKED_AT, COMPARED = 200, 100
LEAST_CORRELATION = 0.99


def session(model: bytes) -> Any:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


def inputs(unit: Unit) -> dict[str, Array]:
    return {
        "beside_states": unit.beside[0][None].astype(np.float32),
        "beside_marks": unit.beside[1][None],
        "answer_states": unit.answer[0][None].astype(np.float32),
        "answer_marks": unit.answer[1][None],
        "words": unit.words[None].astype(np.float32),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    weights = torch.load(given.weights, map_location="cpu")
    weights = weights.get("network", weights)
    tensors = joint.tensors_of({name: one.numpy() for name, one in weights.items()})
    maker = Units(Lower())
    examples = everything(given.data, 1)[: LOOKED_AT + COMPARED]
    units = [unit for one in examples for unit in maker.of(one) if len(unit.beside[1])]
    exact = session(joint.model(tensors, {}, reaches=True))
    names = [one.name for one in exact.get_outputs()]
    reach: dict[str, Array] = {}
    said = []
    for at, unit in enumerate(units):
        found = dict(zip(names, exact.run(names, inputs(unit)), strict=True))
        said.append((found["tokens"], found["pairs"]))
        if at < LOOKED_AT:
            for name, values in found.items():
                if name.endswith(".reach"):
                    one = name.removesuffix(".reach")
                    reach[one] = np.maximum(reach.get(one, values), values)
    quantized = {
        name: product(linear, reach[name]) for name, linear in joint.products(tensors).items()
    }
    model = joint.model(tensors, quantized)
    small = session(model)
    pairs = [small.run(["tokens", "pairs"], inputs(unit)) for unit in units]
    for at, name in enumerate(("tokens", "pairs")):
        one = np.concatenate([each[at].ravel() for each in said[LOOKED_AT:]])
        two = np.concatenate([each[at].ravel() for each in pairs[LOOKED_AT:]])
        alike = float(np.corrcoef(one, two)[0, 1])
        print(f"{name}: correlation {alike:.4f}, mean difference {np.abs(one - two).mean():.3f} "
              f"of {np.abs(one).mean():.2f}")  # fmt: skip
        if alike < LEAST_CORRELATION:
            raise SystemExit(f"too far from the trained weights: at least {LEAST_CORRELATION}")
    given.out.write_bytes(model)
    print(f"{given.out}: {len(model):,} bytes, sha256 {hashlib.sha256(model).hexdigest()}")


if __name__ == "__main__":
    main()
