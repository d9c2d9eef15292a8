"""No text of an exchange leaves it, whatever is wrong with the line that it stands in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyengine.offline.summary import detections_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

CANARY = "c4n4ry"

FULL: dict[str, Any] = {
    "request": {
        "model": "m",
        "messages": [
            {"role": "system", "content": "heron"},
            {"role": "user", "content": [{"type": "text", "text": "heron"}], "name": "n"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "1",
                        "type": "function",
                        "function": {"name": "f", "arguments": '{"a": "heron"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "1", "content": "heron raise"},
        ],
        "context": [{"title": "t", "text": "heron"}],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "metadata": {"k": "v"},
        "user": "u",
        "stop": ["s"],
    },
    "response": {
        "id": "r",
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "heron",
                    "refusal": None,
                    "annotations": [],
                },
                "finish_reason": "stop",
                "logprobs": {"content": [{"token": "heron", "logprob": 0.0, "bytes": None}]},
            }
        ],
        "usage": {"total_tokens": 1},
    },
    "labels": {"l": "l"},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in enumerate(value) if isinstance(value, list) else items:
        yield from places(inner, (*path, key))


def planted(value: Any, path: tuple[Any, ...], what: Any) -> Any:
    if not path:
        return what
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = planted(copy[path[0]], path[1:], what)
    return copy


CANARIES: list[Any] = [CANARY, [CANARY], {CANARY: CANARY}, [{"type": CANARY, "text": CANARY}]]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(list(places(FULL))), what=st.sampled_from(CANARIES), cut=st.booleans())
def test_a_canary_in_any_place_is_in_no_message_and_no_detections(
    policyengine: Run, policies: Path, path: tuple[Any, ...], what: Any, cut: bool
) -> None:
    line = json.dumps(planted(FULL, path, what))
    result = policyengine("evaluate", "-c", policies, "-", stdin=line[:-1] if cut else line)
    assert result.exit_code in (0, 3)
    assert CANARY not in result.stderr
    written = json.loads(result.stdout)
    if result.exit_code == 3:
        assert written.keys() == {"error"}
        assert CANARY not in result.stdout
    elif not isinstance(what, dict):  # a key is part of its members' paths
        assert CANARY not in json.dumps(detections_in(written))
