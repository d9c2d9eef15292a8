"""What is told of a claim that was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from detectors.calibration import DECIMALS
from detectors.hallucination.measures import span_of
from policyengine import Finding, Segment, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from detectors.hallucination.judging import Judge
    from detectors.hallucination.measures import Fact, Measured
    from detectors.hallucination.reading import Claimed

UNSUPPORTED = "hallucination.unsupported"
CONTRADICTED = "hallucination.contradicted"
ANSWER = "hallucination.answer"
SORTS = ("number", "name", "quote", "address")
CLAIMED = "claim"
_LEAST_TOLD = 0.01


class JudgedClaim(NamedTuple):
    """A claim of an answer, and what the layers say of it."""

    segment: Segment
    span: Span
    measured: Measured
    claimed: Claimed | None
    score: float

    def finding(self, kind: str, score: float, span: Span, about: str) -> Finding:
        """A finding in the claim, with the passage that comes nearest to it."""
        near = self.measured.passage
        evidence: dict[str, Any] = {} if near is None else {"passage": near.position}
        return Finding(kind, score, self.segment.path, span, {"about": about, **evidence})


def told(judge: Judge, claim: JudgedClaim, layers: Collection[str]) -> Iterator[Finding]:
    """Its facts that stand nowhere, and the claim, or the words in it that are not borne out."""
    if "facts" in layers:
        for fact in claim.measured.facts:
            yield from _fact(judge, claim, fact)
    if set(layers) == {"facts"} or claim.score < _LEAST_TOLD:
        return
    spans = [claim.span]
    if claim.claimed is not None:
        spans = judge.marked(claim.span, claim.claimed, claim.measured.inputs[0])
    for span in spans:
        yield claim.finding(UNSUPPORTED, claim.score, span, CLAIMED)
        if claim.claimed is not None:
            against = round(claim.score * judge.against(claim.claimed), DECIMALS)
            if against >= _LEAST_TOLD:
                yield claim.finding(CONTRADICTED, against, span, CLAIMED)


def _fact(judge: Judge, claim: JudgedClaim, fact: Fact) -> Iterator[Finding]:
    span = span_of(fact, claim.span)
    score = judge.fact(fact)
    yield claim.finding(UNSUPPORTED, score, span, fact.sort)
    if fact.conflict and claim.claimed is None:  # a reader tells more of that, of the whole claim
        yield claim.finding(CONTRADICTED, score, span, fact.sort)
