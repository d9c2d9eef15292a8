"""What steps do to one another, case by case: order, blocks, cuts, fallbacks, tags, time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import pytest
from planning import Clock, answer, ask, delivered, does, finds, judge, plan, statuses, step

from policyengine.detector import Cost, Finding, Kind, Position, Span
from policyengine.exchange import Segment, Source, Unexamined
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from policyengine.detector import View

PROMPT = Segment("/messages/0/content", Source.PROMPT, "ask Ada, ada@x.org")


def said(*texts: str, choice: int = 0, **fields: Any) -> tuple[Segment, ...]:
    """A response's contents, one after another in a choice."""
    return tuple(
        Segment(f"/choices/{choice}/{at}", Source.COMPLETION, text, "response", choice, **fields)
        for at, text in enumerate(texts)
    )


# Order


def test_a_step_sees_what_the_steps_before_it_left() -> None:
    seen = does("watch")
    first = step(finds("Ada"), "first", redact_at=0.5, redact_with="label")
    phase = ask(plan([first, step(seen, "second", flag_at=0.5)]), [PROMPT])
    assert [one.examined[0].text for one in seen.seen] == ["ask [WORD], ada@x.org"]
    assert delivered(phase) == {PROMPT.path: "ask [WORD], ada@x.org"}


def test_two_steps_find_in_the_text_as_it_arrived() -> None:
    first = step(finds("Ada"), "first", redact_at=0.5, redact_with="label")
    second = step(finds("ada@x.org"), "second", redact_at=0.5, redact_with="remove")
    result = ask(plan([first, second]), [PROMPT]).result
    (ada,), (address,) = (one.findings for one in result.steps)
    assert (ada.span, ada.released_span) == (Span(4, 7), Span(4, 10))
    assert (address.span, address.released_span) == (Span(9, 18), None)
    assert result.verdict is Verdict.REDACT


def test_a_step_does_not_find_what_an_earlier_one_took_away() -> None:
    first = step(finds("Ada"), "first", redact_at=0.5, redact_with="mask")
    second = step(finds("Ada"), "second", block_at=0.5)
    phase = ask(plan([first, second]), [PROMPT])
    assert not phase.blocked
    assert phase.result.steps[1].findings == ()


def test_an_input_step_reads_what_earlier_ones_left_as_reference() -> None:
    context = Segment("/context", Source.CONTEXT, "Ada lives here")
    reader = does("reader", uses=frozenset({Source.CONTEXT}))
    first = step(finds("Ada"), "first", redact_at=0.5, redact_with="label")
    second = step(reader, "second", flag_at=0.5, sources=["prompt"])
    ask(plan([first, second]), [PROMPT, context])
    assert [one.text for one in reader.seen[0].reference] == ["[WORD] lives here"]


def test_an_output_step_reads_the_request_as_the_input_stage_left_it() -> None:
    reader = does("reader", needs=frozenset({Source.PROMPT, Source.COMPLETION}))
    first = step(finds("Ada"), "first", redact_at=0.5, redact_with="label")
    both = plan([first], [step(reader, "second", flag_at=0.5)])
    judge(both, [PROMPT], said("fine"))
    (view,) = reader.seen
    assert [one.text for one in view.reference] == ["ask [WORD], ada@x.org"]
    assert [one.text for one in view.examined] == ["fine"]


def test_evidence_that_points_into_a_rewritten_request_has_its_own_coordinates() -> None:
    def point(view: View) -> list[Finding]:
        (segment,) = view.reference
        at = segment.text.index("ada@x.org")
        place = Position(segment, Span(at, at + 9))
        return [Finding("reader.found", 1.0, evidence={"where": place})]

    reader = does("reader", point, needs=frozenset({Source.PROMPT}))
    first = step(finds("Ada"), "first", redact_at=0.5, redact_with="label")
    phase = judge(plan([first], [step(reader, "second", flag_at=0.5)]), [PROMPT], said("x"))
    (found,) = phase.result.steps[0].findings
    assert found.evidence == {
        "where": {"body": "request", "path": PROMPT.path, "span": {"start": 9, "end": 18}}
    }


# Blocks at input


def test_a_block_at_input_ends_both_stages() -> None:
    later = does("later")
    both = plan(
        [step(finds("Ada"), "first", block_at=0.5), step(later, "second", flag_at=0.5)],
        [step(later, "third", flag_at=0.5)],
    )
    phase = judge(both, [PROMPT], said("never judged"))
    detections = phase.detections
    assert phase.run.blocked
    assert detections.verdict is Verdict.BLOCK
    assert statuses(detections.input.steps) == ["ran", "not_reached"]
    assert detections.output is not None
    assert statuses(detections.output.steps) == ["not_reached"]
    assert detections.complete
    assert later.seen == []
    assert delivered(phase) == {}


