"""An installed plugin whose detectors do what the tests of the command line need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from policyengine import Detector, Example, Finding, Kind, Options, Scope, View, Window, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

contract_version = 1


class TermsOptions(Options):
    terms: tuple[str, ...] = ("heron",)
    """What to find, as it is written."""
    score: float = Field(default=1.0, ge=0, le=1)
    """The score of every finding."""
    mood: Literal["calm", "broken"] = "calm"
    """A broken detector fails its own examples."""


class Terms(Detector[TermsOptions]):
    """Finds terms.

    It exists for tests.
    """

    id = "terms"
    Options = TermsOptions

    @property
    def kinds(self) -> Sequence[Kind]:
        return (Kind("terms.found", 0.5, description="A term."),)

    @property
    def scope(self) -> Scope:
        longest = max(map(len, self.options.terms))
        return Window(longest, longest)

    @property
    def examples(self) -> Sequence[Example]:
        finds = () if self.options.mood == "broken" else ("terms.found",)
        return (Example.of(self.options.terms[0], *finds), Example.of(""))

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        return [
            [
                Finding.at(one, at, at + len(term), kind="terms.found", score=self.options.score)
                for one in view.examined
                for term in self.options.terms
                for at in range(len(one.text))
                if one.text.startswith(term, at)
            ]
            for view in views
        ]


class MoodOptions(Options):
    limit: int
    """From how many characters on a text is long; there is no default."""


class Mood(Detector[MoodOptions]):
    """Judges the whole view, and names no place."""

    id = "mood"
    Options = MoodOptions

    @property
    def kinds(self) -> Sequence[Kind]:
        return (Kind("mood.long", 0.5, spans=False),)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        return [
            [Finding("mood.long", 0.75)]
            if sum(len(one.text) for one in view.examined) >= self.options.limit
            else []
            for view in views
        ]


class Fragile(Detector[Options]):
    """Raises at `raise`, and takes its process with it at `die`."""

    id = "fragile"

    @property
    def kinds(self) -> Sequence[Kind]:
        return (Kind("fragile.never"),)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        for text in (one.text for view in views for one in view.examined):
            if "die" in text:
                os._exit(9)
            if "raise" in text:
                raise RuntimeError(text)
        return [[] for _ in views]


@hookimpl
def policyengine_detectors() -> list[type[Detector[Any]]]:
    return [Terms, Mood, Fragile]
