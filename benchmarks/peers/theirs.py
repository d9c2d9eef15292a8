"""Times other libraries on the texts, in an environment of their own; prints JSON.

presidio-analyzer three times: its default pattern recognisers called directly, which is the least
that it can take; as its users call it, through AnalyzerEngine with a blank spaCy pipeline (no
model, no network), which adds tokens and context words; and that for the six kinds alone that the
texts hold. scrubadub with its own detectors for the kinds that it knows. LiteLLM's content filter
as far as it is patterns: those for personal data, read from the installed package, searched for one
after another as the filter does.

With the name of a spaCy pipeline: AnalyzerEngine as it comes, with that pipeline, and what spaCy
takes for the names alone.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider, SpacyNlpEngine
from timing import NAMES_ONLY, WITH_NAMES, measured

if TYPE_CHECKING:
    from collections.abc import Callable

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

SIX = ["EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER", "US_SSN", "IP_ADDRESS"]
LITELLM = "proxy/guardrails/guardrail_hooks/litellm_content_filter/patterns.json"


class Blank(SpacyNlpEngine):
    """A pipeline that only splits words."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}


def patterns_only() -> dict[str, Callable[[str], int]]:
    """What each finds by patterns."""
    import scrubadub  # noqa: PLC0415 - takes a second to import, and only here

    analyzer = AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])
    recognizers = [one for one in analyzer.get_recognizers("en") if one.name != "SpacyRecognizer"]
    detectors = scrubadub.detectors
    scrubber = scrubadub.Scrubber(
        detector_list=[
            detectors.EmailDetector(locale="en_US"),
            detectors.CreditCardDetector(locale="en_US"),
            detectors.PhoneDetector(locale="en_US"),
            detectors.UrlDetector(locale="en_US"),
        ]
    )

    def directly(text: str) -> int:
        return sum(
            len(one.analyze(text, one.supported_entities, None) or ()) for one in recognizers
        )

    return {
        "presidio recognisers": directly,
        "presidio AnalyzerEngine": lambda text: len(analyzer.analyze(text, language="en")),
        "presidio AnalyzerEngine, six kinds": lambda text: len(
            analyzer.analyze(text, language="en", entities=SIX)
        ),
        "scrubadub": lambda text: sum(1 for _ in scrubber.iter_filth(text)),
        **litellm(),
    }


def litellm() -> dict[str, Callable[[str], int]]:
    """LiteLLM's patterns for personal data, where it is installed; it is not imported."""
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    table = json.loads((Path(spec.origin).parent / LITELLM).read_text(encoding="utf-8"))
    rows = [
        (re.compile(row["pattern"], re.IGNORECASE), row.get("keyword_pattern"))
        for row in table["patterns"]
        if any(word in row["category"] for word in ("PII", "Payment", "Network"))
    ]
    every = [(one, re.compile(near, re.IGNORECASE) if near else None) for one, near in rows]

    def searched(text: str) -> int:
        return sum(
            len(list(one.finditer(text)))
            for one, near in every
            if near is None or near.search(text)
        )

    return {"LiteLLM patterns": searched}


def with_names(pipeline: str) -> dict[str, Callable[[str], int]]:
    """As it comes, but for the name of the pipeline."""
    models = [{"lang_code": "en", "model_name": pipeline}]
    engine = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": models}
    ).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    alone = spacy.load(pipeline, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    return {
        "presidio AnalyzerEngine": lambda text: len(analyzer.analyze(text, language="en")),
        f"{NAMES_ONLY}, {pipeline}": lambda text: len(alone(text).ents),
    }


if len(sys.argv) > 1:
    measured(with_names(sys.argv[1]), WITH_NAMES)
else:
    measured(patterns_only())