def test_a_shadow_step_records_its_block_and_changes_nothing() -> None:
    shadow = step(finds("Ada"), "first", block_at=0.5, shadow=True)
    second = step(finds("Ada"), "second", flag_at=0.5)
    phase = ask(plan([shadow, second]), [PROMPT])
    assert [one.verdict for one in phase.result.steps] == [Verdict.BLOCK, Verdict.FLAG]
    assert [one.enforced for one in phase.result.steps] == [False, True]
    assert phase.result.verdict is Verdict.FLAG
    assert delivered(phase) == {PROMPT.path: PROMPT.text}


def test_observing_records_every_step_and_changes_nothing() -> None:
    both = plan(
        [step(finds("Ada"), "first", block_at=0.5), step(finds("ask"), "second", redact_at=0.5)],
        [step(finds("Ada"), "third", block_at=0.5)],
    )
    phase = judge(both, [PROMPT], said("Ada"), observe=True)
    detections = phase.detections
    assert [one.verdict for one in detections.input.steps] == [Verdict.BLOCK, Verdict.REDACT]
    assert detections.output is not None
    assert detections.output.verdict is detections.verdict is Verdict.BLOCK
    assert delivered(phase) == {"/choices/0/0": "Ada"}


def test_a_finding_to_redact_that_has_no_place_blocks() -> None:
    placeless = finds("Ada", spans=False)
    phase = ask(plan([step(placeless, redact_at=0.5)]), [PROMPT])
    assert phase.blocked


# Blocks at output: decision 4


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("safe", "good BAD rest", "more"), ["safe", "good "]),
        (("BAD", "more"), []),
        (("safe", "BAD rest", "more"), ["safe"]),
        (("BAD BAD",), []),
        (("a BAD b BAD",), ["a "]),
    ],
)
def test_a_block_delivers_what_is_before_its_earliest_place(
    texts: tuple[str, ...], left: list[str]
) -> None:
    one = plan((), [step(finds("BAD"), block_at=0.5)])
    phase = judge(one, [PROMPT], said(*texts))
    assert list(delivered(phase).values()) == left
    assert phase.run.blocked


def test_steps_after_a_cut_see_only_what_is_before_it() -> None:
    seen = does("watch")
    steps = [step(finds("BAD"), "first", block_at=0.5), step(seen, "second", flag_at=0.5)]
    judge(plan((), steps), [PROMPT], said("one", "two BAD three", "four"))
    assert [one.text for one in seen.seen[0].examined] == ["one", "two "]


def test_a_later_step_may_cut_earlier() -> None:
    steps = [
        step(finds("BAD"), "first", block_at=0.5),
        step(finds("two"), "second", block_at=0.5, message="Said by the second."),
    ]
    phase = judge(plan((), steps), [PROMPT], said("one two BAD"))
    assert list(delivered(phase).values()) == ["one "]
    assert phase.run.message == "Said by the second."
    assert [len(one.findings) for one in phase.result.steps] == [0, 1]
    assert phase.result.verdict is Verdict.BLOCK


def test_findings_behind_a_cut_are_dropped_and_those_before_it_stay() -> None:
    steps = [
        step(finds("word"), "first", redact_at=0.5, redact_with="label"),
        step(finds("BAD"), "second", block_at=0.5),
    ]
    phase = judge(plan((), steps), [PROMPT], said("a word BAD word", "word"))
    first, second = phase.result.steps
    assert [(one.span, one.released_span) for one in first.findings] == [(Span(2, 6), Span(2, 8))]
    assert [(one.span, one.released_span) for one in second.findings] == [(Span(7, 10), None)]
    assert list(delivered(phase).values()) == ["a [WORD] "]


def test_with_nothing_before_the_cut_later_steps_are_not_reached() -> None:
    steps = [step(finds("BAD"), "first", block_at=0.5), step(does("later"), "second", flag_at=0.5)]
    phase = judge(plan((), steps), [PROMPT], said("BAD rest"))
    assert statuses(phase.result.steps) == ["ran", "not_reached"]


def test_a_block_is_its_choice_s_own() -> None:
    steps = [step(finds("BAD"), "first", block_at=0.5), step(finds("two"), "second", flag_at=0.5)]
    texts = (*said("a BAD"), *said("two", choice=1))
    phase = judge(plan((), steps), [PROMPT], texts)
    assert delivered(phase) == {"/choices/0/0": "a ", "/choices/1/0": "two"}
    assert not phase.run.blocked
    assert phase.detections.verdict is Verdict.BLOCK
    assert len(phase.result.steps[1].findings) == 1


