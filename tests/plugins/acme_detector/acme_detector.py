"""Acme's plugin: finds shouting, and keeps a tally of verdicts in the log."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from pydantic import Field

from policyengine import Detector, Example, Finding, Kind, Options, Window, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine import Detections, View

contract_version = 1

LONGEST = 40
"""A longer run of capitals is no word but data."""

_WORD = re.compile(rf"(?<!\w)[^\W\d_]{{2,{LONGEST}}}(?!\w)")
_log = logging.getLogger(__name__)


class ShoutingOptions(Options):
    """What counts as shouting."""

    shortest: int = Field(default=4, ge=2, le=LONGEST)
    """How many letters a word must have; shorter ones may be abbreviations."""
    allow: frozenset[str] = frozenset()
    """Words that may be written in capitals."""


class Shouting(Detector[ShoutingOptions]):
    """Finds words in capitals."""

    id = "acme_shouting"
    Options = ShoutingOptions
    kinds = (Kind("acme.shouting", description="A word in capitals."),)
    scope = Window(1, LONGEST + 1)
    words = frozenset({"letters", "script", "latin", "other"})

    @property
    def examples(self) -> Sequence[Example]:
        """A word that is just long enough, shouted and spoken."""
        word = next(
            letter * self.options.shortest
            for letter in "ABCDEFGHIJ"
            if letter * self.options.shortest not in self.options.allow
        )
        return (
            Example.of(f"please {word} now", "acme.shouting"),
            Example.of(f"please {word.lower()} now"),
        )

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """Every word in capitals."""
        return [
            [
                Finding.at(
                    segment,
                    *match.span(),
                    kind="acme.shouting",
                    score=0.9,
                    letters=len(match[0]),
                    script="latin" if match[0].isascii() else "other",
                )
                for segment in view.examined
                for match in _WORD.finditer(segment.text)
                if self._shouts(match[0])
            ]
            for view in views
        ]

    def _shouts(self, word: str) -> bool:
        long_enough = len(word) >= self.options.shortest
        return long_enough and word.isupper() and word not in self.options.allow


@hookimpl
def policyengine_detectors() -> list[type[Detector[Any]]]:
    """Acme brings one detector."""
    return [Shouting]


@hookimpl
def policyengine_evaluation_finished(deployment: str, detections: Detections) -> None:
    """Write the verdict to the log."""
    _log.info("%s: %s", deployment, detections.verdict.word)
