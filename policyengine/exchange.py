"""What detectors look at: one completion request with its responses, as pieces of text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from policyengine.errors import ExchangeError

Body = Literal["request", "response"]
"""Which of an exchange's two bodies a path is relative to."""


class Source(StrEnum):
    """Whose text a segment is."""

    SYSTEM = "system"
    PROMPT = "prompt"
    HISTORY = "history"
    CONTEXT = "context"
    TOOL_ARGUMENTS = "tool_arguments"
    TOOL_RESULT = "tool_result"
    TOOL_DEFINITION = "tool_definition"
    COMPLETION = "completion"
    REASONING = "reasoning"
    REFUSAL = "refusal"
    TRANSCRIPT = "transcript"
    METADATA = "metadata"


EVERY_SOURCE = frozenset(Source)

REQUEST_SOURCES = frozenset(
    {
        Source.SYSTEM,
        Source.PROMPT,
        Source.HISTORY,
        Source.CONTEXT,
        Source.TOOL_ARGUMENTS,
        Source.TOOL_RESULT,
        Source.TOOL_DEFINITION,
        Source.METADATA,
    }
)
"""The sources that a request can hold."""

RESPONSE_SOURCES = frozenset(
    {
        Source.COMPLETION,
        Source.REASONING,
        Source.REFUSAL,
        Source.TRANSCRIPT,
        Source.TOOL_ARGUMENTS,
        Source.METADATA,
    }
)
"""The sources that a response can hold."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of text inside an exchange.

    `path` is a JSON Pointer (RFC 6901) into the body; a path that ends in `#` names the key of the
    member instead of its value. Inside a view, a piece of a larger text has the text's path with a
    fragment (`…/arguments#/customer/email`, `…/content#char=0,41`), so that paths stay unique.
    `choice` is the place of the response's choice, 0 in a request. `format` is `json` for a text
    that is a JSON document itself; detectors are given its keys, strings and numbers decoded.
    `label` is the name of the field that holds the text where there is one.
    """

    path: str
    source: Source
    text: str
    body: Body = "request"
    choice: int = 0
    format: Literal["text", "json"] = "text"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Unexamined:
    """Content that no detector can read.

    `media` is image, audio, file, token_ids, logprobs or unknown. `choice` is the place of the
    response's choice, 0 outside of the choices.
    """

    path: str
    media: str
    body: Body = "request"
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request's segments and, when it was answered, its response's, in reading order.

    Raises ExchangeError when two segments of one body share a path, one is in the wrong body, or a
    part of one has the wrong type.
    """

    request: tuple[Segment, ...]
    response: tuple[Segment, ...] | None = None
    unexamined: tuple[Unexamined, ...] = ()

    def __post_init__(self) -> None:
        _refuse_confusion(self.request, "request")
        if self.response is not None:
            _refuse_confusion(self.response, "response")


def _refuse_confusion(segments: tuple[Segment, ...], body: Body) -> None:
    seen: set[str] = set()
    for segment in segments:
        _refuse_wrong_types(segment, body)
        if segment.path in seen:
            raise ExchangeError(segment.path, "two segments have this path", body=body)
        if segment.body != body:
            raise ExchangeError(
                segment.path, f"a segment of the {segment.body} stands here", body=body
            )
        seen.add(segment.path)


def _refuse_wrong_types(segment: Any, body: Body) -> None:
    if not isinstance(segment, Segment):
        raise ExchangeError("", "expected a policyengine.Segment", body=body)
    source: Any
    path, text, source = segment.path, segment.text, segment.source
    if not (type(path) is type(text) is str):
        raise ExchangeError("", "the path and the text of a segment are strings", body=body)
    if not isinstance(source, Source):
        problem = f"the source of a segment is a policyengine.Source: {', '.join(Source)}"
        raise ExchangeError(segment.path, problem, body=body)
    if segment.format not in ("text", "json") or type(segment.choice) is not int:
        problem = "the format of a segment is `text` or `json`, its choice a whole number"
        raise ExchangeError(segment.path, problem, body=body)
