"""What pydantic found wrong, in this project's own words."""

from __future__ import annotations

import re
from dataclasses import replace
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from policyengine.loading.nodes import ListNode, MappingNode, ScalarNode, existing, find
from policyengine.loading.problems import Path, Problem, closest, listed, shown
from policyengine.policy import NAME_PATTERN, TAG_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from policyengine.loading.nodes import Node

_EXPECTED_TYPE = "expected "
_EXPECTED = re.compile(r"'([^']*)'")

_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "none_required": "nothing",
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_LENGTHS = {
    "too_short": ("min_length", "at least {}"),
    "too_long": ("max_length", "at most {}"),
    "string_too_short": ("min_length", "at least {} characters"),
    "string_too_long": ("max_length", "at most {} characters"),
}
_PATTERNS = {
    NAME_PATTERN: ("a name begins with a letter or digit; dots, dashes and underscores may follow"),
    TAG_PATTERN: "a tag has no white space, no comma and no control character",
}


def problem_of(model: type[BaseModel], detail: ErrorDetails, prefix: Path, root: Node) -> Problem:
    """One of pydantic's errors as a problem at its place below `prefix` in the tree."""
    kind, loc = detail["type"], tuple(detail["loc"])
    if kind == "missing":
        path = existing(root, prefix, loc[:-1])
        return Problem("missing-key", f"`{loc[-1]}` is missing", path, at_key=True)
    if kind == "extra_forbidden":
        path = existing(root, prefix, loc)
        allowed = keys_at(model, loc[:-1])
        word = str(loc[-1])
        likely = closest(word, allowed)
        message = f"unknown key {shown(word)}"
        return Problem(
            "unknown-key", message, path, at_key=True, allowed=listed(allowed), suggestion=likely
        )
    at_key = bool(loc) and loc[-1] == "[key]"
    path = existing(root, prefix, loc)
    node = find(root, path, key=at_key)
    code, message, allowed = _said(kind, detail.get("ctx", {}), detail["msg"], node)
    word = node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else ""
    likely = closest(word, allowed) if word and allowed else None
    return Problem(code, message, path, at_key, listed(allowed), likely)


def either(first: Problem, second: Problem) -> Problem:
    """One problem for two branches of a union that both refused a value."""
    wanted, _, found = second.message.removeprefix(_EXPECTED_TYPE).partition(", found ")
    if first.code != "wrong-type" or second.code != "wrong-type" or wanted in first.message:
        return first
    known = first.message.removeprefix(_EXPECTED_TYPE).partition(", found ")[0]
    return replace(first, message=f"{_EXPECTED_TYPE}{known} or {wanted}, found {found}")


def _said(
    kind: str, context: Mapping[str, Any], message: str, node: Node
) -> tuple[str, str, tuple[str, ...]]:
    if kind in _TYPES:
        return "wrong-type", f"{_EXPECTED_TYPE}{_TYPES[kind]}, found {noun(node)}", ()
    if kind in {"literal_error", "enum"}:
        allowed = tuple(_EXPECTED.findall(str(context.get("expected", ""))))
        return "wrong-value", f"{_quoted(node)} is none of the allowed values", allowed
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return "out-of-range", f"must be {words} {context[name]}", ()
    if kind in _LENGTHS:
        name, words = _LENGTHS[kind]
        few = words.format(context[name])
        return "length", f"give {few.removesuffix('s') if context[name] == 1 else few}", ()
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        return "pattern", _PATTERNS.get(pattern, f"does not match {shown(pattern)}"), ()
    return "invalid", message.removeprefix("Value error, ").removeprefix("Assertion failed, "), ()


def noun(node: Node) -> str:
    """What stands at a node, as a message calls it."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return "true or false"
    return "a text" if isinstance(node.value, str) else "a number"


def _quoted(node: Node) -> str:
    return shown(node.value) if isinstance(node, ScalarNode) else noun(node)


def keys_at(model: type[BaseModel], loc: Iterable[str | int]) -> tuple[str, ...]:
    """The keys that the model takes at a place inside it."""
    types: list[Any] = [model]
    for part in loc:
        # A part that leads nowhere is the branch of a union: the types stay.
        types = [*_below(types, part)] or types
    found = (inner for outer in types for inner in _models_in(outer))
    return tuple(dict.fromkeys(key for inner in found for key in _keys(inner)))


def _keys(model: type[BaseModel]) -> Iterator[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _below(types: Iterable[Any], part: str | int) -> Iterator[Any]:
    for outer in types:
        for member in _members(outer):
            arguments = get_args(member)
            if isinstance(member, type) and issubclass(member, BaseModel):
                for name, field in member.model_fields.items():
                    if part in (name, field.alias):
                        yield field.annotation
            elif arguments:
                yield arguments[-1] if get_origin(member) is dict else arguments[0]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            yield member


def _members(annotation: Any) -> Iterator[Any]:
    """The types that an annotation stands for: `Annotated` and unions taken apart."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation
