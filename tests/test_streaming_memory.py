"""What a stream keeps of what it has released, counted by the allocator and not by the system."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from arriving import said

from policyengine import Engine, Registry
from policyengine.detector import Detector, Kind, Options
from policyengine.openai.assembly import Assembly
from policyengine.testing import plugin

if TYPE_CHECKING:
    from collections.abc import Sequence
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
  u:
    steps:
      - {step: units, detector: by-units, flag_at: 0.5}
deployments:
  bounded: {model: m, input: [p], output: [p], restore: true}
  units: {model: m, output: [p, u]}
  bare: {model: m}
"""
SENTENCE = "The customer asked whether the delivery could be moved, and it could. "
PIECE = 4


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    path: Path = tmp_path_factory.mktemp("policies") / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    plugins = {"test": plugin(ByUnits)}
    return Engine.load(path, registry=Registry.installed(plugins=plugins))


class ByUnits(Detector[Options]):
    """Looks at each sentence, and finds nothing."""

    id = "by-units"
    kinds = (Kind("by-units.found"),)
    scope = "unit"

    def detect(self, views: Sequence[Any]) -> list[list[Any]]:
        return [[] for _ in views]


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
                    released += len(chunk["choices"][0]["delta"].get("content") or "")
            assert released > len(text) - 200
            gc.collect()
            return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["bounded", "bare"])
def test_what_is_kept_does_not_grow_with_what_was_released(engine: Engine, name: str) -> None:
    deployment = engine.deployment(name)
    kept(deployment, 1_000)  # whatever is made once
    assert kept(deployment, 80_000) - kept(deployment, 20_000) < 20_000


def test_where_a_step_reads_units_a_character_takes_about_two_bytes(engine: Engine) -> None:
    deployment = engine.deployment("units")
    kept(deployment, 1_000)
    assert kept(deployment, 40_000) - kept(deployment, 10_000) < 2.5 * 30_000


def reply(text: str, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text, **more}}]}


FAR = SENTENCE * 60 + "Write to anna@example.com. " + SENTENCE * 60


def streamed(
    deployment: CompiledDeployment, chunks: list[dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The reply that a stream's chunks add up to, and its detections; some of it was forgotten."""
    request = deployment.check_request({"messages": [{"role": "user", "content": "hello"}]})
    with deployment.stream(request) as stream:
        released = [out for chunk in chunks for out in stream.feed(chunk)]
        assert stream._arrival._assembly.forgotten
        rest, detections = stream.close()
    assembly = Assembly("chat")
    for chunk in [*released, *rest]:
        assembly.add(chunk)
    return assembly.body["choices"][0], detections.as_dict()


def test_findings_between_forgotten_parts_are_told_where_they_are(engine: Engine) -> None:
    deployment = engine.deployment("bounded")
    chunks = [said(content=FAR[at : at + PIECE]) for at in range(0, len(FAR), PIECE)]
    choice, detections = streamed(deployment, chunks)
    request = deployment.check_request({"messages": [{"role": "user", "content": "hello"}]})
    expected = deployment.check_response(request, reply(FAR))
    assert expected.body is not None
    assert choice["message"]["content"] == expected.body["choices"][0]["message"]["content"]
    assert detections == expected.detections.as_dict()
    assert detections["verdict"] == "redact"


def test_places_that_annotations_point_to_move_as_in_one_piece(engine: Engine) -> None:
    deployment = engine.deployment("bounded")
    places = [(10, 20), (FAR.index("anna"), FAR.index("anna") + 16), (len(FAR) - 30, len(FAR) - 9)]
    citations = [
        {"type": "url_citation", "url_citation": {"start_index": start, "end_index": end}}
        for start, end in places
    ]
    chunks = [said(content=FAR[at : at + PIECE]) for at in range(0, len(FAR), PIECE)]
    choice, detections = streamed(deployment, [*chunks, said(annotations=citations)])
    request = deployment.check_request({"messages": [{"role": "user", "content": "hello"}]})
    expected = deployment.check_response(request, reply(FAR, annotations=citations))
    assert expected.body is not None
    assert choice["message"] == expected.body["choices"][0]["message"]
    assert detections == expected.detections.as_dict()


def test_logprobs_that_nobody_asked_for_and_that_come_late_tell_nothing(engine: Engine) -> None:
    deployment = engine.deployment("bounded")
    chunks = [said(content=FAR[at : at + PIECE]) for at in range(0, len(FAR), PIECE)]
    late = chunks[-1]["choices"][0]
    tokens = [FAR[at : at + PIECE] for at in range(0, len(FAR), PIECE)]
    late["logprobs"] = {
        "content": [
            {"token": one, "logprob": -1.0, "bytes": None, "top_logprobs": []} for one in tokens
        ]
    }
    choice, _ = streamed(deployment, chunks)
    assert "anna" not in json.dumps(choice)
    assert "example" not in json.dumps(choice)


@pytest.mark.parametrize(
    ("asked", "beside"), [({"logprobs": True}, {}), ({}, {"logprobs": {"content": []}})]
)
def test_nothing_is_forgotten_where_logprobs_are_asked_for_or_come(
    engine: Engine, asked: dict[str, Any], beside: dict[str, Any]
) -> None:
    deployment = engine.deployment("bounded")
    messages = [{"role": "user", "content": "hello"}]
    request = deployment.check_request({"messages": messages, **asked})
    with deployment.stream(request) as stream:
        for at in range(0, len(FAR), PIECE):
            chunk = said(content=FAR[at : at + PIECE])
            chunk["choices"][0] |= beside
            stream.feed(chunk)
        assert not stream._arrival._assembly.forgotten


def test_a_stream_that_is_left_tells_what_was_found_between_forgotten_parts(
    engine: Engine,
) -> None:
    deployment = engine.deployment("bounded")
    request = deployment.check_request({"messages": [{"role": "user", "content": "hello"}]})
    with deployment.stream(request) as stream:
        for at in range(0, len(FAR), PIECE):
            stream.feed(said(content=FAR[at : at + PIECE]))
    assert stream.detections is not None
    assert stream.detections.output is not None
    (finding,) = stream.detections.output.steps[0].findings
    assert finding.span is not None
    assert finding.span.start == FAR.index("anna")
