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

import graphs
from corpora import everything
from lower import Lower
from quantizing import product
from units import Units

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from units import Unit

    Array = NDArray[Any]

OUT = ROOT / "detectors/reader"
LOOKED_AT, COMPARED = 200, 100
LEAST_CORRELATION = 0.99


def session(model: bytes) -> Any:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


class Pair:
    """Both graphs, one after the other."""

    def __init__(self, alone: bytes, joint: bytes) -> None:
        self._alone, self._joint = session(alone), session(joint)

    def run(self, unit: Unit) -> tuple[dict[str, Array], dict[str, Array]]:
        """What each graph gives; the first for all tokens that the answer stands beside."""
        own = _all(self._alone, {"states": _row(unit.answer.states)})
        texts = [_row(unit.beside.states[unit.beside.texts == at]) for at in _numbers(unit)]
        read = [_all(self._alone, {"states": one}) for one in texts]
        given = {
            "beside_states": np.concatenate([one[ALONE] for one in read], 1),
            "beside_marks": unit.beside.marks[None],
            "answer_states": own[ALONE],
            "answer_marks": unit.answer.marks[None],
            "words": _row(unit.words),
        }
        reach = {
            name: np.max([one[name] for one in (own, *read)], 0)
            for name in own
            if name.endswith(".reach")
        }
        return reach, _all(self._joint, given)


ALONE = f"out{graphs.ALONE}"


def _row(values: Array) -> Array:
    return values[None].astype(np.float32)


def _numbers(unit: Unit) -> range:
    return range(int(unit.beside.texts.max()) + 1)


def _all(model: Any, given: dict[str, Array]) -> dict[str, Array]:
    names = [one.name for one in model.get_outputs()]
    return dict(zip(names, model.run(names, given), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    weights = torch.load(given.weights, map_location="cpu")
    weights = weights.get("network", weights)
    tensors = graphs.tensors_of({name: one.numpy() for name, one in weights.items()})
    maker = Units(Lower())
    examples = everything(given.data, 1)[: LOOKED_AT + COMPARED]
    units = [unit for one in examples for unit in maker.of(one) if len(unit.beside.marks)]
    exact = Pair(*(make(tensors, {}, reaches=True) for make in (graphs.alone, graphs.joint)))
    reach: dict[str, Array] = {}
    said = []
    for at, unit in enumerate(units):
        alone, found = exact.run(unit)
        said.append(found)
        for name, values in (*alone.items(), *found.items()) if at < LOOKED_AT else ():
            if name.endswith(".reach"):
                one = name.removesuffix(".reach")
                reach[one] = np.maximum(reach.get(one, values), values)
    quantized = {
        name: product(linear, reach[name]) for name, linear in graphs.products(tensors).items()
    }
    models = {
        "alone.onnx": graphs.alone(tensors, quantized),
        "joint.onnx": graphs.joint(tensors, quantized),
    }
    small = Pair(*models.values())
    pairs = [small.run(unit)[1] for unit in units[LOOKED_AT:]]
    for name in ("tokens", "pairs"):
        one = np.concatenate([each[name].ravel() for each in said[LOOKED_AT:]])
        two = np.concatenate([each[name].ravel() for each in pairs])
        alike = float(np.corrcoef(one, two)[0, 1])
        print(f"{name}: correlation {alike:.4f}, mean difference {np.abs(one - two).mean():.3f} "
              f"of {np.abs(one).mean():.2f}")  # fmt: skip
        if alike < LEAST_CORRELATION:
            raise SystemExit(f"too far from the trained weights: at least {LEAST_CORRELATION}")
    for file, model in models.items():
        (given.out / file).write_bytes(model)
        print(f"{file}: {len(model):,} bytes, sha256 {hashlib.sha256(model).hexdigest()}")


if __name__ == "__main__":
    main()
