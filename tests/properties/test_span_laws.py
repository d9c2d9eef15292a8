"""Laws of places: spans are in the text as it arrived, released spans in what is delivered.

The oracle is the slow and obvious pipeline: it carries, for every character, which stretch of the
arrived text it stands for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from planning import ask, delivered, does, findings, finds, plan, step
from strategies import (
    JSON_TEXTS,
    LAW,
    METHODS,
    TEXTS,
    WORDS,
    as_characters,
    as_read,
    leaf_texts,
)

from policyengine.detector import Finding
from policyengine.embedded import leaves
from policyengine.exchange import Segment, Source
from policyengine.redactions import Redaction
from policyengine.rewriting import Rewriter
from policyengine.units import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.detector import View

KEY = b"the key of these tests"
PATH = "/messages/0/content"


@dataclass(frozen=True)
class Cell:
    """A character, and the stretch of the arrived text that it stands for."""

    character: str
    start: int
    end: int


@dataclass(frozen=True)
class Seen:
    """What a step of the oracle saw, and where in the arrived text."""

    word: str
    start: int
    end: int


def occurrences(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        for start in range(len(text) - len(word) + 1):
            if text.startswith(word, start):
                yield start, start + len(word)


def in_units(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    for begin, end in units(text):
        for start, stop in occurrences(text[begin:end], words):
            yield begin + start, begin + stop


def run_slowly(
    text: str, steps: Sequence[tuple[Sequence[str], str, bool]]
) -> tuple[list[list[Seen]], list[Cell]]:
    """What each step saw, and the cells of what is left; a step is words, method and by-unit."""
    cells = [Cell(character, at, at + 1) for at, character in enumerate(text)]
    rewriter = Rewriter(KEY, lambda: [text])
    seen = []
    for words, method, by_unit in steps:
        current = "".join(cell.character for cell in cells)
        found = sorted((in_units if by_unit else occurrences)(current, words))
        seen.append([Seen(current[a:b], *_extent(cells[a:b])) for a, b in found])
        for start, end in reversed(_union(found)):
            value = current[start:end]
            redaction = Redaction(start, end, "test.word", 1.0, method)  # type: ignore[arg-type]
            extent = _extent(cells[start:end])
            cells[start:end] = [
                Cell(character, *extent) for character in rewriter.replacement(redaction, value)
            ]
    return seen, cells


def _extent(cells: Sequence[Cell]) -> tuple[int, int]:
    return min(cell.start for cell in cells), max(cell.end for cell in cells)


def _union(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def by_unit(words: Sequence[str]) -> Any:
    def look(view: View) -> list[Finding]:
        return [
            Finding.at(segment, start, end, kind="test.word", score=1.0)
            for segment in view.examined
            for start, end in occurrences(segment.text, words)
        ]

    return does("test", look, scope="unit", kinds=finds("x").kinds)


PLANS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True),
        METHODS.filter(lambda method: method != "placeholder"),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@given(TEXTS, PLANS)
@LAW
def test_steps_find_rewrite_and_report_as_the_slow_pipeline_does(
    text: str, steps: list[tuple[list[str], str, bool]]
) -> None:
    planned = [
        step(
            by_unit(words) if unit else finds(*words),
            f"step-{at}",
            redact_at=0.5,
            redact_with=method,
        )
        for at, (words, method, unit) in enumerate(steps)
    ]
    phase = ask(plan(planned), [Segment(PATH, Source.PROMPT, text)])
    seen, cells = run_slowly(text, steps)
    left = "".join(cell.character for cell in cells)
    assert delivered(phase) == {PATH: left}
    for result, expected in zip(phase.result.steps, seen, strict=True):
        spans = [(one.span.start, one.span.end) for one in result.findings if one.span]
        assert spans == sorted((one.start, one.end) for one in expected)
        for one in result.findings:
            assert one.span is not None
            places = [
                at
                for at, cell in enumerate(cells)
                if cell.start < one.span.end and one.span.start < cell.end
            ]
            released = one.released_span
            assert (released is None) == (not places)
            if released is not None:
                assert (released.start, released.end) == (places[0], places[-1] + 1)


@given(TEXTS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True), METHODS)
@LAW
def test_a_span_holds_what_the_detector_saw_and_the_released_one_what_took_its_place(
    text: str, words: list[str], method: str
) -> None:
    redacting = step(finds(*words), redact_at=0.5, redact_with=method)
    phase = ask(plan([redacting]), [Segment(PATH, Source.PROMPT, text)])
    left = delivered(phase)[PATH]
    for one in phase.result.steps[0].findings:
        assert one.span is not None
        assert text[one.span.start : one.span.end] in words
        if one.released_span is None:
            assert method == "remove"
            continue
        there = left[one.released_span.start : one.released_span.end]
        shapes = {"placeholder": "[WORD_", "hash": "[WORD#", "label": "[WORD]", "mask": "*"}
        assert there.startswith(shapes[method])


@given(TEXTS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
@LAW
def test_what_is_only_flagged_is_delivered_where_the_released_span_says(
    text: str, words: list[str]
) -> None:
    steps = [
        step(finds(*words[1:], kind="test.gone"), "first", redact_at=0.5),
        step(finds(words[0]), "second", flag_at=0.5),
    ]
    phase = ask(plan(steps), [Segment(PATH, Source.PROMPT, text)])
    left = delivered(phase)[PATH]
    for one in phase.result.steps[1].findings:
        assert one.span is not None
        assert one.released_span is not None
        there = left[one.released_span.start : one.released_span.end]
        assert there == words[0] == text[one.span.start : one.span.end]


def numbers(view: View) -> list[Finding]:
    """A digit of every number, so that what is reported must be wider than what was found."""
    return [
        Finding.at(segment, at, at + 1, kind="number.found", score=1.0)
        for segment in view.examined
        for at, character in enumerate(segment.text)
        if segment.text.lstrip("-")[:1].isdigit() and character.isdigit()
    ][:5]


@given(JSON_TEXTS, st.sampled_from(["placeholder", "label", "mask", "hash"]), st.booleans())
@LAW
def test_spans_in_json_are_those_of_the_raw_text(raw: str, method: str, split: bool) -> None:
    detector = by_unit(WORDS) if split else finds(*WORDS)
    one = step(detector, redact_at=0.5, redact_with=method)
    phase = ask(plan([one]), [Segment(PATH, Source.PROMPT, raw, format="json")])
    stage = phase.result.as_dict()
    for found in findings(stage):
        start, end = found["span"]["start"], found["span"]["end"]
        assert as_characters(json.loads(f'"{raw[start:end]}"')) in WORDS
    left = delivered(phase)[PATH]
    assert_valid(left, raw)
    for found in findings(stage):
        start, end = found["released_span"]["start"], found["released_span"]["end"]
        # A key that had to be told apart from another was rewritten with its quotes.
        there = left[start:end].removeprefix('"')
        assert there.startswith("*" if method == "mask" else "[WORD")


@given(JSON_TEXTS)
@LAW
def test_a_number_is_found_and_redacted_as_a_whole(raw: str) -> None:
    one = step(does("number", numbers), redact_at=0.5, redact_with="label")
    phase = ask(plan([one]), [Segment(PATH, Source.PROMPT, raw, format="json")])
    tokens = {(leaf.start, leaf.end): leaf for leaf in leaves(raw) or ()}
    left = delivered(phase)[PATH]
    for found in findings(phase.result.as_dict()):
        place = (found["span"]["start"], found["span"]["end"])
        if place in tokens and tokens[place].sort == "number":
            released = found["released_span"]
            assert left[released["start"] : released["end"]] == '"[FOUND]"'
    assert_valid(left, raw)


def assert_valid(left: str, raw: str) -> None:
    """It is JSON of the same shape: as many keys, strings and numbers."""
    assert len(leaf_texts(left)) == len(leaf_texts(raw))
    assert shape(as_read(left)) == shape(as_read(raw))


def shape(value: Any) -> Any:
    """The containers of a document, without what is in them."""
    match value:
        case ("object", members):
            return {"members": [shape(member) for _, member in members]}
        case list():
            return [shape(item) for item in value]
        case _:
            return None


def test_keys_that_rewriting_made_equal_are_told_apart_and_found_where_they_are() -> None:
    raw = '{"quux": 1, "zoz": [2], "[WORD]": 3}'
    one = step(finds("quux", "zoz"), redact_at=0.5, redact_with="label")
    phase = ask(plan([one]), [Segment(PATH, Source.PROMPT, raw, format="json")])
    left = delivered(phase)[PATH]
    assert json.loads(left) == {"[WORD] (2)": 1, "[WORD] (3)": [2], "[WORD]": 3}
    spans = [found["released_span"] for found in findings(phase.result.as_dict())]
    assert [json.loads(left[span["start"] : span["end"]]) for span in spans] == [
        "[WORD] (2)",
        "[WORD] (3)",
    ]
