from __future__ import annotations

from errors import ALL, errors_of
from sets import Mark

STREET = Mark(0, 9, "street_address")
TOWN = Mark(10, 14, "street_address")
PERSON = Mark(20, 28, "person")


def test_a_mark_is_exact_has_other_ends_is_of_another_kind_or_not_found() -> None:
    marked = [{STREET, TOWN, PERSON, Mark(40, 45, "date")}, {PERSON}]
    found = [{PERSON, STREET._replace(end=14)}, {PERSON._replace(kind="location")}]

    marks = errors_of(found, marked)["marks"]

    assert marks["street_address"] == _marks(0, 2, 0, 0)  # one finding over both pieces
    assert marks["person"] == _marks(1, 0, 1, 0)
    assert marks["date"] == _marks(0, 0, 0, 1)
    assert marks[ALL] == _marks(1, 2, 1, 1)


def test_the_right_kind_counts_before_another_at_the_same_place() -> None:
    found = [{Mark(20, 24, "person"), Mark(20, 28, "location")}]

    assert errors_of(found, [{PERSON}])["marks"]["person"] == _marks(0, 1, 0, 0)


def test_a_finding_is_exact_overlaps_or_stands_where_nothing_is() -> None:
    beside = {Mark(18, 20, "person"), Mark(28, 30, "person")}
    found = [{PERSON, STREET._replace(end=14), Mark(0, 14, "location"), *beside}, {PERSON}]

    findings = errors_of(found, [{STREET, TOWN, PERSON}, set()])["findings"]

    assert findings["person"] == _findings(1, 0, 3)  # what touches a mark meets none
    assert findings["street_address"] == findings["location"] == _findings(0, 1, 0)
    assert findings[ALL] == _findings(1, 2, 3)


def _marks(*counts: int) -> dict[str, int]:
    return dict(zip(("exact", "other ends", "other kind", "not found"), counts, strict=True))


def _findings(*counts: int) -> dict[str, int]:
    return dict(zip(("exact", "overlapping", "nothing there"), counts, strict=True))
