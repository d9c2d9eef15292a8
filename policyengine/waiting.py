"""Which of its two methods a detector is asked with."""

from __future__ import annotations

from typing import Any

from policyengine.detector import Cost, Detector


def waits(detector: Detector[Any]) -> bool:
    """Whether it is asked with `adetect`.

    It is when it has no `detect`, and, of one that has both, when its work runs on another machine:
    whether it does may depend on its options.
    """
    if type(detector).adetect is Detector.adetect:
        return False
    return type(detector).detect is Detector.detect or detector.cost is Cost.REMOTE
