"""Nothing that the reader is scored on was learned from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

READER = Path(__file__).parents[2] / "benchmarks/training/reader"


def hashes(name: str) -> set[bytes]:
    rows: Any = np.load(READER / f"{name}.npy")
    return {row.tobytes() for row in rows}


def test_no_text_that_is_scored_was_trained_on() -> None:
    trained, scored = hashes("trained"), hashes("scored")
    assert len(trained) > 50_000
    assert len(scored) > 5_000
    assert not trained & scored
