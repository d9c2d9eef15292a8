from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

phonenumbers = pytest.importorskip("phonenumbers")

from phones import Written, drawn, forms, judged, written  # noqa: E402 - needs the library
from sets import Mark  # noqa: E402 - found by the conftest

if TYPE_CHECKING:
    from pathlib import Path


def test_a_number_is_written_as_people_write_it() -> None:
    made = dict(forms(phonenumbers.parse("+442079460958")))

    assert made["+CC"] == "+44 20 7946 0958"
    assert made["00CC"] == "0044 20 7946 0958"
    assert made["+CC (0)"] == "+44 (0)20 7946 0958"
    assert made["national, brackets and hyphens"] == "(020) 7946-0958"
    assert made["national, slash"] == "020/7946 0958"
    assert made["national, two groups"] == "020 79460958"
    assert made["national, pairs"] == "020 79 46 09 58"
    assert made["national, threes"] == "020 794 609 58"
    assert made["national, x"].startswith("020 7946 0958x")


def test_a_number_is_drawn_from_the_plan_of_its_example() -> None:
    number = drawn("+442079460958", random.Random(1))  # noqa: S311 - nothing secret

    assert phonenumbers.is_valid_number(number)
    assert phonenumbers.region_code_for_number(number) == "GB"
    assert number.national_number != 2079460958


def test_every_form_stands_where_its_mark_says_announced_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    rows = [{"type": kind, "e164": "+442079460958"} for kind in ("fixedLine", "pager")]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")

    made = [*written(path)]

    assert {(one.form, one.announced) for one in made if one.form == "+CC"} == {
        ("+CC", True),
        ("+CC", False),
    }
    assert len({one.form for one in made}) * 2 == len(made)
    shown = {one.text[one.mark.start : one.mark.end][:1] for one in made}
    assert shown == {"+", "(", "0", "4"}
    assert made == [*written(path)]


def test_a_number_is_exact_cut_or_missed() -> None:
    mark = Mark(4, 20, "phone")
    one = Written("+CC", announced=False, text="See +44 20 7946 0958", mark=mark)

    assert judged(one, [Mark(4, 20, "phone")]) == "exact"
    assert judged(one, [Mark(5, 20, "phone")]) == "cut"
    assert judged(one, [Mark(4, 20, "date"), Mark(20, 23, "phone")]) == "missed"
