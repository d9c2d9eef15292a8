from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from detectors.regex.bounds import longest
from detectors.regex.detector import Regex
from detectors.regex.scanning import MOST
from policyengine import (
    ConfigurationError,
    Engine,
    Resources,
    Segment,
    Source,
    Truncated,
    View,
    WarmUpError,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]


def told(find: Find, detector: Detector[Any], text: str) -> list[Any]:
    return [
        (finding.evidence["pattern"], text[finding.span.start : finding.span.end])
        for finding in find(detector, text)
    ]


def test_patterns_are_told_by_name(find: Find, ready: Ready) -> None:
    detector = ready(Regex, patterns={"order": r"\b[A-Z]{2}-\d{6}\b", "year": r"\b20\d\d\b"})
    assert told(find, detector, "AB-123456 in 2024") == [("order", "AB-123456"), ("year", "2024")]
    assert detector.words == {"order", "year"}


def test_patterns_may_be_a_list_with_scores(find: Find, ready: Ready) -> None:
    detector = ready(Regex, patterns=[{"name": "a", "pattern": "a+", "score": 0.3}])
    assert [finding.score for finding in find(detector, "aa")] == [0.3]
    detector = ready(Regex, patterns={"a": {"pattern": "a+", "score": 0.3}})
    assert [finding.score for finding in find(detector, "aa")] == [0.3]


def test_examples_are_those_that_were_given_and_a_sign_that_nothing_matches(ready: Ready) -> None:
    detector = ready(
        Regex,
        patterns=[
            {"name": "order", "pattern": "AB-[0-9]+", "example": "my AB-1"},
            {"name": "low", "pattern": "[·§]", "example": "·", "score": 0.2},
            {"name": "plain", "pattern": "x"},
        ],
    )
    assert [(example.examined[0].text, set(example.finds)) for example in detector.examples] == [
        ("my AB-1", {"regex.match"}),
        ("¤", set()),
    ]
    assert ready(Regex, patterns={"anything": "(?s)."}).examples == []


def test_case_matters_unless_it_is_ignored(find: Find, ready: Ready) -> None:
    assert told(find, ready(Regex, patterns={"x": "straße"}), "STRAßE") == []
    ignoring = ready(Regex, patterns={"x": "straße"}, ignore_case=True)
    assert told(find, ignoring, "STRAßE") == [("x", "STRAßE")]


def test_spans_are_code_points_whatever_stands_before(find: Find, ready: Ready) -> None:
    for pattern in ("[0-9]{3}", "[0-9]+"):
        detector = ready(Regex, patterns={"n": pattern})
        for before in ("é", "👩\u200d👩", "\ud800", "\0", "漢", "\udfff\ud800"):
            assert told(find, detector, f"{before}123{before}456") == [("n", "123"), ("n", "456")]


def test_empty_matches_are_no_findings(find: Find, ready: Ready) -> None:
    detector = ready(Regex, patterns={"x": "a*", "y": r"\b", "z": "(?:b|)"})
    assert told(find, detector, "éabaaé") == [("x", "a"), ("x", "aa"), ("z", "b")]


