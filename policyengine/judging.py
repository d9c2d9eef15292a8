"""What a step's findings mean: their verdicts, and what is rewritten or blocked for them."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from policyengine.deciding import SCORE_DECIMALS
from policyengine.detector import Position
from policyengine.evaluation import Judged
from policyengine.redactions import Redaction
from policyengine.sight import pieces
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policyengine.detections import Stage
    from policyengine.detector import Finding, Span
    from policyengine.embedded import Leaf
    from policyengine.evaluation import Choice, Evaluation
    from policyengine.pieces import Piece, Text
    from policyengine.plan import PlannedStep
    from policyengine.rewriting import Rewriter


def judge(
    step: PlannedStep,
    choice: Choice,
    findings: Sequence[Finding],
    evaluation: Evaluation,
) -> Iterator[Judged]:
    """The findings that reach any of the step's thresholds, in the coordinates of their bodies.

    What lies in a surrogate is none: a value that looks real was put there by an earlier step.
    """
    by_path = {piece.segment.path: piece for piece in pieces(step, choice)}
    invented = _Invented(evaluation.rewriter)
    for finding in findings:
        score = round(float(finding.score), SCORE_DECIMALS)
        verdict = step.rules[finding.kind].verdict(score, has_span=finding.span is not None)
        if verdict is Verdict.ALLOW and not evaluation.all_findings:
            continue
        piece = None if finding.path is None else by_path[finding.path]
        span = None
        if piece is not None and finding.span is not None:
            if invented.holds(piece, finding.span):
                continue
            span = piece.text.original(piece.whole(finding.span))
            if evaluation.forgotten and evaluation.is_forgotten(
                piece.text.segment.path, span.start
            ):
                continue
        yield Judged(
            kind=finding.kind,
            score=score,
            verdict=verdict,
            choice=choice,
            piece=piece,
            within=finding.span,
            span=span,
            place=_place(step, piece, span),
            evidence=_evidence(finding.evidence, by_path, evaluation.request),
        )


class _Invented:
    """The surrogates in the texts that a step was shown; looked for where there are findings."""

    def __init__(self, rewriter: Rewriter) -> None:
        self._rewriter = rewriter
        self._known: dict[tuple[Text, Leaf | None], list[tuple[int, int]]] = {}

    def holds(self, piece: Piece, span: Span) -> bool:
        """Whether a span of a piece lies in one of them."""
        where = (piece.text, piece.leaf)
        if where not in self._known:
            text = piece.text.text if piece.leaf is None else piece.leaf.text
            self._known[where] = self._rewriter.surrogates_in(text)
        known = self._known[where]
        start, end = span.start + piece.offset, span.end + piece.offset
        at = bisect_right(known, start, key=itemgetter(0)) - 1
        return at >= 0 and end <= known[at][1]


def _place(step: PlannedStep, piece: Piece | None, span: Span | None) -> tuple[int, int] | None:
    """Where a block by this finding cuts its choice; None when it takes all of it.

    A unit or passage is released as a whole, and so is a JSON document, which would not be one any
    more.
    """
    if piece is None:
        return None
    text = piece.text
    if text.segment.format == "json":
        return text.order, 0
    if step.splitter is not None:
        return text.order, text.original(piece.extent).start
    return None if span is None else (text.order, span.start)


def act(step: PlannedStep, stage: Stage, judged: Sequence[Judged], rewriter: Rewriter) -> bool:
    """Rewrite and cut the texts as the verdicts say; whether there was anything to do."""
    blocking = [one for one in judged if one.verdict is Verdict.BLOCK]
    if stage == "input" and blocking:
        blocking[0].choice.close(step.message)
        return True
    by_text: dict[Text, list[tuple[Piece, Redaction]]] = {}
    for one in judged:
        if one.verdict >= Verdict.REDACT and one.piece is not None and one.within is not None:
            by_text.setdefault(one.piece.text, []).append((one.piece, redaction_of(step, one)))
    for text, redactions in by_text.items():
        text.redact(redactions, rewriter)
    _block(blocking, step.message)
    return bool(blocking or by_text)


def redaction_of(step: PlannedStep, one: Judged) -> Redaction:
    """What is to be rewritten for a finding that has a place, in the coordinates of its piece."""
    rule = step.rules[one.kind]
    assert one.within is not None  # noqa: S101 - the caller looked
    return Redaction(
        one.within.start,
        one.within.end,
        one.kind,
        one.score,
        rule.redact_with,
        rule.keep_last,
        step.draw if step.kinds[one.kind].surrogates else None,
    )


def _block(blocking: Sequence[Judged], message: str | None) -> None:
    by_choice: dict[Choice, list[tuple[int, int] | None]] = {}
    for one in blocking:
        by_choice.setdefault(one.choice, []).append(one.place)
    for choice, places in by_choice.items():
        cuts = [place for place in places if place is not None]
        if len(cuts) < len(places):
            choice.close(message)
        else:
            choice.cut_at(min(cuts), message)


def _evidence(
    evidence: Mapping[str, Any], by_path: Mapping[str, Piece], request: Mapping[str, Text]
) -> dict[str, Any]:
    return {
        name: [_plain(one, by_path, request) for one in value]
        if isinstance(value, list | tuple)
        else _plain(value, by_path, request)
        for name, value in evidence.items()
    }


def _plain(value: Any, by_path: Mapping[str, Piece], request: Mapping[str, Text]) -> Any:
    """Evidence as JSON: a position in the coordinates of the body as it arrived."""
    if not isinstance(value, Position):
        return value
    piece = by_path.get(value.segment.path)
    if piece is not None and piece.segment.body == value.segment.body:
        text, span = piece.text, None if value.span is None else piece.whole(value.span)
    else:
        text, span = request[value.segment.path], value.span
    place = None if span is None else text.original(span)
    return {
        "body": text.segment.body,
        "path": text.segment.path,
        "span": None if place is None else {"start": place.start, "end": place.end},
    }