def test_a_blocking_finding_without_a_place_closes_its_choice() -> None:
    steps = [step(finds("BAD", spans=False), block_at=0.5)]
    phase = judge(plan((), steps), [PROMPT], (*said("a BAD"), *said("b", choice=1)))
    assert delivered(phase) == {"/choices/1/0": "b"}


def test_a_json_document_is_dropped_as_a_whole() -> None:
    texts = (*said("before"), *said('{"a": "x BAD"}', choice=1, format="json"))
    phase = judge(plan((), [step(finds("BAD"), block_at=0.5)]), [PROMPT], texts)
    assert delivered(phase) == {"/choices/0/0": "before"}


@pytest.mark.parametrize(("scope", "left"), [("unit", "One.\n\nTwo."), ("passage", "One.\n\n")])
def test_a_block_by_a_part_of_a_text_drops_the_part(
    scope: Literal["unit", "passage"], left: str
) -> None:
    by_part = does(
        "unit",
        lambda view: [
            Finding("unit.found", 1.0, one.path) for one in view.examined if "BAD" in one.text
        ],
        scope=scope,
    )
    text = "One.\n\nTwo. Three BAD. Four."
    phase = judge(plan((), [step(by_part, block_at=0.5)]), [PROMPT], said(text))
    assert list(delivered(phase).values()) == [left]


def test_a_step_may_redact_before_its_own_cut() -> None:
    detector = does(
        "two",
        lambda view: [
            Finding.at(view.examined[0], 0, 1, kind="two.found", score=0.5),
            Finding.at(view.examined[0], 4, 5, kind="two.found", score=1.0),
        ],
    )
    steps = [step(detector, redact_at=0.5, block_at=0.9, redact_with="mask")]
    phase = judge(plan((), steps), [PROMPT], said("a bcd"))
    assert list(delivered(phase).values()) == ["* bc"]


# Fallbacks


@pytest.mark.parametrize("fallback", ["allow", "flag", "block"])
@pytest.mark.parametrize("shadow", [False, True])
def test_a_missing_need_is_if_missing_and_incomplete(fallback: str, *, shadow: bool) -> None:
    needy = does("needy", needs=frozenset({Source.CONTEXT}))
    steps = [
        step(needy, "first", flag_at=0.5, if_missing=fallback, shadow=shadow),
        step(finds("fine"), "second", flag_at=0.5),
    ]
    phase = judge(plan((), steps), [PROMPT], said("fine"))
    first, second = phase.result.steps
    blocks = fallback == "block" and not shadow
    assert (first.status, first.reason) == ("skipped", "missing: context")
    assert first.verdict.word == fallback
    assert second.status == ("not_reached" if blocks else "ran")
    assert phase.detections.complete is shadow
    assert phase.run.blocked is blocks


def test_a_need_that_is_only_white_space_is_missing() -> None:
    needy = does("needy", needs=frozenset({Source.CONTEXT}))
    request = [PROMPT, Segment("/context", Source.CONTEXT, " \n")]
    phase = judge(plan((), [step(needy, flag_at=0.5)]), request, said("fine"))
    assert statuses(phase.result.steps) == ["skipped"]


@pytest.mark.parametrize("fallback", ["allow", "flag", "block"])
def test_a_choice_without_what_a_step_needs_of_it_is_if_missing(fallback: str) -> None:
    needy = does("needy", needs=frozenset({Source.COMPLETION}))
    refused = Segment("/choices/1/0", Source.REFUSAL, "no", "response", 1)
    needing = step(needy, flag_at=0.5, if_missing=fallback)
    phase = judge(plan((), [needing]), [PROMPT], (*said("fine"), refused))
    assert [one.examined[0].text for one in needy.seen] == ["fine"]
    (result,) = phase.result.steps
    assert (result.status, result.reason) == ("ran", "missing: completion")
    assert result.verdict.word == fallback
    assert not phase.detections.complete
    assert ("/choices/1/0" in delivered(phase)) is (fallback != "block")
    assert "/choices/0/0" in delivered(phase)


def test_a_need_that_both_bodies_can_meet_is_met_by_either() -> None:
    needy = does("needy", needs=frozenset({Source.TOOL_ARGUMENTS}))
    call = Segment("/choices/0/0", Source.TOOL_ARGUMENTS, "call", "response")
    phase = judge(plan((), [step(needy, flag_at=0.5)]), [PROMPT], [call])
    assert statuses(phase.result.steps) == ["ran"]
    assert len(needy.seen) == 1


