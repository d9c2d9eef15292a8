"""What the chunks of a streamed reply add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.errors import ExchangeError
from policyengine.openai.joined import Joined, Whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.openai.request import Endpoint

_KINDS = {"chat": "chat.completion", "text": "text_completion"}
_REPLACED = frozenset({"role", "type", "id", "index", "finish_reason", "native_finish_reason"})


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

    def forget(self, index: int, name: str, start: int, end: int) -> None:
        """Forget a part of a text of a choice; in the body, blanks stand in its place."""
        self._texts_of(index)[name].forget(start, end)

    @property
    def forgotten(self) -> dict[str, list[tuple[int, int]]]:
        """The places of what was forgotten, by the path of the text in the body."""
        place = "" if self._endpoint == "text" else "/message"
        return {
            f"/choices/{at}{place}/{name}": text.forgotten
            for at, index in enumerate(sorted(self._choices))
            for name, text in self._texts_of(index).items()
            if isinstance(text, Joined) and text.forgotten
        }

    def _texts_of(self, index: int) -> dict[str, Any]:
        choice = self._choices[index]
        said = choice if self._endpoint == "text" else choice.get("delta")
        return said or {}

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


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    """Add a value to the one that is there."""
    known = holder.get(name)
    if isinstance(value, dict):
        inner = known if isinstance(known, dict) else {}
        holder[name] = inner
        for each, below in value.items():
            _put(inner, each, below)
    elif isinstance(value, str) and name not in _REPLACED:
        joined = known if isinstance(known, Joined) else Whole()
        joined.add(value)
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
    if isinstance(value, Joined):
        return str(value)
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
