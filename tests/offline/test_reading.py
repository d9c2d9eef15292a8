from __future__ import annotations

import io
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from policyengine.offline import Settings, evaluate_in_processes, evaluate_line, read_lines
from policyengine.offline.workers import AHEAD, BATCH_BYTES, BATCH_LINES, batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.deployment import CompiledDeployment
    from policyengine.offline import Preparation

CONTENT = b'{"request": {"messages": [{"role": "user", "content": "hello"}]}}\n'


class Tap:
    """Endless lines, and how many were taken."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += 1
            yield self.content


def test_blank_lines_are_passed_over_but_counted() -> None:
    first = io.BytesIO(b"\n{}\r\n \t\r\n{}")
    second = io.BytesIO(b"{}\n")
    lines = read_lines([("a", lambda: nullcontext(first)), ("b", lambda: nullcontext(second))])
    assert [line.place for line in lines] == ["a:2", "a:4", "b:1"]


def test_only_line_feeds_end_lines() -> None:
    file = io.BytesIO('{"a": "\u2028\x85\x0b"}\n'.encode())
    assert len(list(read_lines([("a", lambda: nullcontext(file))]))) == 1


def test_an_input_is_opened_when_it_is_reached_and_closed_after_it() -> None:
    first, second = io.BytesIO(b"{}\n"), io.BytesIO(b"{}\n")
    lines = read_lines([("a", lambda: first), ("b", lambda: second)])
    next(lines)
    assert not first.closed
    next(lines)
    assert first.closed
    assert next(lines, None) is None
    assert second.closed


def test_no_line_is_read_before_the_one_before_it_was_evaluated(
    deployment: CompiledDeployment,
) -> None:
    tap = Tap()
    lines = read_lines([("tap", lambda: nullcontext(tap))])
    for number in range(1, 100):
        evaluate_line(deployment, next(lines), Settings())
        assert tap.taken == number


@pytest.mark.slow
def test_processes_read_no_more_than_a_few_batches_ahead(preparation: Preparation) -> None:
    tap = Tap()
    lines = read_lines([("tap", lambda: nullcontext(tap))])
    outcomes = evaluate_in_processes(preparation, Settings(), lines, 2)
    for number in range(1, 200):
        next(outcomes)
        assert tap.taken <= number + 2 * AHEAD * BATCH_LINES
    outcomes.close()


def test_a_batch_is_bounded_in_lines_and_in_bytes() -> None:
    short = read_lines([("tap", lambda: nullcontext(Tap()))])
    assert len(next(batches(short))) == BATCH_LINES
    long = read_lines([("tap", lambda: nullcontext(Tap(b"x" * BATCH_BYTES)))])
    assert len(next(batches(long))) == 1
