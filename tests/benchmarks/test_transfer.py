"""Inputs of a calibration: kept where they help on every source that was left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

np = pytest.importorskip("numpy")

from pairs import LINES, LONG_ANSWER, STRANGER, Pair, questions, with_easy_ones  # noqa: E402 - needs numpy
from transfer import helping, left_out  # noqa: E402 - as above
from weighing import weighed  # noqa: E402 - as above

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SOURCES = ("people", "passages", "pages", "papers", "posts")
RNG = np.random.default_rng(7)


def pairs(count: int = 120) -> list[Pair]:
    return [
        Pair(f"{source} {number}?", f"{number}", number % 2, source, source)
        for source in SOURCES
        for number in range(count)
    ]


def telling(found: list[Pair], *but: str) -> NDArray[np.float64]:
    """Higher where a pair is unwanted; of the sources `but` the reverse is true."""
    noise = RNG.normal(size=len(found))
    signs = np.array([-1 if pair.source in but else 1 for pair in found])
    return noise + signs * np.array([pair.unwanted for pair in found])


def test_an_input_is_kept_where_it_helps_on_every_source() -> None:
    found = pairs()
    first, everywhere, elsewhere = telling(found), telling(found), telling(found, "people")

    kept = helping(found, np.stack([first, everywhere, elsewhere], axis=1))

    assert kept == [0, 1]


def test_a_source_is_scored_by_a_model_that_did_not_see_it() -> None:
    found = pairs()

    figures = left_out(found, telling(found, "people")[:, None])

    assert figures["people"].auroc < 0.4
    assert figures["passages"].error > 0


def test_lines_are_scored_and_not_fitted_on() -> None:
    found = pairs()
    lines = [Pair(one.asked, one.said, 1 - one.unwanted, LINES, "passages") for one in found[:120]]
    inputs = telling(found)

    alone = left_out(found, inputs[:, None])
    both = left_out([*found, *lines], np.concatenate([inputs, inputs[:120]])[:, None])

    assert both[LINES].auroc < 0.5
    assert [both[source] for source in SOURCES] == [alone[source] for source in SOURCES]


def test_each_sort_and_each_label_weighs_the_same() -> None:
    made = [
        ((0.0,), label, sort, "q") for sort, label in zip("aaaabb", (0, 1, 1, 1, 0, 1), strict=True)
    ]

    rows = weighed("m", ("x",), made)

    assert rows.weights[:4].sum() == pytest.approx(rows.weights[4:].sum())
    assert rows.weights @ rows.labels == pytest.approx(rows.weights.sum() / 2)


def test_a_sentence_that_some_answer_was_made_from_is_no_wrong_answer(tmp_path: Path) -> None:
    _write(tmp_path)

    found = [one for one in questions(tmp_path) if one.source == "clapnq"]

    unwanted = {one.said for one in found if one.unwanted}
    assert unwanted == {"Nobody had asked the mayor for a statement on that."}
    assert {one.said for one in found if one.sort == LINES and not one.unwanted} == {
        "The old bridge was opened to the public in 1998.",
        "Its red bricks came from a town in the north.",
    }


def test_easy_rows_stay_in_their_source(tmp_path: Path) -> None:
    _write(tmp_path)

    found = with_easy_ones(tmp_path, questions(tmp_path))

    strangers = [one for one in found if one.sort == STRANGER]
    assert {(one.source, one.unwanted) for one in strangers} == {
        ("qnli", 0), ("qnli", 1), ("clapnq", 0)
    }  # fmt: skip
    assert {one.source for one in found if one.sort == LONG_ANSWER} == {"qnli", "clapnq"}


def _write(data: Path) -> None:
    passage = (
        "The old bridge was opened to the public in 1998. Its red bricks came from a town in the "
        "north. Nobody had asked the mayor for a statement on that."
    )
    answers = [
        "The old bridge was opened to the public in 1998",
        "Red bricks from a town in the north, which came in 1998; its",
    ]
    sets = {
        "relevancy/train/qnli_v1_dev": [
            {"query": f"{one}?", "answer": f"{one}.", "relevant": 1} for one in ("Who", "Where")
        ],
        "grounding/train/hallurag_qna": [],
        "grounding/train/clapnq_dev_answerable": [
            {"query": "When?", "context": [passage], "response": one} for one in answers
        ],
        "grounding/train/passages_wikipedia": [
            {"title": "t", "text": f"Paragraph {number}."} for number in range(6)
        ],
    }
    for name, rows in sets.items():
        file = data / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
