"""What may be written under `encoder`, and what mistakes there are told as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from detectors.encoders.settings import EncoderSettings, Http, Onnx, SentenceTransformers, Static
from policyengine import ConfigurationError, Cost, Engine, Options, Registry
from policyengine.testing import plugin, scripted

if TYPE_CHECKING:
    from pathlib import Path

adapter: TypeAdapter[Any] = TypeAdapter(EncoderSettings)
HTTP = {"type": "http", "url": "https://api.example.org/v1/", "model": "m", "dimension": 8}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("onnx", Onnx()),
        ("static", Static()),
        (
            {"type": "onnx", "path": "models/mine", "threads": 2},
            Onnx(path="models/mine", threads=2),
        ),
        (
            {"type": "sentence-transformers", "model": "all-mpnet-base-v2"},
            SentenceTransformers(model="all-mpnet-base-v2"),
        ),
        (HTTP, Http(url="https://api.example.org/v1", model="m", dimension=8)),
    ],
)
def test_a_type_or_a_type_with_settings(written: object, meant: object) -> None:
    assert adapter.validate_python(written) == meant
    assert hash(adapter.validate_python(written)) == hash(meant)


@pytest.mark.parametrize(
    "written",
    [
        "onxx",
        "sentence-transformers",
        {},
        {"type": "onnx", "model": "x"},
        {"type": "onnx", "threads": 0},
        {"type": "static", "cache_mb": -1},
        HTTP | {"url": "api.example.org"},
        HTTP | {"url": "ftp://api.example.org"},
        HTTP | {"url": "https://[api"},
        HTTP | {"url": "https://user:secret@api.example.org"},
        HTTP | {"api_key_variable": "sk-not-a-name"},
        3,
    ],
)
def test_anything_else_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(written)


def test_where_text_goes_is_declared() -> None:
    here = [Onnx(), Static(), SentenceTransformers(model="x")]
    assert {(one.cost, one.sends_text_to) for one in here} == {(Cost.MODEL, ())}
    there = adapter.validate_python(HTTP)
    assert (there.cost, there.sends_text_to) == (Cost.REMOTE, ("api.example.org",))


class Encoding(Options):
    encoder: EncoderSettings = Onnx()


DOCUMENT = """
version: 1
models: {m: {base_url: "http://localhost"}}
policies:
  p:
    steps:
      - step: s
        detector: scripted
        options:
          encoder: WRITTEN
        flag_at: 0.5
deployments:
  d: {model: m, input: [p]}
"""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("onxx", "onnx"),
        ("{type: onnx, pth: x}", "path"),
        ("{type: onnx, threads: 0}", "threads"),
        ("{type: http, url: x, model: m, dimension: 8}", "http"),
    ],
)
def test_a_mistake_is_placed(tmp_path: Path, written: str, told: str) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(DOCUMENT.replace("WRITTEN", written), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        Engine.load(path, registry=Registry.of(test=plugin(scripted(Options=Encoding))))
    assert "policies.yaml:10:" in str(caught.value)
    assert told in str(caught.value)
