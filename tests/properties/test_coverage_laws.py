"""Law 7: no text is dropped. What a step did not see is told, and what it saw it saw in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning import ask, does, judge, plan, step
from strategies import JSON_TEXTS, LAW, TEXTS, as_characters, leaf_texts, requests, responses

from policyengine.detector import Finding, Window
from policyengine.exchange import Segment, Source
from policyengine.policy import DEFAULT_SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.detector import Scope
    from policyengine.testing import Scripted

SCOPES = st.sampled_from(["whole", "unit", Window(0, 5), Window(3, 100)])
SOURCES = st.lists(st.sampled_from(sorted(Source)), min_size=1, max_size=4, unique=True)


def watcher(scope: Scope) -> Any:
    return does("watch", scope=scope)


def shown(detector: Scripted, path: str) -> list[Segment]:
    """The pieces of a text that a detector was shown, in order."""
    return [
        segment
        for view in detector.seen
        for segment in view.examined
        if segment.path == path or segment.path.startswith(path + "#")
    ]


@given(TEXTS, SCOPES)
@LAW
def test_every_character_of_a_text_is_shown_once_and_in_order(text: str, scope: Scope) -> None:
    detector = watcher(scope)
    ask(plan([step(detector, flag_at=0.5)]), [Segment("/messages/0", Source.PROMPT, text)])
    pieces = shown(detector, "/messages/0")
    assert "".join(piece.text for piece in pieces) == text
    assert len({piece.path for piece in pieces}) == len(pieces)
    assert all(piece.source is Source.PROMPT for piece in pieces)


@given(JSON_TEXTS, SCOPES)
@LAW
def test_every_key_string_and_number_of_a_json_text_is_shown_decoded(
    raw: str, scope: Scope
) -> None:
    detector = watcher(scope)
    segment = Segment("/arguments", Source.TOOL_RESULT, raw, format="json")
    ask(plan([step(detector, flag_at=0.5)]), [segment])
    pieces = shown(detector, "/arguments")
    assert as_characters("".join(piece.text for piece in pieces)) == as_characters(
        "".join(leaf_texts(raw))
    )
    assert len({piece.path for piece in pieces}) == len(pieces)


@given(TEXTS.filter(bool))
@LAW
def test_what_is_called_json_and_is_not_is_shown_as_it_stands(text: str) -> None:
    detector = watcher("whole")
    broken = "{" + text
    segment = Segment("/arguments", Source.TOOL_RESULT, broken, format="json")
    ask(plan([step(detector, flag_at=0.5)]), [segment])
    assert [piece.text for piece in shown(detector, "/arguments")] == [broken]


@given(requests(), responses(), st.lists(SOURCES, max_size=3), SCOPES)
@LAW
def test_the_account_adds_up(
    request: Sequence[Segment],
    response: Sequence[Segment],
    sources: list[list[Source]],
    scope: Scope,
) -> None:
    steps = [
        step(watcher(scope), f"step-{at}", flag_at=0.5, sources=chosen)
        for at, chosen in enumerate(sources)
    ]
    detections = judge(plan(steps, steps), request, response).detections
    texts = [segment for segment in (*request, *response) if segment.text]
    seen = frozenset(one for chosen in sources for one in chosen)
    coverage = detections.coverage
    assert coverage.segments == len(texts)
    assert coverage.examined == sum(segment.source in seen for segment in texts)
    told = {(one.stage, one.step): one.paths for one in coverage.excluded}
    for stage, body in (("input", request), ("output", response)):
        for at, chosen in enumerate(sources):
            left_out = [one.path for one in body if one.text and one.source not in chosen]
            assert list(told.get((stage, f"step-{at}"), ())) == left_out


@given(requests(), SCOPES)
@LAW
def test_a_step_sees_all_but_system_and_tool_definitions_unless_told_otherwise(
    request: Sequence[Segment], scope: Scope
) -> None:
    detector = watcher(scope)
    ask(plan([step(detector, flag_at=0.5)]), request)
    for segment in request:
        pieces = "".join(piece.text for piece in shown(detector, segment.path))
        if segment.source not in DEFAULT_SOURCES:
            assert pieces == ""
        elif segment.format == "text":
            assert pieces == segment.text


@pytest.mark.parametrize("raw", ["{}", "[]", "[true, null]", '{"": ""}'])
def test_json_that_says_nothing_counts_as_examined(raw: str) -> None:
    said = Segment("/messages/0", Source.PROMPT, "x")
    empty = Segment("/messages/1", Source.TOOL_RESULT, raw, format="json")
    for segments in ([said, empty], [empty]):
        coverage = ask(plan([step(watcher("whole"), flag_at=0.5)]), segments).detections.coverage
        assert (coverage.segments, coverage.examined) == (len(segments), len(segments))


@pytest.mark.parametrize("failing", [{"if_failed": "flag"}, {"if_failed": "allow"}])
def test_what_only_a_failed_step_was_shown_is_not_examined(failing: dict[str, str]) -> None:
    bad = step(does("bad", batch=lambda _views: None), flag_at=0.5, **failing)
    phase = ask(plan([bad]), [Segment("/messages/0", Source.PROMPT, "x")])
    assert phase.detections.coverage.examined == 0
    assert not phase.detections.complete


def test_what_a_block_took_away_before_a_step_saw_it_is_not_examined() -> None:
    first = does(
        "first", lambda view: [Finding.at(view.examined[0], 1, 2, kind="first.found", score=1)]
    )
    steps = [
        step(first, "first", block_at=0.5, sources=["completion"]),
        step(watcher("whole"), "second", flag_at=0.5, sources=["completion", "refusal"]),
    ]
    response = [
        Segment("/choices/0/content", Source.COMPLETION, "abc", "response"),
        Segment("/choices/0/refusal", Source.REFUSAL, "never seen", "response"),
    ]
    coverage = judge(plan((), steps), [], response).detections.coverage
    assert (coverage.segments, coverage.examined) == (2, 1)
