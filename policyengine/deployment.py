"""A deployment ready for traffic: what a program or a transport holds and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from policyengine.phases import Conditions, ResponsePhase, evaluate
from policyengine.registry import EVALUATION_FINISHED, STEP_FINISHED
from policyengine.running import run, run_batch
from policyengine.transport import CheckedRequest, CheckedResponse, requested, responded

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from policyengine.detections import Detections
    from policyengine.evaluation import Answer, Call
    from policyengine.exchange import Exchange
    from policyengine.phases import Phase, RequestPhase
    from policyengine.plan import Plan
    from policyengine.registry import Registry
    from policyengine.running import Pool
    from policyengine.streaming import AsyncStream, Stream

R = TypeVar("R")
C = TypeVar("C", CheckedRequest, CheckedResponse)


class CompiledDeployment:
    """A deployment ready to judge exchanges; shared by threads and tasks."""

    def __init__(
        self, plan: Plan, registry: Registry, clock: Callable[[], float], pool: Pool
    ) -> None:
        self._plan = plan
        self._registry = registry
        self._clock = clock
        self._pool = pool

    @property
    def name(self) -> str:
        """The name that clients use."""
        return self._plan.name

    @property
    def revision(self) -> str:
        """The hash of what the documents mean for this deployment."""
        return self._plan.revision

    def evaluate(
        self,
        exchange: Exchange,
        *,
        tags: Iterable[str] = (),
        observe: bool = False,
        all_findings: bool = False,
    ) -> Detections:
        """Judge a recorded exchange; `observe` evaluates both stages and enforces nothing.

        `tags` are a client's, `all_findings` reports those below every threshold too.
        """
        conditions = self._conditions_of(tags, observe=observe, all_findings=all_findings)
        return self._told(run(self._evaluation(exchange, conditions), self._pool))

    async def aevaluate(
        self,
        exchange: Exchange,
        *,
        tags: Iterable[str] = (),
        observe: bool = False,
        all_findings: bool = False,
    ) -> Detections:
        """`evaluate` for an event loop, which no model ever blocks."""
        conditions = self._conditions_of(tags, observe=observe, all_findings=all_findings)
        return self._told(await self._arun(self._evaluation(exchange, conditions)))

    def evaluate_many(
        self,
        exchanges: Iterable[Exchange],
        *,
        tags: Iterable[str] = (),
        observe: bool = False,
        all_findings: bool = False,
    ) -> list[Detections]:
        """Judge several exchanges as `evaluate` would each.

        Models see them in batches, unless a step or the deployment has a limit of time.
        """
        conditions = self._conditions_of(tags, observe=observe, all_findings=all_findings)
        if self._plan.is_limited:
            return [
                self._told(run(self._evaluation(exchange, conditions), self._pool))
                for exchange in exchanges
            ]
        batch = [self._evaluation(exchange, conditions) for exchange in exchanges]
        return [self._told(phase) for phase in run_batch(batch, self._pool)]

    def check_request(
        self,
        body: Mapping[str, Any],
        *,
        tags: Iterable[str] = (),
        observe: bool = False,
        all_findings: bool = False,
    ) -> CheckedRequest:
        """A transport's first phase: judge and rewrite an OpenAI-shaped request.

        Raises ExchangeError when the body is not one.
        """
        conditions = self._conditions_of(tags, observe=observe, all_findings=all_findings)
        return self._checked(run(requested(self._plan, body, conditions), self._pool))

    async def acheck_request(
        self,
        body: Mapping[str, Any],
        *,
        tags: Iterable[str] = (),
        observe: bool = False,
        all_findings: bool = False,
    ) -> CheckedRequest:
        """`check_request` for an event loop."""
        conditions = self._conditions_of(tags, observe=observe, all_findings=all_findings)
        return self._checked(await self._arun(requested(self._plan, body, conditions)))

    def check_response(self, request: CheckedRequest, reply: Mapping[str, Any]) -> CheckedResponse:
        """A transport's second phase: judge, rewrite and restore the model's reply.

        Raises ExchangeError when the reply does not answer such a request, and ValueError when the
        request was blocked, or was checked by another deployment or revision.
        """
        self._refuse_stranger(request)
        return self._checked(run(responded(request, reply), self._pool))

    async def acheck_response(
        self, request: CheckedRequest, reply: Mapping[str, Any]
    ) -> CheckedResponse:
        """`check_response` for an event loop."""
        self._refuse_stranger(request)
        return self._checked(await self._arun(responded(request, reply)))

    def stream(self, request: CheckedRequest) -> Stream:
        """A transport's second phase for a reply in chunks; ValueError as `check_response`."""
        from policyengine.streaming import Arrival, Stream  # noqa: PLC0415 - few need it

        self._refuse_stranger(request)
        return Stream(Arrival(request), self._pool, self._checked)

    def astream(self, request: CheckedRequest) -> AsyncStream:
        """`stream` for an event loop."""
        from policyengine.streaming import Arrival, AsyncStream  # noqa: PLC0415 - few need it

        self._refuse_stranger(request)
        return AsyncStream(Arrival(request), self._pool, self._checked)

    def _refuse_stranger(self, request: CheckedRequest) -> None:
        checked_by = request.phase.plan
        if (checked_by.name, checked_by.revision) != (self.name, self.revision):
            raise ValueError(
                f"the request was checked by another deployment or revision: {checked_by.name!r} "
                f"at {checked_by.revision}, here is {self.name!r} at {self.revision}"
            )

    def _conditions_of(
        self, tags: Iterable[str], *, observe: bool, all_findings: bool
    ) -> Conditions:
        if isinstance(tags, str):
            raise TypeError("tags is one text: its letters would be the tags; give a list of tags")
        return Conditions(self._clock, frozenset(tags), observe, all_findings)

    def _evaluation(
        self, exchange: Exchange, conditions: Conditions
    ) -> Generator[Call, Answer, RequestPhase | ResponsePhase]:
        return evaluate(
            self._plan, exchange.request, exchange.response, exchange.unexamined, conditions
        )

    async def _arun(self, steps: Generator[Call, Answer, R]) -> R:
        # Imported late, like everything that only some callers need: asyncio is slow to load.
        from policyengine.awaiting import arun  # noqa: PLC0415

        return await arun(steps, self._pool)

    def _told(self, last: RequestPhase | ResponsePhase) -> Detections:
        """The detections of an evaluation, after its observers have heard of them."""
        detections = last.detections
        if self._registry.observed:
            phases = (last.request, last) if isinstance(last, ResponsePhase) else (last,)
            self._tell(detections, *phases)
        return detections

    def _tell(self, detections: Detections, *phases: Phase) -> None:
        # Copies: evidence is made of plain dicts, and an observer can never change an outcome.
        seconds = 0.0
        registry = self._registry
        for phase in phases:
            stage = phase.run.plan.stage
            for record, result in zip(phase.run.records, phase.result.steps, strict=True):
                seconds += record.seconds
                if registry.hears(STEP_FINISHED):
                    registry.step_finished(self.name, stage, result.copied(), record.seconds)
        if registry.hears(EVALUATION_FINISHED):
            registry.evaluation_finished(self.name, detections.copied(), seconds)

    def _checked(self, checked: C) -> C:
        if self._registry.observed:
            self._tell(checked.detections, checked.phase)
        return checked
