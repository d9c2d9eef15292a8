"""One line of JSON to an object and back, strictly and without losing anything.

Refused are NaN and the infinities, numbers that a double or Python's digit limit cannot hold, a key
that is given twice (one of the two would vanish unseen), and what is not UTF-8. Lone surrogates,
which JSON can name and UTF-8 cannot hold, are read and written as escapes. The messages never quote
the line.
"""

from __future__ import annotations

import json
from math import isinf
from typing import TYPE_CHECKING, Any

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
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # What UTF-8 cannot hold are lone surrogates, and Python's escape for them is JSON's.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadLine("an object has a key twice")
    return value


def _float(literal: str) -> float:
    value = float(literal)
    if isinf(value):
        raise BadLine("a number is too large")
    return value


def _constant(_literal: str) -> Any:
    raise BadLine("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
