"""A deployment, compiled: everything about its steps that no exchange can change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from policyengine.deciding import rule_for
from policyengine.detections import StepResult
from policyengine.detector import Cost, Resources, Window
from policyengine.exchange import REQUEST_SOURCES
from policyengine.policy import DEFAULT_SOURCES
from policyengine.units import SPLITTERS
from policyengine.verdict import Verdict
from policyengine.waiting import waits

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from policyengine.deciding import KindRule
    from policyengine.detections import Stage
    from policyengine.detector import Detector, Kind
    from policyengine.exchange import Source
    from policyengine.policy import Condition, Deployment, Step
    from policyengine.units import Splitter


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step with its warmed-up detector; times are in seconds."""

    policy: str
    name: str
    detector: Detector[Any]
    kinds: Mapping[str, Kind]
    words: frozenset[str]
    rules: Mapping[str, KindRule]
    sources: frozenset[Source]
    needs: frozenset[Source]
    reads: frozenset[Source]
    sees: Hashable
    """Equal for steps that are shown the same views of an exchange."""
    splitter: Splitter | None
    """Cuts texts for a detector that sees them in parts."""
    cost: Cost
    waits: bool
    timeout: float | None
    when: frozenset[str]
    unless: frozenset[str]
    if_missing: Verdict
    if_failed: Verdict
    message: str | None
    shadow: bool
    draw: Callable[[str, str, int], str | None] | None
    """What makes its detector's surrogates; None where it redacts with none."""
    clean: StepResult
    """The result of a run without findings, shared by every exchange that has none."""

    @classmethod
    def of(
        cls,
        policy: str,
        step: Step,
        detector: Detector[Any],
        version: str,
        resources: Resources | None = None,
    ) -> PlannedStep:
        """Read everything that the detector declares, once; what it loads is in `resources`."""
        wanted = DEFAULT_SOURCES if step.sources is None else frozenset(step.sources)
        sources = wanted & detector.examines
        needs = frozenset(detector.needs)
        splitter = SPLITTERS.get(detector.scope)
        reads = (needs | detector.uses) & REQUEST_SOURCES
        rules = {kind.name: rule_for(step, kind) for kind in detector.kinds}
        draws = any(
            kind.surrogates and rules[kind.name].redact_with == "surrogate"
            for kind in detector.kinds
        )
        return cls(
            policy=policy,
            name=step.step,
            detector=detector,
            kinds={kind.name: kind for kind in detector.kinds},
            words=frozenset(detector.words),
            rules=rules,
            sources=sources,
            needs=needs,
            reads=reads,
            sees=(sources, needs, reads, splitter),
            splitter=splitter,
            cost=detector.cost,
            waits=waits(detector),
            timeout=None if step.timeout_ms is None else step.timeout_ms / 1000,
            when=_tags(step.when),
            unless=_tags(step.unless),
            if_missing=Verdict.from_word(step.if_missing),
            if_failed=Verdict.from_word(step.if_failed),
            message=step.message,
            shadow=step.shadow,
            draw=detector.surrogates(resources or Resources()) if draws else None,
            clean=StepResult(
                step=step.step,
                policy=policy,
                detector=detector.id,
                detector_version=detector.version or version,
                status="ran",
                enforced=not step.shadow,
            ),
        )

    @property
    def inline(self) -> bool:
        """Whether it runs in the caller, its limit judged when it returns."""
        return self.cost is Cost.INLINE and not self.waits

    @property
    def gradual(self) -> bool:
        """Whether it can decide about the beginning of a text before the rest is there."""
        return self.splitter is not None or isinstance(self.detector.scope, Window)


def _tags(condition: Condition | None) -> frozenset[str]:
    return frozenset() if condition is None else frozenset(condition.tags)


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The steps of one stage, in order."""

    stage: Stage
    steps: tuple[PlannedStep, ...]
    if_unexamined: Verdict


@dataclass(frozen=True, slots=True)
class Plan:
    """A deployment with the steps of both its stages."""

    name: str
    revision: str
    input: StagePlan
    output: StagePlan
    tags: frozenset[str]
    accept_tags: frozenset[str]
    restore: bool
    on_block: Literal["error", "message"]
    stream: Literal["hold", "late"]
    deadline: float | None
    key: bytes = field(repr=False)

    @property
    def is_limited(self) -> bool:
        """Whether time can decide about an exchange, which then is nobody else's."""
        return self.deadline is not None or any(
            step.timeout is not None for step in (*self.input.steps, *self.output.steps)
        )

    @classmethod
    def of(
        cls,
        name: str,
        deployment: Deployment,
        *,
        revision: str,
        steps: Mapping[Stage, tuple[PlannedStep, ...]],
        key: bytes,
    ) -> Plan:
        """The plan of a deployment document."""
        unexamined = Verdict.from_word(deployment.if_unexamined)
        return cls(
            name=name,
            revision=revision,
            input=StagePlan("input", steps["input"], unexamined),
            output=StagePlan("output", steps["output"], unexamined),
            tags=frozenset(deployment.tags),
            accept_tags=frozenset(deployment.accept_tags),
            restore=deployment.restore,
            on_block=deployment.on_block,
            stream=deployment.stream,
            deadline=None if deployment.deadline_ms is None else deployment.deadline_ms / 1000,
            key=key,
        )
