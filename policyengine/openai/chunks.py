"""Chunks of a streamed reply: what they add up to, and chunks for what is to be released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.errors import ExchangeError
from policyengine.exchange import Source
from policyengine.openai.structural import WORDS, is_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.openai.request import Endpoint

STREAMED: Mapping[str, Mapping[str, Source]] = {
    "chat": {
        "reasoning": Source.REASONING,
        "reasoning_content": Source.REASONING,
        "content": Source.COMPLETION,
        "refusal": Source.REFUSAL,
    },
    "text": {"text": Source.COMPLETION},
}
"""For each endpoint the fields whose texts are released as they arrive, in the order of a choice.

What else a choice says (tool calls, annotations, audio) comes after them, whole, in the end.
"""

_LATER = frozenset({"role", "tool_calls", "function_call", "annotations", "audio"})
_KINDS = {"chat": "chat.completion", "text": "text_completion"}
_CHUNKS = {"chat": "chat.completion.chunk", "text": "text_completion"}
_REPLACED = frozenset({"role", "type", "id", "index", "finish_reason", "native_finish_reason"})
_TELLING = ("id", "model", "system_fingerprint")
OPENING = (*_TELLING, "created", "service_tier")
"""The fields of a chunk that tell of the reply, mostly the same in all of them."""


class Assembly:
    """The reply that chunks add up to; takes time linear in their texts.

    Texts of the same field are joined, lists too, calls of tools by their index; of all else the
    last value counts.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._top: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}

    def add(self, chunk: object) -> list[tuple[int, dict[str, Any]]]:
        """The choices of the chunk with their indices; raises ExchangeError for what is none."""
        record = _record("", chunk)
        choices = list(_choices_of(record))
        for index, choice in choices:
            held = self._choices.setdefault(index, {})
            for name, value in choice.items():
                _put(held, name, value)
        for name, value in record.items():
            if name != "choices" and value is not None:
                self._top[name] = value
        return choices

    @property
    def body(self) -> dict[str, Any]:
        """The whole reply, as if it had not been streamed."""
        choices = [self._choice(index) for index in sorted(self._choices)]
        return {**self._top, "object": _KINDS[self._endpoint], "choices": choices}

    def _choice(self, index: int) -> dict[str, Any]:
        choice: dict[str, Any] = _finished(self._choices[index])
        said = choice.pop("delta", None) or {}
        if self._endpoint == "chat":
            choice["message"] = {"role": "assistant", "content": None, **said}
        else:
            choice.setdefault("text", "")
        return {**choice, "index": index}


