from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from policyengine.offline import (
    Line,
    Settings,
    WorkerError,
    evaluate_in_processes,
    evaluate_line,
)
from policyengine.offline.workers import BATCH_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.offline import Preparation

pytestmark = pytest.mark.slow

BAD = 33


def lines(count: int, *, at: int = 0, says: str = "") -> Iterator[Line]:
    for number in range(1, count + 1):
        text = says if number == at else f"heron {number}" * (number % 7)
        content = f'{{"request": {{"messages": [{{"role": "user", "content": "{text}"}}]}}}}'
        yield Line("in", number, b"bad" if number == BAD else content.encode())


def test_processes_give_the_same_outcomes_in_the_same_order(preparation: Preparation) -> None:
    settings = Settings(tags=("b",), all_findings=True)
    deployment = preparation.compiled()
    one_by_one = [(line, evaluate_line(deployment, line, settings)) for line in lines(150)]
    together = list(evaluate_in_processes(preparation, settings, lines(150), 3))
    assert together == one_by_one
    assert multiprocessing.active_children() == []


def test_no_lines_are_no_outcomes(preparation: Preparation) -> None:
    assert list(evaluate_in_processes(preparation, Settings(), lines(0), 2)) == []


def test_the_death_of_a_process_is_told_after_every_line_before_its_batch(
    preparation: Preparation,
) -> None:
    given = []
    at = 3 * BATCH_LINES + 5
    with pytest.raises(WorkerError) as caught:  # noqa: PT012 - the loop is what raises
        for line, _ in evaluate_in_processes(
            preparation, Settings(), lines(200, at=at, says="die canary"), 2
        ):
            given.append(line.number)
    assert given == list(range(1, 3 * BATCH_LINES + 1))
    first, last = 3 * BATCH_LINES + 1, 4 * BATCH_LINES
    assert f"exit code 9) over the lines from in:{first} to in:{last};" in str(caught.value)
    assert "canary" not in str(caught.value)
    assert multiprocessing.active_children() == []


def test_who_stops_taking_outcomes_ends_the_processes(preparation: Preparation) -> None:
    outcomes = evaluate_in_processes(preparation, Settings(), lines(500), 2)
    next(outcomes)
    assert multiprocessing.active_children() != []
    outcomes.close()
    assert multiprocessing.active_children() == []


def test_an_error_in_a_process_is_raised_without_its_text(preparation: Preparation) -> None:
    nowhere = type(preparation)(preparation.texts, "canary")
    with pytest.raises(WorkerError) as caught:
        list(evaluate_in_processes(nowhere, Settings(), lines(1), 2))
    assert str(caught.value).endswith("an unexpected error: UnknownDeploymentError")


def test_an_unexpected_exception_over_a_line_ends_no_process(preparation: Preparation) -> None:
    odd = Settings(tags=({},))  # type: ignore[arg-type]  # no tag, and nothing looks for that
    outcomes = [outcome for _, outcome in evaluate_in_processes(preparation, odd, lines(40), 2)]
    assert len(outcomes) == 40
    problems = {outcome.problem for outcome in outcomes}
    assert "raised TypeError: this is a mistake in policyengine or in a plugin" in problems
    assert None not in problems
