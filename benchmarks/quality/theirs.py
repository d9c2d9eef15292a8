"""Runs presidio-analyzer over texts in an environment of its own; JSON lines in, JSON out.

Its defaults throughout: the recognisers and the spaCy mapping of its own `default.yaml`, with
only the name of the pipeline changed (none is installed by default). What overlaps is settled by
its own anonymizer: spans of one type that meet are joined, one inside another is dropped, of two
equal ones the higher score stays. Done twice: with every score, which is the default of
AnalyzerEngine, and from 0.4, which is what presidio-research evaluates with.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import presidio_analyzer
import spacy
import yaml
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngine, NlpEngineProvider, SpacyNlpEngine
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import ConflictResolutionStrategy

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

THRESHOLDS = (0.0, 0.4)
NO_PIPELINE = "blank"

Span = tuple[int, int, str, float]


class Blank(SpacyNlpEngine):
    """A pipeline that only splits words: what presidio finds by patterns alone."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": NO_PIPELINE}])
        self.nlp = {"en": spacy.blank("en")}


def location_of(pipeline: str) -> str:
    """What spaCy loads: a pipeline's name, or the folder that a package without a name keeps."""
    spec = find_spec(pipeline)
    kept = Path(spec.origin).parent / "_model" if spec and spec.origin else None
    return str(kept) if kept and kept.is_dir() else pipeline


def engine_of(pipeline: str) -> NlpEngine:
    """Its default engine with that pipeline instead of `en_core_web_lg`."""
    if pipeline == NO_PIPELINE:
        return Blank()
    defaults = Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml"
    configuration = yaml.safe_load(defaults.read_text(encoding="utf-8"))
    configuration["models"][0]["model_name"] = location_of(pipeline)
    return NlpEngineProvider(nlp_configuration=configuration).create_engine()


def resolved(results: list[RecognizerResult], threshold: float) -> list[Span]:
    """The results from that score on, without overlaps."""
    kept = [
        RecognizerResult(result.entity_type, result.start, result.end, result.score)
        for result in sorted(results, key=lambda result: (result.start, result.end))
        if result.score >= threshold
    ]
    # The pinned release has no public name for it.
    left = AnonymizerEngine()._remove_conflicts_and_get_text_manipulation_data(  # noqa: SLF001
        kept, ConflictResolutionStrategy.MERGE_SIMILAR_OR_CONTAINED
    )
    return [(one.start, one.end, one.entity_type, round(one.score, 4)) for one in left]


def main(pipeline: str) -> None:
    """Print `{"version": …, "found": {threshold: [spans of each text]}}`."""
    analyzer = AnalyzerEngine(nlp_engine=engine_of(pipeline), supported_languages=["en"])
    found: dict[str, list[list[Span]]] = {str(threshold): [] for threshold in THRESHOLDS}
    for line in sys.stdin:
        results = analyzer.analyze(json.loads(line), language="en")
        for threshold in THRESHOLDS:
            found[str(threshold)].append(resolved(results, threshold))
    json.dump({"version": version("presidio-analyzer"), "found": found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
