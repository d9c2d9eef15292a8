"""Law 2's last sentence, work is linear in length, by counting calls: a clock would tell lies."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import Engine, Registry
from policyengine.openai import Change, read_request, write
from policyengine.testing import plugin
from policyengine.testing.fakes import Phrases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policyengine.deployment import CompiledDeployment

DOCUMENT = """
version: 1
models: {m: {base_url: "http://localhost"}}
policies:
  p:
    steps:
      - {step: a, detector: phrases, options: {phrases: {bob: 1.0}}, redact_at: 0.5}
      - {step: b, detector: phrases, options: {phrases: {FOUND: 1.0}}, redact_at: 0.5}
      - {step: c, detector: phrases, options: {phrases: {ann: 1.0}}, flag_at: 0.5}
deployments:
  d: {model: m, input: [p], output: [p], restore: true}
"""


@pytest.fixture
def deployment(tmp_path: Path) -> CompiledDeployment:
    path = tmp_path / "policies.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return Engine.load(path, registry=Registry.of(test=plugin(Phrases))).deployment("d")


def calls_made(work: Callable[[], object]) -> int:
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def text(findings: int) -> str:
    return " ".join(f"bob and ann {number}" for number in range(findings))


def arguments(findings: int) -> str:
    return json.dumps([f"bob and ann {number}" for number in range(findings)])


@pytest.mark.parametrize("write", [text, arguments])
def test_four_times_the_findings_are_about_four_times_the_work(
    deployment: CompiledDeployment, write: Callable[[int], str]
) -> None:
    def work(findings: int) -> int:
        call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": ""}}
        call["function"] = {"name": "f", "arguments": write(findings)}
        messages: list[dict[str, Any]] = [
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
        ]

        def both_phases() -> None:
            checked = deployment.check_request({"model": "m", "messages": messages})
            assert checked.body is not None
            message = {"role": "assistant", "tool_calls": checked.body["messages"][1]["tool_calls"]}
            deployment.check_response(checked, {"choices": [{"index": 0, "message": message}]})

        return calls_made(both_phases)

    work(10)  # whatever is made once
    assert work(400) < 5 * work(100)


@pytest.mark.parametrize("renamed", [False, True], ids=["values", "values and keys"])
def test_twice_the_members_of_an_object_are_about_twice_the_work(*, renamed: bool) -> None:
    def work(members: int) -> int:
        metadata = {f"{number} bob": "bob" for number in range(members)}
        body = {"prompt": "go", "metadata": metadata}
        changes = {
            segment.path: Change("[X]")
            for segment in read_request(body).segments[1:]
            if renamed or not segment.path.endswith("#")
        }
        return calls_made(lambda: write(body, changes))

    work(10)
    assert work(2000) < 2.2 * work(1000)
