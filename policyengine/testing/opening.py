"""The check that what a detector tells to be settled is: streams let go of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from policyengine.detector import Detector, View, Window
from policyengine.testing.hostile import HOSTILE
from policyengine.testing.subject import Unusable, frozen

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from policyengine.detector import Finding
    from policyengine.exchange import Segment
    from policyengine.testing.subject import Subject

_LONGEST = 400
_FOLLOWS = (" and so on it goes, as it did before. ", "x", "1", "\n\n", "\u0301", "]")


def opening(subject: Subject) -> Iterator[str]:
    """What begins before the place that `open_from` gives stays as it is, whatever follows.

    Tried on examples, hostile texts, and examples with others behind them, cut at every place.
    """
    detector = subject.detector
    tells = type(detector).open_from is not Detector.open_from
    if not tells or not isinstance(detector.scope, Window):
        return
    for template in subject.templates()[:1]:
        for segment in template.examined[:1]:
            for text in _texts(subject):
                yield from _told(subject, replace(segment, text=text))


def _texts(subject: Subject) -> Iterator[str]:
    texts = [one.text for example in subject.detector.examples for one in example.examined]
    for text, following in pairwise([*texts, *texts[:1]]):
        yield from (f"{text} {following}"[:_LONGEST], (text + following)[:_LONGEST])
        yield from (text[:_LONGEST] + more for more in _FOLLOWS)
    yield from (text[:_LONGEST] for text in HOSTILE.values())


def _told(subject: Subject, segment: Segment) -> Iterator[str]:
    cut = [replace(segment, text=segment.text[:at]) for at in range(len(segment.text) + 1)]
    answers = subject.answer([View((one,)) for one in cut])
    for one, found in zip(cut, answers, strict=True):
        place: object = subject.detector.open_from(one.text)
        if type(place) is not int or not 0 <= place <= len(one.text):
            raise Unusable("`open_from` does not give a place of the text")
        if _before(place, found) != _before(place, answers[-1]):
            yield "a finding before the place that `open_from` gives changes with what follows"


def _before(place: int, findings: Sequence[Finding]) -> Counter[Hashable]:
    return Counter(
        frozen(one) for one in findings if one.span is not None and one.span.start < place
    )
