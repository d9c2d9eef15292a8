from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from policyengine.offline import Line
from policyengine.offline.stopping import Stop, Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = [Line("in", number, b"{}") for number in range(1, 4)]
SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_a_line_is_evaluated_stops_before_the_next(number: signal.Signals) -> None:
    done = []
    with Stop() as stop, pytest.raises(Stopped):  # noqa: PT012 - the loop is what raises
        for line in stop.between(LINES):
            if line.number == 2:
                os.kill(os.getpid(), number)
            done.append(line.number)  # the line's evaluation goes on
    assert done == [1, 2]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_waiting_for_a_line_stops_at_once(number: signal.Signals) -> None:
    def waiting() -> Iterator[Line]:
        yield LINES[0]
        os.kill(os.getpid(), number)
        pytest.fail("it went on reading")

    with Stop() as stop, pytest.raises(Stopped):
        list(stop.between(waiting()))


def test_a_second_signal_does_not_wait_for_the_line() -> None:
    with Stop() as stop, pytest.raises(Stopped):  # noqa: PT012 - the loop is what raises
        for _ in stop.between(LINES):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
            pytest.fail("it went on with the line")


def test_afterwards_signals_do_what_they_did() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Stop() as stop:
        assert [line.number for line in stop.between(LINES)] == [1, 2, 3]
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before
