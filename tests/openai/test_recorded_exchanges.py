"""The sample of recorded exchanges: real texts in every shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyengine.openai import Change, read_exchange, write

FILES = sorted((Path(__file__).parent.parent / "data" / "exchanges").glob("*.jsonl"))


def rows() -> list[Any]:
    return [
        pytest.param(json.loads(line), id=f"{file.stem}:{number}")
        for file in FILES
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    ]


def texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts_of(member)]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    return [value] if isinstance(value, str) and " " in value else []


@pytest.mark.parametrize("row", rows())
def test_every_sentence_of_a_recorded_exchange_is_in_a_segment(row: dict[str, Any]) -> None:
    exchange = read_exchange(row["request"], row["response"])
    found = {segment.text for segment in (*exchange.request, *(exchange.response or ()))}
    assert set(texts_of([row["request"], row["response"]])) <= found
    assert exchange.unexamined == ()


@pytest.mark.parametrize("row", rows())
def test_writing_a_recorded_exchange_changes_the_texts_alone(row: dict[str, Any]) -> None:
    exchange = read_exchange(row["request"], row["response"])
    for body, segments in (
        (row["request"], exchange.request),
        (row["response"], exchange.response or ()),
    ):
        values = [segment for segment in segments if not segment.path.endswith("#")]
        assert write(body, {s.path: Change(s.text) for s in values}) == body
        marked = write(body, {s.path: Change(f"<{s.text}>") for s in values})
        again = read_exchange(
            marked if body is row["request"] else row["request"],
            marked if body is row["response"] else row["response"],
        )
        reread = again.request if body is row["request"] else again.response or ()
        assert [(s.path, s.text) for s in reread if not s.path.endswith("#")] == [
            (s.path, f"<{s.text}>") for s in values
        ]


def test_a_question_and_its_passages_are_prompt_and_context() -> None:
    first = next(param.values[0] for param in rows() if "grounded" in (param.id or ""))
    sources = {segment.source.value for segment in read_exchange(first["request"]).request}
    assert {"prompt", "context"} <= sources
