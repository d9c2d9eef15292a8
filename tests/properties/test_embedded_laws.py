"""Laws of JSON inside strings; the oracle is the standard library's reader."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.embedded import Leaf, distinct_keys, encode_edit, is_document, leaves

TEXT = st.text(st.characters(), max_size=8) | st.text('"\\/\n\tub0d83e\ud83d\ude00~#x', max_size=8)
VALUES = st.recursive(
    TEXT
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([True, None]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = (
    st.lists(VALUES, max_size=4)
    | st.dictionaries(TEXT, VALUES, max_size=4)
    | TEXT
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)


@st.composite
def raw_documents(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from([None, 1]))
    return json.dumps(draw(DOCUMENTS), ensure_ascii=draw(st.booleans()), indent=indent)


def oracle(raw: str) -> list[tuple[str, str]] | None:
    """The leaves in their order, by the standard library, as (sort, text)."""

    def literal(text: str) -> Any:
        return ("number", text)

    def refuse(_name: str) -> Any:
        raise ValueError

    try:
        root = json.loads(
            raw,
            parse_int=literal,
            parse_float=literal,
            parse_constant=refuse,
            object_pairs_hook=lambda pairs: ("object", pairs),
        )
    except ValueError:
        return None
    if root is None or isinstance(root, bool):
        return None
    return list(_walk(root))


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        yield "string", value
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, tuple) and value[0] == "object":
        for key, member in value[1]:
            yield "key", key
            yield from _walk(member)
    elif isinstance(value, tuple):
        yield value


def joined(text: str) -> str:
    """Two halves of a surrogate pair that an edit brings together are one character in JSON."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@given(raw_documents() | st.text('{}[]:,"\\ue1-.0truefalsn ', max_size=20))
@settings(max_examples=200)
def test_leaves_are_those_of_the_standard_library(raw: str) -> None:
    cut = leaves(raw)
    expected = oracle(raw)
    assert (None if cut is None else [(leaf.sort, leaf.text) for leaf in cut]) == expected
    assert is_document(raw) == (cut is not None)


@given(raw_documents())
@settings(max_examples=200)
def test_offsets_are_exact(raw: str) -> None:
    for leaf in leaves(raw) or ():
        if leaf.sort == "number":
            assert raw[leaf.start : leaf.end] == leaf.text
            continue
        edges = [leaf.to_raw(at, at)[0] for at in range(len(leaf.text) + 1)]
        assert edges[0] == leaf.start + 1
        assert edges[-1] == leaf.end - 1
        for at, (start, end) in enumerate(pairwise(edges)):
            assert json.loads(f'"{raw[start:end]}"') == leaf.text[at]
            assert leaf.to_decoded(start, end) == (at, at + 1)
            assert leaf.to_decoded(end - 1, end) == (at, at + 1)


@given(raw_documents())
@settings(max_examples=100)
def test_pointers_are_unique(raw: str) -> None:
    pointers = [leaf.pointer for leaf in leaves(raw) or ()]
    assert len(set(pointers)) == len(pointers)


@given(raw_documents(), st.data())
@settings(max_examples=200)
def test_any_set_of_edits_keeps_the_document_valid_and_does_what_it_says(
    raw: str, data: st.DataObject
) -> None:
    edits: list[tuple[int, int, str]] = []
    expected: list[tuple[str, str]] = []
    for leaf in leaves(raw) or ():
        new, sort = data.draw(_edited(leaf, edits))
        expected.append((sort, joined(new)))
    edited = raw
    for start, end, text in sorted(edits, reverse=True):
        edited = edited[:start] + text + edited[end:]
    cut = leaves(edited)
    assert cut is not None
    assert [(leaf.sort, joined(leaf.text)) for leaf in cut] == expected


@st.composite
def _edited(draw: st.DrawFn, leaf: Leaf, edits: list[tuple[int, int, str]]) -> tuple[str, str]:
    """The leaf's text and sort after up to two edits, which are added to `edits`."""
    size = len(leaf.text)
    if not draw(st.booleans()):
        return leaf.text, leaf.sort
    if leaf.sort == "number":
        text = draw(TEXT)
        edits.append(encode_edit(leaf, 0, size, text))
        return text, "string"
    bounds = sorted(draw(st.lists(st.integers(0, size), min_size=4, max_size=4)))
    new, last = "", 0
    for start, end in {(bounds[0], bounds[1]): 0, (bounds[2], bounds[3]): 0}:
        if start == end:
            continue
        text = draw(TEXT)
        edits.append(encode_edit(leaf, start, end, text))
        new += leaf.text[last:start] + text
        last = end
    return new + leaf.text[last:], leaf.sort


@given(st.dictionaries(TEXT.map(joined), st.integers(), min_size=1, max_size=8), st.data())
@settings(max_examples=100)
def test_rewritten_keys_lose_no_member(members: dict[str, int], data: st.DataObject) -> None:
    before = json.dumps(members)
    names = [data.draw(st.sampled_from([name, "*", "* (2)", "[P]"])) for name in members]
    after = (
        "{"
        + ", ".join(
            f"{json.dumps(name)}: {value}"
            for name, value in zip(names, members.values(), strict=True)
        )
        + "}"
    )
    result = json.loads(distinct_keys(after, before))
    assert list(result.values()) == list(members.values())
    for old, name, new in zip(members, names, result, strict=True):
        assert new == name or (new.startswith(name) and name != old)
