"""Views of a request, its context and an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from detectors.relevancy.detector import Relevancy
from policyengine import Finding, Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Callable


def exchange(request: str, answer: str | None = None, *, context: str = "") -> View:
    asked = Segment("/messages/0/content", Source.PROMPT, request)
    if answer is None:
        return View((asked,))
    reference = (asked, Segment("/context/0", Source.CONTEXT, context)) if context else (asked,)
    said = Segment("/choices/0/message/content", Source.COMPLETION, answer, "response")
    return View((said,), reference)


@pytest.fixture(scope="session")
def resources() -> Resources:
    return Resources()


@pytest.fixture(scope="session")
def judged(resources: Resources) -> Callable[..., list[Finding]]:
    """What relevancy finds with the static encoder, which is quick; more options by name."""

    def run(request: str, answer: str | None = None, context: str = "", **options: Any) -> Any:
        given = {"encoder": "static", **options}
        detector = Relevancy(Relevancy.Options.model_validate(given))
        detector.warm_up(resources)
        (found,) = detector.detect([exchange(request, answer, context=context)])
        return list(found)

    return run
