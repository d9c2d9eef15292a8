from __future__ import annotations

import json
import math
from collections import UserDict, UserList
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine import Finding, Kind, Position, Segment, Source, Span, View
from policyengine import vetting as v

SEGMENT = Segment("/messages/0/content", Source.PROMPT, "call me on 555")
REFERENCE = Segment("/context/0", Source.CONTEXT, "a passage")
ELSEWHERE = Segment("/messages/0/content", Source.PROMPT, "another exchange")
VIEW = View((SEGMENT,), (REFERENCE,))
KINDS = {"fake.spanned": Kind("fake.spanned"), "fake.whole": Kind("fake.whole", spans=False)}
WORDS = frozenset(("declared", "near", "quote", "word", "at", *"abcden"))


class Hostile:
    """Raises whenever it is looked at."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise RuntimeError(name)


class HostileList(list):  # type: ignore[type-arg]  # of anything
    def __len__(self) -> NoReturn:
        raise RuntimeError

    def __iter__(self) -> NoReturn:
        raise RuntimeError


class HostileWord(str):
    __slots__ = ()

    def __hash__(self) -> NoReturn:
        raise RuntimeError


class Chameleon(str):  # noqa: SLOT000 - its own attribute is the point
    """A text with more than the text."""

    quote = "call me"


class Alike(str):
    """A text that passes for a declared one."""

    __slots__ = ()

    def __eq__(self, _other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("declared")


class Number(int):
    quote = "call me"


class Amount(float):
    quote = "call me"


class Unmeasured(Fraction):
    def __le__(self, _other: object) -> bool:
        raise RuntimeError

    __ge__ = __le__


class Empty(dict):  # type: ignore[type-arg]  # of anything
    """Says that it is empty."""

    def __ne__(self, _other: object) -> bool:
        return False

    __hash__ = None


class Elsewhere(Segment):
    """Passes for any segment."""

    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = Segment.__hash__


REST = (Source.PROMPT, "another exchange")


def vetted(findings: object) -> str | None:
    return v.vet(findings, VIEW, KINDS, WORDS)


def finding(**changed: Any) -> Finding:
    given: dict[str, Any] = {
        "kind": "fake.spanned",
        "score": 0.5,
        "path": SEGMENT.path,
        "span": Span(0, 4),
    }
    return Finding(**(given | changed))


@pytest.mark.parametrize(
    "fine",
    [
        [],
        (),
        [finding()],
        (finding(score=0), finding(score=1)),
        [finding(score=Fraction(1, 2))],
        [finding(span=Span(0, len(SEGMENT.text)))],
        [finding(span=None)],
        [finding(path=None, span=None)],
        [finding(kind="fake.whole", span=None)],
        [finding(evidence={"a": 1, "b": 0.5, "c": True, "d": None, "e": "declared"})],
        [finding(evidence=MappingProxyType({"a": 1}))],
        [finding(evidence={"near": [Position(REFERENCE, Span(0, 9)), Position(SEGMENT)]})],
    ],
)
def test_what_a_detector_may_return_is_fine(fine: object) -> None:
    assert vetted(fine) is None


@pytest.mark.parametrize(
    ("reason", "findings"),
    [
        (v.NOT_A_LIST, None),
        (v.NOT_A_LIST, "text"),
        (v.NOT_A_LIST, iter([finding()])),
        (v.NOT_A_LIST, {finding().kind: 1}),
        (v.NOT_A_LIST, UserList([finding()])),
        (v.NOT_A_LIST, finding()),
        (v.NOT_A_FINDING, [None]),
        (v.NOT_A_FINDING, ["text"]),
        (v.NOT_A_FINDING, [[finding()]]),
        (v.NOT_A_FINDING, [Finding]),
        (v.UNDECLARED_KIND, [finding(kind="fake.other")]),
        (v.UNDECLARED_KIND, [finding(kind=None)]),
        (v.UNDECLARED_KIND, [finding(kind=[])]),
        (v.SCORE, [finding(score=1.0001)]),
        (v.SCORE, [finding(score=-0.1)]),
        (v.SCORE, [finding(score=math.nan)]),
        (v.SCORE, [finding(score=math.inf)]),
        (v.SCORE, [finding(score=10**400)]),
        (v.SCORE, [finding(score=True)]),
        (v.SCORE, [finding(score="1")]),
        (v.SCORE, [finding(score=None)]),
        (v.SCORE, [finding(score=1j)]),
        (v.UNKNOWN_PATH, [finding(path="/messages/1/content")]),
        (v.UNKNOWN_PATH, [finding(path=REFERENCE.path)]),
        (v.UNKNOWN_PATH, [finding(path=0)]),
        (v.SPAN_WITHOUT_PATH, [finding(path=None)]),
        (v.SPAN_NOT_DECLARED, [finding(kind="fake.whole")]),
        (v.NOT_A_SPAN, [finding(span=(0, 4))]),
        (v.NOT_A_SPAN, [finding(span=Span(0.0, 4.0))]),  # type: ignore[arg-type]
        (v.NOT_A_SPAN, [finding(span=Span(False, True))]),  # noqa: FBT003
        (v.NOT_A_SPAN, [finding(span=Span(None, 4))]),  # type: ignore[arg-type]
        (v.SPAN_OUTSIDE, [finding(span=Span(-1, 4))]),
        (v.SPAN_OUTSIDE, [finding(span=Span(4, 4))]),
        (v.SPAN_OUTSIDE, [finding(span=Span(5, 4))]),
        (v.SPAN_OUTSIDE, [finding(span=Span(0, len(SEGMENT.text) + 1))]),
        (v.EVIDENCE_SHAPE, [finding(evidence=None)]),
        (v.EVIDENCE_SHAPE, [finding(evidence=["declared"])]),
        (v.EVIDENCE_SHAPE, [finding(evidence={1: 1})]),
        (v.EVIDENCE_SHAPE, [finding(evidence={"call me": 1})]),
        (v.EVIDENCE_SHAPE, [finding(evidence={"call": 1})]),
        (v.EVIDENCE_SHAPE, [finding(evidence={"term": 1, "heron": True})]),
        (v.EVIDENCE_TEXT, [finding(evidence={"quote": "call"})]),
        (v.EVIDENCE_TEXT, [finding(evidence={"quote": ["declared", "call"]})]),
        (v.EVIDENCE_NUMBER, [finding(evidence={"n": math.nan})]),
        (v.EVIDENCE_NUMBER, [finding(evidence={"n": 2**63})]),
        (v.EVIDENCE_OTHER, [finding(evidence={"n": b"call"})]),
        (v.EVIDENCE_OTHER, [finding(evidence={"n": {"declared"}})]),
        (v.EVIDENCE_OTHER, [finding(evidence={"n": SEGMENT})]),
        (v.EVIDENCE_OTHER, [finding(evidence={"n": [[1]]})]),
        (v.EVIDENCE_POSITION, [finding(evidence={"at": Position(ELSEWHERE)})]),
        (v.EVIDENCE_POSITION, [finding(evidence={"at": Position(REFERENCE, Span(0, 10))})]),
        (v.EVIDENCE_POSITION, [finding(evidence={"at": Position("call")})]),  # type: ignore[arg-type]
        (v.NOT_A_FINDING, [Hostile()]),
        (v.NOT_A_LIST, HostileList([finding()])),
        (v.UNDECLARED_KIND, [finding(kind=HostileWord("fake.spanned"))]),
        (v.UNDECLARED_KIND, [finding(kind=Chameleon("fake.spanned"))]),
        (v.UNDECLARED_KIND, [finding(kind=Alike("call me"))]),
        (v.UNKNOWN_PATH, [finding(path=Chameleon(SEGMENT.path))]),
        (v.EVIDENCE_TEXT, [finding(evidence={"word": Chameleon("declared")})]),
        (v.EVIDENCE_TEXT, [finding(evidence={"word": ["declared", Alike("call")]})]),
        (v.EVIDENCE_SHAPE, [finding(evidence={Chameleon("name"): 1})]),
        (v.EVIDENCE_SHAPE, [finding(evidence=UserDict({"quote": "call"}))]),
        (v.EVIDENCE_SHAPE, [finding(evidence=Empty({"quote": "call"}))]),
        (v.EVIDENCE_OTHER, [finding(evidence={"n": Number(5)})]),
        (v.EVIDENCE_OTHER, [finding(evidence={"n": Amount(0.5)})]),
        (v.EVIDENCE_POSITION, [finding(evidence={"at": Position(Elsewhere("/x", *REST))})]),
        (v.UNREADABLE, [finding(score=Unmeasured(1, 2))]),
    ],
)
def test_what_cannot_be_used_has_a_reason(reason: str, findings: object) -> None:
    assert vetted(findings) == reason


def test_one_bad_finding_among_good_ones_is_seen() -> None:
    assert vetted([finding(), finding(), finding(score=2)]) == v.SCORE


def test_each_view_of_a_batch_has_a_reason_of_its_own() -> None:
    answer = [[], [finding(score=2)], [finding()]]
    assert v.vet_batch(answer, [VIEW] * 3, KINDS, WORDS) == [None, v.SCORE, None]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, v.NOT_A_LIST),
        ("ab", v.NOT_A_LIST),
        (iter([[], []]), v.NOT_A_LIST),
        (HostileList(), v.NOT_A_LIST),
        ([], v.NOT_ONE_EACH),
        ([[]], v.NOT_ONE_EACH),
        ([[], [], []], v.NOT_ONE_EACH),
    ],
)
def test_a_bad_answer_is_bad_for_every_view(answer: object, reason: str) -> None:
    assert v.vet_batch(answer, [VIEW, VIEW], KINDS, WORDS) == [reason, reason]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=4)
    | st.sampled_from(["fake.spanned", "fake.whole", "declared", SEGMENT.path, SEGMENT]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4), inner, max_size=2)
        | st.builds(Span, inner, inner)
        | st.builds(Position, inner, inner)
        | st.builds(Finding, inner, inner, inner, inner, inner)
    ),
    max_leaves=8,
)
KIND = st.sampled_from(["fake.spanned", "fake.whole"])
PATH = st.sampled_from([SEGMENT.path, None])
NEARLY = st.builds(Finding, KIND, st.floats(0, 1), PATH, ANYTHING, ANYTHING)


@settings(max_examples=150)
@given(ANYTHING | st.lists(NEARLY, max_size=2))
def test_whatever_is_returned_nothing_raises_and_what_is_fine_can_be_used(rubbish: Any) -> None:
    if vetted(rubbish) is not None:
        return
    for one in rubbish:
        assert KINDS[one.kind].spans or one.span is None
        assert json.dumps(one.score) == json.dumps(float(one.score)) or one.score in {0, 1}
        assert one.span is None or SEGMENT.text[one.span.start : one.span.end]


class Fickle(float):
    """Says that it lies between any bounds, and is another number each time it is asked."""

    def __le__(self, _other: object) -> bool:
        return True

    __ge__ = __le__

    def __float__(self) -> float:
        return 7.0


class Counting(int):
    def __float__(self) -> float:
        self.__dict__["asked"] = self.__dict__.get("asked", 0) + 1
        return 0.25 * self.asked  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("score", "plain"),
    [(Fickle(0.5), 0.5), (Amount(0.25), 0.25), (1, 1.0), (Fraction(1, 4), 0.25), (0.3, 0.3)],
)
def test_scores_are_plain_numbers_before_anything_is_decided_on_them(
    score: Any, plain: float
) -> None:
    for made in ([[finding(score=score), finding()]], ((finding(score=score), finding()),)):
        ((first, second),) = v.with_plain_scores(made)
        assert type(first.score) is float
        assert (first.score, second) == (plain, finding())


def test_a_score_is_asked_for_its_value_once() -> None:
    ((first,),) = v.with_plain_scores([[finding(score=Counting(3))]])
    assert (first.score, type(first.score)) == (0.25, float)


def test_what_a_score_hides_behind_its_type_is_vetted() -> None:
    answer = v.with_plain_scores([[finding(score=Fickle(7.5))], [finding(score=True)], "x"])
    assert v.vet_batch(answer, [VIEW] * 3, KINDS, WORDS) == [v.SCORE, v.SCORE, v.NOT_A_LIST]
