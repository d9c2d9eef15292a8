"""The two phases of an evaluation, as generators: the request, then the response.

Both work on segments alone; `transport` puts OpenAI's bodies around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from policyengine.detections import Detections
from policyengine.detector import Memo
from policyengine.embedded import leaves
from policyengine.evaluation import Evaluation
from policyengine.pieces import Text
from policyengine.pipeline import run_stage
from policyengine.reporting import cover, is_complete, not_reached, report
from policyengine.rewriting import Rewriter
from policyengine.standins import Issued

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from policyengine.detections import StageResult
    from policyengine.evaluation import Answer, Call, Places, StageRun
    from policyengine.exchange import Segment, Unexamined
    from policyengine.offsets import OffsetMap
    from policyengine.plan import Plan


@dataclass(slots=True)
class Conditions:
    """How an evaluation is run: the clients' tags, and whether anything is enforced."""

    clock: Callable[[], float]
    tags: frozenset[str] = frozenset()
    observe: bool = False
    all_findings: bool = False


@dataclass(slots=True)
class Phase:
    """A stage that was run, its result, and its texts as they are to be delivered."""

    run: StageRun
    result: StageResult
    delivered: Mapping[Text, tuple[str, OffsetMap]]


@dataclass(slots=True)
class RequestPhase(Phase):
    """The request's phase: what the response's phase goes on from."""

    plan: Plan
    conditions: Conditions
    tags: frozenset[str]
    memo: Memo
    rewriter: Rewriter
    issued: Issued

    @property
    def blocked(self) -> bool:
        """Whether the request may not reach the model."""
        return self.run.blocked

    @property
    def detections(self) -> Detections:
        """What is known before there is a response."""
        output = not_reached(self.plan.output) if self.blocked else None
        return _detections(self, (self.run,), output)


@dataclass(slots=True)
class ResponsePhase(Phase):
    """The response's phase, which ends the evaluation."""

    request: RequestPhase

    @property
    def detections(self) -> Detections:
        """Everything that was decided about the exchange."""
        return _detections(self.request, (self.request.run, self.run), self.result)


def request_phase(
    plan: Plan,
    segments: Sequence[Segment],
    unexamined: Iterable[Unexamined],
    conditions: Conditions,
) -> Generator[Call, Answer, RequestPhase]:
    """Run the input stage."""
    texts = [Text(segment, order) for order, segment in enumerate(segments)]
    tags = plan.tags
    if conditions.tags:
        tags |= conditions.tags & plan.accept_tags
    rewriter = Rewriter(plan.key, lambda: _words(texts))
    evaluation = Evaluation(
        clock=conditions.clock,
        tags=tags,
        request={text.segment.path: text for text in texts},
        rewriter=rewriter,
        memo=Memo(),
        deadline=_deadline(plan, conditions),
        observe=conditions.observe,
        all_findings=conditions.all_findings,
    )
    run = yield from run_stage(plan.input, texts, tuple(unexamined), evaluation)
    delivered = {text: (text.text, text.moved) for text in texts if text.moved.regions}
    return RequestPhase(
        run=run,
        result=report(run, {}),
        delivered=delivered,
        plan=plan,
        conditions=conditions,
        tags=tags,
        memo=evaluation.memo,
        rewriter=rewriter,
        issued=rewriter.issued,
    )


def response_phase(
    request: RequestPhase,
    segments: Sequence[Segment],
    unexamined: Iterable[Unexamined],
    forgotten: Places = MappingProxyType({}),
) -> Generator[Call, Answer, ResponsePhase]:
    """Run the output stage of a request that was not blocked, whose own phase stays as it is.

    Findings that begin in what was `forgotten`, places by the path of their text, are none.
    """
    plan = request.plan
    texts = [Text(segment, order) for order, segment in enumerate(segments)]
    rewriter = request.rewriter.fork(lambda: _words(texts))
    sent = {text.segment.path: text for text in request.run.texts}
    evaluation = Evaluation(
        clock=request.conditions.clock,
        tags=request.tags,
        request=sent,
        rewriter=rewriter,
        memo=request.memo,
        deadline=_deadline(plan, request.conditions),
        observe=request.conditions.observe,
        all_findings=request.conditions.all_findings,
        forgotten=forgotten,
    )
    run = yield from run_stage(plan.output, texts, tuple(unexamined), evaluation)
    issued = request.issued if plan.restore and not request.conditions.observe else Issued()
    delivered = {
        text: text.restored(issued)
        for text in texts
        if not text.dropped and (issued or text.moved.regions)
    }
    moved = {text: left[1] for text, left in delivered.items()}
    return ResponsePhase(run, report(run, moved), delivered, request)


def evaluate(
    plan: Plan,
    request: Sequence[Segment],
    response: Sequence[Segment] | None,
    unexamined: Sequence[Unexamined],
    conditions: Conditions,
) -> Generator[Call, Answer, RequestPhase | ResponsePhase]:
    """Both phases of a recorded exchange; the last one that was reached."""
    asked = yield from request_phase(
        plan, request, [one for one in unexamined if one.body == "request"], conditions
    )
    if response is None or asked.blocked:
        return asked
    return (
        yield from response_phase(
            asked, response, [one for one in unexamined if one.body == "response"]
        )
    )


def _deadline(plan: Plan, conditions: Conditions) -> float | None:
    return None if plan.deadline is None else conditions.clock() + plan.deadline


def _words(texts: Iterable[Text]) -> Iterator[str]:
    """Every text as it arrived, and decoded where it is JSON."""
    for text in texts:
        yield text.segment.text
        if text.segment.format == "json":
            for leaf in leaves(text.segment.text) or ():
                yield leaf.text


def _detections(
    request: RequestPhase, runs: Sequence[StageRun], output: StageResult | None
) -> Detections:
    verdict = request.result.verdict
    if output is not None:
        verdict = max(verdict, output.verdict)
    return Detections(
        deployment=request.plan.name,
        revision=request.plan.revision,
        tags=tuple(sorted(request.tags)),
        verdict=verdict,
        complete=all(is_complete(run) for run in runs),
        input=request.result,
        output=output,
        coverage=cover(runs),
    )
