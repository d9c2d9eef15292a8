"""Times this project's `pii` on the texts; prints JSON.

By patterns alone, or, with the argument `names`, with the names too, by its default options.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from timing import WITH_NAMES, measured

from detectors.pii.detector import Pii, PiiOptions
from detectors.pii.options import ENTITIES
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "llm-policyengine"
BY_MODEL = {"person", "location", "organization", "street_address", "nationality"}


def detector_of(**options: Any) -> Callable[[str], int]:
    """How much a detector with those options finds."""
    detector = Pii(PiiOptions.model_validate(options))
    detector.warm_up(Resources())

    def detect(text: str) -> int:
        (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, text),))])
        return len(findings)

    return detect


if sys.argv[1:2] == ["names"]:
    measured({OURS: detector_of()}, WITH_NAMES)
else:
    shaped = [entity for entity in ENTITIES if entity not in BY_MODEL]
    measured({OURS: detector_of(entities=shaped)})
