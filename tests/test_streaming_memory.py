"""What a stream keeps of what it has released, counted by the allocator and not by the system."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from arriving import said

from policyengine import Engine

if TYPE_CHECKING:
    from pathlib import Path

    from policyengine.deployment import CompiledDeployment

POLICIES = """
version: 1
models: {m: {base_url: "http://model/v1"}}
policies:
  p:
    steps:
      - {step: mail, detector: pii, options: {entities: [email, phone]}, redact_at: recommended}
      - {step: words, detector: keywords, options: {terms: [heron, crow]}, block_at: 0.5}
deployments:
  bounded: {model: m, input: [p], output: [p], restore: true}
  bare: {model: m}
"""
SENTENCE = "The customer asked whether the delivery could be moved, and it could. "
PIECE = 4


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    path: Path = tmp_path_factory.mktemp("policies") / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    return Engine.load(path)


def kept(deployment: CompiledDeployment, length: int) -> int:
    """The bytes that a stream keeps when so many characters have been fed, nearly all released."""
    request = deployment.check_request({"messages": [{"role": "user", "content": "hello"}]})
    text = SENTENCE * (length // len(SENTENCE))
    tracemalloc.start()
    try:
        with deployment.stream(request) as stream:
            released = 0
            for at in range(0, len(text), PIECE):
                for chunk in stream.feed(said(content=text[at : at + PIECE])):
                    released += len(chunk["choices"][0]["delta"]["content"])
            assert released > len(text) - 100
            gc.collect()
            return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["bounded", "bare"])
def test_a_released_character_takes_about_a_byte(engine: Engine, name: str) -> None:
    deployment = engine.deployment(name)
    kept(deployment, 1_000)  # whatever is made once
    more = kept(deployment, 40_000) - kept(deployment, 10_000)
    assert more < 1.25 * 30_000