def _choices_of(chunk: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = chunk.get("choices")
    if listed is None:
        return
    if not isinstance(listed, list):
        raise ExchangeError("/choices", "expected an array", body="response")
    for at, one in enumerate(listed):
        path = f"/choices/{at}"
        choice = _record(path, one)
        index = choice.get("index", 0)
        if type(index) is not int or index < 0:
            raise ExchangeError(f"{path}/index", "expected a whole number", body="response")
        if choice.get("delta") is not None:
            _record(f"{path}/delta", choice["delta"])
        yield index, choice


def said_in(choice: Mapping[str, Any], endpoint: Endpoint) -> tuple[dict[str, str], bool]:
    """The texts of a chunk's choice that may be released as they arrive, in order.

    Also whether that is all that comes before what is released in the end.
    """
    said = choice if endpoint == "text" else choice.get("delta") or {}
    told = {name: value for name, value in said.items() if value is not None}
    texts = {name: told.pop(name) for name in STREAMED[endpoint] if told.get(name) is not None}
    usual = all(isinstance(text, str) for text in texts.values())
    others = set() if endpoint == "text" else told.keys() - _LATER
    return {
        name: one for name, one in texts.items() if one and isinstance(one, str)
    }, usual and not others


def opening(chunk: Mapping[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """What a chunk says of the reply that is nobody's text: identifiers, model and time."""
    told = {
        name: chunk[name]
        for name in _TELLING
        if isinstance(chunk.get(name), str) and is_identifier(chunk[name])
    }
    created = chunk.get("created")
    if isinstance(created, int):
        told["created"] = created
    if chunk.get("service_tier") in WORDS["service_tier"]:
        told["service_tier"] = chunk["service_tier"]
    return {**told, "object": _CHUNKS[endpoint]}


def released(
    head: Mapping[str, Any], texts: Mapping[int, Mapping[str, str]], endpoint: Endpoint
) -> dict[str, Any]:
    """A chunk with these texts of each choice."""
    choices = [
        {"index": index, **(said if endpoint == "text" else {"delta": dict(said)}),
         "logprobs": None, "finish_reason": None}
        for index, said in sorted(texts.items())
    ]  # fmt: skip
    return {**head, "choices": choices}


def closing(
    body: Mapping[str, Any],
    head: Mapping[str, Any],
    before: Mapping[int, Mapping[str, str]],
    endpoint: Endpoint,
) -> list[dict[str, Any]]:
    """The chunks for what is left of a judged reply after what was released `before`.

    The last one holds the usage where the reply tells it, the one before it how each choice ended.
    """
    rest: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for choice in body["choices"]:
        left, end = _left(choice, before.get(choice["index"], {}), endpoint)
        if left:
            rest.append({"index": choice["index"], **left, "finish_reason": None})
        ends.append(end)
    hidden = {"choices", "usage", "object"}
    top = {**head, **{name: body[name] for name in body if name not in hidden}}
    chunks = [{**head, "choices": rest}] if rest else []
    chunks.append({**top, "object": _CHUNKS[endpoint], "choices": ends})
    if body.get("usage") is not None:
        chunks.append({**head, "choices": [], "usage": body["usage"]})
    return chunks


def _left(
    choice: Mapping[str, Any], before: Mapping[str, str], endpoint: Endpoint
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a choice was not released yet, and how it ended."""
    holder = choice if endpoint == "text" else choice["message"]
    said = {}
    for name in STREAMED[endpoint]:
        text, known = holder.get(name), before.get(name, "")
        # What was let go cannot be taken back: where it is no longer the beginning, it is the end.
        if isinstance(text, str) and text.startswith(known) and len(text) > len(known):
            said[name] = text[len(known) :]
        elif text is not None and not isinstance(text, str):
            said[name] = text
    kept = {"index", "finish_reason", "logprobs", "message", "text"}
    end = {name: value for name, value in choice.items() if name not in kept}
    end |= {"index": choice["index"], "finish_reason": choice.get("finish_reason")}
    more = {"logprobs": choice["logprobs"]} if choice.get("logprobs") is not None else {}
    if endpoint == "text":
        return {**({"text": "", **said} if said or more else {}), **more}, {"text": "", **end}
    others = {
        name: value
        for name, value in holder.items()
        if name not in STREAMED[endpoint] and value is not None
        and not (name == "role" and name in before)
    }  # fmt: skip
    if isinstance(others.get("tool_calls"), list):
        others["tool_calls"] = [
            {"index": at, **call} for at, call in enumerate(others["tool_calls"])
        ]
    delta = {**others, **said}
    return ({"delta": delta, **more} if delta or more else {}), {"delta": {}, **end}


class _Joined(list[str]):
    """A text in the pieces that it arrived in."""


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    """Add a value to the one that is there."""
    known = holder.get(name)
    if isinstance(value, dict):
        inner = known if isinstance(known, dict) else {}
        holder[name] = inner
        for each, below in value.items():
            _put(inner, each, below)
    elif isinstance(value, str) and name not in _REPLACED:
        joined = known if isinstance(known, _Joined) else _Joined()
        joined.append(value)
        holder[name] = joined
    elif isinstance(value, list):
        together = known if type(known) is list else []
        holder[name] = together
        _extend(together, value)
    elif value is not None or name not in holder:
        holder[name] = value


def _extend(known: list[Any], more: list[Any]) -> None:
    """Add items; those with an index belong to the one that has it already."""
    for item in more:
        index = item.get("index") if isinstance(item, dict) else None
        same = None
        if type(index) is int:
            same = next(
                (one for one in known if isinstance(one, dict) and one.get("index") == index), None
            )
        if same is None:
            same = {} if isinstance(item, dict) else None
            known.append(item if same is None else same)
        if same is not None:
            for name, value in item.items():
                _put(same, name, value)


def _finished(value: Any) -> Any:
    """Plain JSON of what was put together; calls of tools in the order of their indices."""
    if isinstance(value, _Joined):
        return "".join(value)
    if isinstance(value, dict):
        done = {name: _finished(below) for name, below in value.items()}
        calls = done.get("tool_calls")
        if isinstance(calls, list) and all(isinstance(call, dict) for call in calls):
            calls.sort(key=lambda call: call["index"] if type(call.get("index")) is int else 0)
            done["tool_calls"] = [
                {name: below for name, below in call.items() if name != "index"} for call in calls
            ]
        return done
    return [_finished(item) for item in value] if isinstance(value, list) else value


def _record(path: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ExchangeError(path, "expected an object", body="response")
    return value
