"""The files of a model: the packaged ones, which must be as released, or a user's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from policyengine import WarmUpError

PACKAGED = Path(__file__).with_name("minilm")
RELEASED = {
    "model.onnx": "75581a5c2b02dcf14a7d06d4fbbae190a1467a1e227d41c50a13e3be95b31962",
    "tokenizer.json": "6f3077a29183a1f1980c889131beb8daac74957c79abb798c122ebee5d87e13b",
    "words.npy": "d4dbcd510bbeb7d86e5e4c965efea7ab2d786839e8836cd0e2b4fa6cc7d6be93",
}
"""sha256 of the packaged files, as benchmarks/training/encoders/export.py wrote them."""


def read(path: str | None, name: str) -> bytes:
    """A file of the folder, the packaged one if there is none; WarmUpError if it is not there."""
    if path is None:
        return released(PACKAGED, name, RELEASED[name])
    folder = Path(path)
    try:
        return folder.joinpath(name).read_bytes()
    except OSError as error:
        what = "is no folder" if not folder.is_dir() else f"has no readable file {name}"
        raise WarmUpError(f"the encoder's path {folder} {what}") from error


def released(folder: Path, name: str, digest: str) -> bytes:
    """A file that comes with this distribution; WarmUpError if it is not there, or another one."""
    try:
        data = folder.joinpath(name).read_bytes()
    except OSError as error:
        raise WarmUpError(f"the packaged {name} is missing: install anew") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise WarmUpError(f"the packaged {name} is not the one that was released: install anew")
    return data


def revision(*parts: bytes | str) -> str:
    """`sha256:…` of what an encoder is made of."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(hashlib.sha256(data).digest())
    return f"sha256:{whole.hexdigest()}"
