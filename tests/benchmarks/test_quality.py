from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

np = pytest.importorskip("numpy")

from measures import Counts, Draws, spans_of, tokens_of  # noqa: E402 - needs numpy
from sets import OTHER, Mark, joined, labelled  # noqa: E402 - found by the conftest

if TYPE_CHECKING:
    from pathlib import Path

NAME, PLACE = Mark(0, 4, "person"), Mark(8, 14, "location")


def test_a_hit_has_the_start_the_end_and_the_kind_of_a_mark() -> None:
    found = [{NAME, Mark(8, 13, "location"), Mark(20, 24, "email")}, {NAME}]
    marked = [{NAME, PLACE}, {NAME._replace(kind="location")}]

    counts = spans_of(found, marked)

    assert [one.tolist() for one in counts] == [[1, 0], [3, 1], [2, 1]]


def test_spans_of_some_kinds_leave_the_others_out_on_both_sides() -> None:
    counts = spans_of([{NAME, PLACE}], [{NAME, Mark(20, 24, "email")}], {"person", "email"})

    assert [one.tolist() for one in counts] == [[1], [1], [2]]


def test_a_token_is_personal_where_its_first_character_lies_in_a_span_of_any_kind() -> None:
    starts = [[0, 5, 8, 15]]
    found = [{Mark(0, 4, "organization"), Mark(9, 20, "person")}]

    counts = tokens_of(starts, found, [{NAME, PLACE}])

    assert [one.tolist() for one in counts] == [[1], [2], [2]]


def test_precision_recall_and_f_scores_are_those_of_the_definition() -> None:
    counts = Counts(np.array([3, 1]), np.array([4, 1]), np.array([6, 4]))
    draws = Draws(2)
    precision, recall = 4 / 5, 4 / 10

    scores = draws.scores(counts, beta=2)

    assert scores["precision"].value == precision
    assert scores["recall"].value == recall
    expected = 5 * precision * recall / (4 * precision + recall)
    assert math.isclose(scores["f2"].value or 0, expected)
    assert draws.f_score(counts).value == pytest.approx(2 * 4 / (5 + 10))


def test_the_interval_of_equal_texts_is_a_point_and_that_of_unequal_ones_holds_the_value() -> None:
    equal = Draws(50).ratio(np.full(50, 1), np.full(50, 2))
    unequal = Draws(50).ratio(np.arange(50) % 2, np.full(50, 1))

    assert (equal.low, equal.value, equal.high) == (0.5, 0.5, 0.5)
    assert unequal.low is not None
    assert unequal.high is not None
    assert 0.3 < unequal.low < 0.5 < unequal.high < 0.7


def test_the_same_seed_draws_the_same_texts_again() -> None:
    top, bottom = np.arange(30) % 3, np.full(30, 2)

    assert Draws(30).ratio(top, bottom) == Draws(30).ratio(top, bottom)
    assert Draws(30).ratio(top, bottom) != Draws(30, seed=1).ratio(top, bottom)


def test_nothing_marked_gives_no_figure() -> None:
    assert Draws(2).ratio(np.zeros(2, int), np.zeros(2, int)).value is None


def test_a_set_says_nothing_about_kinds_that_it_never_marks(tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl"
    spans = [{"start": 0, "end": 4, "kind": "NAME"}, {"start": 5, "end": 9, "kind": "TITLE"}]
    spans.append({"start": 10, "end": 20, "kind": "DAY"})
    row = {"id": "1", "source": "small", "text": "Jane Miss 2001-02-03", "spans": spans}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")

    small = labelled(path, {"NAME": "person", "DAY": "date"})

    assert small.kinds == {"person", "date"}
    assert [mark.kind for mark in small.rows[0].marks] == ["person", OTHER, "date"]
    said = [NAME, PLACE, Mark(10, 20, "date_of_birth")]
    assert small.own(said) == {NAME, Mark(10, 20, "date")}


def test_neighbours_of_one_kind_are_joined_across_white_space_only() -> None:
    text = "12 Elm St\nHull, Jane Roe"
    marks = [
        Mark(0, 9, "street_address"),
        Mark(10, 14, "street_address"),
        Mark(16, 20, "person"),
        Mark(21, 24, "organization"),
    ]

    assert joined(marks, text) == {Mark(0, 14, "street_address"), *marks[2:]}
    assert joined([Mark(0, 2, "age"), Mark(10, 14, "age")], text) == {
        Mark(0, 2, "age"),
        Mark(10, 14, "age"),
    }
