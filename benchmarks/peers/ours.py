"""Times this project's `pii` on the texts; prints JSON.

By patterns alone, or, with the argument `names`, with the names too, beside what spaCy takes to
find them with the same pipeline: `names packaged`, or the name of an installed one.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from timing import NAMES_ONLY, WITH_NAMES, measured

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


def with_names(pipeline: str) -> dict[str, Callable[[str], int]]:
    """Everything, and spaCy with the pipes that names need."""
    import spacy  # noqa: PLC0415 - only here

    from detectors.pii.ner.pipeline import PACKAGED_PATH  # noqa: PLC0415 - only here

    loaded = spacy.load(
        PACKAGED_PATH if pipeline == "packaged" else pipeline,
        exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"],
    )
    return {
        OURS: detector_of(models={"en": pipeline}),
        f"{NAMES_ONLY}, {pipeline}": lambda text: len(loaded(text).ents),
    }


if sys.argv[1:2] == ["names"]:
    measured(with_names(sys.argv[2]), WITH_NAMES)
else:
    shaped = [entity for entity in ENTITIES if entity not in BY_MODEL]
    measured({OURS: detector_of(entities=shaped)})
