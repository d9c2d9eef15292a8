from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rapidfuzz.distance import Levenshtein

from detectors.keywords.detector import Keywords
from detectors.keywords.folding import IGNORED, Folding
from policyengine import Resources, Segment, Source, View, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]


def told(find: Find, detector: Detector[Any], text: str) -> list[Any]:
    return [
        (finding.evidence["term"], text[finding.span.start : finding.span.end], finding.score)
        for finding in find(detector, text)
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the Café closes", "Café"),
        ("CAFE\u0301!", "CAFE\u0301"),
        ("ｃａｆé", "ｃａｆé"),
        ("ca\u200bf\u00ade", "ca\u200bf\u00ade"),
        ("cafe", "cafe"),
        ("\u202ecafe\u202c", "cafe\u202c"),
        ("👩\u200d👩 café", "café"),
        ("\ud800 café \ud800", "café"),
    ],
)
def test_case_accents_and_invisible_characters_make_no_difference(
    find: Find, ready: Ready, text: str, value: str
) -> None:
    assert told(find, ready(Keywords, terms=["cafe"]), text) == [(0, value, 1.0)]


def test_without_folding_they_do(find: Find, ready: Ready) -> None:
    exact = ready(Keywords, terms=["Café"], ignore_case=False, fold=False)
    assert told(find, exact, "Café café Cafe CAFÉ cafe") == [(0, "Café", 1.0)]
    only_case = ready(Keywords, terms=["Café"], fold=False)
    assert told(find, only_case, "CAFÉ cafe") == [(0, "CAFÉ", 1.0)]
    only_accents = ready(Keywords, terms=["Café"], ignore_case=False)
    assert told(find, only_accents, "CAFÉ Cafe") == [(0, "Cafe", 1.0)]


def test_one_letter_may_stand_for_two_but_not_for_half_of_them(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=["strasse", "stras"], whole_word=False)
    assert told(find, detector, "Straße") == [(0, "Straße", 1.0)]
    assert told(find, detector, "ﬆrasse") == [(0, "ﬆrasse", 1.0)]
    assert told(find, detector, "Straß") == []


def test_a_term_in_a_longer_word_is_no_word(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=["ass", "c++"])
    assert told(find, detector, "classic pass_word assé 1ass ass\u0301e") == []
    assert told(find, detector, "kick-ass, C++11") == [(0, "ass", 1.0), (1, "C++", 1.0)]
    inside = ready(Keywords, terms=["ass"], whole_word=False)
    assert told(find, inside, "classic") == [(0, "ass", 1.0)]


def test_scripts_without_spaces_have_no_longer_words(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=["東京", "ไทย"])
    assert told(find, detector, "私は東京に行く ภาษาไทยครับ") == [(0, "東京", 1.0), (1, "ไทย", 1.0)]


def test_vowel_signs_are_part_of_their_word(find: Find, ready: Ready) -> None:
    assert told(find, ready(Keywords, terms=["क"]), "कि क") == [(0, "क", 1.0)]


def test_phrases_may_be_broken_over_lines(find: Find, ready: Ready) -> None:
    assert told(find, ready(Keywords, terms=["drop table"]), "DROP\nTABLE x") == [
        (0, "DROP\nTABLE", 1.0)
    ]


def test_of_two_terms_the_longer_is_told_and_overlapping_ones_both(
    find: Find, ready: Ready
) -> None:
    detector = ready(Keywords, terms=["new", "new york", "york city"])
    assert told(find, detector, "new york city") == [(1, "new york", 1.0), (2, "york city", 1.0)]


def test_a_longer_term_does_not_hide_one_with_a_higher_score(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=[{"term": "new york", "score": 0.2}, "york"])
    assert told(find, detector, "new york") == [(0, "new york", 0.2), (1, "york", 1.0)]


def test_a_term_given_twice_is_told_by_its_first_place(find: Find, ready: Ready) -> None:
    assert told(find, ready(Keywords, terms=["x", "Café", "cafe"]), "cafe") == [(1, "cafe", 1.0)]


def test_terms_may_have_scores_of_their_own(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=[{"term": "maybe", "score": 0.4}, "never"])
    assert told(find, detector, "maybe never") == [(0, "maybe", 0.4), (1, "never", 1.0)]


@pytest.mark.parametrize(
    ("text", "distance"),
    [("pasword", 1), ("passwword", 1), ("passw0rd", 1), ("Pässwort", 1), ("password", 0)],
)
def test_so_many_edits_are_forgiven(find: Find, ready: Ready, text: str, distance: int) -> None:
    detector = ready(Keywords, terms=["password"], fuzzy=1)
    (finding,) = find(detector, f"my {text}.")
    assert finding.evidence.get("distance", 0) == distance
    assert finding.score == 1 - distance / 8
    assert (finding.span.start, finding.span.end) == (3, 3 + len(text))


def test_one_edit_more_is_not(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=["password", "abcde"], fuzzy=1)
    assert told(find, detector, "pasword passwrod paswort") == [(0, "pasword", 0.875)]
    assert told(find, detector, "abcd abxde") == []  # five letters are too few for an edit


