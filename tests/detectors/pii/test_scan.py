"""The fast scan finds what slow, obvious ones find."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.pii.anchors import ADDRESS_LONGEST, DOMAIN_LONGEST, LOCAL_LONGEST
from detectors.pii.announced import AROUND_AFTER, AROUND_BEFORE, UNIT_BEFORE
from detectors.pii.checks import Checks
from detectors.pii.compiled import GENERAL, scores_of, terms
from detectors.pii.detector import Pii
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.rows import AROUND, AT, LABEL, LOCAL, TERM, TOKENS, UNIT
from detectors.pii.scanning import Scanner
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.vocabulary import CONTEXT_AFTER, CONTEXT_BEFORE, CONTRARY_BEFORE, words_of
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detectors.pii.rows import Recognizer
    from policyengine import Detector


PIECES = [
    "jane.roe@example.org", "ü@ö.example", "用户@例子.测试", "a@b", "@", "4111 1111 1111 1111",
    "4111111111111111", "3782-822463-10005", "4222222222222", "1111", "4111", "123",
    "GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "GB82", "+44 20 7946 0958",
    "(415) 555-2671", "415-555-2671", "4155552671", "020 7946 0958", "+1", "555", "2671",
    "536-90-4399", "536 90 4399", "536904399", "203.0.113.7", "8.8.8.8", "1.2", "fe80::1",
    "2001:db8::8a2e:370:7334", "::ffff:192.0.2.128", "12:30:45", "2024-01-15", "00", "07400 123456",
    "BSN", "DNI", "VAT", "X1234567L", "390.533.447-05", "AB 12 34 56 C", "12/05/1984", "3 May 2021",
    "born", "age", "34", "years old", "password:", "hunter2-Q", "username=", "jane_roe", "Danish",
    "SW1A 1AA", "example.org", "https://example.org/a?token=abcdef123", "00:1A:2B:3C:4D:5E", "May",
    "49-015420-323751-8", "490154203237518", "40.7128, -74.0060", "MRN", "account", "DE136695976",
    "phone", "version", "ssn", "card", "ip", " ", " ", " ", "-", ".", ",", ":", "/", "(", ")", "+",
    "_", "=", "\n", "x", "é", "漢", "\ud800", "👩", "５３６", "\u2013", "\u00a0", "\0", "%", "#",
    "$", "\t",
]  # fmt: skip
WHOLE = [piece for piece in PIECES if len(piece) > 5]
PIECE = (
    st.sampled_from(WHOLE)
    | st.sampled_from(PIECES)
    | st.text(st.sampled_from("019.-@:+ aF()"), max_size=12)
)
JOINT = st.sampled_from([" ", " ", " ", "", ", ", "\n", "-", "."])
TEXTS = st.lists(st.tuples(PIECE, JOINT).map("".join), max_size=12).map("".join)


# Kinds that a pipeline is asked for too, whose scope is another.
NAMED = {"pii.location", "pii.nationality"}
SHAPED = tuple({row.kind.removeprefix("pii.") for row in RECOGNIZERS if row.kind not in NAMED})


@pytest.fixture(scope="module")
def pii() -> Detector[Any]:
    detector = Pii(Pii.Options(entities=SHAPED))
    detector.warm_up(Resources())
    return detector


@pytest.fixture(scope="module")
def checks() -> Checks:
    return Checks(("US", "GB"))


def found_in(pii: Detector[Any], text: str) -> list[Any]:
    (findings,) = pii.detect([View((Segment("/x", Source.PROMPT, text),))])
    return [
        (f.span.start, f.span.end, f.score, f.evidence["recognizer"], f.evidence.get("context"))
        for f in findings
    ]


def addresses(row: Recognizer, data: bytes) -> Iterator[tuple[int, int]]:
    """Around every sign, letter by letter."""
    for at in (place for place, byte in enumerate(data) if byte == ord("@")):
        domain = re.compile(f"(?:{row.shapes[0]}){row.after}".encode("latin-1")).match(data, at)
        for characters in (LOCAL, LOCAL + "\xfd"):
            inside = re.compile(f"[{characters}]".encode("latin-1"))
            first = at
            while first and inside.match(data[first - 1 : first]):
                first -= 1
            run = at - first
            while first < at and data[first : first + 1] in b"+%~&'.-":
                first += 1
            if first < at:
                break
        fits = domain and first < at and run <= LOCAL_LONGEST
        if (
            fits
            and domain.end() - at - 1 <= DOMAIN_LONGEST
            and domain.end() - first <= ADDRESS_LONGEST
        ):
            yield first, domain.end()


def written(form: str) -> str:
    """A form as a pattern: letters in a group of their own are capitals."""
    groups = re.split("([0AX]+)", form)
    for place, group in enumerate(groups):
        if place % 2 == 0:
            groups[place] = re.escape(group)
        else:
            letter = "[A-Za-z]" if "0" in group else "[A-Z]"
            either = "[0-9A-Za-z]" if "0" in group else "[0-9A-Z]"
            groups[place] = "".join({"0": "[0-9]", "A": letter, "X": either}[c] for c in group)
            if "X" in group and "0" not in group:
                word = f"[A-Z]{{{len(group)}}}" if len(group) <= 6 else "(?!)"
                groups[place] = rf"(?:(?=[A-Za-z]*[0-9])[0-9A-Za-z]{{{len(group)}}}|{word})"
    return "".join(groups)


def candidates_of(row: Recognizer, data: bytes) -> Iterator[tuple[int, int]]:
    """Every place with the row's shape, by a plain pattern tried at every place of the text."""
    if row.gate == AT:
        yield from addresses(row, data)
        return
    if row.gate in {LABEL, UNIT, TERM, AROUND}:
        for match in words_in(data, row.labels):
            yield from beside(row, data, *match.span())
        return
    for shape in row.shapes:
        plain = written(shape) if row.gate == TOKENS else shape
        for match in compiled(f"{row.before}(?=({plain}){row.after})").finditer(data):
            yield match.span(1)


