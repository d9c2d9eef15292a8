"""Checks of the surrogates that a detector draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.detector import View
from policyengine.testing.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.testing.subject import Subject

_NUMBERS = (2**256 - 1, 2**255 + 12345, 7)


def surrogates(subject: Subject) -> Iterator[str]:
    """Surrogates are texts without the value in them, the same for the same number, of any text."""
    kinds = {kind.name for kind in subject.detector.kinds if kind.surrogates}
    if not kinds:
        return
    draw = subject.detector.surrogates(subject.resources)
    again = subject.another().surrogates(subject.resources)
    found = {*_found(subject)}
    for kind, value in (*found, *((kind, text) for kind in kinds for text in HOSTILE.values())):
        if kind not in kinds:
            continue
        drawn = [draw(kind, value, number) for number in _NUMBERS]
        if not all(one is None or type(one) is str for one in drawn):
            yield f"kind {kind!r}: a surrogate is neither a text nor None"
            continue
        if drawn != [again(kind, value, number) for number in _NUMBERS]:
            yield f"kind {kind!r}: the same number draws another surrogate"
        if (kind, value) in found and not any(one and value not in one for one in drawn):
            yield f"kind {kind!r}: what is found in an example has none, or one that holds it"


def _found(subject: Subject) -> Iterator[tuple[str, str]]:
    for example in subject.detector.examples:
        texts = {segment.path: segment.text for segment in example.examined}
        (findings,) = subject.answer([View(example.examined, example.reference)])
        for finding in findings:
            if finding.path is not None and finding.span is not None:
                yield finding.kind, texts[finding.path][finding.span.start : finding.span.end]
