"""Cells of structured text: found with their labels, at their places, in linear time."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.pii.cells import MOST, cells


def told(text: str) -> list[tuple[str, str]]:
    return [(cell.label, text[cell.start : cell.end]) for cell in cells(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Here: {"firstName": "Anna", "age": 37, "ok": true, "note": ""}',
            [("firstName", "Anna"), ("age", "37")],
        ),
        (
            '```json\n{\n  "phones" : [\n "0170 1", 42.5\n],\n "of": {"e_mail":"a@b.c"}\n}\n```',
            [("phones", "0170 1"), ("phones", "42.5"), ("e_mail", "a@b.c")],
        ),
        ('[{"a":"x"},{"a":"y"}]', [("a", "x"), ("a", "y")]),
        (r'{"note": "say \"hi\" \\", "n": -5}', [("note", r"say \"hi\" \\"), ("n", "-5")]),
        ('a 5" pipe, {"size": "5"}', [("size", "5")]),
        ('{"ids": [1, {"x": "2"}, 3]}', [("ids", "1"), ("x", "2")]),
        ('{"open": "never closed\n"next": "closed"}', [("next", "closed")]),
        (
            "| Name | Phone no. |\n|------|:---:|\n| Anna | 555 |\n| Ben \\| Co |  |\n\nend | x",
            [("Name", "Anna"), ("Phone no.", "555"), ("Name", "Ben \\| Co")],
        ),
        ("a | b\n--|--\n1 | 2\nend", [("a", "1"), ("b", "2")]),
        (
            "Intro\n\n**Name** | `Mail`\n--- | ---\nAnna | a@b.c",
            [("Name", "Anna"), ("Mail", "a@b.c")],
        ),
        (
            'Data:\nname,e-mail\nAnna,a@b.c\r\n"Schmidt, Ben",b@b.c\n\nBye, all',
            [("name", "Anna"), ("e-mail", "a@b.c"), ("name", "Schmidt, Ben"), ("e-mail", "b@b.c")],
        ),
        ("Name\tCity\nAnna\tRome\nBen\t", [("Name", "Anna"), ("City", "Rome"), ("Name", "Ben")]),
        ("a | b\n-|-\n-|-\n-|-\n1 | 2", [("a", "-"), ("b", "-")] * 2 + [("a", "1"), ("b", "2")]),
        ('{"ids": [1 "2"]}', [("ids", "1")]),
        ('id,name\r\n7,"Zoë"\r\n', [("id", "7"), ("name", "Zoë")]),
        ("id;name\n7;Zoë\n8;Ann", [("id", "7"), ("name", "Zoë"), ("id", "8"), ("name", "Ann")]),
    ],
)
def test_each_cell_has_its_place_and_the_name_of_its_field(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dear Anna, thank you, and 1,000 times more; see you soon.",
        'He said "yes": it was so. She said: "no".',
        "either | or - not a table",
        "a - b | c\n---\nd",
        "-----|\n",
        "| Name | Phone |\n| Anna | 555 |",
        "| a | b |\n|---|---|---|\n| 1 | 2 |",
        "Hello,world and more.\nBye,bye now!",
        "f(a,b)\ng(c,d)",
        "name,name\na,b",
        "name,mail",
        r'"\"name": "x"',
        'so 5"name": "x"',
        '"name,mail\nAnna,a@b.c',
    ],
)
def test_prose_and_broken_tables_have_none(text: str) -> None:
    assert cells(text) == []


WORDS = st.text(st.sampled_from("abcé日 7@.,;\"'|\\\t-:{}[]"), max_size=8)


@given(
    st.dictionaries(st.sampled_from(["name", "e_mail", "Ort"]), WORDS | st.integers(), min_size=1)
)
def test_every_member_of_an_object_in_prose_is_a_cell(member: dict[str, str | int]) -> None:
    raw = json.dumps(member, ensure_ascii=False)
    expected = [
        (name, json.dumps(value, ensure_ascii=False).strip('"') if value != "" else "")
        for name, value in member.items()
    ]
    found = [one for one in told(f"So: {raw}\n") if one[0] in member]
    for name, value in expected:
        inside = json.dumps(member[name], ensure_ascii=False)
        inside = inside[1:-1] if isinstance(member[name], str) else inside
        assert (name, inside) in found or not inside, value


@given(
    st.lists(
        st.lists(st.text('ab é,7@"', max_size=6), min_size=2, max_size=2), min_size=1, max_size=4
    )
)
def test_rows_are_read_as_the_library_reads_them(rows: list[list[str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([["name", "mail"], *rows])
    text = written.getvalue()
    expected = [
        (label, value.strip())
        for row in rows
        for label, value in zip(("name", "mail"), row, strict=True)
        if value.strip()
    ]
    assert [(label, value.replace('""', '"')) for label, value in told(text)] == expected


@given(st.text('ab7"\\:,;|-\n\t []{}', max_size=60))
def test_cells_of_any_text_lie_in_it_and_hold_something(text: str) -> None:
    for cell in cells(text):
        assert 0 <= cell.start < cell.end <= len(text)
        assert text[cell.start : cell.end].strip()
        assert len(cell.label) <= 64
    assert cells(text) == sorted(cells(text))


def test_a_large_table_is_bounded() -> None:
    assert len(cells("name,mail\n" + "Anna,a@b.c\n" * MOST)) == MOST


def test_labels_are_words_of_the_head_without_their_marks() -> None:
    text = "| **`E-Mail`** | _Name_ |\n|---|---|\n| a | b |"
    assert [label for label, _ in told(text)] == ["E-Mail", "Name"]
    assert not re.search(r"[*`]", "".join(label for label, _ in told(text)))
