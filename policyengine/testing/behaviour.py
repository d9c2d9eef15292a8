"""Checks of what a detector does: the same whatever stands around it, and unharmed by any text."""

from __future__ import annotations

import copy
import pickle
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from policyengine.detector import Truncated, View
from policyengine.self_test import see
from policyengine.testing.hostile import HOSTILE, REPEATED
from policyengine.testing.subject import Unusable, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.detector import Finding
    from policyengine.testing.subject import Subject

_THREADS = 4
_TELLING = 6  # so many digits in a row tell a text apart


def findings(subject: Subject) -> Iterator[str]:
    """Findings on examples are what an engine accepts, see `policyengine.vetting`."""
    for number, example in enumerate(subject.detector.examples, 1):
        try:
            subject.answer([View(example.examined, example.reference)])
        except Unusable as reason:
            yield f"example {number}: {reason}"


def no_text(subject: Subject) -> Iterator[str]:
    """Evidence does not carry the text of a view in its numbers."""
    views = subject.views()
    for view, found in zip(views, subject.answer(views), strict=True):
        digits = [re.sub(r"\D", "", one.text) for one in (*view.examined, *view.reference)]
        for kind, name, value in _fields(found):
            if any(number in text for number in _long_numbers(value) for text in digits):
                yield f"kind {kind!r}: field {name!r} of its evidence holds digits of the text"


def _fields(found: Sequence[Finding]) -> Iterator[tuple[str, str, object]]:
    for finding in found:
        for name, value in finding.evidence.items():
            yield finding.kind, name, value


def _long_numbers(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list | tuple) else (value,):
        if type(one) in (int, float):
            yield from re.findall(rf"\d{{{_TELLING},}}", repr(one))


def deterministic(subject: Subject) -> Iterator[str]:
    """Asked twice, it answers the same; so does a second instance, and one whose memo is full."""
    views = subject.views()
    first = subject.answer(views)
    if not same(first, subject.answer(views)):
        yield "the second answer differs, with the memo filled by the first"
    # One more in between, or what differs every second time would not.
    if not same(first[:1], subject.answer(subject.views()[:1])) or not same(
        first, subject.answer(subject.views())
    ):
        yield "the second answer differs"
    if not same(first, subject.answer(subject.views(), subject.another())):
        yield "another instance with the same options answers otherwise"


def batches(subject: Subject) -> Iterator[str]:
    """A view's findings are the same alone, in a batch, and wherever in the batch it stands."""
    alone = [subject.answer([view])[0] for view in subject.views()]
    if subject.answer([]) != []:
        yield "an empty batch does not give an empty answer"
    if not same(alone, subject.answer(subject.views())):
        yield "a batch gives other findings than its views one by one"
    if not same(alone, subject.answer(subject.views()[::-1])[::-1]):
        yield "the order of a batch changes its findings"
    doubled = subject.answer([view for view in subject.views() for _ in range(2)])
    if not same(alone, doubled[::2]) or not same(alone, doubled[1::2]):
        yield "a view that stands twice in a batch has other findings"


def threads(subject: Subject) -> Iterator[str]:
    """Several threads that share an instance find what one finds."""
    expected = subject.answer(subject.views())
    together = threading.Barrier(_THREADS)

    def work(start: int) -> bool:
        views = subject.views()
        turned = views[start:] + views[:start]
        together.wait()
        answer = [subject.answer([view])[0] for view in turned]
        return same(answer, expected[start:] + expected[:start])

    with ThreadPoolExecutor(_THREADS) as pool:
        step = max(1, len(expected) // _THREADS)
        if not all(pool.map(work, [number * step for number in range(_THREADS)])):
            yield "threads that run together have other findings than one alone"


def no_mutation(subject: Subject) -> Iterator[str]:
    """It changes neither views nor its options, and does not share its answers."""
    detector = subject.another()
    options = copy.deepcopy(detector.options)
    views = subject.views()
    before = copy.deepcopy([(view.examined, view.reference) for view in views])
    answer = subject.answer(views, detector)
    if before != [(view.examined, view.reference) for view in views]:
        yield "it changes what it is shown"
    if detector.options != options:
        yield "it changes its options"
    expected = copy.deepcopy(answer)
    _spoil(see(detector, views))
    if not same(expected, subject.answer(subject.views(), detector)):
        yield "who changes its answer changes the next one"


def _spoil(answer: Any) -> None:
    for findings in answer:
        for finding in findings:
            if isinstance(finding.evidence, dict):
                finding.evidence["spoiled"] = True
        if isinstance(findings, list):
            findings.clear()


def hostile(subject: Subject) -> Iterator[str]:
    """No text makes it raise or report rubbish; what it cannot see whole, it says (Truncated)."""
    views = [*subject.hostile_views(HOSTILE), *_long_views(subject)]
    views += [("no segments", View((), example.reference)) for example in subject.templates()]
    troubles: dict[str, str] = {}
    for name, view in views:
        try:
            subject.answer([view])
        except Truncated:
            continue
        except Unusable as reason:
            troubles.setdefault(name, str(reason))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            troubles.setdefault(name, f"raises {type(error).__name__}")
    for name, trouble in troubles.items():
        yield f"{name}: {trouble}"


def _long_views(subject: Subject) -> Iterator[tuple[str, View]]:
    for example in subject.templates()[:1]:
        for one in REPEATED:
            long = tuple(
                replace(segment, text=one * subject.longest) for segment in example.examined
            )
            yield f"{subject.longest} times {one!a}", View(long, example.reference)


def pickling(subject: Subject) -> Iterator[str]:
    """Pickled, unpickled and warmed up again, it finds the same."""
    try:
        restored = pickle.loads(pickle.dumps(subject.detector))  # noqa: S301 - made right here
    except Exception as error:  # noqa: BLE001 - a class can refuse in many ways
        yield f"it cannot be pickled: {type(error).__name__}"
        return
    if restored.options != subject.options:
        yield "the unpickled one has other options"
    restored.warm_up(subject.resources)
    if not same(subject.answer(subject.views()), subject.answer(subject.views(), restored)):
        yield "the unpickled one has other findings"
