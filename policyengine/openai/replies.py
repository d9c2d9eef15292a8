"""What a client is sent when a policy has spoken: detections, errors, completions, closed choices.

Ids and times are fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.openai.request import endpoint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ID = "policy-block"


def attach(body: Mapping[str, Any], detections: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its `detections`, in place of any that it had."""
    return {**body, "detections": detections}


def blocked_error(message: str, detections: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and body of an OpenAI error that says the policy's message."""
    error = {
        "message": message,
        "type": "policy_violation",
        "param": None,
        "code": "content_filter",
    }
    return 400, {"error": error, "detections": detections}


def blocked_completion(
    request: Mapping[str, Any], message: str, detections: Mapping[str, Any]
) -> dict[str, Any]:
    """A completion of the request's kind that says the policy's message and nothing else."""
    model = request.get("model")
    choice: dict[str, Any] = {"index": 0}
    if endpoint_of(request) == "text":
        kind = "text_completion"
        choice["text"] = message
    else:
        kind = "chat.completion"
        choice["message"] = {"role": "assistant", "content": message, "refusal": None}
    return {
        "id": ID,
        "object": kind,
        "created": 0,
        "model": model if isinstance(model, str) else "",
        "choices": [choice | {"logprobs": None, "finish_reason": "content_filter"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "detections": detections,
    }


def close_choice(
    body: Mapping[str, Any], choice: int, message: str | None = None
) -> dict[str, Any]:
    """The body with one choice ended by a filter, the message after what is left of its text."""
    choices = list(body["choices"])
    closed = {**choices[choice], "finish_reason": "content_filter"}
    if message:
        if isinstance(closed.get("message"), dict):
            content = _said(closed["message"].get("content"), message)
            closed["message"] = {**closed["message"], "content": content}
        else:
            closed["text"] = _said(closed.get("text"), message)
    choices[choice] = closed
    return {**body, "choices": choices}


def _said(content: object, message: str) -> str | list[Any]:
    if isinstance(content, list):
        return [*content, {"type": "text", "text": message}]
    return f"{content}\n\n{message}" if content and isinstance(content, str) else message
