"""Lets the tests import the measuring code, whose scripts are no package."""

from __future__ import annotations

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

sys.path.insert(0, str(BENCHMARKS / "quality"))
sys.path.extend(str(BENCHMARKS / "training" / room) for room in ("relevancy", "reader"))
