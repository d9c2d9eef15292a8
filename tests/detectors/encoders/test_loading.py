"""Encoders are loaded once, and what cannot be loaded is told before the first text."""

from __future__ import annotations

import io
import shutil
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from detectors.encoders.files import PACKAGED
from detectors.encoders.loading import load
from detectors.encoders.settings import Http, Onnx, SentenceTransformers, Static
from policyengine import Resources, View, WarmUpError

if TYPE_CHECKING:
    from pathlib import Path

    from detectors.encoders.onnx import OnnxEncoder

WORDS = 30_522


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of one's own: so far the packaged tokenizer alone."""
    shutil.copy(PACKAGED / "tokenizer.json", tmp_path)
    return tmp_path


def write_model(folder: Path, inputs: list[str], node: Any, rank: int) -> None:
    """A model that looks each token up in a table of eight dimensions, and one node after that."""
    table = np.random.default_rng(7).normal(size=(WORDS, 8)).astype(np.float32)
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["tokens"]), node]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "l"]) for name in inputs],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [None] * rank)],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1]), "one")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")


def for_tokens() -> Any:
    return helper.make_node("Identity", ["tokens"], ["out"])


def test_it_is_loaded_once_for_all_who_ask_for_the_same() -> None:
    resources = Resources()
    assert load(Static(), resources) is load(Static(), resources)
    assert load(Static(), resources) is not load(Static(cache_mb=1), resources)
    assert load(Static(), resources) is not load(Static(), Resources())


def test_the_revision_tells_models_and_settings_apart_but_not_places(tmp_path: Path) -> None:
    copied = tmp_path / "model"
    shutil.copytree(PACKAGED, copied)
    resources = Resources()
    settings = [Static(), Onnx(), Onnx(max_tokens=128), Static(max_tokens=128)]
    assert len({load(one, resources).revision for one in settings}) == len(settings)
    for one, own in (
        (Static(), Static(path=str(copied), cache_mb=1)),
        (Onnx(), Onnx(path=str(copied), threads=2)),
    ):
        vectors = [load(settings, resources) for settings in (one, own)]
        assert len({each.revision for each in vectors}) == 1
        rows = [each.encode(["The bridge is open."], View(()).memo) for each in vectors]
        assert rows[0].tobytes() == rows[1].tobytes()


@pytest.mark.parametrize("inputs", [["input_ids"], ["input_ids", "attention_mask"]])
def test_a_model_that_gives_a_vector_for_each_token_is_averaged(
    folder: Path, inputs: list[str]
) -> None:
    each = folder / "each"
    each.mkdir()
    shutil.copy(folder / "tokenizer.json", each)
    write_model(each, inputs, for_tokens(), 3)
    mean = helper.make_node("ReduceMean", ["tokens"], ["out"], axes=[1], keepdims=0)
    write_model(folder, inputs, mean, 2)
    rows = [
        load(Onnx(path=str(path)), Resources()).encode(["open the door", ""], View(()).memo)
        for path in (folder, each)
    ]
    assert rows[0].shape == (2, 8)
    assert np.allclose(rows[0], rows[1], atol=1e-6)
    assert np.linalg.norm(rows[0], axis=1) == pytest.approx([1, 0], abs=1e-6)


def refused(settings: Any) -> str:
    with pytest.raises(WarmUpError) as caught:
        load(settings, Resources())
    return str(caught.value)


@pytest.mark.parametrize("kind", [Onnx, Static])
def test_a_folder_or_file_that_is_not_there_is_named(tmp_path: Path, kind: type[Any]) -> None:
    nowhere = tmp_path / "nowhere"
    assert f"{nowhere} is no folder" in refused(kind(path=str(nowhere)))
    assert f"{tmp_path} has no readable file" in refused(kind(path=str(tmp_path)))


def test_files_that_are_something_else_are_told(folder: Path) -> None:
    folder.joinpath("model.onnx").write_bytes(b"no model")
    assert "cannot be loaded" in refused(Onnx(path=str(folder)))
    folder.joinpath("words.npy").write_bytes(b"no table")
    assert "words.npy cannot be read" in refused(Static(path=str(folder)))
    shutil.copy(PACKAGED / "model.onnx", folder)
    folder.joinpath("tokenizer.json").write_bytes(b"{\xff")
    assert "tokenizer.json cannot be read" in refused(Onnx(path=str(folder)))


def test_a_table_without_a_row_for_each_token_is_told(folder: Path) -> None:
    held = io.BytesIO()
    np.save(held, np.zeros((10, 4), np.int8))
    folder.joinpath("words.npy").write_bytes(held.getvalue())
    assert "no row for each token" in refused(Static(path=str(folder)))


def test_a_pickle_is_never_loaded(folder: Path) -> None:
    held = io.BytesIO()
    np.save(held, np.array([{"a": 1}], object), allow_pickle=True)
    folder.joinpath("words.npy").write_bytes(held.getvalue())
    assert "words.npy cannot be read" in refused(Static(path=str(folder)))


def test_a_model_with_other_inputs_or_no_vector_is_told(folder: Path) -> None:
    write_model(folder, ["pixels"], for_tokens(), 3)
    assert "inputs of this model are pixels" in refused(Onnx(path=str(folder)))
    total = helper.make_node("ReduceSum", ["tokens"], ["out"], keepdims=0)
    write_model(folder, ["input_ids"], total, 0)
    assert "does not run" in refused(Onnx(path=str(folder)))


@pytest.mark.parametrize(
    ("settings", "module", "library", "extra"),
    [
        (Onnx(), "onnx", "onnxruntime", "encoders"),
        (Static(), "tokens", "tokenizers", "encoders"),
        (Http(url="http://localhost", model="m", dimension=2), "http", "httpx", "http-encoder"),
        (SentenceTransformers(model="."), "sentences", "sentence_transformers", "sentence-"),
    ],
)
def test_a_library_that_is_missing_is_named(
    settings: Any, module: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("static", "sessions", module):
        monkeypatch.delitem(sys.modules, f"detectors.encoders.{name}", raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    told = refused(settings)
    assert f"'{library}'" in told
    assert f"pip install 'llm-policyengine[{extra}" in told


def test_threads_change_nothing(onnx_encoder: OnnxEncoder) -> None:
    texts = ["The river rose by two metres overnight. " * 20]
    rows = load(Onnx(threads=2), Resources()).encode(texts, View(()).memo)
    assert rows.tobytes() == onnx_encoder.encode(texts).tobytes()
