"""What works, but perhaps not as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.detector import Cost
from policyengine.loading.checks.reachable import can_run
from policyengine.loading.checks.subject import STAGES
from policyengine.loading.problems import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.loading.checks.subject import Subject
    from policyengine.policy import Document


def check(subject: Subject) -> Iterator[Problem]:
    """Warnings about one step."""
    step, instance = subject.step, subject.instance
    if step.message is not None and not _can_block(subject):
        message = "this step never blocks, so nobody is told this message"
        yield Problem("message-unused", message, (*subject.path, "message"))
    if "if_missing" in step.model_fields_set and not instance.needs:
        message = f"the detector {shown(step.detector)} needs nothing that could be missing"
        yield Problem("if-missing-unused", message, (*subject.path, "if_missing"))
    yield from _client_tags(subject)
    yield from _whole_scope(subject)


def _can_block(subject: Subject) -> bool:
    step = subject.step
    if step.shadow:
        return False
    return (
        step.if_failed == "block"
        or (step.if_missing == "block" and bool(subject.instance.needs))
        or any(
            rule.block_at is not None or (rule.redact_at is not None and not kind.spans)
            for kind, rule in subject.rules
        )
    )


def _client_tags(subject: Subject) -> Iterator[Problem]:
    when = subject.step.when
    if when is None:
        return
    wanted = set(when.tags)
    names = [
        use.name
        for use in subject.uses
        if not wanted & set(use.deployment.tags) and can_run(subject, use)
    ]
    if names:
        where = ", ".join(shown(name) for name in dict.fromkeys(names))
        message = f"only a tag that the client sends can switch this step on (deployment {where})"
        yield Problem("client-tag", message, (*subject.path, "when"))


def _whole_scope(subject: Subject) -> Iterator[Problem]:
    if subject.instance.scope != "whole" or subject.instance.cost is not Cost.INLINE:
        return
    names = [
        use.name
        for use in subject.uses
        if use.stage == "output" and use.deployment.stream == "hold"
    ]
    if names:
        where = ", ".join(shown(name) for name in dict.fromkeys(names))
        message = (
            f"a stream waits for its end, since this step reads all of it (deployment {where})"
        )
        yield Problem("whole-scope", message, (*subject.path, "step"))


def check_deployments(document: Document) -> Iterator[Problem]:
    """Warnings about deployments without policies, and about what no deployment uses."""
    if not document.deployments:  # a library of policies for other files
        return
    models, policies = set(), set()
    for name, deployment in document.deployments.items():
        used = [policy for stage in STAGES for policy in getattr(deployment, stage)]
        models.add(deployment.model)
        policies.update(used)
        if not used:
            message = f"the deployment {shown(name)} is held to no policy"
            yield Problem("no-policies", message, ("deployments", name), at_key=True)
    for section, defined, wanted in (
        ("models", document.models, models),
        ("policies", document.policies, policies),
    ):
        for name in defined:
            # A name that leads nowhere may be meant for one of these.
            if name not in wanted and wanted <= set(defined):
                message = f"no deployment uses {shown(name)}"
                yield Problem("unused", message, (section, name), at_key=True)
