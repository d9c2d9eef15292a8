"""Allow lists and deny lists: what they cover, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from detectors.pii.lists import KNOWN, Allow, AllowList, Denied, Deny
from policyengine import Resources, Segment, Source

LIST: TypeAdapter[Any] = TypeAdapter(AllowList)


def allow(*entries: Any) -> Allow:
    return Allow(LIST.validate_json(json.dumps(entries), strict=True))


def denied(text: str, **terms: str) -> list[tuple[str, str]]:
    deny = Deny([Denied(term=term.replace("_", " "), kind=kind) for term, kind in terms.items()])
    deny.warm_up(Resources())
    found = deny.find(Segment("/text", Source.PROMPT, text))
    assert all(one.score == 1 and one.path == "/text" for one in found)
    assert all(one.evidence == {"recognizer": "deny_list"} for one in found)
    return [(one.kind, text[one.span.start : one.span.end]) for one in found if one.span]


@pytest.mark.parametrize(
    ("entry", "kind", "value", "covered"),
    [
        ("a@acme.example", "pii.email", "a@acme.example", True),
        ("a@acme.example", "pii.email", "A@acme.example", False),
        ("a@acme.example", "pii.email", "aa@acme.example", False),
        ({"value": "Paris"}, "pii.person", "Paris", True),
        ({"value": "Paris", "kinds": ["location"]}, "pii.person", "Paris", False),
        ({"value": "Paris", "kinds": ["location", "person"]}, "pii.person", "Paris", True),
        ({"regex": r".+@acme\.example"}, "pii.email", "zoë@acme.example", True),
        ({"regex": r".+@acme\.example"}, "pii.email", "zoë@acme.example.org", False),
        ({"regex": r"@acme\.example"}, "pii.email", "zoë@acme.example", False),
        ({"regex": r"a|ab"}, "pii.email", "ab", True),
        ({"regex": r"(?i)ACME.*", "kinds": ["email"]}, "pii.url", "acme.com", False),
        ({"regex": "."}, "pii.email", "\ud800", True),
        ({"fuzzy": "Acme Corp", "distance": 1}, "pii.organization", "ACME Corp.", True),
        ({"fuzzy": "Acme Corp", "distance": 1}, "pii.organization", "Acmé Corp", True),
        ({"fuzzy": "Acme Corp", "distance": 1}, "pii.organization", "Acm Corp.", False),
        ({"fuzzy": "Acme Corp", "distance": 2}, "pii.organization", "Acm Corp.", True),
        ({"fuzzy": "Acme Corp"}, "pii.organization", "Acm Corp", True),
        ({"fuzzy": "Acme Corp", "kinds": ["organization"]}, "pii.person", "Acme Corp", False),
    ],
)
def test_a_list_covers_values_patterns_and_near_values_by_kind(
    entry: Any, kind: str, value: str, *, covered: bool
) -> None:
    assert allow(entry).covers(kind, value) is covered
    assert allow("something else", entry).covers(kind, value) is covered


def test_one_value_may_be_allowed_as_several_kinds() -> None:
    both = allow({"value": "May", "kinds": ["person"]}, {"value": "May", "kinds": ["date"]})
    assert [both.covers(f"pii.{kind}", "May") for kind in ("person", "date", "age")] == [
        True,
        True,
        False,
    ]


def test_an_empty_list_covers_nothing() -> None:
    assert not allow()
    assert not allow().covers("pii.email", "")
    assert allow("x")


@pytest.mark.parametrize(
    ("entry", "where", "said"),
    [
        ({"regex": "(a"}, (0, "regex"), "does not compile: missing ): (a"),
        ({"regex": r"(a)\1"}, (0, "regex"), "does not compile"),
        ({"value": "x", "kinds": ["emial"]}, (0, "kinds"), "unknown: emial; allowed: email"),
        ({"value": "x", "regex": "x"}, (0,), "give one of value, regex and fuzzy"),
        ({"kinds": ["email"]}, (0,), "give one of value, regex and fuzzy"),
        ({"value": "x", "distance": 1}, (0,), "distance is for fuzzy"),
        ({"fuzzy": "abcde", "distance": 2}, (0,), "2 edits are too many"),
        ({"fuzzy": "abcde", "distance": 9}, (0, "distance"), "less than or equal to 5"),
        ({"valve": "x"}, (0, "valve"), "Extra inputs"),
        ("", (0, "value"), "at least 1 character"),
        (7, (0,), "should be an object"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(
    entry: Any, where: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        allow(entry)
    (error,) = caught.value.errors()
    assert error["loc"] == where
    assert said.partition(": (")[0] in error["msg"]


@given(st.text(max_size=12), st.sampled_from(["Acme Corp", "straße", "zoë@quux.org"]))
def test_near_values_are_those_of_a_plain_count_of_edits(value: str, wanted: str) -> None:
    near = allow({"fuzzy": wanted, "distance": 2})
    for text in (value, wanted[:4] + value + wanted[5:], wanted + value):
        expected = _edits(wanted.casefold(), text.casefold()) <= 2
        assert near.covers("pii.person", text) is expected


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, character in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, against in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (character != against)),
            )
    return row[-1]


def test_denied_terms_are_found_as_their_kind() -> None:
    text = "PROJECT\nHERON is Zoe's; herons and Zoë, not Zoes."
    assert denied(text, Project_Heron="organization", zoë="person") == [
        ("pii.organization", "PROJECT\nHERON"),
        ("pii.person", "Zoe"),
        ("pii.person", "Zoë"),
    ]
    assert denied("nothing here", Project_Heron="organization") == []


def test_a_denied_term_names_a_kind_that_there_is() -> None:
    with pytest.raises(ValidationError, match="unknown: organisation; allowed: email"):
        Denied(term="x", kind="organisation")
    assert {"person", "organization", "email"} <= set(KNOWN)


def test_terms_have_a_bounded_reach() -> None:
    scope = Deny([Denied(term="x" * 20, kind="person")]).scope
    assert 20 <= scope.lookahead < 500
