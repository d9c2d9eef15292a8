"""The encoder on another machine: what is sent, and what answers are refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from detectors.encoders.encoder import EncodingError
from detectors.encoders.loading import load
from detectors.encoders.settings import Http
from policyengine import Resources, View, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Answer = Callable[[dict[str, Any]], tuple[int, Any]]
    Endpoint = Callable[[Answer], AbstractContextManager[tuple[str, list[dict[str, Any]]]]]

DIMENSION = 4


def vector(text: str) -> list[float]:
    return [len(text), text.count("a"), text.count("e"), 1.0]


def well(body: dict[str, Any]) -> tuple[int, Any]:
    """As the interface says, though not in order."""
    data = [{"index": n, "embedding": vector(text)} for n, text in enumerate(body["input"])]
    return 200, {"object": "list", "data": data[::-1], "model": body["model"]}


def encode(url: str, texts: list[str], **more: Any) -> Any:
    settings = Http(url=url, model="small", dimension=DIMENSION, **more)
    vectors = load(settings, Resources())
    return asyncio.run(vectors.aencode(texts, View(()).memo))


def test_texts_go_in_batches_and_come_back_in_order(endpoint: Endpoint) -> None:
    texts = ["a", "an apple", "  ", "a", "eel", ""]
    with endpoint(well) as (url, asked):
        rows = encode(url, texts, batch=2)
    assert [one["input"] for one in asked] == [["a", "an apple"], ["eel"]]
    assert {(one["path"], one["model"], one["key"]) for one in asked} == {
        ("/v1/embeddings", "small", None)
    }
    assert not rows[[2, 5]].any()
    for index in (0, 1, 3, 4):
        expected = np.array(vector(texts[index]), np.float32)
        assert np.allclose(rows[index], expected / np.linalg.norm(expected), atol=1e-6)


def test_long_text_goes_in_parts_that_cover_it(endpoint: Endpoint) -> None:
    text = "".join(chr(ord("a") + n % 26) for n in range(1000))
    with endpoint(well) as (url, asked):
        encode(url, [text], max_characters=100)
    sent = [piece for one in asked for piece in one["input"]]
    assert max(map(len, sent)) <= 100
    assert all(text[n : n + 3] in "|".join(sent) for n in range(998))


def test_the_key_is_read_from_the_environment(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDING_KEY", "the-key")
    with endpoint(well) as (url, asked):
        encode(url, ["a"], api_key_variable="EMBEDDING_KEY")
    assert asked[0]["key"] == "Bearer the-key"


@pytest.mark.parametrize("value", [None, "", "a\nb", "schlüssel"])
def test_a_key_that_is_missing_or_none_is_told_at_load(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("EMBEDDING_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("EMBEDDING_KEY", value)
    settings = Http(
        url="http://localhost", model="m", dimension=2, api_key_variable="EMBEDDING_KEY"
    )
    with pytest.raises(WarmUpError, match="EMBEDDING_KEY"):
        load(settings, Resources())


def answering(status: int, reply: Any) -> Answer:
    return lambda _: (status, reply)


def with_embedding(embedding: Any) -> Answer:
    return answering(200, {"data": [{"index": 0, "embedding": embedding}]})


@pytest.mark.parametrize(
    "answer",
    [
        answering(500, {"error": "cannot read: my secret"}),
        answering(302, b""),
        answering(503, {"data": [{"index": 0, "embedding": [1, 2, 3, 4]}]}),
        answering(200, b"my secret"),
        answering(200, b"\xff\xfe"),
        answering(200, []),
        answering(200, {"data": None}),
        answering(200, {"data": []}),
        answering(200, {"data": [{"index": 1, "embedding": [1, 2, 3, 4]}]}),
        answering(200, {"data": [{"index": 0, "embedding": [1, 2, 3, 4]}] * 2}),
        with_embedding([1, 2, 3]),
        with_embedding([1, 2, 3, "x"]),
        with_embedding([1, 2, 3, None]),
        with_embedding([1, 2, 3, float("nan")]),
        with_embedding([1, 2, 3, 10**400]),
        with_embedding([[1], [2], [3], [4]]),
        with_embedding("my secret"),
        with_embedding({}),
    ],
)
def test_an_answer_that_is_no_answer_is_refused_and_not_quoted(
    endpoint: Endpoint, answer: Answer
) -> None:
    with endpoint(answer) as (url, _), pytest.raises(EncodingError) as caught:
        encode(url, ["my secret"])
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_endpoint_that_is_not_there_is_told(endpoint: Endpoint) -> None:
    with endpoint(well) as (url, _):
        pass
    with pytest.raises(EncodingError, match="ConnectError"):
        encode(url, ["a"])
