"""What the detector remembers is bounded, however much it has read."""

from __future__ import annotations

import gc
import random
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detectors.pii import forms, scanning
from detectors.pii.checks import Checks
from detectors.pii.detector import Pii
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.scanning import Scanner
from detectors.pii.shapes import Standins, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]

MOST_KEPT = 20_000
"""Bytes that two hundred evaluations may leave behind, of the 440 kB that they have read."""


def texts(seed: int) -> list[str]:
    """Texts with values that were not seen before, in forms that come again."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret

    def digits(count: int) -> str:
        return "".join(chance.choices("0123456789", k=count))

    return [
        f"Call (415) {digits(3)}-{digits(4)}, card 4{digits(15)}, SSN 5{digits(2)}-{digits(2)}-"
        f"{digits(4)}, to user{digits(9)}@example.org or 1{digits(1)}.{digits(2)}.20{digits(2)} "
        * 20
        for _ in range(200)
    ]


def held() -> int:
    """The bytes that the detector's own lines hold; what runs beside the test is left out."""
    gc.collect()
    own = tracemalloc.Filter(inclusive=True, filename_pattern=f"{Path(forms.__file__).parent}/*")
    traces = tracemalloc.take_snapshot().filter_traces([own])
    return sum(line.size for line in traces.statistics("filename"))


def test_evaluations_leave_nothing_behind(find: Find, ready: Ready) -> None:
    pii = ready(Pii, models={})
    first, second = texts(1), texts(2)
    tracemalloc.start()
    try:
        found = sum(len(find(pii, text)) for text in first)
        before = held()
        again = sum(len(find(pii, text)) for text in second)
        after = held()
    finally:
        tracemalloc.stop()
    assert found > 5_000 < again
    assert after - before < MOST_KEPT


def test_forms_and_labels_are_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "KNOWN", 8)
    monkeypatch.setattr(scanning, "KNOWN_LABELS", 8)
    scanner = Scanner(RECOGNIZERS, Checks(("US", "GB")))
    for size in range(4, 40):
        scanner.scan(shape_of(f"{'1' * size} {'1 ' * size}", Standins()))
        scanner.knows("n" * size)
    assert 0 < len(scanner._forms._known) <= 8
    assert 0 < len(scanner._forms._checks) <= 8
    assert len(scanner._labels) == 8


def test_of_a_long_list_of_numbers_nothing_is_remembered(find: Find, ready: Ready) -> None:
    pii = ready(Pii, models={})
    numbers = "4111 2222 " * 2_000
    find(pii, numbers[:60])
    tracemalloc.start()
    try:
        find(pii, numbers)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 * len(numbers)
