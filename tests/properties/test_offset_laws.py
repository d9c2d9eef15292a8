"""Laws of offset maps; the oracle follows every single character through the edits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.detector import Span
from policyengine.offsets import Edit, OffsetMap, apply

Cell = tuple[Any, ...]
"""A character's identity: where it stood at first, or which edit brought it."""

LAW = settings(max_examples=200, deadline=None)
LENGTHS = st.integers(0, 30)


@st.composite
def edits(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    made: list[Edit] = []
    taken = 0
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if taken <= start < end:
            made.append(Edit(start, end, draw(st.text("xyz", max_size=4))))
            taken = end
    return made


def followed(cells: list[Cell], made: list[Edit], name: str) -> list[Cell]:
    """The slow and obvious `apply`."""
    left: list[Cell] = []
    taken = 0
    for number, edit in enumerate(made):
        left += cells[taken : edit.start]
        left += [(name, number, at) for at in range(len(edit.replacement))]
        taken = edit.end
    return left + cells[taken:]


def edited_twice(data: st.DataObject, length: int) -> tuple[list[Cell], OffsetMap]:
    first = data.draw(edits(length))
    once, to_once = apply("a" * length, first)
    second = data.draw(edits(len(once)))
    twice, to_twice = apply(once, second)
    cells = followed([("old", at) for at in range(length)], first, "first")
    cells = followed(cells, second, "second")
    assert len(cells) == len(twice)
    return cells, to_once.then(to_twice)


@given(st.data(), LENGTHS)
@LAW
def test_a_text_after_edits_is_the_text_with_each_replaced(
    data: st.DataObject, length: int
) -> None:
    text = "".join(chr(97 + at % 26) for at in range(length))
    made = data.draw(edits(length))
    expected = text
    for edit in reversed(made):
        expected = expected[: edit.start] + edit.replacement + expected[edit.end :]
    assert apply(text, made)[0] == expected


@given(st.data(), LENGTHS)
@LAW
def test_a_character_that_stayed_is_found_in_the_new_text(data: st.DataObject, length: int) -> None:
    cells, moved = edited_twice(data, length)
    now_at = {cell[1]: place for place, cell in enumerate(cells) if cell[0] == "old"}
    for place in range(length):
        span = moved.span(place, place + 1)
        assert 0 <= span.start <= span.end <= len(cells)
        if place in now_at:
            assert span.start <= now_at[place] < span.end
            if not any(one.old_start <= place < one.old_end for one in moved.regions):
                assert span == Span(now_at[place], now_at[place] + 1)


@given(st.data(), LENGTHS)
@LAW
def test_the_inverse_finds_where_a_character_came_from(data: st.DataObject, length: int) -> None:
    cells, moved = edited_twice(data, length)
    for place, cell in enumerate(cells):
        span = moved.inverse.span(place, place + 1)
        assert 0 <= span.start <= span.end <= length
        if cell[0] == "old":
            assert span.start <= cell[1] < span.end


@given(st.data(), LENGTHS)
@LAW
def test_a_replacement_comes_from_all_that_it_replaced(data: st.DataObject, length: int) -> None:
    made = data.draw(edits(length))
    _, moved = apply("a" * length, made)
    for edit, region in zip(made, moved.regions, strict=True):
        for place in range(region.new_start, region.new_end):
            assert moved.inverse.span(place, place + 1) == Span(edit.start, edit.end)


@given(st.data(), LENGTHS)
@LAW
def test_a_span_maps_to_no_less_than_its_characters(data: st.DataObject, length: int) -> None:
    cells, moved = edited_twice(data, length)
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    span = moved.span(start, end)
    for place, cell in enumerate(cells):
        if cell[0] == "old" and start <= cell[1] < end:
            assert span.start <= place < span.end


@given(st.data(), LENGTHS)
@LAW
def test_regions_are_in_order_and_between_them_nothing_changed(
    data: st.DataObject, length: int
) -> None:
    cells, moved = edited_twice(data, length)
    old = new = 0
    for one in moved.regions:
        assert old <= one.old_start <= one.old_end
        assert new <= one.new_start <= one.new_end
        assert one.old_start - old == one.new_start - new
        assert [cell[1] for cell in cells[new : one.new_start]] == list(range(old, one.old_start))
        old, new = one.old_end, one.new_end
    assert length - old == len(cells) - new


@given(st.data(), LENGTHS)
@LAW
def test_a_map_joined_over_many_edits_still_finds_each_character(
    data: st.DataObject, length: int
) -> None:
    cells: list[Cell] = [("old", at) for at in range(length)]
    moved = OffsetMap()
    for round_ in range(5):
        made = data.draw(edits(len(cells)))
        moved = moved.then(apply("a" * len(cells), made)[1])
        cells = followed(cells, made, f"round {round_}")
    for place, cell in enumerate(cells):
        if cell[0] == "old":
            there, back = moved.span(cell[1], cell[1] + 1), moved.inverse.span(place, place + 1)
            assert there.start <= place < there.end
            assert back.start <= cell[1] < back.end


@pytest.mark.parametrize(
    "made",
    [
        [Edit(0, 0, "x")],
        [Edit(2, 1, "x")],
        [Edit(0, 4, "x")],
        [Edit(1, 2, "x"), Edit(0, 1, "x")],
        [Edit(0, 2, "x"), Edit(1, 3, "x")],
    ],
    ids=["empty", "backwards", "outside", "out of order", "overlapping"],
)
def test_edits_that_have_no_one_meaning_are_refused(made: list[Edit]) -> None:
    with pytest.raises(ValueError, match="out of order or out of range"):
        apply("abc", made)


def test_what_was_removed_beside_another_edit_has_no_place_of_its_own() -> None:
    left, removed = apply("gonestaygone", [Edit(0, 4, ""), Edit(8, 12, "")])
    _, masked = apply(left, [Edit(0, 4, "****")])
    moved = removed.then(masked)
    assert [moved.span(*place) for place in ((0, 4), (4, 8), (8, 12))] == [
        Span(0, 0),
        Span(0, 4),
        Span(4, 4),
    ]
    assert moved.inverse.span(0, 4) == Span(4, 8)
