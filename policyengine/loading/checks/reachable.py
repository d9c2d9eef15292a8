"""Whether a step can ever run, see a text, and get what its detector needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.exchange import REQUEST_SOURCES
from policyengine.loading.checks.subject import EXAMINED, OFFERED, STAGES
from policyengine.loading.problems import Problem, closest, shown
from policyengine.policy import DEFAULT_SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.loading.checks.subject import Subject, Use


def check(subject: Subject) -> Iterator[Problem]:
    """What keeps a step from its work in the stages that use it."""
    yield from _needs(subject)
    yield from _sources(subject)
    yield from _tags(subject)


def _needs(subject: Subject) -> Iterator[Problem]:
    for stage in STAGES:
        use = next((use for use in subject.uses if use.stage == stage), None)
        lacking = sorted(subject.instance.needs - OFFERED[stage])
        if use is not None and lacking:
            detector = shown(subject.step.detector)
            names = ", ".join(shown(source) for source in lacking)
            message = f"{detector} needs {names}, which there is not {use.words}"
            yield Problem("unmet-need", message, (*subject.path, "detector"))
    yield from _needs_left_out(subject)


def _needs_left_out(subject: Subject) -> Iterator[Problem]:
    """Of a response, a detector is shown only what the step's `sources` have it examine."""
    sources = frozenset(subject.step.sources or DEFAULT_SOURCES)
    lacking = sorted(subject.instance.needs - REQUEST_SOURCES - sources)
    seen = sources & EXAMINED["output"] & subject.instance.examines
    # A step that sees no text of a response at all is reported as unreachable.
    if lacking and seen and any(use.stage == "output" for use in subject.uses):
        names = ", ".join(shown(source) for source in lacking)
        message = f"{shown(subject.step.detector)} needs {names}, which is not in `sources`"
        yield Problem("unmet-need", message, (*subject.path, "sources"))


def _sources(subject: Subject) -> Iterator[Problem]:
    stages = sorted({use.stage for use in subject.uses})
    sources = frozenset(subject.step.sources or DEFAULT_SOURCES)
    seen = {stage: EXAMINED[stage] & subject.instance.examines for stage in STAGES}
    if stages and not any(sources & seen[stage] for stage in stages):
        where = " or ".join(stages)
        allowed = tuple(sorted(frozenset().union(*(seen[stage] for stage in stages))))
        message = f"this step never sees a text: its policy is used at {where} only"
        yield Problem("unreachable", message, (*subject.path, "sources"), allowed=allowed)


def _tags(subject: Subject) -> Iterator[Problem]:
    when, unless = subject.step.when, subject.step.unless
    if when and unless and set(when.tags) <= set(unless.tags):
        message = "this step never runs: what `when` asks for, `unless` rules out"
        yield Problem("unreachable", message, (*subject.path, "when"))
    elif subject.uses and not any(can_run(subject, use) for use in subject.uses):
        message = "this step never runs: no deployment that uses it can have the tags for it"
        path = (*subject.path, "when" if when else "unless")
        yield Problem("unreachable", message, path, allowed=_tags_of(subject))
    elif subject.uses:
        yield from _tags_of_nobody(subject)


def can_run(subject: Subject, use: Use) -> bool:
    """Whether there are tags under which the step runs in a deployment."""
    when, unless = subject.step.when, subject.step.unless
    own = frozenset(use.deployment.tags)
    if unless and own & set(unless.tags):
        return False
    ruled_out = set(unless.tags) if unless else set()
    possible = (own | set(use.deployment.accept_tags)) - ruled_out
    return when is None or bool(possible & set(when.tags))


def _tags_of(subject: Subject) -> tuple[str, ...]:
    tags = {
        tag for use in subject.uses for tag in (*use.deployment.tags, *use.deployment.accept_tags)
    }
    return tuple(sorted(tags))


def _tags_of_nobody(subject: Subject) -> Iterator[Problem]:
    known = _tags_of(subject)
    for name in ("when", "unless"):
        condition = getattr(subject.step, name)
        for index, tag in enumerate(condition.tags if condition else ()):
            if tag not in known:
                message = f"no deployment that uses this step has or accepts the tag {shown(tag)}"
                path = (*subject.path, name, "tags", index)
                likely = closest(tag, known)
                yield Problem("unknown-tag", message, path, allowed=known, suggestion=likely)
