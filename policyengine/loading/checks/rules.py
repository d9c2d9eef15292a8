"""Thresholds and ways to redact: in order, for kinds that exist, and to some effect."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from policyengine.deciding import covers
from policyengine.loading.problems import Problem, shown, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policyengine.deciding import KindRule
    from policyengine.detector import Kind
    from policyengine.loading.checks.subject import Subject
    from policyengine.loading.problems import Path
    from policyengine.policy import Rule

THRESHOLDS = ("flag_at", "redact_at", "block_at")


def check(subject: Subject, *, has_key: bool) -> Iterator[Problem]:
    """What is wrong with a step's own rule and with those for its kinds."""
    yield from _kinds_that_are_found(subject)
    if not any(rule.thresholds for _, rule in subject.rules):
        message = "this step can decide nothing; give at least one threshold that a kind can reach"
        path = (*subject.path, "step")
        yield Problem("decides-nothing", message, path, allowed=THRESHOLDS)
        return
    yield from _order(subject)
    yield from _spans(subject)
    for path, prefix, rule in _rules(subject):
        yield from _ways_to_redact(subject, path, prefix, rule)
    yield from _surrogates(subject)
    if not has_key:
        yield from _hashes(subject)


def _rules(subject: Subject) -> Iterator[tuple[Path, str | None, Rule]]:
    yield subject.path, None, subject.step
    for prefix, rule in subject.step.kinds.items():
        yield (*subject.path, "kinds", prefix), prefix, rule


def _kinds_that_are_found(subject: Subject) -> Iterator[Problem]:
    names = [kind.name for kind in subject.instance.kinds]
    found = f"the detector {shown(subject.step.detector)}, as configured, finds no kind"
    for prefix in subject.step.kinds:
        if not any(covers(prefix, name) for name in names):
            at = (*subject.path, "kinds", prefix)
            problem = unknown("unknown-kind", f"{found} {shown(prefix)}", at, prefix, names)
            yield replace(problem, at_key=True)
    for index, example in enumerate(subject.step.examples):
        for place, name in enumerate(example.finds):
            if name not in names:
                at = (*subject.path, "examples", index, "finds", place)
                yield unknown("unknown-kind", f"{found} {shown(name)}", at, name, names)


def _order(subject: Subject) -> Iterator[Problem]:
    reported: set[Path] = set()
    for kind, rule in subject.rules:
        given = [(name, getattr(rule, name)) for name in THRESHOLDS]
        present = [(name, at) for name, at in given if at is not None]
        for (lower, low), (upper, high) in pairwise(present):
            if low < high:
                continue
            givers = [_giver(subject, kind.name, name) for name in (upper, lower)]
            path = max(givers, key=_specificity)
            if path not in reported:
                message = f"for {shown(kind.name)}, {lower} ({low}) is not below {upper} ({high})"
                yield Problem("threshold-order", message, path)
            reported.add(path)


def _spans(subject: Subject) -> Iterator[Problem]:
    bare = [
        kind.name for kind, rule in subject.rules if not kind.spans and rule.redact_at is not None
    ]
    for path in dict.fromkeys(_giver(subject, name, "redact_at") for name in bare):
        names = ", ".join(shown(name) for name in bare)
        message = f"nothing can be redacted: findings of {names} have no place in the text"
        yield Problem("redact-without-span", message, path, allowed=("flag_at", "block_at"))


def _ways_to_redact(
    subject: Subject, path: Path, prefix: str | None, rule: Rule
) -> Iterator[Problem]:
    if rule.redact_with is not None and not _any(subject, prefix, _rewrites):
        message = "nothing is rewritten here: neither redact_at nor block_at is given"
        yield Problem("redact-with-unused", message, (*path, "redact_with"))
    if rule.keep_last is not None and not _any(subject, prefix, lambda r: r.redact_with == "mask"):
        message = "keep_last is for `redact_with: mask`, and nothing is masked here"
        yield Problem("keep-last-unused", message, (*path, "keep_last"))


def _surrogates(subject: Subject) -> Iterator[Problem]:
    by_giver: dict[Path, list[Kind]] = {}
    for kind, rule in subject.rules:
        if rule.redact_with == "surrogate" and _rewrites(rule):
            giver = _giver(subject, kind.name, "redact_with")
            by_giver.setdefault(giver, []).append(kind)
    for path, kinds in by_giver.items():
        lacking = [kind.name for kind in kinds if not kind.surrogates]
        names = ", ".join(shown(name) for name in lacking)
        message = f"the detector {shown(subject.step.detector)} has no surrogates for {names}"
        if len(lacking) == len(kinds):
            yield Problem("no-surrogates", message, path)
        elif lacking:
            yield Problem("surrogate-missing", f"{message}; they get placeholders", path)


def _hashes(subject: Subject) -> Iterator[Problem]:
    hashed = [
        _giver(subject, kind.name, "redact_with")
        for kind, rule in subject.rules
        if rule.redact_with == "hash" and _rewrites(rule)
    ]
    for path in dict.fromkeys(hashed):
        message = (
            "hashes need a key, so that nobody can find a value by trying: "
            '`keys: {rewrite: "${REWRITE_KEY}"}`'
        )
        yield Problem("hash-without-key", message, path)


def _rewrites(rule: KindRule) -> bool:
    return rule.redact_at is not None or rule.block_at is not None


def _any(subject: Subject, prefix: str | None, holds: Callable[[KindRule], bool]) -> bool:
    rules = list(subject.rules_under(prefix))
    # A prefix that covers nothing is reported as such, once.
    return not rules or any(holds(rule) for rule in rules)


def _specificity(path: Path) -> tuple[int, int]:
    return len(path), len(str(path[-2]))


def _giver(subject: Subject, kind: str, field: str) -> Path:
    """The path of the rule that gives a field for a kind: the longest prefix that has it."""
    fitting = [
        prefix
        for prefix, rule in subject.step.kinds.items()
        if covers(prefix, kind) and field in rule.model_fields_set
    ]
    if fitting:
        return (*subject.path, "kinds", max(fitting, key=len), field)
    return (*subject.path, field)
