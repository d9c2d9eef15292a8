"""Names that must lead somewhere, and names that must not stand twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policyengine.loading.checks.subject import STAGES
from policyengine.loading.problems import Problem, shown, unknown
from policyengine.policy import NAME_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.loading.problems import Path
    from policyengine.policy import Deployment, Document


_NAME = re.compile(NAME_PATTERN)


def check(document: Document, left_out: frozenset[Path]) -> Iterator[Problem]:
    """Models, policies and the default deployment by name; repeated policies and steps."""
    models = _names("models", document.models, left_out)
    policies = _names("policies", document.policies, left_out)
    deployments = _names("deployments", document.deployments, left_out)
    for name, deployment in document.deployments.items():
        path: Path = ("deployments", name)
        if deployment.model not in models:
            message = f"there is no model {shown(deployment.model)}"
            at = (*path, "model")
            yield unknown("unknown-model", message, at, deployment.model, models)
        yield from _policies(deployment, path, policies)
    named: list[tuple[str | None, Path]] = [
        (document.default_deployment, ("default_deployment",)),
        *((name, ("keys", "clients", name)) for name in document.keys.clients),
    ]
    for wanted, at in named:
        if wanted is not None and wanted not in deployments:
            message = f"there is no deployment {shown(wanted)}"
            yield unknown("unknown-deployment", message, at, wanted, deployments)
    yield from _repeated_steps(document)


def _names(section: str, defined: Iterable[str], left_out: frozenset[Path]) -> dict[str, None]:
    # What is defined but broken is reported as broken, not as unknown; but nothing can lead to a
    # name that is broken itself, and it may hold what a terminal should not be shown.
    broken = (str(path[1]) for path in left_out if path[0] == section and len(path) == 2)
    return dict.fromkeys([*defined, *sorted(name for name in broken if _NAME.fullmatch(name))])


def _policies(deployment: Deployment, path: Path, policies: dict[str, None]) -> Iterator[Problem]:
    for stage in STAGES:
        seen: set[str] = set()
        for index, policy in enumerate(getattr(deployment, stage)):
            at = (*path, stage, index)
            if policy not in policies:
                message = f"there is no policy {shown(policy)}"
                yield unknown("unknown-policy", message, at, policy, policies)
            elif policy in seen:
                message = f"the policy {shown(policy)} stands twice at {stage}"
                yield Problem("repeated-policy", message, at)
            seen.add(policy)


def _repeated_steps(document: Document) -> Iterator[Problem]:
    for name, policy in document.policies.items():
        seen: set[str] = set()
        for index, step in enumerate(policy.steps):
            if step.step in seen:
                message = f"the policy has another step {shown(step.step)} before this one"
                yield Problem("repeated-step", message, ("policies", name, "steps", index, "step"))
            seen.add(step.step)
