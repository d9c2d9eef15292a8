"""Steps that rewrite what a later step, which can block, should have seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.loading.checks.subject import EXAMINED, STAGES, rules_of
from policyengine.loading.problems import Path, Problem, shown
from policyengine.policy import DEFAULT_SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.deciding import KindRule
    from policyengine.detections import Stage
    from policyengine.exchange import Source
    from policyengine.loading.instances import Instance, StepKey
    from policyengine.policy import Deployment, Document, Step


def check(document: Document, instances: Mapping[StepKey, Instance]) -> Iterator[Problem]:
    """One warning for each step that rewrites before another blocks over the same sources."""
    can = {key: _can(document, key, instance) for key, instance in instances.items()}
    warned: set[Path] = set()
    for name, deployment in document.deployments.items():
        for stage in STAGES:
            for path, message in _in_stage(document, deployment, stage, can):
                if path not in warned:
                    yield Problem("redact-before-block", f"{message} (deployment `{name}`)", path)
                warned.add(path)


def _can(document: Document, key: StepKey, instance: Instance) -> tuple[bool, bool]:
    """Whether a step can rewrite, and whether it can block; a shadow step does neither."""
    step = document.policies[key[0]].steps[key[1]]
    if step.shadow:
        return False, False
    rules = [rule for _, rule in rules_of(step, instance)]
    return any(map(_redacts, rules)), any(rule.block_at is not None for rule in rules)


def _redacts(rule: KindRule) -> bool:
    return rule.redact_at is not None


def _in_stage(
    document: Document,
    deployment: Deployment,
    stage: Stage,
    can: Mapping[StepKey, tuple[bool, bool]],
) -> Iterator[tuple[Path, str]]:
    pipeline = [
        (policy, index, step)
        for policy in getattr(deployment, stage)
        if policy in document.policies
        for index, step in enumerate(document.policies[policy].steps)
    ]
    # From the end: for each source, the nearest later step that can block.
    blocker: dict[Source, str] = {}
    for policy, index, step in reversed(pipeline):
        redacts, blocks = can.get((policy, index), (False, False))
        sources = _examined(step, stage)
        later = next((blocker[source] for source in sources if source in blocker), None)
        if redacts and later is not None:
            message = f"this step rewrites texts before {shown(later)}, which can block, sees them"
            yield ("policies", policy, "steps", index, "step"), message
        if blocks:
            blocker.update(dict.fromkeys(sources, step.step))


def _examined(step: Step, stage: Stage) -> list[Source]:
    return sorted(EXAMINED[stage] & frozenset(step.sources or DEFAULT_SOURCES))
