"""Requests of `/chat/completions` and `/completions`, and whose text each of theirs is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from policyengine.errors import ExchangeError
from policyengine.exchange import Source
from policyengine.openai.gathering import Gathering, ReadBody
from policyengine.openai.messages import Whose, read_content, read_message
from policyengine.openai.structural import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Sequence

Endpoint = Literal["chat", "text"]

_READ = frozenset(
    {
        "messages",
        "prompt",
        "suffix",
        "context",
        "tools",
        "functions",
        "response_format",
        "prediction",
        "user",
        "metadata",
        "stop",
    }
)


def endpoint_of(request: object) -> Endpoint | None:
    """Which endpoint a request is for; None where it cannot be told."""
    if not isinstance(request, dict):
        return None
    if "messages" in request:
        return "chat"
    return "text" if "prompt" in request else None


def read_request(body: object) -> ReadBody:
    """Every text of a request, with its path and source.

    Raises ExchangeError where a documented field has another type than documented.
    """
    gathering = Gathering("request")
    request = gathering.record("", body)
    if endpoint_of(request) is None:
        raise ExchangeError("", "expected `messages` or `prompt`", body="request")
    if "messages" in request:
        _messages(gathering, request["messages"])
    _prompt(gathering, request.get("prompt"))
    gathering.string("", "suffix", request.get("suffix"), Source.PROMPT)
    _context(gathering, request.get("context"))
    for name in ("tools", "functions"):
        for path, tool in gathering.items(f"/{name}", request.get(name)):
            gathering.record(path, tool)
            gathering.walk(path, tool, Source.TOOL_DEFINITION, documented=True)
    if request.get("response_format") is not None:
        wanted = gathering.record("/response_format", request["response_format"])
        gathering.walk("/response_format", wanted, Source.TOOL_DEFINITION, documented=True)
    _prediction(gathering, request.get("prediction"))
    gathering.string("", "user", request.get("user"), Source.METADATA)
    if request.get("metadata") is not None:
        metadata = gathering.record("/metadata", request["metadata"])
        gathering.walk("/metadata", metadata, Source.METADATA)
    _stop(gathering, request.get("stop"))
    gathering.rest("", request, Source.METADATA, _READ, IDENTIFIERS["request"])
    return gathering.result()


def _messages(gathering: Gathering, value: object) -> None:
    if value is None:
        raise gathering.wrong("/messages", "an array", value)
    messages = [gathering.record(path, item) for path, item in gathering.items("/messages", value)]
    turn = _turn(messages)
    for index, message in enumerate(messages):
        path = f"/messages/{index}"
        role = message.get("role")
        if not isinstance(role, str):
            raise gathering.wrong(f"{path}/role", "a string", role)
        read_message(gathering, path, message, _whose(role, in_turn=index >= turn))


def _turn(messages: Sequence[dict[str, Any]]) -> int:
    """Where the turn that is being answered begins: after the last answer.

    An assistant message that calls tools is no answer, so a question stays the prompt while its
    tools are being called.
    """
    for index in reversed(range(len(messages))):
        message = messages[index]
        if message.get("role") == "assistant" and not (
            message.get("tool_calls") or message.get("function_call")
        ):
            return index + 1
    return 0


def _whose(role: str, *, in_turn: bool) -> Whose:
    if role in ("system", "developer"):
        return _of(Source.SYSTEM)
    if role in ("tool", "function"):
        return _of(Source.TOOL_RESULT, may_be_json=True)
    # A role that nobody documented may carry what the user says.
    asks = in_turn and role != "assistant"
    return _of(Source.PROMPT if asks else Source.HISTORY)


def _of(content: Source, *, may_be_json: bool = False) -> Whose:
    earlier = Source.HISTORY
    return Whose(content, earlier, earlier, earlier, Source.METADATA, may_be_json)


def _prompt(gathering: Gathering, value: object) -> None:
    if value is None:
        return
    if isinstance(value, str):
        gathering.text("/prompt", value, Source.PROMPT)
    elif not isinstance(value, list):
        raise gathering.wrong("/prompt", "a string or an array", value)
    elif value and all(_is_token(item) for item in value):
        gathering.unseen("/prompt", "token_ids")
    else:
        for path, item in gathering.items("/prompt", value):
            if isinstance(item, str):
                gathering.text(path, item, Source.PROMPT)
            elif isinstance(item, list) and all(_is_token(token) for token in item):
                gathering.unseen(path, "token_ids")
            else:
                raise gathering.wrong(path, "a string or an array of token ids", item)


def _is_token(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _context(gathering: Gathering, value: object) -> None:
    if value is None:
        return
    if isinstance(value, str):
        gathering.text("/context", value, Source.CONTEXT)
        return
    if not isinstance(value, list):
        raise gathering.wrong("/context", "a string or an array", value)
    for path, item in gathering.items("/context", value):
        if isinstance(item, str):
            gathering.text(path, item, Source.CONTEXT)
        elif isinstance(item, dict):
            if not isinstance(item.get("text"), str):
                raise gathering.wrong(f"{path}/text", "a string", item.get("text"))
            gathering.string(path, "title", item.get("title"), Source.CONTEXT)
            gathering.text(f"{path}/text", item["text"], Source.CONTEXT)
            gathering.rest(path, item, Source.METADATA, frozenset({"title", "text"}))
        else:
            raise gathering.wrong(path, "a string or an object with `text`", item)


def _prediction(gathering: Gathering, value: object) -> None:
    if value is None:
        return
    prediction = gathering.record("/prediction", value)
    whose = _of(Source.PROMPT)
    read_content(gathering, "/prediction/content", prediction.get("content"), whose)
    gathering.rest("/prediction", prediction, Source.METADATA, frozenset({"content"}))


def _stop(gathering: Gathering, value: object) -> None:
    if isinstance(value, str):
        gathering.text("/stop", value, Source.METADATA)
    elif isinstance(value, list):
        for path, item in gathering.items("/stop", value):
            if not isinstance(item, str):
                raise gathering.wrong(path, "a string", item)
            gathering.text(path, item, Source.METADATA)
    elif value is not None:
        raise gathering.wrong("/stop", "a string or an array of strings", value)
