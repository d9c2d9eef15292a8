"""Names of people, places, organisations and nations, and postal addresses, found by a pipeline."""

from __future__ import annotations

from detectors.pii.ner.entities import FOREIGN_SCORE, KINDS, LABELS, Entity
from detectors.pii.ner.languages import ANY, DEFAULT, Pipelines, checked, is_runnable
from detectors.pii.ner.pipeline import PACKAGED, Pipeline, load

__all__ = [
    "ANY",
    "DEFAULT",
    "FOREIGN_SCORE",
    "KINDS",
    "LABELS",
    "PACKAGED",
    "Entity",
    "Pipeline",
    "Pipelines",
    "checked",
    "is_runnable",
    "load",
]
