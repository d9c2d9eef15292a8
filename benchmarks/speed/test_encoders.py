"""What the packaged encoders cost; `benchmarks/peers/encoders.py` times a peer in the same run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detectors.encoders.loading import load
from detectors.encoders.settings import Onnx, Static
from policyengine import Resources, View

sys.path.append(str(Path(__file__).parents[1] / "peers"))
from encoding import ANSWER, CONTEXT, PAIR

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

ENCODERS = (Onnx(cache_mb=0), Static(cache_mb=0))


@pytest.mark.parametrize("settings", ENCODERS, ids=lambda one: one.type)
@pytest.mark.parametrize("texts", [PAIR, (ANSWER,), (ANSWER, CONTEXT)], ids=["pair", "2k", "2k+4k"])
def test_cold(benchmark: BenchmarkFixture, settings: Onnx | Static, texts: tuple[str, ...]) -> None:
    vectors = load(settings, Resources())
    benchmark(lambda: vectors.encode(texts, View(()).memo))


def test_seen_before(benchmark: BenchmarkFixture) -> None:
    vectors = load(Onnx(), Resources())
    benchmark(lambda: vectors.encode((ANSWER, CONTEXT), View(()).memo))


def test_load(benchmark: BenchmarkFixture) -> None:
    benchmark.pedantic(lambda: load(Onnx(), Resources()), rounds=5, warmup_rounds=1)
