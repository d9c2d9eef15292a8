"""Chunks of a streamed reply: what of them may be released, and chunks for what is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.exchange import Source
from policyengine.openai.structural import WORDS, is_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.openai.joined import Joined
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
_CHUNKS = {"chat": "chat.completion.chunk", "text": "text_completion"}
_TELLING = ("id", "model", "system_fingerprint")
OPENING = (*_TELLING, "created", "service_tier")
"""The fields of a chunk that tell of the reply, mostly the same in all of them."""


def said_in(choice: Mapping[str, Any], endpoint: Endpoint) -> tuple[dict[str, str], bool]:
    """The texts of a chunk's choice that may be released as they arrive, in order.

    Also whether that is all that comes before what is released in the end.
    """
    said = choice if endpoint == "text" else choice.get("delta") or {}
    fields = STREAMED[endpoint]
    texts: dict[str, str] = {}
    usual = True
    for name in fields:
        text = said.get(name)
        if isinstance(text, str):
            if text:
                texts[name] = text
        elif text is not None:
            usual = False
    if usual and endpoint != "text" and len(said) > len(texts):
        usual = all(
            value is None or name in fields or name in _LATER for name, value in said.items()
        )
    return texts, usual


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


def rest_of(text: str, known: Joined) -> str:
    """What of a whole text is left where so much of it was released.

    What was let go cannot be taken back: where it is no longer the beginning, it is the end.
    """
    if not known.length:
        return text
    same = len(text) > known.length and text.startswith(str(known))
    return text[known.length :] if same else ""


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
    before: Mapping[int, Mapping[str, Joined]],
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
    choice: Mapping[str, Any], before: Mapping[str, Joined], endpoint: Endpoint
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a choice was not released yet, and how it ended."""
    holder = choice if endpoint == "text" else choice["message"]
    said = {}
    for name in STREAMED[endpoint]:
        text = holder.get(name)
        rest = rest_of(text, before[name]) if isinstance(text, str) and name in before else text
        if rest or not isinstance(rest, str | None):
            said[name] = rest
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
