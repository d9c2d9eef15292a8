"""JSON inside strings, case by case; the laws are in properties/test_embedded_laws.py."""

from __future__ import annotations

import json

import pytest

from policyengine.embedded import distinct_keys, encode_edit, is_document, leaves
from policyengine.json_leaves import LONGEST_POINTER


def found(raw: str) -> list[tuple[str, str, str, str]]:
    cut = leaves(raw)
    assert cut is not None
    return [(leaf.pointer, leaf.text, leaf.sort, leaf.label) for leaf in cut]


def apply(raw: str, *edits: tuple[int, int, str]) -> str:
    for start, end, text in sorted(edits, reverse=True):
        raw = raw[:start] + text + raw[end:]
    return raw


def test_keys_strings_and_numbers_are_leaves_with_the_key_they_stand_under() -> None:
    assert found('{"who": {"mail": ["a@b.c", 12, true, null]}, "n": -1.5e3}') == [
        ("/who#", "who", "key", ""),
        ("/who/mail#", "mail", "key", "who"),
        ("/who/mail/0", "a@b.c", "string", "mail"),
        ("/who/mail/1", "12", "number", "mail"),
        ("/n#", "n", "key", ""),
        ("/n", "-1.5e3", "number", "n"),
    ]


def test_names_are_escaped_so_that_a_hash_in_a_name_is_no_key() -> None:
    assert [pointer for pointer, *_ in found('{"a/b~#": 1, "a": {"": 2}}')] == [
        "/a~1b~0~2#",
        "/a~1b~0~2",
        "/a#",
        "/a/#",
        "/a/",
    ]


def test_a_key_given_twice_has_both_members_under_different_pointers() -> None:
    cut = leaves('{"a": "one", "a": {"b": "two"}}')
    assert cut is not None
    assert [leaf.text for leaf in cut] == ["a", "one", "a", "b", "two"]
    assert len({leaf.pointer for leaf in cut}) == 5


def test_escapes_are_decoded_and_mapped_exactly() -> None:
    raw = '["x\\u0041\\n\\ud83d\\ude00\\ud83d\\/y"]'
    cut = leaves(raw)
    assert cut is not None
    (leaf,) = cut
    assert leaf.text == "xA\n\U0001f600\ud83d/y"
    assert [raw[slice(*leaf.to_raw(i, i + 1))] for i in range(len(leaf.text))] == [
        "x",
        "\\u0041",
        "\\n",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\/",
        "y",
    ]
    inside_the_pair = raw.index("\\ude00")
    assert leaf.to_decoded(inside_the_pair, inside_the_pair + 1) == (3, 4)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text",
        "null",
        "true",
        " false",
        '"text" 1',
        "1 2",
        "01",
        "-",
        "NaN",
        "-Infinity",
        '"open',
        "{",
        "{}}",
        "[1,]",
        '{"a"}',
        '{"a":1,}',
        "[NaN]",
        "[-Infinity]",
        "[01]",
        "[1 2]",
        '["\t"]',
        '["\\x"]',
        '["open',
        "[1] 2",
        "{1: 2}",
        "]",
        "[}",
        ",",
        '{"a":1 "b":2}',
        "\ufeff{}",
        "\u00a0[]",
    ],
)
def test_what_is_no_json_or_holds_nothing_to_read_is_plain_text(raw: str) -> None:
    assert leaves(raw) is None
    assert not is_document(raw)


def test_a_string_or_number_may_be_all_of_a_document() -> None:
    raw = ' "anna\\u0040example.com" '
    assert found(raw) == [("char=1,24", "anna@example.com", "string", "")]
    assert found("-12.5\n") == [("char=0,5", "-12.5", "number", "")]
    assert is_document(raw)
    assert is_document("-12.5\n")
    (text,), (number,) = leaves(raw) or (), leaves("-12.5\n") or ()
    assert apply(raw, encode_edit(text, 0, 4, 'B"')) == ' "B\\"\\u0040example.com" '
    assert apply("-12.5\n", encode_edit(number, 1, 3, "*")) == '"*"\n'


def test_a_document_nested_without_measure_is_read_all_the_same() -> None:
    deep = "[1," * 100_000 + '"end"' + "]" * 100_000
    cut = leaves(deep)
    assert cut is not None
    assert is_document(deep)
    assert cut[-1].text == "end"
    assert len({leaf.pointer for leaf in cut}) == 100_001
    assert max(len(leaf.pointer) for leaf in cut) <= LONGEST_POINTER + 2
    assert leaves("[" * 100_000) is None
    assert not is_document("[" * 100_000)


def test_a_number_of_any_length_is_a_leaf() -> None:
    digits = "9" * 10_000
    assert found(f"[{digits}]") == [("/0", digits, "number", "")]
    assert is_document(f"[{digits}]")


def test_a_replacement_is_escaped_into_its_string() -> None:
    raw = '{"to": "write to bob\\n"}'
    (_, leaf) = leaves(raw) or ()
    edited = apply(raw, encode_edit(leaf, 9, 12, 'B"\\\n\ud800'))
    assert json.loads(edited) == {"to": 'write to B"\\\n\ud800\n'}
    edited.replace("\\ud800", "").encode()


def test_a_rewritten_number_becomes_a_string() -> None:
    raw = '{"card": 4111111111111111, "n": 1}'
    leaf = (leaves(raw) or ())[1]
    assert apply(raw, encode_edit(leaf, 3, 5, "[CARD]")) == '{"card": "[CARD]", "n": 1}'


def test_keys_made_equal_are_told_apart_and_no_member_is_lost() -> None:
    before = '{"a@b.c": 1, "d@e.f": 2, "x": {"***": 3, "g@h.i": 4}, "*** (2)": 5}'
    after = '{"***": 1, "***": 2, "x": {"***": 3, "***": 4}, "*** (2)": 5}'
    assert distinct_keys(after, before) == (
        '{"***": 1, "*** (3)": 2, "x": {"***": 3, "*** (2)": 4}, "*** (2)": 5}'
    )


def test_a_key_that_was_not_rewritten_keeps_its_name() -> None:
    assert distinct_keys('{"*": 1, "*": 2}', '{"bob": 1, "*": 2}') == '{"* (2)": 1, "*": 2}'


def test_keys_that_were_equal_from_the_start_stay_equal() -> None:
    assert distinct_keys('{"*": 1, "*": 2}', '{"bob": 1, "bob": 2}') == '{"*": 1, "*": 2}'
