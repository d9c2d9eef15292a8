"""Detectors for tests: ones that do as they are told, and plugins made of classes."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from policyengine.detector import Cost, Detector, Example, Finding, Kind, Options, Scope, Window
from policyengine.exchange import Source  # noqa: TC001 - pydantic reads it from the options
from policyengine.hookspecs import CONTRACT_VERSION, hookimpl

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Sequence

    from policyengine.detector import View


def plugin(*detectors: type[Detector[Any]], **hooks: Callable[..., None]) -> object:
    """A plugin that brings these detectors, for `Registry.of(name=plugin(...))`.

    A keyword is an observer: `plugin(policyengine_step_finished=watch)`.
    """

    def policyengine_detectors() -> Iterable[type[Detector[Any]]]:
        return detectors

    return SimpleNamespace(
        contract_version=CONTRACT_VERSION,
        policyengine_detectors=hookimpl(policyengine_detectors),
        **{name: hookimpl(hook) for name, hook in hooks.items()},
    )


class Scripted(Detector[Options]):
    """The base of what `scripted` makes; `seen` holds every view that it was shown, in order."""

    id = "scripted"
    seen: ClassVar[list[View]]
    warmed_up: ClassVar[list[Scripted]]


def scripted(
    detector_id: str = "scripted",
    does: Callable[[View], Any] | Sequence[Any] = (),
    *,
    batch: Callable[[Sequence[View]], Any] | None = None,
    waits: bool = False,
    warm_up: Callable[[Any], None] | None = None,
    **declared: Any,
) -> type[Scripted]:
    """A new detector class that reports whatever `does` gives for a view, right or wrong.

    `does` is a list of findings, the same for each view, or a function of the view, which may
    raise, hang, or be async (then with `waits`, which implements `adetect` in place of `detect`).
    `batch` answers for all views at once. `declared` are the declarations: examines, needs, uses,
    scope, cost, sends_text_to, words, examples, version, Options, and `kinds`, which is one kind
    named after the detector's id and `.found` unless given. The class cannot be pickled.
    """
    seen: list[View] = []
    warmed_up: list[Scripted] = []

    def detect(_self: Scripted, views: Sequence[View]) -> Any:
        seen.extend(views)
        return batch(views) if batch is not None else [_for_view(does, view) for view in views]

    async def adetect(_self: Scripted, views: Sequence[View]) -> Any:
        seen.extend(views)
        if batch is not None:
            return await _settled(batch(views))
        return [await _settled(_for_view(does, view)) for view in views]

    def get_ready(self: Scripted, resources: Any) -> None:
        warmed_up.append(self)
        if warm_up is not None:
            warm_up(resources)

    body: dict[str, Any] = {
        "id": detector_id,
        "kinds": (Kind(f"{detector_id}.found"),),
        "seen": seen,
        "warmed_up": warmed_up,
        "warm_up": get_ready,
        **({"adetect": adetect} if waits else {"detect": detect}),
        **declared,
    }
    return type("Scripted", (Scripted,), body)


def raises(error: BaseException) -> Callable[[View], Any]:
    """For `scripted`: raise this at every view."""

    def does(_view: View) -> Any:
        raise error

    return does


def hangs(until: threading.Event, then: Sequence[Any] = ()) -> Callable[[View], Any]:
    """For `scripted`: wait for the event, then report these findings."""

    def does(_view: View) -> Any:
        until.wait()
        return then

    return does


class PhrasesOptions(Options):
    """What the `phrases` fake looks for."""

    phrases: dict[str, float] = Field(default_factory=dict)
    """Texts to find, each with the score of its findings."""
    kind: str = "phrases.found"
    """The kind of the findings."""
    recommended_at: float = 0.5
    """The kind's recommended point."""
    spans: bool = True
    """Whether the findings say where the text is."""
    needs: frozenset[Source] = frozenset()
    """The sources that it needs."""


class Phrases(Detector[PhrasesOptions]):
    """A small honest detector, configured by a policy document: finds given texts, literally.

    Every occurrence is found, overlapping ones too, in order of segment, start and phrase.
    """

    id = "phrases"
    Options = PhrasesOptions

    @property
    def kinds(self) -> Sequence[Kind]:
        """The one kind that the options name."""
        options = self.options
        return (Kind(options.kind, options.recommended_at, spans=options.spans),)

    @property
    def needs(self) -> frozenset[Source]:
        """The sources that the options name."""
        return self.options.needs

    @property
    def cost(self) -> Cost:
        """In the caller."""
        return Cost.INLINE

    @property
    def scope(self) -> Scope:
        """The longest phrase; findings that do not say where they are have no window."""
        if not self.options.spans:
            return "whole"
        return Window(0, max(map(len, self.options.phrases), default=0))

    def open_from(self, text: str) -> int:
        """Where the earliest phrase has begun that has not ended."""
        return min((_begun(text, phrase) for phrase in self.options.phrases), default=len(text))

    @property
    def examples(self) -> Sequence[Example]:
        """Each phrase that reaches the recommended point, and a text without any."""
        found = [
            Example.of(phrase, self.options.kind)
            for phrase, score in self.options.phrases.items()
            if phrase and score >= self.options.recommended_at
        ]
        return (*found, Example.of(""))

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """Every occurrence in every examined segment."""
        return [self._in_view(view) for view in views]

    def _in_view(self, view: View) -> list[Finding]:
        kind, spans = self.options.kind, self.options.spans
        return [
            Finding.at(segment, start, start + len(phrase), kind=kind, score=score)
            if spans
            else Finding(kind, score, segment.path)
            for segment in view.examined
            for start, phrase, score in sorted(_occurrences(segment.text, self.options.phrases))
        ]


def _begun(text: str, phrase: str) -> int:
    places = range(max(0, len(text) - len(phrase) + 1), len(text))
    return next((place for place in places if phrase.startswith(text[place:])), len(text))


def _occurrences(text: str, phrases: dict[str, float]) -> Iterable[tuple[int, str, float]]:
    for phrase, score in phrases.items():
        start = text.find(phrase) if phrase else -1
        while start >= 0:
            yield start, phrase, score
            start = text.find(phrase, start + 1)


def _for_view(does: Callable[[View], Any] | Sequence[Any], view: View) -> Any:
    return does(view) if callable(does) else does


async def _settled(answer: Any) -> Any:
    return await answer if inspect.isawaitable(answer) else answer
