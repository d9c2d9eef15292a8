"""Checks of what a detector declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from policyengine.deciding import covers
from policyengine.detector import Cost, Detector, Kind, Window
from policyengine.errors import PluginError
from policyengine.exchange import Source
from policyengine.policy import Name
from policyengine.registry import Registry
from policyengine.self_test import run_examples
from policyengine.testing.fakes import plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.testing.subject import Subject

_KIND_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
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
    for kind in declared:
        if not _KIND_NAME.fullmatch(kind.name):
            yield f"kind {kind.name!r}: a name is lower-case words joined by dots, two at least"
        if type(kind.recommended_at) not in (int, float) or not 0 <= kind.recommended_at <= 1:
            yield f"kind {kind.name!r}: recommended_at is not a number from 0 to 1"
        if not (isinstance(kind.spans, bool) and isinstance(kind.surrogates, bool)):
            yield f"kind {kind.name!r}: spans or surrogates is neither True nor False"
        if names.count(kind.name) > 1:
            yield f"kind {kind.name!r} is declared twice"
        for other in names:
            # A policy's rule for the shorter name would always be one for the longer, too.
            if other != kind.name and covers(kind.name, other):
                yield f"kind {kind.name!r} covers {other!r}: no policy could name it alone"


def declarations(subject: Subject) -> Iterator[str]:
    """Needs, uses, scope, cost, hosts, words and version are of their types and never change."""
    detector = subject.detector
    yield from _mistyped(detector)
    if bool(detector.sends_text_to) is not (detector.cost is Cost.REMOTE):
        yield "cost is remote for those, and only those, that say whom they send text to"
    again = subject.another()
    for name in _DECLARED:
        if not getattr(detector, name) == getattr(detector, name) == getattr(again, name):
            yield f"{name} is not the same each time it is read"


def _mistyped(detector: Any) -> Iterator[str]:
    for name in ("needs", "uses"):
        if not _all_of(getattr(detector, name), AbstractSet, Source):
            yield f"{name} is not a set of sources"
    if detector.scope not in ("unit", "passage", "whole") and not _is_window(detector.scope):
        yield "scope is not a Window of two lengths, nor `unit`, `passage` or `whole`"
    if not isinstance(detector.cost, Cost):
        yield "cost is not a policyengine.Cost"
    if not _all_of(detector.sends_text_to, Sequence, str) or not all(detector.sends_text_to):
        yield "sends_text_to is not a list of hosts"
    if not _all_of(detector.words, AbstractSet, str):
        yield "words is not a set of strings"
    if detector.version is not None and not isinstance(detector.version, str):
        yield "version is neither a string nor None"


_DECLARED = (
    "cost",
    "examples",
    "kinds",
    "needs",
    "scope",
    "sends_text_to",
    "uses",
    "version",
    "words",
)


def _all_of(value: Any, container: type[Any], member: type[Any]) -> bool:
    return (
        isinstance(value, container)
        and not isinstance(value, str)
        and all(isinstance(one, member) for one in value)
    )


def _is_window(scope: Any) -> bool:
    return isinstance(scope, Window) and all(
        type(length) is int and length >= 0 for length in (scope.lookbehind, scope.lookahead)
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
        paths = [segment.path for segment in example.examined]
        if len(set(paths)) < len(paths):
            yield f"example {number}: two examined segments have one path"
    yield from run_examples(detector, detector.examples)
