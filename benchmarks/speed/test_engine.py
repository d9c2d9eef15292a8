"""What the engine costs beside its detectors: no-op detectors, by number of steps and segments.

The budget is 10 µs a step and 20 µs an exchange; `extra_info` holds what that makes for each case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine import (
    Detector,
    Engine,
    Exchange,
    Finding,
    Kind,
    Options,
    Registry,
    Segment,
    Source,
    View,
)
from policyengine.testing import plugin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

STEP_BUDGET = 10e-6
EXCHANGE_BUDGET = 20e-6

DOCUMENT = """
version: 1
models: {{m: {{base_url: "http://localhost"}}}}
policies:
  p:
    steps: [{steps}]
deployments:
  d: {{model: m, input: [p], output: [p]}}
"""


class Silent(Detector[Options]):
    """Finds nothing, at once."""

    id = "silent"
    kinds = (Kind("silent.found"),)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        return [()] * len(views)


@pytest.mark.parametrize("segments", [1, 5, 20])
@pytest.mark.parametrize("steps", [1, 2, 5, 10])
def test_overhead(benchmark: BenchmarkFixture, tmp_path: Path, steps: int, segments: int) -> None:
    path = tmp_path / "policies.yaml"
    written = ", ".join(f"{{step: s{n}, detector: silent, block_at: 0.5}}" for n in range(steps))
    path.write_text(DOCUMENT.format(steps=written), encoding="utf-8")
    deployment = Engine.load(path, registry=Registry.of(test=plugin(Silent))).deployment("d")
    exchange = Exchange(
        tuple(
            Segment(f"/messages/{n}/content", Source.PROMPT, "what a customer says")
            for n in range(segments)
        ),
        (Segment("/choices/0/message/content", Source.COMPLETION, "an answer", "response"),),
    )
    benchmark.extra_info["steps"] = 2 * steps
    benchmark.extra_info["budget_us"] = 1e6 * (2 * steps * STEP_BUDGET + EXCHANGE_BUDGET)
    benchmark(deployment.evaluate, exchange)