def test_overlapping_matches_of_a_bounded_pattern_are_all_found(find: Find, ready: Ready) -> None:
    detector = ready(Regex, patterns={"n": "aba", "m": "a(?:bc)?|bcd"})
    assert told(find, detector, "ababa") == [("n", "aba"), ("n", "aba"), ("m", "a"), ("m", "a"),
                                             ("m", "a")]  # fmt: skip
    assert told(find, detector, "abcd") == [("m", "abc"), ("m", "bcd")]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("ab(", r"this pattern does not compile: missing \)"),
        ("x(?=y)", r"this pattern does not compile: invalid perl operator, at character 2"),
        (r"a\1", r"invalid escape sequence, at character 2"),
        ("[z-a]", "invalid character class range, at character 2"),
        ("a{2000}", "invalid repetition size, at character 2"),
        ("a**", "bad repetition operator, at character 2"),
        (r"é\p{Nonsense}", "invalid character class range, at character 2"),
        (r"a\C", "matches a byte, which may be part of a character, at character 2"),
        ("(a{1,1000}){1,1000}", "invalid repetition size|too large"),
    ],
)
def test_what_does_not_compile_is_refused_in_its_place(pattern: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        Regex.Options.model_validate({"patterns": {"good": "a", "bad": pattern, "worse": "("}})
    assert [error["loc"] for error in caught.value.errors()] == [
        ("patterns", 1, "pattern"),
        ("patterns", 2, "pattern"),
    ]


LISTED = """
          - {name: good, pattern: a}
          - {name: bad, pattern: "("}
          - name: worse
            pattern: "["
"""


@pytest.mark.parametrize(
    "patterns",
    [
        LISTED,
        '\n          good: a\n          bad: "("\n          worse: {pattern: "["}',
    ],
)
def test_every_pattern_that_does_not_compile_is_a_mistake_in_its_line(
    patterns: str, tmp_path: Path
) -> None:
    path = tmp_path / "policies.yaml"
    step = "- step: s\n        flag_at: 1\n        detector: regex\n        options:\n         "
    text = f"version: 1\npolicies:\n  p:\n    steps:\n      {step}patterns:{patterns}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        Engine.load(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = [one for one in caught.value.mistakes if "does not compile" in one.message]
    assert [lines[one.line - 1][one.column - 1 :][:3] for one in wrong] == ['"("', '"["']


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        ({}, "at least 1"),
        ({"a": ""}, "at least 1 character"),
        ({"a b": "x"}, "should match pattern"),
        ([{"name": "a", "pattern": "x"}, {"name": "a", "pattern": "y"}], "two patterns are named"),
        ({"a": {"pattern": "x", "flags": "i"}}, "Extra inputs are not permitted"),
    ],
)
def test_options_that_mean_nothing_are_refused(patterns: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Regex.Options.model_validate({"patterns": patterns})


@pytest.mark.parametrize(
    ("pattern", "bound"),
    [
        ("abc", 3),
        (r"\b[A-Z]{2}-\d{6}\b", 9),
        ("a?b{2,5}|x{3}", 6),
        (r"(?i:é[^\]]\.)(?P<n>[]a]{2})?", 5),
        (r"\Qa+b\Ec", 4),
        (r"[[:alpha:]]\x{1F600}\pL\p{Greek}\x41", 5),
        ("(?i)ab", 2),
        ("a{,3}", 5),
        ("(?:)*a", 1),
        ("a??", 1),
        ("a+", None),
        ("a*b", None),
        ("a{2,}", None),
        ("^a", None),
        ("a$", None),
        (r"a\z", None),
        ("(?m)^a", None),
        (r"\Qab\E+", None),
        ("(a|b+)c", None),
    ],
)
def test_the_longest_match_is_read_from_the_pattern(
    ready: Ready, pattern: str, bound: int | None
) -> None:
    re2.compile(pattern)
    assert longest(pattern) == bound
    scope = ready(Regex, patterns={"p": pattern}).scope
    assert scope == ("whole" if bound is None else Window(bound + 1, bound + 1))


ATOMS = st.sampled_from(
    ["a", "b", "é", ".", r"\d", r"\w", "[ab]", "[^a]", "[]b]", "[a\\]]", r"\.", r"\x61", r"\pL",
     "[[:digit:]]", r"\b", "^", "$", r"\Qa.\E", "{", "}", "]", "-", "1", "漢"]
)  # fmt: skip
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "??", "{0,2}?"])


def grown(inner: Any) -> Any:
    joined = st.lists(st.tuples(inner, REPEATS).map("".join), max_size=4).map("".join)
    either = st.lists(joined, min_size=1, max_size=3).map("|".join)
    return st.tuples(st.sampled_from(["(", "(?:", "(?i:", "(?P<n>"]), either).map(
        lambda pair: "".join(pair) + ")"
    )


