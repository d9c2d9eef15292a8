from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("spacy")

from pii import benign, false_alarms, measured, plain
from report import tables
from sets import OTHER, Labelled, Mark, Row
from systems import PRESIDIO_KINDS, System, ours

TITLED = Row("1", "Dr Roe, 1.2.3.4", (Mark(0, 2, OTHER), Mark(3, 6, "person")))
ADDRESSED = Row("2", "at 81.2.3.4 now", (Mark(3, 11, "ip_address"),))
SMALL = Labelled("small", (TITLED, ADDRESSED), frozenset({"person", "ip_address"}))
STARTS = [[0, 3, 6, 8], [0, 3, 12]]


def system(*found: list[Mark]) -> System:
    return System("a system", "1", list(found))


def test_findings_are_measured_with_and_without_what_no_kind_stands_for() -> None:
    found = system([Mark(3, 6, "person"), Mark(8, 15, "date")], [Mark(3, 11, "ip_address")])

    figures = measured(SMALL, found, STARTS)

    assert figures["spans"]["f1"].value == 1.0
    assert figures["spans_with_other"]["recall"].value == 2 / 3
    assert figures["tokens"]["recall"].value == 1.0
    assert figures["tokens_with_other"]["recall"].value == 2 / 3
    assert figures["structured"]["recall"].bottom == 1
    assert set(figures["kinds"]) == {"person", "ip_address"}


def test_false_alarms_are_counted_by_words_and_dates_apart() -> None:
    found = system([Mark(0, 2, "person"), Mark(8, 15, "date")], [])

    figures = false_alarms([TITLED, ADDRESSED], found)

    assert figures["false_alarms"].value == 1000 / 6
    assert figures["with_dates"].value == 2000 / 6
    assert figures["kinds"] == {"person": 1}


def test_the_tables_say_what_was_measured() -> None:
    found = system([Mark(3, 6, "person")], [])
    sets = {"small": {"texts": 2, "systems": {"a system": measured(SMALL, found, STARTS)}}}
    alarms = {"texts": 2, "systems": {"a system": false_alarms([TITLED, ADDRESSED], found)}}

    said = tables(plain({"sets": sets, "benign": alarms}))

    assert "| small | a system | 1.000 | 0.500 | 0.667 (" in said
    assert "| ip_address (1) | 0.000 |" in said
    assert "| 2 texts, 6 words | per 1,000 |" in said


def test_where_errors_lie_is_told_when_asked_for() -> None:
    found = system([Mark(3, 5, "person")], [Mark(0, 2, "person")])
    sets = {"small": {"texts": 2, "systems": {"a system": measured(SMALL, found, STARTS)}}}
    alarms = {"texts": 2, "systems": {"a system": false_alarms([TITLED, ADDRESSED], found)}}
    results = plain({"sets": sets, "benign": alarms})

    said = tables(results, with_errors=True)

    assert "| ip_address | 0 | 0 | 0 | 1 | 0 | 0 | 0 |" in said
    assert "| person | 0 | 1 | 0 | 0 | 0 | 1 | 1 |" in said
    assert "| a system | 0 | 1 | 0 | 1 | 0 | 1 | 1 |" in said
    assert "Where errors lie" not in tables(results)


def test_ours_is_what_the_engine_reports_at_the_recommended_point() -> None:
    (found,) = ours(["Write to jane.roe@example.org."], {"entities": ["email"]}).found

    assert found == [Mark(9, 29, "email")]


def test_every_type_of_presidio_has_one_of_the_common_kinds() -> None:
    assert set(PRESIDIO_KINDS.values()) >= {"person", "location", "organization", "phone", "date"}
    assert OTHER not in PRESIDIO_KINDS.values()


def test_the_benign_set_is_large_varied_and_says_why_it_is_there() -> None:
    rows = benign()

    assert len(rows) >= 400
    assert len({row.id for row in rows}) == len({row.text for row in rows}) == len(rows)