def test_a_word_beside_a_match_is_no_edit(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=["classified"], fuzzy=2)
    assert told(find, detector, "a classified. a clasified!") == [
        (0, "classified", 1.0),
        (0, "clasified", 0.9),
    ]


def test_near_matches_run_from_word_to_word(find: Find, ready: Ready) -> None:
    detector = ready(Keywords, terms=["secret plan"], fuzzy=2)
    assert told(find, detector, "the secrt plans.") == [(0, "secrt plans", round(1 - 2 / 11, 4))]
    assert told(find, detector, "insecret plane") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"terms": []}, "at least 1"),
        ({"terms": [""]}, "at least 1 character"),
        ({"terms": ["ok", " \u200b"]}, "this term holds nothing that can be seen"),
        ({"terms": ["a" * 201]}, "at most 200"),
        ({"terms": ["x"], "fuzzy": 4}, "less than or equal to 3"),
        ({"terms": ["x"], "fuzz": 1}, "Extra inputs are not permitted"),
        ({}, "Field required"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Keywords.Options.model_validate(options)


def test_every_term_that_cannot_be_seen_is_refused_in_its_place() -> None:
    terms = ["ok", "\u200b", {"term": " "}, "fine"]
    with pytest.raises(ValidationError) as caught:
        Keywords.Options.model_validate({"terms": terms})
    wrong = [one for one in caught.value.errors() if one["type"] == "value_error"]
    assert [(one["loc"][:2], one["loc"][-1] == "term") for one in wrong] == [
        (("terms", 1), False),
        (("terms", 2), True),
    ]


def test_findings_hold_no_term(find: Find, ready: Ready) -> None:
    (finding,) = find(ready(Keywords, terms=["hush"]), "hush")
    assert finding.kind == "keywords.banned"
    assert finding.evidence == {"term": 0}


@pytest.mark.parametrize("terms", [["hush"], ["·", "§ 1", "x"], [{"term": "low", "score": 0.2}]])
@pytest.mark.parametrize("whole_word", [True, False])
def test_examples_hold(ready: Ready, terms: list[Any], whole_word: bool) -> None:
    detector = ready(Keywords, terms=terms, whole_word=whole_word, fuzzy=1)
    assert any(not example.finds for example in detector.examples)
    for example in detector.examples:
        (findings,) = detector.detect([View(example.examined)])
        assert {f.kind for f in findings if f.score >= 0.5} == example.finds


@pytest.mark.parametrize("library", ["ahocorasick_rs", "rapidfuzz.distance"])
def test_without_its_libraries_warming_up_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    detector = Keywords(Keywords.Options.model_validate({"terms": ["password"], "fuzzy": 1}))
    with pytest.raises(WarmUpError, match=r"llm-policyengine\[detectors\]"):
        detector.warm_up(Resources())


@pytest.mark.parametrize("unit", ["a", "\u0301", "\u200b", "ß", "\ud800", "\0", "漢"])
@pytest.mark.parametrize(("length", "fuzzy"), [(1_000_000, 0), (20_000, 2)])
def test_a_long_text_of_one_character_is_looked_through(
    find: Find, ready: Ready, unit: str, length: int, fuzzy: int
) -> None:
    detector = ready(Keywords, terms=["password", "aaaaaaaaa"], fuzzy=fuzzy)
    assert told(find, detector, unit * length + " password")[-1] == (0, "password", 1.0)


def test_a_hundred_thousand_terms_are_found_each_by_its_place(find: Find, ready: Ready) -> None:
    terms = [f"{number}th" for number in range(100_000)]
    assert told(find, ready(Keywords, terms=terms), "9TH 99999th 100000th") == [
        (9, "9TH", 1.0),
        (99_999, "99999th", 1.0),
    ]


LETTERS = st.text(st.sampled_from("abB éßﬁ\u0301\u200b_1漢字-İ"), min_size=1, max_size=5)
TERMS = st.lists(
    LETTERS.filter(lambda term: Folding(ignore_case=True, fold=True).of(term).text.strip()),
    min_size=1,
    max_size=6,
)


def slow_fold(text: str, detector: Detector[Any]) -> list[str]:
    """Each character alone: the characters that it is compared as."""
    folded = []
    for character in text:
        one = character
        if detector.options.fold:
            one = IGNORED.sub("", unicodedata.normalize("NFKD", one))
        if detector.options.ignore_case:
            one = one.casefold()
        if detector.options.fold:
            one = IGNORED.sub("", unicodedata.normalize("NFKD", one))
        folded.append(one.lower() if detector.options.ignore_case else one)
    return folded


def slowly(detector: Detector[Any], text: str) -> Any:
    """Every term against every part of the text."""
    folded = slow_fold(text, detector)
    found = set()
    wanted = {"".join(slow_fold(term, detector)) for term in detector.options.terms}
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            within = folded[start] and folded[end - 1] and "".join(folded[start:end]) in wanted
            if within:
                found.add((start, end))
    return {
        one for one in found if not any(o[0] <= one[0] and one[1] <= o[1] for o in found - {one})
    }


@settings(max_examples=200)
@given(
    terms=TERMS,
    text=st.text(st.sampled_from("abB éßﬁ\u0301\u200b_1漢字-İ"), max_size=25),
    ignore_case=st.booleans(),
    fold=st.booleans(),
)
def test_the_fast_scan_finds_what_the_slow_one_finds(
    terms: list[Any], text: str, ignore_case: bool, fold: bool
) -> None:
    options = {"terms": terms, "ignore_case": ignore_case, "fold": fold, "whole_word": False}
    detector = Keywords(Keywords.Options.model_validate(options))
    detector.warm_up(Resources())
    (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, text),))])
    fast = set()
    for finding in findings:
        end = finding.span.end
        # What folding drops behind a match belongs to it.
        while fold and IGNORED.match(text[end - 1]):
            end -= 1
        fast.add((finding.span.start, end))
    assert fast == slowly(detector, text)


