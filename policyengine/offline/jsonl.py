"""One line of JSON to an object and back, strictly and without losing anything.

Numbers keep every digit: one that a double cannot hold is written as it was read. Refused are NaN
and the infinities, numbers beyond a double's range or Python's digit limit, a key that is given
twice (one of the two would vanish unseen), and what is not UTF-8. Lone surrogates, which JSON can
name and UTF-8 cannot hold, are read and written as escapes. The messages never quote the line.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from math import isinf
from typing import TYPE_CHECKING, Any, Self

from policyengine.errors import PolicyEngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

BOM = b"\xef\xbb\xbf"
NESTED_TOO_DEEPLY = "nested too deeply"


class BadLine(PolicyEngineError):  # noqa: N818 - it is a fact about the line
    """A line that is no exchange; the message says why, and never quotes it."""

    code = "bad-line"


def parse(content: bytes) -> dict[str, Any]:
    """The JSON object that the line holds; BadLine for anything else."""
    try:
        text = content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise BadLine(f"not UTF-8: byte {error.start + 1}") from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON: {error.msg} at column {error.pos + 1}") from None
    except RecursionError:
        raise BadLine(NESTED_TOO_DEEPLY) from None
    except ValueError:  # what is left: Python's limit on digits
        raise BadLine("a number has too many digits") from None
    if not isinstance(value, dict):
        raise BadLine("not a JSON object")
    return value


def dump(value: Mapping[str, Any]) -> bytes:
    """The line that holds the object, with its end; the same object gives the same bytes.

    Raises RecursionError for what is nested too deeply.
    """
    text = _ENCODER.encode(value)
    if _holds_exact(value):
        text = _with_literals(value, text)
    # What UTF-8 cannot hold are lone surrogates, and Python's escape for them is JSON's.
    return text.encode("utf-8", "backslashreplace") + b"\n"


_PLAIN = frozenset({str, int, float, bool, type(None)})


class Exact(float):
    """A number that a double cannot hold, with the literal that it was read from."""

    __slots__ = ("literal",)

    literal: str

    def __new__(cls, literal: str) -> Self:
        """The number, rounded as any float is."""
        number = super().__new__(cls, literal)
        number.literal = literal
        return number

    def __repr__(self) -> str:
        return self.literal


def _holds_exact(value: object) -> bool:
    pending: list[Any] = [value]
    while pending:
        one = pending.pop()
        for member in one.values() if isinstance(one, dict) else one:
            kind = type(member)
            if kind in _PLAIN:  # nearly all of them, and this is done for every body
                continue
            if isinstance(member, dict | list):
                pending.append(member)
            elif isinstance(member, Exact):
                return True
    return False


def _with_literals(value: object, text: str) -> str:
    """The object as JSON, in which `text` has numbers that were rounded."""
    mark = "exact"
    while mark in text:
        mark += "-"  # so that no text of the line is taken for a number's place
    marked = _ENCODER.encode(_marked(value, mark))
    return re.sub(rf'"{mark}:([^"]*)"', r"\1", marked)


def _marked(value: object, mark: str) -> object:
    if isinstance(value, dict):
        return {name: _marked(member, mark) for name, member in value.items()}
    if isinstance(value, list):
        return [_marked(item, mark) for item in value]
    return f"{mark}:{value.literal}" if isinstance(value, Exact) else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadLine("an object has a key twice")
    return value


def _float(literal: str) -> float:
    value = float(literal)
    if isinf(value):
        raise BadLine("a number is too large")
    try:
        is_exact = Decimal(literal) == Decimal(repr(value))
    except InvalidOperation:  # an exponent beyond all measure: the number is all but nothing
        is_exact = False
    return value if is_exact else Exact(literal)


def _constant(_literal: str) -> Any:
    raise BadLine("NaN and Infinity are not JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
