"""Times this project's `pii` on the texts; prints JSON."""

from __future__ import annotations

from timing import measured

from detectors.pii.detector import Pii, PiiOptions
from policyengine import Resources, Segment, Source, View

detector = Pii(PiiOptions())
detector.warm_up(Resources())


def detect(text: str) -> int:
    """How much was found."""
    (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, text),))])
    return len(findings)


measured({"llm-policyengine": detect})