@settings(max_examples=200)
@given(
    term=st.text("abcd", min_size=6, max_size=9),
    words=st.lists(st.text("abcd", min_size=4, max_size=10), max_size=4),
    edits=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["", "x", "xx"])), max_size=2),
)
def test_near_matches_are_those_of_the_edit_distance(
    term: str, words: list[str], edits: list[tuple[int, str]]
) -> None:
    changed = list(term)
    for place, instead in edits:
        changed[place % len(changed)] = instead
    text = " ".join([*words, "".join(changed) or "x", *words])
    detector = Keywords(Keywords.Options.model_validate({"terms": [term], "fuzzy": 1}))
    detector.warm_up(Resources())
    (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, text),))])
    told_words = {text[f.span.start : f.span.end] for f in findings}
    single = {word for word in text.split(" ") if Levenshtein.distance(term, word) <= 1}
    assert single <= told_words
    assert all(Levenshtein.distance(term, word) <= 1 for word in told_words)


@settings(max_examples=100)
@given(before=LETTERS, text=LETTERS, after=LETTERS, terms=TERMS)
def test_what_is_beyond_the_scope_changes_nothing(
    before: str, text: str, after: str, terms: list[Any]
) -> None:
    detector = Keywords(Keywords.Options.model_validate({"terms": terms, "fuzzy": 1}))
    detector.warm_up(Resources())
    scope = detector.scope
    left, right = " " * scope.lookbehind, " " * scope.lookahead

    def found(whole: str, offset: int) -> list[Any]:
        (findings,) = detector.detect([View((Segment("/x", Source.PROMPT, whole),))])
        return [
            (f.span.start - offset, f.span.end - offset, f.score, f.evidence)
            for f in findings
            if offset <= f.span.start < offset + len(text)
        ]

    start = len(before) + len(left)
    assert found(before + left + text + right + after, start) == found(
        left + text + right, len(left)
    )


STREAMED = ("heron", "heron blue", "café", "#tag", "don't", "of the", "ass", "ﬁn")
SAID = st.sampled_from(
    (*STREAMED, "her", "blue", "caf", "e\u0301", "\u0301", "\u200b", " ", " ", "\n", "™", "ⓐ", "中",
     "x", "_", "'", "#", ". ", "\ud800", "Ǆ", "ﬁ", "n", "CAFÉ", "HERON", "ss", "ß")
)  # fmt: skip


@given(
    st.lists(SAID, max_size=12).map("".join),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, 0, 0, 1]),
)
@settings(max_examples=150, deadline=None)
def test_what_is_settled_in_a_text_that_goes_on_stays_as_it_is(
    text: str, whole_word: bool, ignore_case: bool, fold: bool, fuzzy: int
) -> None:
    options = {"whole_word": whole_word, "ignore_case": ignore_case, "fold": fold, "fuzzy": fuzzy}
    detector = Keywords(Keywords.Options.model_validate({"terms": STREAMED, **options}))
    detector.warm_up(Resources())
    cut = [text[:end] for end in range(len(text) + 1)]
    views = [View((Segment("/x", Source.COMPLETION, one, "response"),)) for one in cut]
    found = detector.detect(views)
    for one, findings in zip(cut, found, strict=True):
        place = detector.open_from(one)
        before = [each for each in findings if each.span and each.span.start < place]
        assert before == [each for each in found[-1] if each.span and each.span.start < place]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("and so it goes", ""),
        ("and so the her", "her"),
        ("and so the heron", "heron"),
        ("and so the heron ", "heron "),
        ("and so the heron w", ""),
        ("and so the heron blue", "heron blue"),
        ("and another", ""),
        ("ﬁﬁne ca", "ca"),
        ("whatever, cafe\u0301", "whatever, cafe\u0301"),
        ("", ""),
    ],
)
def test_only_a_term_that_has_begun_is_open(ready: Ready, text: str, held: str) -> None:
    detector = ready(Keywords, terms=["heron", "heron blue", "café"])
    assert text[detector.open_from(text) :] == held
