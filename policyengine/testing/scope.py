"""The check that a declared scope is true: streams are cut, and texts split, on the word of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.detector import View, Window
from policyengine.testing.subject import frozen

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from policyengine.detector import Example, Finding
    from policyengine.exchange import Segment
    from policyengine.testing.subject import Subject

_NEUTRAL = "and so on it goes, as it did before. "
_CUTS = 20  # so many findings of one text are cut out of it, each alone


def scope(subject: Subject) -> Iterator[str]:
    """A finding does not depend on text beyond the declared scope.

    Spans count code points, whatever the scope. `whole` promises nothing else. All others: a
    segment's findings are the same whatever other segments are examined beside it, and each says in
    which segment it is. A window, moreover: what is put before and after the text farther away than
    the window reaches, and what is cut off there, changes no finding but by moving it; and each has
    a span, no longer than the lookahead.
    """
    declared = subject.detector.scope
    for number, example in enumerate(subject.detector.examples, 1):
        for segment in example.examined:
            at = _Place(subject, Window(0, 0), example, segment)
            yield from (f"example {number}: {trouble}" for trouble in _counted_otherwise(at))
    if declared == "whole":
        return
    for number, example in enumerate(subject.detector.examples, 1):
        troubles = list(_beside(subject, example)) if example.examined else []
        if isinstance(declared, Window) and not troubles:
            for segment in example.examined:
                troubles += _around(_Place(subject, declared, example, segment))
        yield from (f"example {number}: {trouble}" for trouble in dict.fromkeys(troubles))


def _counted_otherwise(place: _Place) -> Iterator[str]:
    # Two characters of which one is longer in UTF-8 and in UTF-16, and just as long for us.
    near, far = place.findings([f"\u263a {place.at.text}", f"\U0001f600 {place.at.text}"])
    spans = [(one.span.start, one.span.end) for one in near if one.span is not None]
    moved = [(one.span.start - 1, one.span.end - 1) for one in far if one.span is not None]
    if spans and sorted(spans) == sorted(moved):
        yield "its spans do not count code points"


def _beside(subject: Subject, example: Example) -> Iterator[str]:
    (expected,) = subject.answer([View(example.examined, example.reference)])
    if any(finding.path is None for finding in expected):
        yield "a finding about the whole view reaches beyond any scope but `whole`"
        return
    strangers = _strangers(example.examined)
    between = View((strangers[0], *example.examined, *strangers[1:]), example.reference)
    alone = [View((segment,), example.reference) for segment in example.examined]
    paths = {segment.path for segment in example.examined}
    first, *rest = subject.answer([between, *alone])
    if _counted(one for one in first if one.path in paths) != _counted(expected):
        yield "other examined segments change its findings"
    if _counted(one for each in rest for one in each) != _counted(expected):
        yield "its findings change where other examined segments are missing"


def _strangers(examined: Sequence[Segment]) -> list[Segment]:
    texts = (*(one.text for one in examined), "", _NEUTRAL, "1", "\u202e\u0301")
    return [
        replace(examined[0], path=f"/strangers/{number}", text=text)
        for number, text in enumerate(texts)
    ]


class _Place:
    """One segment of an example, to be shown with other texts."""

    def __init__(self, subject: Subject, window: Window, example: Example, at: Segment) -> None:
        self.subject = subject
        self.window = window
        self.example = example
        self.at = at

    def findings(self, texts: Sequence[str]) -> list[list[Finding]]:
        """What is found in the segment when it holds each of these texts."""
        example, at = self.example, self.at
        views = [
            View(
                tuple(replace(one, text=text) if one is at else one for one in example.examined),
                example.reference,
            )
            for text in texts
        ]
        answers = self.subject.answer(views)
        return [[one for one in answer if one.path == at.path] for answer in answers]

    def reaches(self, finding: Finding, start: int, end: int) -> bool:
        """Whether the finding's window lies inside these bounds."""
        if finding.span is None:
            return False
        first = finding.span.start
        return start <= first - self.window.lookbehind and first + self.window.lookahead <= end


def _around(place: _Place) -> Iterator[str]:
    text, path, window = place.at.text, place.at.path, place.window
    for filler in (" ", "\n", _NEUTRAL, text or "1"):
        # What fills the window belongs to the text; only what lies farther away may not matter.
        before, after = _long(filler, window.lookbehind), _long(filler, window.lookahead)
        near = before[len(before) - window.lookbehind :] + text + after[: window.lookahead]
        pads = _pads(text)
        expected, *padded = place.findings([near, *(p + near + s for p, s in pads)])
        for finding in expected:
            if finding.span is None:
                yield "a finding without a span fits in no window"
            elif finding.span.end - finding.span.start > window.lookahead:
                yield "a finding is longer than the window's lookahead"
        inside = _counted(one for one in expected if place.reaches(one, 0, len(near)))
        for (prefix, _), answer in zip(pads, padded, strict=True):
            start, end = len(prefix), len(prefix) + len(near)
            kept = [one for one in answer if place.reaches(one, start, end)]
            if _counted(kept, start, path) != inside:
                yield "text farther away than the window changes its findings"
        yield from _cut_out(place, near, expected)


def _cut_out(place: _Place, text: str, findings: Sequence[Finding]) -> Iterator[str]:
    cuts = []
    for finding in findings[:_CUTS]:
        if finding.span is not None:
            start = max(0, finding.span.start - place.window.lookbehind)
            cuts.append((finding, start, finding.span.start + place.window.lookahead))
    answers = place.findings([text[start:end] for _, start, end in cuts])
    for (finding, start, _), answer in zip(cuts, answers, strict=True):
        if frozen(finding, start, place.at.path) not in _counted(answer):
            yield "a finding is lost where the text is cut off at the ends of its window"


def _long(filler: str, length: int) -> str:
    return filler * (length // len(filler) + 1)


def _pads(text: str) -> list[tuple[str, str]]:
    return [
        ("x", ""),
        ("", "x"),
        ("1", "1"),
        (_NEUTRAL, _NEUTRAL),
        ("\u202e\u0301", "\u0301\ud800\x00"),
        ("\U0001f600", "\U0001f600"),
        ("\n" * 7, " " * 7),
        ("a" * 997, "a" * 997),
        (text, text),
    ]


def _counted(
    findings: Iterable[Finding], shift: int = 0, path: str | None = None
) -> Counter[Hashable]:
    return Counter(frozen(finding, shift, path) for finding in findings)