def words_in(data: bytes, words: tuple[str, ...]) -> Iterator[re.Match[bytes]]:
    """The whole words of a text that are among some."""
    text = words_of(data)
    for pattern in whole(words):
        yield from pattern.finditer(text)


@cache
def whole(words: tuple[str, ...]) -> list[re.Pattern[bytes]]:
    return [re.compile(rb"(?<![a-z\xff])%b(?![a-z\xff])" % term) for term in terms(words)]


@cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("latin-1"))


def beside(row: Recognizer, data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What a label or a unit announces, or the word itself, or what is around it."""
    if row.gate == TERM:
        if compiled(row.before).match(data, start) and compiled(row.after).match(data, end):
            yield start, end
        return
    for shape in row.shapes:
        pattern = compiled(f"(?=({shape}){row.after}){row.before}")
        if row.gate == AROUND:
            first, last = max(start - AROUND_BEFORE, 0), end + AROUND_AFTER
            spans = (m.span(1) for m in pattern.finditer(data, first, last))
            yield from islice((span for span in spans if span[0] <= start and end <= span[1]), 1)
            continue
        edge = max(start - UNIT_BEFORE, 0)
        value = pattern.match(data, end) if row.gate == LABEL else pattern.search(data, edge, start)
        if value:
            yield value.span("value")
            return


def slowly(checks: Checks, text: str) -> Any:
    """Every recogniser at every place of the text, and every pair compared."""
    data = shape_of(text, Standins())
    hits = [
        hit
        for row in RECOGNIZERS
        for place in candidates_of(row, data)
        if (hit := told(checks, row, data, *place)) is not None
    ]
    hits = sorted(set(hits), key=lambda one: (one[0], -one[1], -one[2]))
    order = {row.name: place for place, row in enumerate(RECOGNIZERS)}
    return [
        one
        for one in hits
        if not any(
            other[0] <= one[0]
            and one[1] <= other[1]
            and (other[2] > one[2] or (other[2] == one[2] and beats(other, one, order)))
            for other in hits
            if other != one
        )
    ]


def told(checks: Checks, row: Recognizer, data: bytes, start: int, last: int) -> Any:
    """What is told of a candidate, if it holds."""
    end = last
    check = checks.check(row.validate)
    if check is not None:
        end = start + check(data[start:last].decode("latin-1"))
    if end == start:
        return None
    if row.gate in {LABEL, UNIT, TERM, AROUND}:
        return start, end, scores_of(row)[1], row.name, True
    (score, in_context), context = scores_of(row), None
    place = (data, start, end)
    if near(row.context, *place) or in_field(row.context, *place):
        score, context = in_context, True
    elif near(row.general, *place) or in_field(row.general, *place):
        score, context = round(in_context - GENERAL, 4), True
    if against(row, data, start):
        score, context = row.against, None
    tail = re.compile(row.tail.encode("latin-1")).match(data, end)
    return (start, tail.end() if tail else end, score, row.name, context) if score else None


def against(row: Recognizer, data: bytes, start: int) -> bool:
    """Whether the last word before a place, of those that speak for or against it, does the latter.

    Of two that end together the longer one ends last.
    """
    said = [
        (match.end(), -match.start(), list_of is row.contrary)
        for list_of in (row.context, row.contrary)
        for match in words_in(data, list_of)
        if 0 <= start - match.end() <= CONTRARY_BEFORE
    ]
    return bool(said) and max(said)[2]


def near(words: tuple[str, ...], data: bytes, start: int, end: int) -> bool:
    """Whether one of the words stands wholly within reach."""
    return any(
        (start - CONTEXT_BEFORE <= match.start() and match.end() <= start)
        or (end <= match.start() and match.end() <= end + CONTEXT_AFTER)
        for match in words_in(data, words)
    )


def in_field(words: tuple[str, ...], data: bytes, start: int, _end: int) -> bool:
    """Whether one of the words is in the name of the field that the place is the value of."""
    field = re.search(
        rb"([A-Za-z][0-9A-Za-z_.\-]{1,39})[\"']?[ ]?[:=][ ]?[\"']?\Z",
        data[max(start - 45, 0) : start],
    )
    if field is None:
        return False
    name = re.sub(rb"(?<=[a-z])(?=[A-Z])", b" ", field[1]).lower()
    name = b" ".join(re.sub(rb"[^a-z]", b" ", name).split())
    return any(re.search(rb"(?<![a-z])%b(?![a-z])" % term, name) for term in terms(words))


def beats(other: Any, one: Any, order: dict[str, int]) -> bool:
    """Equally sure: the longer one, then the earlier row."""
    same = other[:2] == one[:2]
    return order[other[3]] < order[one[3]] if same else True


@pytest.fixture(scope="module")
def scanner(checks: Checks) -> Scanner:
    return Scanner(RECOGNIZERS, checks)


@settings(max_examples=120)
@given(text=TEXTS)
@example(text="12/05/1984-ü@ö.example ")
@example(text="+https://example.org/a?token=abcdef123 ")
@example(text="abcdefghijkl+https://example.org/a, a+1+https://example.org/b")
def test_the_fast_scan_finds_what_the_slow_one_finds(
    scanner: Scanner, checks: Checks, text: str
) -> None:
    assert [
        (hit.start, hit.end, hit.score, hit.row.recognizer.name, hit.evidence.get("context"))
        for hit in scanner.scan(shape_of(text, Standins()))
    ] == slowly(checks, text)


@settings(max_examples=60)
@given(texts=st.lists(TEXTS, max_size=4))
def test_a_batch_gives_what_its_texts_give_one_by_one(pii: Detector[Any], texts: list[str]) -> None:
    views = [View((Segment("/x", Source.PROMPT, text),)) for text in texts]
    assert pii.detect(views) == [pii.detect([view])[0] for view in views]


@settings(max_examples=150)
@given(before=TEXTS, text=TEXTS, after=TEXTS)
def test_what_is_beyond_the_scope_changes_nothing(
    pii: Detector[Any], before: str, text: str, after: str
) -> None:
    scope = pii.scope
    whole = before + " " * scope.lookbehind + text + " " * scope.lookahead + after
    start = len(before) + scope.lookbehind
    inside = [
        (first - start, last - start, *rest)
        for first, last, *rest in found_in(pii, whole)
        if start <= first < start + len(text)
    ]
    alone = " " * scope.lookbehind + text + " " * scope.lookahead
    assert inside == [
        (first - scope.lookbehind, last - scope.lookbehind, *rest)
        for first, last, *rest in found_in(pii, alone)
    ]


@settings(max_examples=50)
@given(texts=st.lists(TEXTS, min_size=20, max_size=40))
def test_a_finding_needs_only_the_text_of_its_scope(pii: Detector[Any], texts: list[str]) -> None:
    text = "".join(texts)
    scope = pii.scope
    for start, end, *rest in found_in(pii, text)[-12:]:
        edge = max(start - scope.lookbehind, 0)
        cut = text[edge : start + scope.lookahead]
        assert (start - edge, end - edge, *rest) in [tuple(f) for f in found_in(pii, cut)]
