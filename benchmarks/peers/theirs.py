"""Times other libraries on the texts, in an environment of their own; prints JSON.

presidio-analyzer twice: its recognisers for the same six kinds called directly, which is the least
that it can take, and as its users call it, through AnalyzerEngine with the same recognisers and a
blank spaCy pipeline (no model, no network), which adds tokens and context words. scrubadub with its
own detectors for the kinds that it knows.
"""

from __future__ import annotations

import logging
import warnings

import scrubadub
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UsSsnRecognizer,
)
from timing import measured

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

# As many regions as ours, so that neither does work that the other does not.
recognizers = [
    EmailRecognizer(),
    CreditCardRecognizer(),
    IbanRecognizer(),
    IpRecognizer(),
    PhoneRecognizer(supported_regions=("US", "GB")),
    UsSsnRecognizer(),
]
entities = [entity for recognizer in recognizers for entity in recognizer.supported_entities]


class Blank(SpacyNlpEngine):
    """A pipeline that only splits words."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}


analyzer = AnalyzerEngine(
    registry=RecognizerRegistry(recognizers=recognizers, supported_languages=["en"]),
    nlp_engine=Blank(),
    supported_languages=["en"],
)
scrubber = scrubadub.Scrubber(
    detector_list=[
        scrubadub.detectors.EmailDetector(locale="en_US"),
        scrubadub.detectors.CreditCardDetector(locale="en_US"),
        scrubadub.detectors.PhoneDetector(locale="en_US"),
    ]
)


def directly(text: str) -> int:
    """presidio's recognisers one after another."""
    return sum(
        len(recognizer.analyze(text, recognizer.supported_entities, None) or ())
        for recognizer in recognizers
    )


def analyzed(text: str) -> int:
    """presidio as it is used."""
    return len(analyzer.analyze(text, language="en", entities=entities))


def scrubbed(text: str) -> int:
    """scrubadub's findings."""
    return sum(1 for _ in scrubber.iter_filth(text))


measured(
    {"presidio recognisers": directly, "presidio AnalyzerEngine": analyzed, "scrubadub": scrubbed}
)