@pytest.mark.parametrize("fallback", ["flag", "block"])
def test_a_response_without_any_text_lacks_what_a_step_needs(fallback: str) -> None:
    needing = step(
        does("needy", needs=frozenset({Source.COMPLETION})), flag_at=0.5, if_missing=fallback
    )
    phase = judge(plan((), [needing]), [PROMPT], ())
    assert statuses(phase.result.steps) == ["skipped"]
    assert phase.result.verdict.word == fallback
    assert phase.run.blocked is (fallback == "block")


# Failures


def test_the_name_of_an_exception_cannot_carry_text() -> None:
    def quote(view: View) -> list[Finding]:
        raise type(view.examined[0].text, (LookupError,), {})

    phase = ask(plan([step(does("quoting", quote), flag_at=0.5)]), [PROMPT])
    assert [one.reason for one in phase.result.steps] == ["raised LookupError"]


def test_a_choice_that_was_closed_for_what_it_lacks_is_not_shown_to_the_next_step() -> None:
    needs = frozenset({Source.COMPLETION})
    first, second = does("first", needs=needs), does("second", needs=needs)
    third = does("third")
    refused = Segment("/choices/1/0", Source.REFUSAL, "no", "response", 1)
    steps = [
        step(does("watch"), "before", flag_at=0.5),
        step(first, "first", flag_at=0.5, if_missing="block"),
        step(second, "second", flag_at=0.5, if_missing="allow"),
        step(third, "third", flag_at=0.5),
    ]
    phase = judge(plan((), steps), [PROMPT], (*said("fine"), refused))
    assert delivered(phase) == {"/choices/0/0": "fine"}
    assert [one.text for view in third.seen for one in view.examined] == ["fine"]
    assert [one.reason for one in phase.result.steps] == [None, "missing: completion", None, None]


# Tags


@pytest.mark.parametrize(
    ("document", "tags", "status"),
    [
        ({"when": {"tags": ["a", "b"]}}, {"b"}, "ran"),
        ({"when": {"tags": ["a", "b"]}}, set(), "skipped"),
        ({"unless": {"tags": ["a", "b"]}}, {"b"}, "skipped"),
        ({"unless": {"tags": ["a"]}}, {"b"}, "ran"),
        ({"when": {"tags": ["a"]}}, {"refused"}, "skipped"),
        ({"when": {"tags": ["own"]}}, set(), "ran"),
        ({"when": {"tags": ["a"]}, "unless": {"tags": ["b"]}}, {"a", "b"}, "skipped"),
    ],
)
def test_tags_choose_steps(document: dict[str, Any], tags: set[str], status: str) -> None:
    one = plan([step(finds("Ada"), block_at=0.5, **document)], accept_tags=["a", "b"], tags=["own"])
    phase = ask(one, [PROMPT], tags=frozenset(tags))
    assert statuses(phase.result.steps) == [status]
    assert phase.blocked is (status == "ran")
    assert phase.detections.complete
    assert set(phase.detections.tags) == {"own"} | (tags & {"a", "b"})


# What nobody can read


@pytest.mark.parametrize("verdict", ["allow", "flag", "block"])
def test_content_that_nobody_can_read_is_if_unexamined(verdict: str) -> None:
    image = Unexamined("/messages/0/content/1/image_url/url", "image")
    later = does("later")
    phase = ask(plan([step(later, flag_at=0.5)], if_unexamined=verdict), [PROMPT], [image])
    assert phase.result.verdict.word == verdict
    assert not phase.detections.complete
    assert phase.detections.as_dict()["coverage"]["unexamined"] == [
        {"body": "request", "path": image.path, "media": "image"}
    ]
    assert phase.blocked is (verdict == "block")
    assert statuses(phase.result.steps) == ["not_reached" if verdict == "block" else "ran"]


def test_what_the_response_s_body_hides_is_judged_with_the_response() -> None:
    sound = Unexamined("/choices/0/message/audio/data", "audio", "response")
    phase = judge(plan((), (), if_unexamined="block"), [PROMPT], said("fine"), [sound])
    assert phase.detections.input.verdict is Verdict.ALLOW
    assert phase.result.verdict is Verdict.BLOCK
    assert delivered(phase) == {}


def test_a_choice_that_holds_no_text_is_not_blocked_with_the_others() -> None:
    sound = Unexamined("/choices/1/message/audio/data", "audio", "response", 1)
    phase = judge(plan((), [step(finds("BAD"), block_at=0.5)]), [PROMPT], said("BAD"), [sound])
    assert phase.detections.verdict is Verdict.BLOCK
    assert not phase.run.blocked


