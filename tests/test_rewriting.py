from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from policyengine.redactions import Redaction, apart, merge
from policyengine.rewriting import Rewriter, label_of
from policyengine.standins import Issued, Original

KEY = b"a key"


def rewriter(*texts: str) -> Rewriter:
    return Rewriter(KEY, lambda: texts)


def redaction(method: str = "placeholder", *, kind: str = "pii.email", **more: object) -> Redaction:
    return Redaction(0, 3, kind, 1.0, method, **more)  # type: ignore[arg-type]


def test_one_value_has_one_placeholder_whoever_asks_and_when() -> None:
    first, second = rewriter(), rewriter("another", "exchange")
    placeholder = first.replacement(redaction(), "bob@x.com")
    assert second.replacement(redaction(), "ann@x.com") != placeholder
    assert second.replacement(redaction(), "bob@x.com") == placeholder
    assert placeholder.startswith("[EMAIL_")
    assert first.issued == {placeholder: Original("bob@x.com")}


def test_placeholders_depend_on_key_kind_and_sort_of_value() -> None:
    made = {
        rewriter().replacement(redaction(), "1"),
        Rewriter(b"other", lambda: ()).replacement(redaction(), "1"),
        rewriter().replacement(redaction(kind="pii.e_mail"), "1"),
        rewriter().replacement(redaction(), "1", number=True),
    }
    assert len(made) == 4


def test_a_placeholder_is_lengthened_until_the_exchange_does_not_contain_it() -> None:
    short = rewriter().replacement(redaction(), "bob")
    longer = rewriter(f"I once saw {short} here").replacement(redaction(), "bob")
    assert longer.startswith(short[:-1])
    assert len(longer) == len(short) + 1
    longest = rewriter(short, longer).replacement(redaction(), "bob")
    assert len(longest) == len(short) + 2


def test_a_text_that_quotes_every_length_of_a_digest_stops_nobody() -> None:
    quoted: list[str] = []
    for _ in range(60):
        quoted.append(rewriter(*quoted).replacement(redaction(), "bob"))
    assert len(set(quoted)) == 60
    assert max(map(len, quoted)) > 52 + len("[EMAIL_]")


def test_a_fork_knows_what_was_issued_and_leaves_the_first_as_it_was() -> None:
    first = rewriter()
    before = first.replacement(redaction(), "bob")
    fork = first.fork(lambda: ())
    assert fork.replacement(redaction(), "bob") == before
    fork.replacement(redaction(), "ann")
    assert set(first.issued) == {before}
    assert len(fork.issued) == 2


NAMES = ("Maria Lopez", "Kim Chen", "Jo Hall", "Ana Berg", "Max Silva")


def drawn(_kind: str, value: str, draw: int) -> str | None:
    return None if value == "bob" else NAMES[draw % len(NAMES)]


def test_one_value_has_one_surrogate_whoever_asks_and_when() -> None:
    surrogate = redaction("surrogate", draw=drawn)
    first, second = rewriter(), rewriter("another", "exchange")
    stands = first.replacement(surrogate, "Ada")
    assert stands in NAMES
    assert first.replacement(surrogate, "Ada") == stands
    assert second.replacement(surrogate, "Ada") == stands
    assert first.issued == {stands: Original("Ada")}
    assert first.replacement(surrogate, "Bea") != stands


def test_surrogates_depend_on_key_kind_and_sort_of_value() -> None:
    seen: list[int] = []

    def numbered(_kind: str, _value: str, draw: int) -> str:
        seen.append(draw)
        return f"number {len(seen)}"

    surrogate = redaction("surrogate", draw=numbered)
    rewriter().replacement(surrogate, "Ada")
    Rewriter(b"other", lambda: ()).replacement(surrogate, "Ada")
    rewriter().replacement(redaction("surrogate", kind="pii.e_mail", draw=numbered), "Ada")
    rewriter().replacement(surrogate, "Ada", number=True)
    assert len(set(seen)) == 4
    assert min(seen).bit_length() > 200


def test_a_surrogate_is_drawn_again_until_the_exchange_does_not_contain_it() -> None:
    surrogate = redaction("surrogate", draw=drawn)
    stands = rewriter().replacement(surrogate, "Ada")
    other = rewriter(f"I am {stands}.").replacement(surrogate, "Ada")
    assert other in set(NAMES) - {stands}
    assert rewriter(*NAMES).replacement(surrogate, "Ada").startswith("[EMAIL_")


def _raises(_kind: str, _value: str, _draw: int) -> str:
    raise RuntimeError("no text of an exchange")


@pytest.mark.parametrize(
    "draw",
    [
        None,
        drawn,
        _raises,
        lambda _kind, value, _draw: f"{value}@example.org",
        lambda _kind, _value, _draw: 7,
        lambda _kind, _value, draw: str(draw % 10),
    ],
)
def test_what_has_no_usable_surrogate_gets_a_placeholder(draw: Any) -> None:
    made = rewriter()
    placeholder = made.replacement(redaction("surrogate", draw=draw), "bob")
    assert placeholder == made.replacement(redaction(), "bob")
    assert made.issued == {placeholder: Original("bob")}


