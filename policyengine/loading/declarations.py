"""What a configured detector declares, held to its types before anything relies on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from policyengine.detector import Cost, Detector, Example, Kind, Window
from policyengine.exchange import Segment, Source
from policyengine.loading.problems import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KIND_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")


def faults(detector: Any) -> Iterator[str]:
    """All that is wrong with the declarations; raises whatever reading one of them raises."""
    yield from faults_of_types(detector)
    yield from faults_of_kinds(detector)


def faults_of_types(detector: Any) -> Iterator[str]:
    """The declarations that are not of their types."""
    for name, (holds, wanted) in _WANTED.items():
        if not holds(getattr(detector, name)):
            yield f"its `{name}` is not {wanted}"


def faults_of_kinds(detector: Any) -> Iterator[str]:
    """What is wrong with the kinds, where they are a list of such."""
    kinds = detector.kinds
    if not _is_list_of(kinds, _is_kind):
        return
    yield from _faults_of_each(kinds)
    if any(kind.surrogates is True for kind in kinds) and _has_none(detector):
        yield "it declares kinds with surrogates and does not implement `surrogates`"


def _faults_of_each(kinds: Sequence[Any]) -> Iterator[str]:
    for name, times in Counter(kind.name for kind in kinds).items():
        if not _KIND_NAME.fullmatch(name):
            yield f"the name of its kind {shown(name)} is not words joined by dots"
        if times > 1:
            yield f"it declares the kind {shown(name)} twice"
    for kind in kinds:
        if not _is_score(kind.recommended_at):
            yield f"`recommended_at` of its kind {shown(kind.name)} is not a number from 0 to 1"
        for name in ("spans", "surrogates"):
            if type(getattr(kind, name)) is not bool:
                yield f"`{name}` of its kind {shown(kind.name)} is neither True nor False"


def _has_none(detector: Any) -> bool:
    return getattr(type(detector), "surrogates", None) is Detector.surrogates


def _is_kind(value: Any) -> bool:
    return isinstance(value, Kind) and _is_text(value.name) and _is_text(value.description)


def _is_score(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1


def _is_text(value: Any) -> bool:
    # The exact type: a subclass could be equal to other texts than those that it looks like.
    return type(value) is str


def _is_list_of(value: Any, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(map(holds, value))


def _are_sources(value: Any) -> bool:
    return isinstance(value, AbstractSet) and all(isinstance(one, Source) for one in value)


def _is_scope(value: Any) -> bool:
    if type(value) is str:
        return value in {"unit", "passage", "whole"}
    return type(value) is Window and all(
        type(length) is int and length >= 0 for length in (value.lookbehind, value.lookahead)
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, AbstractSet) and all(map(_is_text, value))


def _is_example(value: Any) -> bool:
    return (
        isinstance(value, Example)
        and _are_segments(value.examined)
        and _are_segments(value.reference)
        and _are_texts(value.finds)
    )


def _are_segments(value: Any) -> bool:
    return type(value) is tuple and all(isinstance(one, Segment) for one in value)


_WANTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "kinds": (lambda value: _is_list_of(value, _is_kind), "a list of policyengine.Kind"),
    "examines": (_are_sources, "a set of policyengine.Source"),
    "needs": (_are_sources, "a set of policyengine.Source"),
    "uses": (_are_sources, "a set of policyengine.Source"),
    "scope": (_is_scope, "a policyengine.Window of two lengths, `unit`, `passage` or `whole`"),
    "cost": (lambda value: isinstance(value, Cost), "a policyengine.Cost"),
    "sends_text_to": (lambda value: _is_list_of(value, _is_text), "a list of hosts"),
    "words": (_are_texts, "a set of texts"),
    "examples": (lambda value: _is_list_of(value, _is_example), "a list of policyengine.Example"),
    "version": (lambda value: value is None or _is_text(value), "a text or None"),
}
