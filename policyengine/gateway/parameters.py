"""The parameters of both endpoints, with the bounds of the API's reference.

A body is held against them and then passed on as it came: unknown fields, and the values of known
ones, are the upstream's to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from policyengine.gateway.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policyengine.openai.request import Endpoint

CONTEXT = "context"
CONTEXT_ALIAS = "enkrypt_context"


def _whole(value: object) -> object:
    """JSON has one kind of number: 3.0 is 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
Whole = Annotated[int, WHOLE]
Penalty = Annotated[float, Field(ge=-2, le=2)]
Bias = Annotated[float, Field(ge=-100, le=100)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1), WHOLE]
Stop = str | Annotated[list[str], Field(max_length=4)]


class Passage(BaseModel):
    """A titled text of the context."""

    model_config = ConfigDict(extra="allow", strict=True)

    title: str | None = None
    text: str


class Message(BaseModel):
    """One message; what else it holds is looked at by the policies, whatever it is."""

    model_config = ConfigDict(extra="allow", strict=True)

    role: str
    content: str | list[dict[str, Any]] | None = None


def _both_contexts(schema: dict[str, Any]) -> None:
    """Only one of the context's two names may have a value."""
    given = {"not": {"type": "null"}}
    names = [CONTEXT, CONTEXT_ALIAS]
    schema["not"] = {"required": names, "properties": dict.fromkeys(names, given)}


class Parameters(BaseModel):
    """What both endpoints take."""

    model_config = ConfigDict(
        extra="allow",
        strict=True,
        use_attribute_docstrings=True,
        defer_build=True,
        json_schema_extra=_both_contexts,
    )

    model: str | None = None
    """Told to nobody: the deployment names the model."""
    context: str | list[str | Passage] | None = None
    """What the answer must rest on; for policies alone, never sent to the model."""
    enkrypt_context: str | list[str | Passage] | None = None
    """Another name of `context`; one of the two."""
    frequency_penalty: Penalty | None = None
    logit_bias: dict[str, Bias] | None = None
    n: Annotated[int, Field(ge=1, le=128), WHOLE] | None = None
    presence_penalty: Penalty | None = None
    seed: Int64 | None = None
    stop: Stop | None = None
    stream: bool | None = None
    stream_options: dict[str, Any] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Whole | None = None
    user: str | None = None


class ResponseFormat(BaseModel):
    """The form that the answer must have."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: Literal["text", "json_object", "json_schema"]


class ChatParameters(Parameters):
    """The body of `/chat/completions`."""

    messages: Annotated[list[Message], Field(min_length=1)]
    audio: dict[str, Any] | None = None
    function_call: str | dict[str, Any] | None = None
    functions: Annotated[list[dict[str, Any]], Field(max_length=128)] | None = None
    logprobs: bool | None = None
    max_completion_tokens: Whole | None = None
    metadata: dict[str, Any] | None = None
    modalities: list[str] | None = None
    parallel_tool_calls: bool | None = None
    prediction: dict[str, Any] | None = None
    reasoning_effort: str | None = None
    response_format: ResponseFormat | None = None
    service_tier: str | None = None
    store: bool | None = None
    tool_choice: str | dict[str, Any] | None = None
    tools: Annotated[list[dict[str, Any]], Field(max_length=128)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20), WHOLE] | None = None


class TextParameters(Parameters):
    """The body of `/completions`."""

    prompt: str | list[str] | list[int] | list[list[int]]
    best_of: Annotated[int, Field(ge=0, le=20), WHOLE] | None = None
    echo: bool | None = None
    logprobs: Annotated[int, Field(ge=0, le=5), WHOLE] | None = None
    suffix: str | None = None


PARAMETERS: Mapping[Endpoint, type[Parameters]] = {"chat": ChatParameters, "text": TextParameters}


def accept(body: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """The body with its context under one name; raises Refusal for what is out of bounds."""
    try:
        PARAMETERS[endpoint].model_validate(body)
    except ValidationError as error:
        # `include_input` is left out on purpose: an error quotes nothing.
        found = error.errors(include_url=False, include_context=False, include_input=False)
        first = [one for one in found if one["loc"][0] == found[0]["loc"][0]]
        deepest = max(first, key=lambda one: len(one["loc"]))  # of a union, the likeliest branch
        is_missing = deepest["type"] == "missing"
        param = _param(body, deepest["loc"])
        if is_missing and len(deepest["loc"]) > 1:
            param += f".{deepest['loc'][-1]}"
        reason = "missing_required_parameter" if is_missing else "invalid_value"
        raise Refusal(400, f"{param}: {deepest['msg']}", param=param, reason=reason) from None
    if endpoint == "text" and "messages" in body:
        message = "messages: not a parameter of this endpoint, which takes `prompt`"
        raise Refusal(400, message, param="messages", reason="unknown_parameter")
    if CONTEXT_ALIAS not in body:
        return body
    given = body[CONTEXT_ALIAS]
    if given is not None and body.get(CONTEXT) is not None:
        message = f"{CONTEXT_ALIAS}: another name of `{CONTEXT}`, which is there too"
        raise Refusal(400, message, param=CONTEXT_ALIAS, reason="invalid_value")
    renamed = {name: value for name, value in body.items() if name != CONTEXT_ALIAS}
    return renamed if given is None else {**renamed, CONTEXT: given}


def _param(body: Any, location: Sequence[str | int]) -> str:
    """The place in the body; parts of the location that only name a branch are left out."""
    named, here = "", body
    for part in location:
        if isinstance(here, list) and isinstance(part, int):
            named += f"[{part}]"
            here = here[part]
        elif isinstance(here, dict) and (part in here or not named):
            named += f".{part}" if named else str(part)
            here = here.get(part)
    return named
