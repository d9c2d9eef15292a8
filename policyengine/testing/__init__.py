"""For the authors of detectors: the conformance kit, and fakes for tests of their own.

Usable with and without pytest: `check_detector(Shouting)` raises a ConformanceFailure that lists
all that does not hold; `checks(Shouting)` gives the same one by one.
"""

from __future__ import annotations

from policyengine.testing.conformance import Check, ConformanceFailure, check_detector, checks
from policyengine.testing.fakes import Phrases, Scripted, hangs, plugin, raises, scripted

__all__ = [
    "Check",
    "ConformanceFailure",
    "Phrases",
    "Scripted",
    "check_detector",
    "checks",
    "hangs",
    "plugin",
    "raises",
    "scripted",
]