def test_a_fork_keeps_surrogates_and_leaves_the_first_as_it_was() -> None:
    surrogate = redaction("surrogate", draw=drawn)
    first = rewriter()
    stands = first.replacement(surrogate, "Ada")
    fork = first.fork(lambda: (f"{stands} said so",))
    assert fork.replacement(surrogate, "Ada") == stands
    assert fork.surrogates_in(f"to {stands}") == [(3, 3 + len(stands))]
    fork.replacement(surrogate, "Bea")
    assert set(first.issued) == {stands}
    assert len(fork.issued) == 2


def test_surrogates_that_would_grow_together_with_a_neighbour_are_placeholders() -> None:
    places = [(0, 3), (3, 6), (8, 11), (12, 15), (16, 19)]
    given = [Redaction(start, end, "k", 1.0, "surrogate") for start, end in places]
    methods = [one.method for one in apart("AdaBeaxxCia Dea Evas", given)]
    assert methods == ["placeholder", "placeholder", "placeholder", "surrogate", "placeholder"]


def test_a_hash_is_keyed() -> None:
    digest = hmac.new(KEY, b"pii.email\0text\0bob", hashlib.sha256).hexdigest()
    assert rewriter().replacement(redaction("hash"), "bob") == f"[EMAIL#{digest[:16]}]"


@pytest.mark.parametrize(
    ("value", "keep_last", "masked"),
    [
        ("4111111111111111", 4, "************1111"),
        ("4111111111111111", None, "****************"),
        ("1234", 4, "**34"),
        ("12", 4, "*2"),
        ("1", 4, "*"),
        ("naïve", 2, "***ve"),
    ],
)
def test_a_mask_hides_at_least_half(value: str, keep_last: int | None, masked: str) -> None:
    assert rewriter().replacement(redaction("mask", keep_last=keep_last), value) == masked


def test_labels_and_removal_say_nothing_of_the_value() -> None:
    assert rewriter().replacement(redaction("label"), "bob") == "[EMAIL]"
    assert rewriter().replacement(redaction("remove"), "bob") == ""


@pytest.mark.parametrize(
    ("kind", "label"),
    [("pii.email", "EMAIL"), ("a.b-c", "B_C"), ("plain", "PLAIN"), ("x.é", "_"), ("x.", "TEXT")],
)
def test_labels_are_plain_capitals(kind: str, label: str) -> None:
    assert label_of(kind) == label


def one(start: int, end: int, score: float, kind: str = "k", method: str = "label") -> Redaction:
    return Redaction(start, end, kind, score, method)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ([], []),
        ([one(0, 2, 0.5), one(2, 4, 0.5)], [one(0, 2, 0.5), one(2, 4, 0.5)]),
        ([one(5, 9, 0.5), one(0, 2, 0.5)], [one(0, 2, 0.5), one(5, 9, 0.5)]),
        ([one(0, 5, 0.5, "a"), one(3, 9, 0.9, "b")], [one(0, 9, 0.9, "b")]),
        ([one(0, 5, 0.9, "a"), one(3, 9, 0.9, "b")], [one(0, 9, 0.9, "b")]),
        ([one(0, 5, 0.9, "b"), one(0, 5, 0.9, "a")], [one(0, 5, 0.9, "a")]),
        ([one(0, 3, 0.9), one(2, 5, 0.1), one(4, 8, 0.2)], [one(0, 8, 0.9)]),
        ([one(0, 9, 0.1, "a"), one(2, 3, 0.9, "b")], [one(0, 9, 0.9, "b")]),
    ],
)
def test_overlaps_become_their_union_under_the_strongest(
    given: list[Redaction], merged: list[Redaction]
) -> None:
    assert merge(given) == merged
    assert merge(given[::-1]) == merged


def test_nothing_stays_readable_where_any_of_the_overlapping_hides_all() -> None:
    mask = Redaction(0, 8, "card", 0.9, "mask", 4)
    assert merge([mask])[0].keep_last == 4
    assert merge([mask, Redaction(6, 8, "id", 0.1, "remove")])[0].keep_last is None
    assert merge([mask, Redaction(0, 8, "id", 0.1, "mask", 2)])[0].keep_last == 2


def test_only_what_was_issued_is_put_back() -> None:
    issued = Issued({"[EMAIL_ABCDEF]": Original("bob@x.com")})
    text = "[EMAIL_ABCDEF] [EMAIL_ABCDEG] [EMAIL_ABCDEF [EMAIL_ABCDEF]]"
    edits = [(edit.start, edit.end) for edit, _ in issued.found_in(text)]
    assert [text[start:end] for start, end in edits] == ["[EMAIL_ABCDEF]"] * 2
