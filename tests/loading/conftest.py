"""A small plugin of real detectors, and the shortest ways to load a text with it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any, Literal

import pytest
from pydantic import Field, field_validator

from policyengine import (
    ConfigurationError,
    Cost,
    Detector,
    Finding,
    Kind,
    Options,
    Registry,
    Resources,
    Scope,
    Source,
    Window,
)
from policyengine.loading import Configuration, load_texts
from policyengine.sources import Text
from policyengine.testing import plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policyengine import Mistake, View


class PiiOptions(Options):
    entities: frozenset[Literal["person", "email", "phone", "payment_card"]] = frozenset(
        {"person", "email"}
    )
    """What to find."""


class Pii(Detector[PiiOptions]):
    id = "pii"
    Options = PiiOptions

    @property
    def kinds(self) -> Sequence[Kind]:
        return [
            Kind(f"pii.{name}", 0.5, surrogates=name != "phone")
            for name in sorted(self.options.entities)
        ]

    def surrogates(self, _resources: Resources) -> Callable[[str, str, int], str | None]:
        return lambda _kind, _value, _draw: None

    @property
    def scope(self) -> Scope:
        return Window(10, 10)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        return [[] for _ in views]


class Hallucination(Detector[Options]):
    id = "hallucination"

    @property
    def kinds(self) -> Sequence[Kind]:
        return [Kind("hallucination.unsupported", 0.7, spans=False)]

    @property
    def needs(self) -> frozenset[Source]:
        return frozenset({Source.COMPLETION, Source.CONTEXT})

    @property
    def cost(self) -> Cost:
        return Cost.MODEL

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        return [[] for _ in views]


class Term(Options):
    text: str
    """The term."""
    weight: float = Field(default=1, ge=0, le=1)
    """Its weight."""


class KeywordsOptions(Options):
    terms: tuple[str | Term, ...]
    """What to find."""
    fold: bool = True
    """Whether capitals do not matter."""

    @field_validator("terms")
    @classmethod
    def _no_empty_term(cls, terms: tuple[str | Term, ...]) -> tuple[str | Term, ...]:
        if "" in terms:
            raise ValueError("a term cannot be empty")
        return terms


class Keywords(Detector[KeywordsOptions]):
    """Reads the whole text, and fails on a term that it cannot use."""

    id = "keywords"
    Options = KeywordsOptions

    def __init__(self, options: KeywordsOptions) -> None:
        if "explode" in options.terms:
            raise RuntimeError("no such dictionary")
        if "exit" in options.terms:
            raise SystemExit(3)
        super().__init__(options)

    @property
    def kinds(self) -> Sequence[Kind]:
        return [Kind("keywords.match")]

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        return [[] for _ in views]


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.of(test=plugin(Pii, Hallucination, Keywords))


@pytest.fixture(scope="session")
def load_text(registry: Registry) -> Callable[..., Configuration]:
    """Load one text, or several by name."""

    def load(text: str | bytes | Mapping[str, Any], name: str = "policies.yaml") -> Configuration:
        texts = text if isinstance(text, dict) else {name: text}
        return load_texts(
            [Text(name, dedent(t) if isinstance(t, str) else t) for name, t in texts.items()],
            registry=registry,
        )

    return load


@pytest.fixture(scope="session")
def mistakes_in(load_text: Callable[..., Configuration]) -> Callable[..., Sequence[Mistake]]:
    """The mistakes and warnings that loading gives."""

    def mistakes(text: str | bytes | Mapping[str, Any], name: str = "policies.yaml") -> Any:
        try:
            return load_text(text, name).warnings
        except ConfigurationError as error:
            return error.mistakes

    return mistakes


@pytest.fixture(scope="session")
def mistakes_in_steps(
    mistakes_in: Callable[..., Sequence[Mistake]],
) -> Callable[..., Sequence[Mistake]]:
    """The mistakes of the steps given as YAML, in a policy `p` that a deployment `d` uses."""

    def mistakes(steps: str, *, stages: str = "input output", deployment: str = "") -> Any:
        uses = ", ".join(f"{stage}: [p]" for stage in stages.split())
        head = f"""\
version: 1
models: {{m: {{base_url: "https://example.org/v1"}}}}
deployments:
  d: {{model: m, {uses}{", " + deployment if deployment else ""}}}
policies:
  p:
    steps:
"""
        indented = "".join(f"      {line}\n" for line in dedent(steps).strip().splitlines())
        return mistakes_in(head + indented)

    return mistakes
