"""The packaged model is the published one, small enough, and brings no torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detectors.encoders import files
from detectors.encoders.files import PACKAGED, RELEASED, read
from policyengine import WarmUpError

if TYPE_CHECKING:
    from detectors.encoders.encoder import Encoder
    from detectors.encoders.onnx import OnnxEncoder

LEAST_COSINE = 0.99
MOST_BYTES = 25_000_000
MOST_RESIDENT_KB = 200_000
REFERENCE = Path(__file__).with_name("reference.npz")


def test_vectors_are_those_of_the_published_float_weights(onnx_encoder: OnnxEncoder) -> None:
    with np.load(REFERENCE, allow_pickle=False) as held:
        texts, exact = json.loads(str(held["texts"])), held["vectors"].astype(np.float32)
    cosines = (onnx_encoder.encode(texts) * exact).sum(1)
    assert len(texts) >= 30
    assert cosines.min() >= LEAST_COSINE


def test_what_is_related_is_nearer(encoder: Encoder) -> None:
    texts = [
        "I lost my passport at the airport.",
        "My luggage and my travel documents are missing.",
        "Beat the eggs with the sugar until pale.",
    ]
    one, related, other = encoder.encode(texts)
    assert one @ related > one @ other + 0.2


def test_what_means_the_same_is_nearer_than_what_shares_a_word(onnx_encoder: OnnxEncoder) -> None:
    texts = ["How can I get my money back?", "I would like a refund.", "Money makes the world go."]
    one, same, other = onnx_encoder.encode(texts)
    assert one @ same > one @ other + 0.1


def test_the_model_is_small_enough_to_ship() -> None:
    assert PACKAGED.joinpath("model.onnx").stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("name", RELEASED)
def test_a_file_that_is_not_the_released_one_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(None, name)
    data = bytearray(PACKAGED.joinpath(name).read_bytes())
    data[len(data) // 2] ^= 1
    tmp_path.joinpath(name).write_bytes(data)
    monkeypatch.setattr(files, "PACKAGED", tmp_path)
    with pytest.raises(WarmUpError, match="not the one that was released"):
        read(None, name)
    assert read(str(tmp_path), name)  # one's own may be anything


RESIDENT = """if True:
    import sys
    from detectors.encoders.loading import load
    from detectors.encoders.settings import Onnx
    from policyengine import Resources, View
    vectors = load(Onnx(), Resources())
    vectors.encode(["a short one", "many words " * 2000], View(()).memo)
    with open("/proc/self/status") as status:
        print([line.split()[1] for line in status if line.startswith("VmRSS")][0])
    print(*sys.modules)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")  # noqa: PTH110
def test_the_default_encoder_fits_in_memory_and_loads_no_torch() -> None:
    done = subprocess.run(  # noqa: S603 - the program here
        [sys.executable, "-c", RESIDENT], check=True, capture_output=True, text=True
    )
    resident, modules = done.stdout.splitlines()
    assert int(resident) <= MOST_RESIDENT_KB
    assert not {"torch", "transformers", "sentence_transformers"} & set(modules.split())
