"""The options of the detector `topics`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from detectors.encoders.settings import EncoderSettings, Onnx
from detectors.topics.builtin import BUILT_IN
from policyengine import Options

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
Text = Annotated[str, Field(min_length=2, max_length=2000)]


class Topic(Options):
    """A topic and what it is about."""

    name: Name
    """What findings call it. It is compared with texts like a description: `card_arrival` says
    something, `t1` does not. Alone, the name of one that comes built in stands for its texts."""
    description: Text | None = None
    """A sentence that says what it is about."""
    examples: tuple[Text, ...] = ()
    """Texts that are about it; they say more than a description."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that stand for it, each once."""
        described = () if self.description is None else (self.description,)
        own = (*described, *self.examples)
        if not own and self.name in BUILT_IN:
            return BUILT_IN[self.name]
        return tuple(dict.fromkeys((*own, _spoken(self.name))))


def _spoken(name: str) -> str:
    """`card_arrival` as one says it."""
    return " ".join(name.replace("_", " ").replace("-", " ").replace(".", " ").split())


def _topic(given: object) -> object:
    if not isinstance(given, dict):
        return {"name": given} if isinstance(given, str) else given
    return {key: tuple(one) if isinstance(one, list) else one for key, one in given.items()}


def _listed(value: object) -> object:
    """Names and objects as a tuple of objects, since documents are validated strictly."""
    return tuple(map(_topic, value)) if isinstance(value, list | tuple) else value


Topics = Annotated[
    tuple[Topic, ...], BeforeValidator(_listed, json_schema_input_type=list[Name | Topic])
]


class TopicsOptions(Options):
    """Which topics are banned, and which are the only ones allowed."""

    banned: Topics = ()
    """Topics that must not come up: names of those that come built in, or objects with `name`,
    `description` and `examples`."""
    allowed: Topics = ()
    """The only topics that may come up, given in the same way."""
    false_positive_rate: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    """With 20 examples of the allowed topics and more, their own distances from one another say
    where off-topic begins: this share of them would be at or above the recommended score."""
    other_languages: Literal["pass", "judge", "fail"] = "pass"
    """Texts in a language other than English, which the packaged encoders do not know: `pass` finds
    nothing in them, `fail` fails the step, `judge` treats them as any (for other encoders)."""
    encoder: EncoderSettings = Onnx()
    """What turns text into vectors."""
    calibration: Annotated[str, Field(min_length=1)] | None = None
    """A file with the calibration of an encoder of your own."""

    @model_validator(mode="after")
    def _something(self) -> TopicsOptions:
        if not self.banned and not self.allowed:
            raise ValueError("name a topic in `banned` or in `allowed`")
        names = [topic.name for topic in (*self.banned, *self.allowed)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"named twice: {', '.join(twice)}")
        return self
