"""What the conformance kit examines: a detector class, configured, with views to try it on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policyengine.deciding import SCORE_DECIMALS
from policyengine.detector import Detector, Options, Position, Resources, View
from policyengine.self_test import see
from policyengine.testing.hostile import HOSTILE
from policyengine.vetting import vet_batch, with_plain_scores

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from policyengine.detector import Example, Finding


class Unusable(Exception):  # noqa: N818 - it says what the answer is
    """An answer that cannot be used; the text says why, and quotes nothing."""


@dataclass(frozen=True)
class Subject:
    """A detector class with options; it is configured and warmed up when first asked for.

    `longest` is the length in characters of the longest text that it is tried on.
    """

    detector_class: type[Detector[Any]]
    given: Options | Mapping[str, Any] | None = None
    resources: Resources = field(default_factory=Resources)
    longest: int = 1_000_000

    @cached_property
    def options(self) -> Options:
        """The options, validated."""
        if isinstance(self.given, Options):
            return self.given
        return self.detector_class.Options.model_validate(self.given or {})

    @cached_property
    def detector(self) -> Detector[Any]:
        """The instance that all checks share, as deployments share theirs."""
        return self.another()

    def another(self) -> Detector[Any]:
        """A new instance, warmed up; models are shared through the resources."""
        detector = self.detector_class(self.options)
        detector.warm_up(self.resources)
        return detector

    def answer(
        self, views: Sequence[View], detector: Detector[Any] | None = None
    ) -> list[list[Finding]]:
        """What it finds in each view; raises Unusable for what an engine would refuse."""
        asked = self.detector if detector is None else detector
        answer = with_plain_scores(see(asked, views))
        kinds = {kind.name: kind for kind in asked.kinds}
        for reason in vet_batch(answer, views, kinds, asked.words):
            if reason is not None:
                raise Unusable(reason)
        return [list(findings) for findings in answer]

    def views(self) -> list[View]:
        """Views to compare answers on, made anew so that no memo is filled: examples, hostile."""
        examples = [View(one.examined, one.reference) for one in self.detector.examples]
        return examples + [view for _, view in self.hostile_views(HOSTILE)]

    def hostile_views(self, texts: Mapping[str, str]) -> Iterator[tuple[str, View]]:
        """Each text in the place of an example's own, around it, and in what is only read."""
        for name, text in texts.items():
            for example in self.templates():
                for view in _with_text(example, text):
                    yield name, view

    def templates(self) -> Sequence[Example]:
        """The first example of each sort: they show what a view of this detector looks like."""
        examples = self.detector.examples
        found = [example for example in examples if example.finds]
        not_found = [example for example in examples if not example.finds]
        return [*found[:1], *not_found[:1]]


def _with_text(example: Example, text: str) -> Iterator[View]:
    for put in (lambda _own: text, lambda own: text + own + text):
        examined = tuple(replace(one, text=put(one.text)) for one in example.examined)
        yield View(examined, example.reference)
    if example.reference:
        yield View(example.examined, tuple(replace(one, text=text) for one in example.reference))


def frozen(finding: Finding, shift: int = 0, path: str | None = None) -> Hashable:
    """A finding as a value to compare, with its score rounded as policies see it.

    Spans in the segment at `path` are moved back by `shift`.
    """

    def placed(at: str | None, span: Any) -> Hashable:
        back = shift if at == path else 0
        return at, None if span is None else (span.start - back, span.end - back)

    def value(one: Any) -> Hashable:
        if isinstance(one, list | tuple):
            return tuple(value(each) for each in one)
        if isinstance(one, Position):
            return placed(one.segment.path, one.span)
        return type(one).__name__, one

    return (
        finding.kind,
        round(float(finding.score), SCORE_DECIMALS),
        placed(finding.path, finding.span),
        tuple(sorted((name, value(one)) for name, one in finding.evidence.items())),
    )


def same(left: Sequence[Sequence[Finding]], right: Sequence[Sequence[Finding]]) -> bool:
    """Whether two answers are the same, in the same order."""
    return [[frozen(one) for one in each] for each in left] == [
        [frozen(one) for one in each] for each in right
    ]
