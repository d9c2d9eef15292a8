"""The documents that a configuration is made of: models, policies, deployments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from policyengine.exchange import Source

RECOMMENDED: Literal["recommended"] = "recommended"

DEFAULT_SOURCES = frozenset(Source) - {Source.SYSTEM, Source.TOOL_DEFINITION}
"""What a step examines unless its `sources` say otherwise."""


def _threshold(value: object) -> object:
    if value == RECOMMENDED:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("a threshold is a number from 0 to 1, or `recommended`")
    return float(value)


Threshold = Annotated[
    Any,
    BeforeValidator(_threshold),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"const": RECOMMENDED}]}
    ),
]
"""A score from 0 to 1, or `recommended`: the point that the kind's detector recommends."""

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
TAG_PATTERN = r"^[^\s,\x00-\x1f\x7f-\x9f]+$"

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=100)]
"""A name: letters, digits, dot, dash and underscore, beginning with a letter or digit."""

Tag = Annotated[str, Field(pattern=TAG_PATTERN, max_length=100)]
"""A tag: no white space, no comma and no control character."""

RedactWith = Literal["placeholder", "surrogate", "mask", "hash", "label", "remove"]
Fallback = Literal["allow", "flag", "block"]
Milliseconds = Annotated[int, Field(ge=1, le=24 * 60 * 60 * 1000)]
"""A limit of time: a day at most, since systems cannot wait for just any time."""


class Entry(BaseModel):
    """The base of every part of a document: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True
    )


class Rule(Entry):
    """Thresholds, and how to redact."""

    flag_at: Threshold | None = None
    """Findings with at least this score are reported and change nothing."""
    redact_at: Threshold | None = None
    """Findings with at least this score are rewritten; one without a place in the text blocks."""
    block_at: Threshold | None = None
    """Findings with at least this score block their choice, or the request."""
    redact_with: RedactWith | None = None
    """What takes the place of a redacted text. Default: placeholder."""
    keep_last: Annotated[int, Field(ge=1, le=100)] | None = None
    """With `mask`: how many of the last characters stay readable."""


class Condition(Entry):
    """Met when the exchange carries any of the tags."""

    tags: Annotated[tuple[Tag, ...], Field(min_length=1)]
    """Tags of the deployment, or of the client where the deployment accepts them."""


class StepExample(Entry):
    """A text in which the step's detector must find something, or must not."""

    text: str
    """The text to examine."""
    finds: tuple[str, ...] = ()
    """The kinds that must be found at their recommended point; empty: nothing may be found."""


class Step(Rule):
    """One detector with its options, thresholds and failure rules."""

    step: Name
    """The step's name, unique in its policy."""
    detector: Name
    """The id of an installed detector."""
    description: str | None = None
    """What the step is for."""
    options: dict[str, Any] = Field(default_factory=dict)
    """The detector's own options; `policyengine detectors ID` lists them."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)] | None = None
    """Whose text is examined. Default: all but system and tool_definition."""
    kinds: dict[str, Rule] = Field(default_factory=dict)
    """Rules for kinds under a dotted prefix; what one leaves out comes from the step."""
    when: Condition | None = None
    """Run only when the exchange carries one of these tags."""
    unless: Condition | None = None
    """Do not run when the exchange carries one of these tags."""
    if_missing: Fallback = "flag"
    """The verdict when the request lacks what the detector needs."""
    if_failed: Fallback = "block"
    """The verdict when the detector raised, ran out of time, or could not see all of the text."""
    timeout_ms: Milliseconds | None = None
    """How long the step may take, in milliseconds."""
    message: str | None = None
    """What the client is told when this step blocks."""
    shadow: bool = False
    """Evaluate and record, never enforce."""
    examples: tuple[StepExample, ...] = ()
    """Texts that the step's detector is tried on at warm-up."""


class Policy(Entry):
    """A named, ordered list of steps."""

    description: str | None = None
    """What the policy is for."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """The steps, in the order in which they act."""


class Model(Entry):
    """Where completions come from."""

    base_url: str
    """The base of an OpenAI-compatible API, up to and including its version."""
    api_key: str | None = Field(default=None, repr=False)
    """The key for it; `${NAME}` takes it from the environment."""
    model: str | None = None
    """The name that the upstream knows the model by. Default: the name of this entry."""
    description: str | None = None
    """What the model is."""


class Deployment(Entry):
    """What a client names: a model and the policies that its traffic is held to."""

    model: Name
    """One of `models`."""
    description: str | None = None
    """What the deployment is for."""
    input: tuple[Name, ...] = ()
    """Policies for requests, in order."""
    output: tuple[Name, ...] = ()
    """Policies for responses, in order."""
    restore: bool = False
    """Put the values behind a request's placeholders and surrogates back into what clients see."""
    tags: tuple[Tag, ...] = ()
    """Tags that every exchange of this deployment carries."""
    accept_tags: tuple[Tag, ...] = ()
    """Tags that a client may add; others are ignored and counted."""
    stream: Literal["hold", "late"] = "hold"
    """What a stream does while a step that reads the whole text has not judged it."""
    on_block: Literal["error", "message"] = "error"
    """What a client is sent when all is blocked: an error, or a completion with the message."""
    if_unexamined: Fallback = "flag"
    """The verdict for content that no detector can read: images, audio, token ids."""
    deadline_ms: Milliseconds | None = None
    """How long all steps of one phase may take together, in milliseconds."""


class Keys(Entry):
    """Secrets of the configuration; give them as `${NAME}`."""

    rewrite: Annotated[str, Field(min_length=1)] | None = Field(default=None, repr=False)
    """The key for hashes, and for stand-ins that are the same in every process."""
    clients: dict[Name, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        default_factory=dict, repr=False
    )
    """By deployment, the keys of the gateway's clients; one that is not listed is open to all."""


class Document(Entry):
    """One configuration, in one file or several."""

    version: Literal[1]
    """The version of this format: 1."""
    models: dict[Name, Model] = Field(default_factory=dict)
    """Models by name."""
    policies: dict[Name, Policy] = Field(default_factory=dict)
    """Policies by name."""
    deployments: dict[Name, Deployment] = Field(default_factory=dict)
    """Deployments by name."""
    default_deployment: Name | None = None
    """The deployment of a client that names none."""
    keys: Keys = Field(default_factory=Keys)
    """Secrets of the configuration."""
