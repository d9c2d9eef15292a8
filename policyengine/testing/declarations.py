"""Checks of what a detector declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from policyengine.deciding import covers
from policyengine.detector import Cost, Detector, Kind
from policyengine.errors import PluginError
from policyengine.loading.declarations import faults_of_kinds, faults_of_types
from policyengine.policy import Name
from policyengine.registry import Registry
from policyengine.self_test import run_examples
from policyengine.testing.fakes import plugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.testing.subject import Subject

_NO_SUCH_OPTION = "no_such_option"


def usable(subject: Subject) -> Iterator[str]:
    """A registry takes it, a document can name it, and it gets ready with these options."""
    try:
        Registry.of(kit=plugin(subject.detector_class))
    except PluginError as error:
        yield str(error)
        return
    try:
        TypeAdapter(Name).validate_python(subject.detector_class.id)
    except ValidationError:
        yield "no document can name its id: use letters, digits, dot, dash and underscore"
    try:
        _ = subject.detector
    except ValidationError as error:
        yield f"its options are refused: {error.error_count()} errors"


def options(subject: Subject) -> Iterator[str]:
    """Options refuse unknown keys, cannot change, and say what each field is for."""
    accepted = subject.options.model_dump()
    try:
        type(subject.options).model_validate({**accepted, _NO_SUCH_OPTION: 1})
    except ValidationError as error:
        if not any(one["loc"] == (_NO_SUCH_OPTION,) for one in error.errors()):
            yield "an unknown key is not what the options complain of"
    else:
        yield "an unknown key is accepted"
    for model in _models(type(subject.options)):
        config = model.model_config
        if config.get("extra") != "forbid":
            yield f"{model.__name__} accepts unknown keys"
        if not config.get("frozen"):
            yield f"{model.__name__} can be changed"
        for name, described in model.model_fields.items():
            if not described.description:
                yield f"{model.__name__}.{name} has no description"


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    waiting: list[Any] = [model]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.append(one)
                waiting += [each.annotation for each in one.model_fields.values()]
        else:
            waiting += get_args(one)
    return found


def kinds(subject: Subject) -> Iterator[str]:
    """Kinds have dotted names of which none covers another, and a point that a score can reach."""
    declared: Sequence[Any] = subject.detector.kinds
    if not declared:
        yield "it declares no kind"
    names = [kind.name for kind in declared if isinstance(kind, Kind)]
    if len(names) < len(declared):
        yield "not every kind is a policyengine.Kind"
        return
    yield from faults_of_kinds(subject.detector)
    for kind in declared:
        for other in names:
            # A policy's rule for the shorter name would always be one for the longer, too.
            if other != kind.name and covers(kind.name, other):
                yield f"kind {kind.name!r} covers {other!r}: no policy could name it alone"


def declarations(subject: Subject) -> Iterator[str]:
    """Needs, uses, scope, cost, hosts, words and version are of their types and never change."""
    detector = subject.detector
    yield from faults_of_types(detector)
    if bool(detector.sends_text_to) is not (detector.cost is Cost.REMOTE):
        yield "cost is remote for those, and only those, that say whom they send text to"
    if not all(detector.sends_text_to):
        yield "one of the hosts that it sends text to has no name"
    again = subject.another()
    for name in _DECLARED:
        if not getattr(detector, name) == getattr(detector, name) == getattr(again, name):
            yield f"{name} is not the same each time it is read"


_DECLARED = (
    "cost",
    "examines",
    "examples",
    "kinds",
    "needs",
    "scope",
    "sends_text_to",
    "uses",
    "version",
    "words",
)


def examples(subject: Subject) -> Iterator[str]:
    """Examples of both sorts, found and not found, with what it needs; and they hold."""
    detector: Detector[Any] = subject.detector
    if not any(example.finds for example in detector.examples):
        yield "no example in which something must be found"
    if not any(not example.finds for example in detector.examples):
        yield "no example in which nothing may be found"
    for number, example in enumerate(detector.examples, 1):
        held = {segment.source for segment in (*example.examined, *example.reference)}
        for source in sorted(detector.needs - held):
            yield f"example {number}: holds no {source.value}, which the detector needs"
        unseen = {segment.source for segment in example.examined} - detector.examines
        for source in sorted(unseen):
            yield f"example {number}: examines {source.value}, which the detector does not"
        paths = [segment.path for segment in example.examined]
        if len(set(paths)) < len(paths):
            yield f"example {number}: two examined segments have one path"
    yield from run_examples(detector, detector.examples)
