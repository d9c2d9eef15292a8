"""YAML 1.2's core schema: which plain scalars are numbers, true, false or nothing.

Under it `on`, `no`, `1:30` and `2024-01-01` are texts. https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_INTEGER = 40
"""Characters in an integer; nothing in a policy is larger, and longer ones are slow to read."""

_CORE = "tag:yaml.org,2002:"
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NAN = frozenset({".nan", ".NaN", ".NAN"})
_NUMERIC_START = frozenset("+-.0123456789")


class NotOfItsTagError(ValueError):
    """A scalar that is not what its tag says, or an integer that is too long."""


def resolve(text: str) -> Any:
    """The value of a plain scalar without a tag."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text[0] in _NUMERIC_START:
        if _INTEGER.fullmatch(text):
            return _integer(text)
        if _FLOAT.fullmatch(text) or _INFINITY.fullmatch(text) or text in _NAN:
            return _float(text)
    return text


def construct(tag: str, text: str) -> Any:
    """The value of a scalar with a tag; KeyError for a tag that is not of the core schema."""
    wanted = _TYPES[tag.removeprefix(_CORE) if tag.startswith(_CORE) else ""]
    if wanted is str:
        return text
    value = resolve(text)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise NotOfItsTagError(f"this is not what its tag says: {_NOUNS[wanted]}")
    return value


def _integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise NotOfItsTagError(f"an integer of more than {LONGEST_INTEGER} characters")
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text, base)


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


_TYPES: dict[str, Callable[..., object]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "null": type(None),
}
_NOUNS: dict[Any, str] = {
    int: "an integer",
    float: "a number",
    bool: "true or false",
    type(None): "nothing",
}
