"""What can be known to be wrong before the first exchange; pure functions from documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.loading.checks import advice, order, reachable, references, rules
from policyengine.loading.checks.subject import subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.loading.instances import Instance, StepKey
    from policyengine.loading.problems import Path, Problem
    from policyengine.policy import Document

__all__ = ["check"]


def check(
    document: Document,
    instances: Mapping[StepKey, Instance],
    left_out: frozenset[Path],
    *,
    complete: bool,
) -> Iterator[Problem]:
    """Every problem of a document.

    `left_out` are the parts that were too broken to be in it; `complete` is false when a file could
    not be read, which may hold anything that the others name.
    """
    damaged = {path[0] for path in left_out}
    uses_known = complete and "deployments" not in damaged
    has_key = document.keys.rewrite is not None or "keys" in damaged or not complete
    if complete:
        yield from references.check(document, left_out)
    for subject in subjects_of(document, instances, uses_known=uses_known):
        yield from rules.check(subject, has_key=has_key)
        yield from reachable.check(subject)
        yield from advice.check(subject)
    yield from order.check(document, instances)
    if uses_known:
        yield from advice.check_deployments(document)
