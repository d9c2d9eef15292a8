"""Server-sent events, however they are cut."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.gateway.events import EventReader, EventTooLongError, event


def read(content: bytes, cuts: list[int], limit: int = 10_000) -> list[bytes]:
    reader = EventReader(limit)
    places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    pieces = [content[a:b] for a, b in pairwise(places)]
    return [data for piece in pieces for data in reader.feed(piece)]


def oracle(content: bytes) -> list[bytes]:
    """The standard's algorithm over all lines at once."""
    lines = re.split(rb"\r\n|\n|\r", content.removeprefix(b"\xef\xbb\xbf"))
    events, data = [], []
    for line in lines[:-1]:
        name, _, value = line.partition(b":")
        if not line:
            events += [b"\n".join(data)] if data else []
            data = []
        elif name == b"data":
            data.append(value.removeprefix(b" "))
    return events


LINES = st.sampled_from(
    [
        b"",
        b"",
        b"data: a",
        b"data:b",
        b"data",
        b"data:  c ",
        b": note",
        b"event: x",
        b"id",
        b"datab",
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n"])


@given(
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.lists(st.tuples(LINES, ENDS)),
    st.lists(st.integers(0, 1000)),
)
def test_pieces_are_read_as_the_whole_is(
    bom: bytes, lines: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    content = bom + b"".join(line + end for line, end in lines)
    assert read(content, cuts) == oracle(content)


@given(st.lists(LINES), st.lists(st.integers(0, 1000)))
def test_lines_may_end_in_cr_alone(lines: list[bytes], cuts: list[int]) -> None:
    content = b"".join(line + b"\r" for line in lines) + b":"
    assert read(content, cuts) == oracle(content)


def test_what_no_blank_line_ends_is_no_event() -> None:
    assert read(b"data: a\n\ndata: b\n", []) == [b"a"]


def test_what_is_written_is_read_again() -> None:
    body = {"a": "line\nbreak \u2028 \r\n\r\n data: x", "b": "\ud800"}
    (data,) = read(event(body), list(range(100)))
    assert data == b'{"a": "line\\nbreak \xe2\x80\xa8 \\r\\n\\r\\n data: x", "b": "\\ud800"}'


@pytest.mark.parametrize("content", [b"data: " + b"x" * 200, b"data: x\n" * 40, b"x" * 200])
def test_an_event_that_never_ends_is_given_up(content: bytes) -> None:
    with pytest.raises(EventTooLongError):
        read(content, list(range(0, len(content), 10)), limit=100)


def test_many_short_events_in_one_long_piece_are_read() -> None:
    assert len(list(EventReader(100).feed(b"data: x\n\n" * 1000))) == 1000
