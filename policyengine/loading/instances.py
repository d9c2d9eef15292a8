"""The detectors that a document's steps configure, made once, with what they declare."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policyengine.detector import Options
from policyengine.loading.declarations import faults
from policyengine.loading.problems import Problem, shown, unknown
from policyengine.loading.revision import without_stable_form
from policyengine.loading.shapes import validate

if TYPE_CHECKING:
    from policyengine.detector import Cost, Detector, Kind, Scope
    from policyengine.exchange import Source
    from policyengine.loading.nodes import MappingNode
    from policyengine.loading.problems import Path
    from policyengine.policy import Document, Step
    from policyengine.registry import Registry

StepKey = tuple[str, int]
"""A policy's name and the place of the step in it."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A configured detector, and what it declares, read once."""

    detector: Detector[Any]
    kinds: tuple[Kind, ...]
    examines: frozenset[Source]
    needs: frozenset[Source]
    scope: Scope
    cost: Cost


@dataclass(slots=True)
class Instances:
    """The detectors of a document by step."""

    by_step: dict[StepKey, Instance] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _RefusedError(Exception):
    """A detector that cannot be set up; the text says why."""


def instances_of(document: Document, tree: MappingNode, registry: Registry) -> Instances:
    """Every step's detector, and what is wrong with its id, its options or the detector itself."""
    made = Instances()
    for policy, content in document.policies.items():
        for index, step in enumerate(content.steps):
            path: Path = ("policies", policy, "steps", index)
            outcome = _instance(step, tree, path, registry)
            if isinstance(outcome, Instance):
                made.by_step[policy, index] = outcome
            else:
                made.problems += outcome
    return made


def _instance(
    step: Step, tree: MappingNode, path: Path, registry: Registry
) -> Instance | list[Problem]:
    registered = registry.get(step.detector)
    if registered is None:
        message = f"no installed plugin brings a detector {shown(step.detector)}"
        at = (*path, "detector")
        return [unknown("unknown-detector", message, at, step.detector, registry.detectors)]
    where = (*path, "options")
    try:
        options = validate(registered.detector.Options, tree, step.options, where)
        if isinstance(options, Options):
            unstable = without_stable_form(options)
            if unstable is None:
                return _declared(registered.detector(options))
            message = (
                f"the option {shown(unstable)} of the detector {shown(step.detector)} has a value "
                "that a revision cannot tell from others; its author can give it a serializer"
            )
            return [Problem("detector-fails", message, (*where, unstable))]
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit too
        said = str(error) if isinstance(error, _RefusedError) else _brief(error)
        message = f"the detector {shown(step.detector)} cannot be set up: {said}"
        return [Problem("detector-fails", message, where)]
    return options


def _brief(error: BaseException) -> str:
    try:
        first_line = str(error).partition("\n")[0][:200]
    except Exception:  # noqa: BLE001 - an exception may be unable to say what it is
        first_line = ""
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__


def _declared(detector: Detector[Any]) -> Instance:
    found = tuple(faults(detector))
    if found:
        raise _RefusedError("; ".join(found))
    return Instance(
        detector,
        tuple(detector.kinds),
        frozenset(detector.examines),
        frozenset(detector.needs),
        detector.scope,
        detector.cost,
    )
