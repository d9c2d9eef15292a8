"""Law 3: placeholders and surrogates get their values back, all of them, and nobody else's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning import KEY, answer, ask, delivered, does, findings, finds, plan, step
from strategies import (
    JSON_TEXTS,
    LAW,
    TEXTS,
    WORDS,
    as_characters,
    as_read,
    leaf_texts,
    placeholder,
)

from policyengine.detector import Finding, Kind
from policyengine.exchange import Segment, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.detector import View
    from policyengine.phases import RequestPhase
    from policyengine.plan import PlannedStep

OURS = tuple(placeholder(KEY, "test.word", word) for word in WORDS)
"""Placeholders as an earlier turn left them in the conversation."""

SAID = st.lists(TEXTS | st.sampled_from(OURS), max_size=4).map("".join)
DOCUMENTS = JSON_TEXTS
CHOSEN = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True)


def digits(view: View) -> list[Finding]:
    """Every digit; of a number in JSON, that is the number."""
    return [
        Finding.at(segment, at, at + 1, kind="digit.found", score=1.0)
        for segment in view.examined
        for at, character in enumerate(segment.text)
        if character in "0123456789"
    ][:20]


def halves(view: View) -> list[Finding]:
    """The first half of every text: placeholders of earlier steps are in it, or cut in two."""
    return [
        Finding.at(segment, 0, (len(segment.text) + 1) // 2, kind="half.found", score=1.0)
        for segment in view.examined
        if segment.text
    ]


@st.composite
def redacting(draw: st.DrawFn) -> list[PlannedStep]:
    """Steps that only redact what earlier ones left, so that it can be restored."""
    made: list[PlannedStep] = []
    for at in range(draw(st.integers(1, 3))):
        detector: Any = draw(
            st.sampled_from([does("digit", digits), does("half", halves)])
            | st.builds(lambda words: finds(*words), CHOSEN)
        )
        method = draw(st.sampled_from(["placeholder", "surrogate"]))
        made.append(step(detector, f"step-{at}", redact_at=0.5, redact_with=method))
    return made


@st.composite
def conversations(draw: st.DrawFn) -> list[Segment]:
    made = []
    for at in range(draw(st.integers(1, 3))):
        as_json = draw(st.booleans())
        text = draw(DOCUMENTS if as_json else SAID)
        made.append(
            Segment(
                f"/messages/{at}",
                Source.TOOL_RESULT if as_json else Source.PROMPT,
                text,
                format="json" if as_json else "text",
            )
        )
    return made


def echoed(asked: RequestPhase, choices: int = 1) -> list[Segment]:
    """A model that says, in every choice, exactly what it was sent."""
    left = delivered(asked)
    return [
        Segment(
            f"/choices/{choice}/{at}",
            Source.TOOL_ARGUMENTS if text.segment.format == "json" else Source.COMPLETION,
            left[text.segment.path],
            "response",
            choice,
            text.segment.format,
        )
        for choice in range(choices)
        for at, text in enumerate(asked.run.texts)
    ]


def assert_same(restored: str, original: str, written: str) -> None:
    """The same text; the same JSON, where it is JSON."""
    if written == "json":
        assert as_read(restored) == as_read(original)
    else:
        assert restored == original


@given(redacting(), conversations(), st.integers(1, 2))
@LAW
def test_what_a_model_repeats_comes_back_as_it_was_sent(
    steps: list[PlannedStep], request: list[Segment], choices: int
) -> None:
    asked = ask(plan(steps, restore=True), request)
    restored = delivered(answer(asked, echoed(asked, choices)))
    for choice in range(choices):
        for at, segment in enumerate(request):
            back = restored[f"/choices/{choice}/{at}"]
            assert_same(back, segment.text, segment.format)


@given(redacting(), conversations())
@LAW
def test_without_restore_nothing_comes_back(
    steps: list[PlannedStep], request: list[Segment]
) -> None:
    asked = ask(plan(steps), request)
    reply = echoed(asked)
    assert delivered(answer(asked, reply)) == {one.path: one.text for one in reply}


@given(CHOSEN, SAID, DOCUMENTS)
@LAW
def test_a_placeholder_in_json_gets_its_value_back_however_deep(
    words: list[str], text: str, raw: str
) -> None:
    request = [
        Segment("/messages/0", Source.PROMPT, text),
        Segment("/messages/1", Source.TOOL_RESULT, raw, format="json"),
    ]
    steps = [step(finds(*words), redact_at=0.5)]
    asked = ask(plan(steps, restore=True), request)
    (_, document) = echoed(asked)
    restored = delivered(answer(asked, [document]))[document.path]
    assert [as_characters(leaf) for leaf in leaf_texts(restored)] == [
        as_characters(leaf) for leaf in leaf_texts(raw)
    ]


@given(CHOSEN, SAID, SAID)
@LAW
def test_one_value_has_one_placeholder_in_every_turn(
    words: list[str], first: str, second: str
) -> None:
    steps = [step(finds(*words, kind="turn.word"), redact_at=0.5)]
    turn = [Segment("/messages/0", Source.PROMPT, first)]
    later = [
        Segment("/messages/0", Source.HISTORY, first),
        Segment("/messages/1", Source.PROMPT, second),
    ]
    one, two = ask(plan(steps), turn), ask(plan(steps), later)
    assert delivered(two)["/messages/0"] == delivered(one)["/messages/0"]
    values = [original.value for original in two.issued.values()]
    assert len(values) == len(set(values))


@given(CHOSEN, SAID, SAID)
@LAW
def test_nobody_else_s_values_come_back(words: list[str], mine: str, theirs: str) -> None:
    steps = [step(finds(*words), redact_at=0.5)]
    a_plan = plan(steps, restore=True)
    ours = ask(a_plan, [Segment("/messages/0", Source.PROMPT, mine)])
    other = ask(a_plan, [Segment("/messages/0", Source.PROMPT, theirs)])
    (reply,) = echoed(other)
    came_back = delivered(answer(ours, [reply]))[reply.path]
    expected = reply.text
    for issued, original in ours.issued.items():
        expected = expected.replace(issued, original.value)
    assert came_back == expected
    for issued, original in other.issued.items():
        if original not in ours.issued.values() and issued in reply.text:
            assert issued in came_back


@given(CHOSEN, SAID)
@LAW
def test_what_users_write_themselves_is_never_taken_for_ours(words: list[str], text: str) -> None:
    asked = ask(
        plan([step(finds(*words), redact_at=0.5)], restore=True),
        [Segment("/messages/0", Source.PROMPT, text)],
    )
    assert not any(issued in text for issued in asked.issued)
    said = Segment("/choices/0/content", Source.COMPLETION, text, "response")
    assert delivered(answer(asked, [said])) == {said.path: text}


@given(CHOSEN, SAID, SAID)
@LAW
def test_what_an_output_step_redacted_stays_redacted(
    words: list[str], prompt: str, said: str
) -> None:
    steps = [step(finds(*words), redact_at=0.5)]
    asked = ask(plan(steps, steps, restore=True), [Segment("/messages/0", Source.PROMPT, prompt)])
    repeated = delivered(asked)["/messages/0"]
    # A line break, so that no word comes about where the two meet.
    reply = Segment("/choices/0/content", Source.COMPLETION, f"{said}\n{repeated}", "response")
    phase = answer(asked, [reply])
    left = delivered(phase)[reply.path]
    for found in findings(phase.result.as_dict()):
        released = found["released_span"]
        assert left[released["start"] : released["end"]].startswith("[WORD_")
    assert left.endswith("\n" + prompt)


@given(redacting(), conversations())
@LAW
def test_observing_restores_nothing(steps: list[PlannedStep], request: list[Segment]) -> None:
    asked = ask(plan(steps, restore=True), request, observe=True)
    reply = [replace(one, text=one.text + OURS[0]) for one in echoed(asked) if one.format == "text"]
    assert delivered(answer(asked, reply)) == {one.path: one.text for one in reply}


def test_a_number_comes_back_as_a_number_and_a_string_of_digits_as_a_string() -> None:
    raw = '{"n": 4111, "s": "4111", "m": [-4.5e3, "x 4111"]}'
    steps = [step(does("digit", digits), redact_at=0.5)]
    request = [Segment("/messages/0", Source.TOOL_RESULT, raw, format="json")]
    asked = ask(plan(steps, restore=True), request)
    (reply,) = echoed(asked)
    assert "4111" not in reply.text
    assert as_read(delivered(answer(asked, [reply]))[reply.path]) == as_read(raw)


def test_a_number_beside_it_does_not_change_the_placeholder_of_a_string_of_digits() -> None:
    steps = [step(does("digit", digits), redact_at=0.5)]
    alone, beside = (
        ask(plan(steps), [Segment("/messages/0", Source.TOOL_RESULT, raw, format="json")])
        for raw in ('["7"]', '[7, "7"]')
    )
    assert alone.issued.items() < beside.issued.items()


def test_a_placeholder_that_a_later_step_redacted_comes_back_through_both() -> None:
    text = "call zoë today"
    steps = [
        step(finds("zoë"), "names", redact_at=0.5),
        step(does("half", halves), "halves", redact_at=0.5),
    ]
    asked = ask(plan(steps, restore=True), [Segment("/messages/0", Source.PROMPT, text)])
    (reply,) = echoed(asked)
    assert "zoë" not in reply.text
    assert delivered(answer(asked, [reply])) == {reply.path: text}


@given(CHOSEN, conversations(), st.sampled_from(["label", "surrogate", "placeholder"]))
@LAW
def test_what_looks_real_and_was_put_there_is_found_by_nobody(
    words: list[str], request: list[Segment], method: str
) -> None:
    surrogate = step(finds(*words), "first", redact_at=0.5, redact_with="surrogate")
    alone = ask(plan([surrogate]), request)
    # What looks for exactly that, as a detector of names would: in the request and in the reply.
    made = [one for one in alone.issued if not one.startswith("[")]
    again = step(finds(*made, kind="again.found"), "again", redact_at=0.5, redact_with=method)
    asked = ask(plan([surrogate, again], [again], restore=True), request)
    assert delivered(asked) == delivered(alone)
    answered = answer(asked, echoed(asked))
    assert (
        findings(answered.request.result.as_dict())[len(findings(alone.result.as_dict())) :] == []
    )
    assert findings(answered.result.as_dict()) == []


def test_a_surrogate_that_a_later_step_redacted_with_more_comes_back_through_both() -> None:
    steps = [
        step(finds("zoë"), "names", redact_at=0.5, redact_with="surrogate"),
        step(does("half", halves), "halves", redact_at=0.5, redact_with="surrogate"),
    ]
    text = "call zoë today"
    asked = ask(plan(steps, restore=True), [Segment("/messages/0", Source.PROMPT, text)])
    assert len(asked.issued) == 2
    (reply,) = echoed(asked)
    assert delivered(answer(asked, [reply])) == {reply.path: text}


@pytest.mark.parametrize("written", ['{"n": %s}', '{"n": "%s"}'])
def test_a_number_comes_back_as_a_number_however_the_model_wrote_its_surrogate(
    written: str,
) -> None:
    digit = Kind("digit.found", surrogates=True)
    detector = does(
        "digit", digits, kinds=(digit,), surrogates=lambda *_: lambda *_: "4000123412341234"
    )
    steps = [step(detector, redact_at=0.5, redact_with="surrogate")]
    request = [Segment("/messages/0", Source.TOOL_RESULT, '{"n": 4111}', format="json")]
    asked = ask(plan(steps, restore=True), request)
    assert delivered(asked) == {"/messages/0": '{"n": "4000123412341234"}'}
    raw = written % "4000123412341234"
    reply = Segment("/choices/0", Source.TOOL_ARGUMENTS, raw, "response", format="json")
    assert delivered(answer(asked, [reply])) == {"/choices/0": '{"n": 4111}'}


def test_a_part_of_a_number_is_no_surrogate() -> None:
    detector = does(
        "half",
        halves,
        kinds=(Kind("half.found", surrogates=True),),
        surrogates=lambda *_: lambda *_: "40001",
    )
    steps = [step(detector, redact_at=0.5, redact_with="surrogate")]
    asked = ask(plan(steps, restore=True), [Segment("/messages/0", Source.PROMPT, "ab, cd")])
    assert list(asked.issued) == ["40001"]
    raw = '{"n": 40001.5, "m": -40001, "o": 40001}'
    reply = Segment("/choices/0", Source.TOOL_ARGUMENTS, raw, "response", format="json")
    left = delivered(answer(asked, [reply]))["/choices/0"]
    assert left == '{"n": 40001.5, "m": -40001, "o": "ab,"}'


def test_a_restored_key_that_the_model_wrote_itself_as_well_loses_no_member() -> None:
    prompt = Segment("/messages/0", Source.PROMPT, "zoë")
    asked = ask(plan([step(finds("zoë"), redact_at=0.5)], restore=True), [prompt])
    (issued,) = asked.issued
    raw = f'{{"{issued}": 1, "zoë": 2}}'
    reply = Segment("/choices/0", Source.TOOL_ARGUMENTS, raw, "response", format="json")
    restored = delivered(answer(asked, [reply]))[reply.path]
    assert json.loads(restored) == {"zoë (2)": 1, "zoë": 2}


def test_two_kinds_of_one_value_are_told_apart_and_both_come_back() -> None:
    kinds = (Kind("two.one"), Kind("two.other"))

    def both(view: View) -> list[Finding]:
        return [
            Finding.at(segment, at, at + 3, kind=kinds[at % 2].name, score=1.0)
            for segment in view.examined
            for at in (0, 5)
        ]

    text = "zoë, zoë"
    asked = ask(
        plan([step(does("two", both, kinds=kinds), redact_at=0.5)], restore=True),
        [Segment("/messages/0", Source.PROMPT, text)],
    )
    (reply,) = echoed(asked)
    assert "[ONE_" in reply.text
    assert "[OTHER_" in reply.text
    assert delivered(answer(asked, [reply])) == {reply.path: text}


def test_a_placeholder_grows_until_the_conversation_does_not_hold_it() -> None:
    texts: Sequence[str] = [placeholder(KEY, "test.word", "zoë"), "zoë"]
    request = [Segment(f"/messages/{at}", Source.PROMPT, text) for at, text in enumerate(texts)]
    asked = ask(plan([step(finds("zoë"), redact_at=0.5)], restore=True), request)
    (issued,) = asked.issued
    assert len(issued) == len(texts[0]) + 1
    assert list(delivered(answer(asked, echoed(asked))).values()) == list(texts)


def test_a_placeholder_for_a_reply_is_the_same_whatever_else_the_reply_holds() -> None:
    known = placeholder(KEY, "test.word", "zoë")
    asked = ask(
        plan((), [step(finds("zoë"), redact_at=0.5)], restore=True),
        [Segment("/messages/0", Source.PROMPT, "x")],
    )
    reply = Segment("/choices/0", Source.COMPLETION, f"{known} zoë", "response")
    assert delivered(answer(asked, [reply]))[reply.path] == f"{known} {known}"
