"""Responses of `/chat/completions` and `/completions`, and whose text each of theirs is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.errors import ExchangeError
from policyengine.exchange import Exchange, Source
from policyengine.openai.gathering import Gathering, ReadBody
from policyengine.openai.logprobs import (
    CHAT,
    LEGACY,
    accompanied,
    chat_alternatives,
    chat_ranges,
    legacy_alternatives,
    legacy_ranges,
)
from policyengine.openai.messages import Whose, read_message
from policyengine.openai.request import endpoint_of, read_request
from policyengine.openai.structural import IDENTIFIERS, REPLACED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.openai.request import Endpoint

_FIELD = {"chat": "message", "text": "text"}


def read_exchange(request: object, response: object | None = None) -> Exchange:
    """An exchange from its OpenAI-shaped bodies; raises ExchangeError for any other shape."""
    asked = read_request(request)
    if response is None:
        return Exchange(asked.segments, None, asked.unexamined)
    answered = read_response(response, request)
    return Exchange(asked.segments, answered.segments, asked.unexamined + answered.unexamined)


def read_response(body: object, request: object = None) -> ReadBody:
    """Every text of a response, with its path, source and choice.

    `request` tells the endpoint, and whether completions were asked for as JSON; without it, either
    endpoint's shape is read. Texts that stand outside the choices count as choice 0, after its own.
    """
    gathering = Gathering("response")
    response = gathering.record("", body)
    choices = response.get("choices")
    if choices is None and response.get("error") is None:
        raise ExchangeError("", "expected `choices`", body="response")
    endpoint = endpoint_of(request)
    whose = _whose(may_be_json=asks_for_json(request))
    for index, (path, item) in enumerate(gathering.items("/choices", choices)):
        gathering.choice = index
        _choice(gathering, path, gathering.record(path, item), endpoint, whose)
    gathering.choice = 0
    if "error" in response and response["error"] is not None:
        gathering.walk("/error", response["error"], Source.COMPLETION, documented=True)
    read = REPLACED | {"choices", "error"}
    gathering.rest("", response, Source.METADATA, read, IDENTIFIERS["response"])
    return gathering.result()


def _whose(*, may_be_json: bool) -> Whose:
    return Whose(
        Source.COMPLETION,
        Source.REASONING,
        Source.REFUSAL,
        Source.TRANSCRIPT,
        Source.METADATA,
        may_be_json,
    )


def asks_for_json(request: object) -> bool:
    """Whether a request wants its answer as a JSON document."""
    wanted = request.get("response_format") if isinstance(request, dict) else None
    return isinstance(wanted, dict) and wanted.get("type") in ("json_object", "json_schema")


def _choice(
    gathering: Gathering,
    path: str,
    choice: dict[str, Any],
    endpoint: Endpoint | None,
    whose: Whose,
) -> None:
    field = _FIELD[endpoint] if endpoint else ("message" if "message" in choice else "text")
    if field not in choice:
        answers = "`/chat/completions`" if field == "message" else "`/completions`"
        problem = f"expected `{field}`, as a choice of {answers} has it"
        raise ExchangeError(path, problem, body="response")
    if field == "message":
        read_message(gathering, f"{path}/message", choice["message"], whose)
    else:
        gathering.string(path, "text", choice["text"], whose.content, may_be_json=whose.may_be_json)
    _logprobs(gathering, f"{path}/logprobs", choice.get("logprobs"), choice)
    gathering.rest(path, choice, whose.other, frozenset({field, "logprobs"}))


def _logprobs(gathering: Gathering, path: str, value: object, choice: dict[str, Any]) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        gathering.unseen(path, "logprobs")
        return
    if any(value.get(name) for name in LEGACY):
        if legacy_ranges(value, choice.get("text")) is None:
            gathering.unseen(path, "logprobs")
        else:
            _alternatives(gathering, f"{path}/top_logprobs", legacy_alternatives(value))
    for name in CHAT:
        if not value.get(name):
            continue
        if chat_ranges(value[name], accompanied(choice, name)[1]) is None:
            gathering.unseen(f"{path}/{name}", "logprobs")
        else:
            _alternatives(gathering, f"{path}/{name}", chat_alternatives(value[name]))
    gathering.rest(path, value, Source.METADATA, frozenset((*CHAT, *LEGACY)))


def _alternatives(gathering: Gathering, path: str, alternatives: Sequence[str]) -> None:
    # One text for all: a reply has thousands of them, and each alone says next to nothing.
    gathering.text(path, "\n".join(alternatives), Source.METADATA)