PATTERNS = st.lists(
    st.tuples(st.recursive(ATOMS, grown, max_leaves=6), REPEATS).map("".join),
    min_size=1,
    max_size=5,
).map("".join)
TEXTS = st.text(st.sampled_from("ab1é漢.-]{} \ud800"), max_size=30)


def compiled_or_none(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


@settings(max_examples=200)
@given(pattern=PATTERNS, text=TEXTS)
def test_no_match_is_longer_than_the_bound(pattern: str, text: str) -> None:
    compiled, bound = compiled_or_none(pattern), longest(pattern)
    if compiled is not None and bound is not None:
        text = re.sub("[\ud800-\udfff]", "\ufffd", text)
        for start in range(len(text)):
            match = compiled.match(text, start)
            assert match is None or match.end() - match.start() <= bound


@settings(max_examples=200)
@given(pattern=PATTERNS, text=TEXTS)
def test_matches_are_those_of_the_library(pattern: str, text: str) -> None:
    compiled = compiled_or_none(pattern)
    if compiled is None:
        return
    clean = re.sub("[\ud800-\udfff]", "\ufffd", text)
    if longest(pattern) is None:
        expected = {m.span() for m in compiled.finditer(clean) if m.end() > m.start()}
    else:
        found = (compiled.search(clean, start) for start in range(len(clean) + 1))
        every = {match.span() for match in found if match and match.end() > match.start()}
        expected = {
            one
            for one in every
            if not any(other[0] <= one[0] and one[1] <= other[1] for other in every - {one})
        }
    detector = Regex(Regex.Options.model_validate({"patterns": {"p": pattern}}))
    detector.warm_up(Resources())
    (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, text),))])
    assert [(f.span.start, f.span.end) for f in findings] == sorted(expected)


@settings(max_examples=150)
@given(pattern=PATTERNS, before=TEXTS, text=TEXTS, after=TEXTS)
def test_what_is_beyond_the_scope_changes_nothing(
    pattern: str, before: str, text: str, after: str
) -> None:
    if compiled_or_none(pattern) is None:
        return
    detector = Regex(Regex.Options.model_validate({"patterns": {"p": pattern}}))
    detector.warm_up(Resources())
    if not isinstance(detector.scope, Window):
        return
    middle = "a" * detector.scope.lookbehind + text + "a" * detector.scope.lookahead

    def found(whole: str, offset: int) -> list[Any]:
        (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, whole),))])
        places = [(f.span.start - offset, f.span.end - offset) for f in findings]
        first = detector.scope.lookbehind
        return [place for place in places if first <= place[0] < first + len(text)]

    assert found(before + middle + after, len(before)) == found(middle, 0)


def test_a_pattern_that_takes_exponential_time_elsewhere_is_linear_here(
    find: Find, ready: Ready
) -> None:
    detector = ready(Regex, patterns={"evil": "(a|a)*(a|aa)+b"})
    assert told(find, detector, "a" * 100_000) == []


@pytest.mark.parametrize("unit", ["a", "é", "\ud800", "\0", "漢"])
def test_a_megabyte_of_one_character_is_looked_through(find: Find, ready: Ready, unit: str) -> None:
    detector = ready(Regex, patterns={"order": r"\bAB-\d{6}\b", "tail": "x+y"})
    assert told(find, detector, unit * 1_000_000 + " AB-123456 xxy") == [
        ("order", "AB-123456"),
        ("tail", "xxy"),
    ]


def test_too_many_matches_of_an_unbounded_pattern_fail_instead_of_taking_for_ever(
    find: Find, ready: Ready
) -> None:
    detector = ready(Regex, patterns={"slow": "a.*b|a"})
    assert len(find(detector, "a" * MOST)) == MOST
    with pytest.raises(Truncated):
        find(detector, "a" * (MOST + 1))


def test_without_its_library_warming_up_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    detector = Regex(Regex.Options.model_validate({"patterns": {"a": "a"}}))
    with pytest.raises(WarmUpError, match=r"llm-policyengine\[detectors\]"):
        detector.warm_up(Resources())
