"""The packaged reader's weights in float32, for training to go on from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from graphs import ALONE, LAYERS
from onnx import numpy_helper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

FOLDER = Path(__file__).parents[3] / "detectors/reader"
PRODUCTS, NORMALS = ("attend", "mix", "up", "down"), ("middle", "out")


def shipped() -> dict[str, torch.Tensor]:
    """What `Network.load_state_dict` takes; int8 is what is lost."""
    stored = {
        one.name: numpy_helper.to_array(one)
        for file in ("alone", "joint")
        for one in onnx.load(FOLDER / f"{file}.onnx").graph.initializer
    }
    found = {"marks.weight": stored["marks"]}
    places = {f"layers.{number}": number for number in range(LAYERS)} | {"alone": ALONE}
    for place, number in places.items():
        for part in PRODUCTS:
            found[f"{place}.{part}.weight"] = _matrix(stored, f"{part}{number}").T
            found[f"{place}.{part}.bias"] = stored[f"{part}{number}.bias"]
        for part in NORMALS:
            for kind in ("weight", "bias"):
                found[f"{place}.{part}.{kind}"] = stored[f"{part}{number}.{kind}"]
    for kind in ("weight", "bias"):
        found[f"enter.{kind}"] = stored[f"answer.entered.{kind}"]
    for head in ("tokens", "pairs"):
        found[f"{head}.weight"] = stored[f"{head}.matrix"].T
        found[f"{head}.bias"] = stored[f"{head}.bias"]
    return {name: torch.tensor(np.array(values)) for name, values in found.items()}


def _matrix(stored: dict[str, Array], name: str) -> Array:
    matrix = stored[f"{name}.matrix"].astype(np.float32) * stored[f"{name}.scales"]
    smoothing = stored.get(f"{name}.smoothing")
    return matrix if smoothing is None else matrix * smoothing[:, None]
