"""Running a detector on plain texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine import Detector, Finding


def view(text: str, label: str = "") -> View:
    return View((Segment("/messages/0/content", Source.PROMPT, text, label=label),))


@pytest.fixture(scope="session")
def ready() -> Callable[..., Detector[Any]]:
    """A detector, configured and warmed up."""

    def make(detector: type[Detector[Any]], **options: Any) -> Detector[Any]:
        made = detector(detector.Options.model_validate(options))
        made.warm_up(Resources())
        return made

    return make


@pytest.fixture(scope="session")
def find() -> Callable[..., list[Finding]]:
    """The findings in one text."""

    def run(detector: Detector[Any], text: str, label: str = "") -> list[Finding]:
        (findings,) = detector.detect([view(text, label)])
        return list(findings)

    return run
