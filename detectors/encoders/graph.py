"""The part of an ONNX model that one of its inner values needs.

ONNX files are protobuf messages (https://onnx.ai/onnx/repo-docs/IR.html); of all that they can hold
only what names nodes, constants and outputs is looked at here, and everything else is kept as it is
(https://protobuf.dev/programming-guides/encoding/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRAPH = 7
"""The field of a model that holds its graph."""
_NODE, _CONSTANT, _OUTPUT = 1, 5, 12
"""Fields of a graph."""
_READS, _GIVES = 1, 2
"""Fields of a node: the names of what it reads and gives."""
_NAME_OF_CONSTANT = 8
_FLOAT_TENSOR = b"\x12\x04\x0a\x02\x08\x01"
"""A type: any tensor of float32."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _Field(NamedTuple):
    number: int
    start: int
    """Where the field begins, its tag included."""
    body: int
    end: int


def part_of(model: bytes, output: str) -> bytes:
    """The model with no output but the inner value `output`, and nothing that it does not need.

    ValueError where no node gives it.
    """
    data = memoryview(model)
    (graph,) = (one for one in _fields(data, 0, len(data)) if one.number == _GRAPH)
    fields = list(_fields(data, graph.body, graph.end))
    needed = {output}
    kept: set[int] = set()
    for one in reversed(fields):  # nodes stand after what they read
        if one.number == _NODE and needed & set(_names(data, one, _GIVES)):
            needed |= set(_names(data, one, _READS))
            kept.add(one.start)
    if not kept:
        raise ValueError(f"the model has no value {output!r}")
    # Views until the one join in the end: most of a model is one table, of many megabytes.
    parts: list[bytes | memoryview] = [
        data[one.start : one.end]
        for one in fields
        if one.number not in {_NODE, _CONSTANT, _OUTPUT}
        or one.start in kept
        or (one.number == _CONSTANT and set(_names(data, one, _NAME_OF_CONSTANT)) & needed)
    ]
    parts.append(_field(_OUTPUT, _field(1, output.encode()) + _FLOAT_TENSOR))
    head = _head(_GRAPH, sum(map(len, parts)))
    return b"".join([data[: graph.start], head, *parts, data[graph.end :]])


def _names(data: memoryview, message: _Field, number: int) -> list[str]:
    return [
        bytes(data[one.body : one.end]).decode()
        for one in _fields(data, message.body, message.end)
        if one.number == number
    ]


def _fields(data: memoryview, start: int, end: int) -> Iterator[_Field]:
    at = start
    while at < end:
        begin = at
        tag, at = _varint(data, at)
        kind = tag & 7
        body = at
        if kind == _VARINT:
            _, at = _varint(data, at)
        elif kind == _BYTES:
            size, body = _varint(data, at)
            at = body + size
        elif kind in {_FIXED32, _FIXED64}:
            at += 4 if kind == _FIXED32 else 8
        else:
            raise ValueError("this is no ONNX model")
        yield _Field(tag >> 3, begin, body, at)


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return value, at
        shift += 7


def _field(number: int, body: bytes) -> bytes:
    return _head(number, len(body)) + body


def _head(number: int, size: int) -> bytes:
    return _written(number << 3 | _BYTES) + _written(size)


def _written(value: int) -> bytes:
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