def test_pieces_of_one_text_never_share_a_path() -> None:
    seen = does("unit", scope="unit")
    first, other = "Hi. bob@x.org", "x" * 20
    for name in ("a;char=3,13", "a#char=3,13", "a"):
        document = json.dumps({"a": first, name: other, "b#": first})
        call = Segment("/choices/0/0", Source.TOOL_ARGUMENTS, document, "response", format="json")
        judge(plan((), [step(seen, flag_at=0.5)]), [PROMPT], [call])
    for view in seen.seen:
        paths = [segment.path for segment in view.examined]
        assert len(set(paths)) == len(paths)


# Time, by a clock that the tests move


@pytest.mark.parametrize(("takes", "status"), [(0.4, "ran"), (0.5, "ran"), (0.6, "timeout")])
def test_an_inline_step_is_judged_by_its_limit_when_it_returns(takes: float, status: str) -> None:
    clock = Clock()

    def work(view: View) -> list[Finding]:
        clock.now += takes
        return [Finding.at(view.examined[0], 0, 3, kind="slow.found", score=1.0)]

    slow = step(does("slow", work), "slow", flag_at=0.5, timeout_ms=500, if_failed="flag")
    other = step(finds("Ada"), "other", flag_at=0.5)
    phase = ask(plan([slow, other]), [PROMPT], clock=clock)
    first, second = phase.result.steps
    late = status == "timeout"
    assert (first.status, first.reason) == (status, "timeout_ms" if late else None)
    assert len(first.findings) == (0 if late else 1)
    assert first.verdict is Verdict.FLAG
    assert phase.detections.complete is not late
    assert len(second.findings) == 1


def test_a_deadline_is_for_all_steps_of_a_phase_together() -> None:
    clock = Clock()

    def work(_view: View) -> list[Finding]:
        clock.now += 0.4
        return []

    steps = [
        step(does("slow", work), f"step-{at}", flag_at=0.5, if_failed="flag") for at in range(4)
    ]
    both = plan(steps, steps[:1], deadline_ms=1000)
    asked = ask(both, [PROMPT], clock=clock)
    assert statuses(asked.result.steps) == ["ran", "ran", "timeout", "timeout"]
    assert asked.result.steps[3].reason == "deadline"
    assert not asked.detections.complete
    # The third was asked and was late, the fourth was not asked any more.
    assert clock.now == pytest.approx(101.2)
    assert statuses(answer(asked, said("x")).result.steps) == ["ran"]


def test_a_deadline_holds_for_models_too() -> None:
    clock = Clock()

    def work(_view: View) -> list[Finding]:
        clock.now += 2
        return []

    model = does("model", cost=Cost.MODEL)
    steps = [
        step(does("slow", work), "first", flag_at=0.5, if_failed="flag"),
        step(model, "second", flag_at=0.5, if_failed="flag"),
    ]
    phase = ask(plan(steps, deadline_ms=1000), [PROMPT], clock=clock)
    assert statuses(phase.result.steps) == ["timeout", "timeout"]
    assert model.seen == []


# Thresholds by kind


def test_a_kind_s_own_rule_stands_before_the_step_s() -> None:
    kinds = (Kind("many.soft"), Kind("many.hard"))
    detector = does(
        "many",
        lambda view: [
            Finding.at(view.examined[0], 0, 3, kind=kind.name, score=0.6) for kind in kinds
        ],
        kinds=kinds,
    )
    rules = {"many.hard": {"redact_at": 0.5, "redact_with": "remove"}}
    phase = ask(plan([step(detector, flag_at=0.1, kinds=rules)]), [PROMPT])
    found = {one.kind: one.verdict for one in phase.result.steps[0].findings}
    assert found == {"many.soft": Verdict.FLAG, "many.hard": Verdict.REDACT}
    assert delivered(phase) == {PROMPT.path: " Ada, ada@x.org"}


@pytest.mark.parametrize(("score", "blocked"), [(0.49995001, True), (0.49994, False), (0.5, True)])
def test_a_score_is_rounded_to_four_decimals_before_it_is_judged(
    score: float, *, blocked: bool
) -> None:
    assert ask(plan([step(finds("Ada", score=score), block_at=0.5)]), [PROMPT]).blocked is blocked


def test_findings_below_every_threshold_are_reported_only_when_asked_for() -> None:
    one = plan([step(finds("Ada", score=0.3), flag_at=0.5)])
    assert ask(one, [PROMPT]).result.steps[0].findings == ()
    (found,) = ask(one, [PROMPT], all_findings=True).result.steps[0].findings
    assert found.verdict is Verdict.ALLOW
