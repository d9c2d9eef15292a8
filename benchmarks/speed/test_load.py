"""How long a policy file takes to load and check; the budget is 1 s for 1,000 steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine import Engine, Registry

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

STEP = """
      - step: step-{n}
        detector: keywords
        options: {{terms: [first term {n}, second term {n}]}}   # a comment
        sources: [prompt, history, completion]
        flag_at: 0.4
        block_at: recommended
        message: This is not something that I can talk about.
"""


@pytest.mark.parametrize("steps", [10, 100, 1000])
def test_load(benchmark: BenchmarkFixture, tmp_path: Path, steps: int) -> None:
    path = tmp_path / "policies.yaml"
    written = "".join(STEP.format(n=n) for n in range(steps))
    path.write_text(
        "version: 1\nmodels: {m: {base_url: http://localhost}}\n"
        f"policies:\n  p:\n    steps:{written}"
        "deployments: {d: {model: m, input: [p], output: [p]}}\n",
        encoding="utf-8",
    )
    registry = Registry.installed()
    benchmark.pedantic(
        lambda: Engine.load(path, registry=registry), rounds=5, iterations=1, warmup_rounds=1
    )
