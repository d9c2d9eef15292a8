"""A detector with both `detect` and `adetect` is asked with the one that fits where it works."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

import pytest

from policyengine import (
    Cost,
    Detector,
    Engine,
    Example,
    Exchange,
    Finding,
    Kind,
    Options,
    Registry,
    Segment,
    Source,
)
from policyengine.testing import plugin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from policyengine import View

DOCUMENT = """
version: 1
models: {m: {base_url: "http://localhost"}}
policies:
  p:
    steps:
      - {step: s, detector: either, options: {remote: REMOTE}, flag_at: 0.5}
deployments:
  d: {model: m, input: [p]}
"""
HELLO = Exchange((Segment("/messages/0/content", Source.PROMPT, "hello"),))


class EitherOptions(Options):
    remote: bool = False


class Either(Detector[EitherOptions]):
    """Says with a score which of its methods was asked."""

    id: ClassVar[str] = "either"
    Options: ClassVar[type[Options]] = EitherOptions
    kinds = (Kind("either.found"),)

    @property
    def cost(self) -> Cost:
        return Cost.REMOTE if self.options.remote else Cost.MODEL

    @property
    def examples(self) -> Sequence[Example]:
        return (Example.of("hello", "either.found"),)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        if self.options.remote:
            raise RuntimeError("it works on another machine")
        return [[Finding("either.found", 0.6)] for _ in views]

    async def adetect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        await asyncio.sleep(0)
        return [[Finding("either.found", 0.7)] for _ in views]


@pytest.mark.parametrize(("remote", "score"), [(False, 0.6), (True, 0.7)])
def test_where_it_works_says_how_it_is_asked(tmp_path: Path, remote: bool, score: float) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(DOCUMENT.replace("REMOTE", str(remote).lower()), encoding="utf-8")
    loaded = Engine.load(path, registry=Registry.of(test=plugin(Either)))
    deployment = loaded.deployment("d")  # its example holds, so the self-test asks it well too
    for detections in (deployment.evaluate(HELLO), asyncio.run(deployment.aevaluate(HELLO))):
        assert detections.input is not None
        (step,) = detections.input.steps
        assert step.status == "ran"
        assert [finding.score for finding in step.findings] == [score]
