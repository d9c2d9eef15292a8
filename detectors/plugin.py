"""The door that the built-in detectors come through: the same one that third parties use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detectors.hallucination.detector import Hallucination
from detectors.keywords.detector import Keywords
from detectors.pii.detector import Pii
from detectors.prompt_leak.detector import PromptLeak
from detectors.regex.detector import Regex
from detectors.relevancy.detector import Relevancy
from detectors.topics.detector import Topics
from policyengine import hookimpl

if TYPE_CHECKING:
    from policyengine import Detector

contract_version = 1


@hookimpl
def policyengine_detectors() -> list[type[Detector[Any]]]:
    """The built-in detectors."""
    return [Hallucination, Keywords, Pii, PromptLeak, Regex, Relevancy, Topics]
