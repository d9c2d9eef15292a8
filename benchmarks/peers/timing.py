"""Timing a function over the texts, the same way for everybody."""

from __future__ import annotations

import json
import os
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from texts import LENGTHS, SORTS, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECONDS = float(os.environ.get("PEER_SECONDS", "1.5"))
LEAST = 5
LONGEST = 20.0
"""Seconds after which even the least number of calls is enough."""
NAMES_ONLY = "spaCy's names alone"
WITH_NAMES = (200, 2_000)
"""The lengths that names are looked for in; 32,000 characters take others up to a minute."""


def measured(detectors: dict[str, Callable[[str], int]], lengths: Sequence[int] = LENGTHS) -> None:
    """Print the median time in microseconds and the number of findings for each text."""
    times = {}
    for name, detect in detectors.items():
        for length in lengths:
            for sort in SORTS:
                times[f"{name}/{length}/{sort}"] = _timed(detect, text_of(length, sort))
    json.dump(times, sys.stdout)


def _timed(detect: Callable[[str], int], text: str) -> dict[str, float]:
    found = detect(text)  # once before: tables are loaded and caches filled for everybody
    taken: list[float] = []
    begun = time.process_time()
    while True:
        start = time.process_time()  # processor time: whoever takes long is interrupted more often
        detect(text)
        end = time.process_time()
        taken.append(end - start)
        enough = len(taken) >= LEAST or end - begun > LONGEST
        if enough and (end - begun > SECONDS or len(taken) >= 2_000):
            return {"us": 1e6 * median(taken), "best_us": 1e6 * min(taken), "found": found}
