"""A step with all that is known about it, as the checks look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine.deciding import covers, rule_for
from policyengine.exchange import REQUEST_SOURCES, RESPONSE_SOURCES, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.deciding import KindRule
    from policyengine.detections import Stage
    from policyengine.detector import Kind
    from policyengine.loading.instances import Instance, StepKey
    from policyengine.loading.problems import Path
    from policyengine.policy import Deployment, Document, Step

STAGES: tuple[Stage, ...] = ("input", "output")

EXAMINED: Mapping[Stage, frozenset[Source]] = {"input": REQUEST_SOURCES, "output": RESPONSE_SOURCES}
"""Whose text a stage examines."""

OFFERED: Mapping[Stage, frozenset[Source]] = {"input": REQUEST_SOURCES, "output": frozenset(Source)}
"""Whose text a detector can be shown at a stage."""


@dataclass(frozen=True, slots=True)
class Use:
    """A stage of a deployment in which a policy stands."""

    name: str
    deployment: Deployment
    stage: Stage

    @property
    def words(self) -> str:
        """The use as messages name it."""
        return f"at {self.stage} of deployment `{self.name}`"


@dataclass(frozen=True, slots=True)
class Subject:
    """One step; `uses` is empty where its policy is unused or where not all uses are known."""

    policy: str
    path: Path
    step: Step
    instance: Instance
    rules: tuple[tuple[Kind, KindRule], ...]
    uses: tuple[Use, ...]

    def rules_under(self, prefix: str | None) -> Iterator[KindRule]:
        """The rules of the kinds that a `kinds` entry is for; of all kinds for None."""
        return (rule for kind, rule in self.rules if prefix is None or covers(prefix, kind.name))


def subjects_of(
    document: Document, instances: Mapping[StepKey, Instance], *, uses_known: bool
) -> Iterator[Subject]:
    """Every step whose detector could be set up."""
    uses = uses_of(document) if uses_known else {}
    for policy, content in document.policies.items():
        for index, step in enumerate(content.steps):
            instance = instances.get((policy, index))
            if instance is not None:
                path: Path = ("policies", policy, "steps", index)
                rules = rules_of(step, instance)
                yield Subject(policy, path, step, instance, rules, uses.get(policy, ()))


def rules_of(step: Step, instance: Instance) -> tuple[tuple[Kind, KindRule], ...]:
    """The step's rule for each kind; kinds that cannot differ share one."""
    known: dict[Any, KindRule] = {}
    rules = []
    for kind in instance.kinds:
        key = (kind.recommended_at, *(prefix for prefix in step.kinds if covers(prefix, kind.name)))
        rule = known.get(key)
        if rule is None:
            rule = known[key] = rule_for(step, kind)
        rules.append((kind, rule))
    return tuple(rules)


def uses_of(document: Document) -> dict[str, tuple[Use, ...]]:
    """Where each policy stands."""
    uses: dict[str, tuple[Use, ...]] = {}
    for name, deployment in document.deployments.items():
        for stage in STAGES:
            for policy in dict.fromkeys(getattr(deployment, stage)):
                uses[policy] = (*uses.get(policy, ()), Use(name, deployment, stage))
    return uses
