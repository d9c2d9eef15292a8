"""Where errors lie: what became of each mark, and what each finding stands on; never the texts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sets import Mark

MARKS = ("exact", "other ends", "other kind", "not found")
"""A mark is found as it is; its kind with other ends; another kind at its place; or nothing is."""
FINDINGS = ("exact", "overlapping", "nothing there")
"""A finding is a mark; it meets one with other ends or of another kind; or it meets none."""
ALL = "all"

Errors = dict[str, dict[str, dict[str, int]]]
"""`marks` and `findings`, each by kind and for all kinds together: how many of each sort."""


def errors_of(found: Sequence[Collection[Mark]], marked: Sequence[Collection[Mark]]) -> Errors:
    """The sorts of all marks and findings, text by text."""
    marks, findings = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for said, truth in zip(found, marked, strict=True):
        marks.update((mark.kind, _fate(mark, said)) for mark in truth)
        findings.update((mark.kind, _ground(mark, truth)) for mark in said)
    return {"marks": _by_kind(marks, MARKS), "findings": _by_kind(findings, FINDINGS)}


def _fate(mark: Mark, said: Collection[Mark]) -> str:
    if mark in said:
        return "exact"
    kinds = {one.kind for one in _meeting(mark, said)}
    if mark.kind in kinds:
        return "other ends"
    return "other kind" if kinds else "not found"


def _ground(finding: Mark, truth: Collection[Mark]) -> str:
    if finding in truth:
        return "exact"
    return "overlapping" if any(_meeting(finding, truth)) else "nothing there"


def _meeting(mark: Mark, others: Iterable[Mark]) -> Iterator[Mark]:
    return (one for one in others if one.start < mark.end and mark.start < one.end)


def _by_kind(counts: Counter[tuple[str, str]], sorts: Sequence[str]) -> dict[str, dict[str, int]]:
    kinds = sorted({kind for kind, _ in counts})
    each = {kind: {sort: counts[kind, sort] for sort in sorts} for kind in kinds}
    total = {sort: sum(one[sort] for one in each.values()) for sort in sorts}
    return {ALL: total, **each}
