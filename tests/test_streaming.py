"""Streams, case by case: what the laws rarely meet, what is released when, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from arriving import (
    ASKED,
    PASSAGE,
    POOL,
    ZOE,
    Untold,
    by,
    checked,
    letters,
    said,
    whole_piece,
)
from planning import does, finds, plan, step
from test_streaming_laws import (
    KINDS,
    NEAR,
    assembled,
    chunk,
    halves,
    in_one_piece,
    look,
    without_nothing,
)

from policyengine.detector import Cost, Finding, Kind, Window
from policyengine.errors import ExchangeError
from policyengine.exchange import Source
from policyengine.streaming import Arrival, Stream
from policyengine.testing import Phrases, raises

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.plan import Plan
    from policyengine.transport import CheckedRequest


@pytest.fixture(autouse=True)
def each_character() -> Iterator[None]:
    """Texts are looked at with every character, not with every few words."""
    with mock.patch("policyengine.streaming.settling.QUANTUM", 1):
        yield


def stream_of(request: CheckedRequest) -> Stream:
    return Stream(Arrival(request), POOL, lambda one: one)


def texts(chunks: list[dict[str, Any]], name: str = "content") -> str:
    return "".join(choice["delta"].get(name) or "" for one in chunks for choice in one["choices"])


def fed(stream: Stream, chunks: list[dict[str, Any]], name: str = "content") -> str:
    return texts([out for one in chunks for out in stream.feed(one)], name)


def returns(value: Any) -> Any:
    return lambda _text: value


UNIT = by("unit", redact_at=0.5, redact_with="label")
SURROUNDED = step(does("test", look, kinds=KINDS, scope=Window(NEAR, 4 + NEAR)), redact_at=0.7)
REDACTS = step(finds("zoë"), "in", redact_at=0.5)
RESTORES = {"restore": True}


@pytest.mark.parametrize(
    ("a_plan", "reply"),
    [
        (plan([REDACTS], [step(finds("quux["), redact_at=0.5)]), "say quux{} and more of it"),
        (plan([REDACTS], [step(finds("] quux"), redact_at=0.5)]), "say {} quux and more of it"),
        (plan([REDACTS], [step(finds("zoë"), redact_at=0.5)], **RESTORES), "zoë {} zoë{}, and so"),
        (plan([REDACTS], [], **RESTORES), "Dear {}, [or {}] or [WORD_ or {}"),
        (plan([], [PASSAGE]), "a\n\n \nIt is zoë.\n\nOr not."),
        (plan([], [PASSAGE]), "a.\nb.\n\nzo"),
        (plan([], [UNIT]), "It is not. It is zoë. Or not? And on we go"),
        (plan([], [UNIT]), "zoë" * 700),
        (plan([], [UNIT]), "a" * 998 + '."" It is zoë. And on'),
        (plan([], [SURROUNDED]), "It is zo zoë, and on and on we go"),
        (plan([], [UNIT]), "..zoë..." + "." * 1200 + " zoë\n\nzoë"),
        (plan([REDACTS], [UNIT], **RESTORES), "a" * 995 + "{} zoë"),
        (plan([REDACTS], [UNIT], **RESTORES), "a" * 995 + "{} zoë. And on it goes"),
        (
            plan([], [step(finds("zoë quux"), redact_at=0.5), step(finds("quux b"), block_at=0.5)]),
            "a zoë quux b",
        ),
        (
            plan(
                [],
                [
                    step(
                        does(
                            "test",
                            lambda view: [
                                Finding.at(view.examined[0], at, at + 9, kind=kind, score=0.9)
                                for at in [view.examined[0].text.find("zoë and quux")]
                                if at >= 0
                                for at, kind in ((at, "test.a"), (at + 3, "test.b"))
                            ],
                            kinds=(Kind("test.a"), Kind("test.b")),
                            scope=finds("zoë and quux").scope,
                        ),
                        redact_at=0.5,
                        kinds={"test.b": {"block_at": 0.6}},
                    )
                ],
            ),
            "It is zoë and quux, as they say",
        ),
    ],
)
def test_letter_by_letter_it_is_the_same(a_plan: Plan, reply: str) -> None:
    request = checked(a_plan)
    assert request.body is not None
    placeholder = request.body["messages"][0]["content"][len("I am ") : -1]
    chunks = letters(reply.format(*[placeholder] * reply.count("{}")))
    expected = in_one_piece(request, chunks)
    with stream_of(request) as stream:
        released = [out for one in chunks for out in stream.feed(one)]
        last, detections = stream.close()
    assert detections.as_dict() == expected[0]
    assert without_nothing(assembled([*released, *last])) == without_nothing(expected[1])


@pytest.mark.parametrize(
    "document",
    [{"redact_at": 0.5, "redact_with": "label"}, {"block_at": 0.5}],
)
@pytest.mark.parametrize(
    "reply",
    [
        "It is \U0001f600zo. And \U0001f680 \U0001f600zo\U0001f680, on and on",
        "It is \U0001f680",
        "Half of one is \ud83d, and of another \ude00zo, and \U0001f600zo",
        "It ends with \U0001f600zo and half of one \ud83d",
    ],
)
def test_a_character_that_two_chunks_share_is_one(reply: str, document: dict[str, Any]) -> None:
    request = checked(plan([], [step(finds("\U0001f600zo"), **document)]))
    together = in_one_piece(request, [said(content=reply)])
    with stream_of(request) as stream:
        released = [out for one in halves(reply) for out in stream.feed(said(content=one))]
        last, detections = stream.close()
    assert detections.as_dict() == together[0]
    assert without_nothing(assembled([*released, *last])) == without_nothing(together[1])
    assert ("\U0001f600zo" in reply) == bool(detections.output.steps[0].findings)


def test_arguments_of_a_tool_that_are_cut_amid_a_character_are_whole() -> None:
    request = checked(plan([], [step(finds("\U0001f600zo"), redact_at=0.5)]))
    call = {"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": ""}}
    pieces = [
        said(tool_calls=[{"index": 0, "function": {"arguments": one}}])
        for one in halves('{"to": "\U0001f600zo"}')
    ]
    with stream_of(request) as stream:
        for one in [said(tool_calls=[call]), *pieces]:
            stream.feed(one)
        _, detections = stream.close()
    (finding,) = detections.output.steps[0].findings
    assert (finding.span.start, finding.span.end) == (8, 11)


def test_text_leaves_as_soon_as_its_window_has_passed() -> None:
    with stream_of(checked(plan([], [step(Untold(ZOE), redact_at=0.5)]))) as stream:
        assert fed(stream, letters("It is zo")) == "It is "
        assert fed(stream, letters("o, or ")) == "zoo, o"
        assert fed(stream, letters("zoë.")) == "r "
        assert fed(stream, letters("..")).startswith("[WORD_")


def test_text_leaves_as_soon_as_its_detector_tells_that_nothing_is_open() -> None:
    with stream_of(checked(plan([], [step(finds("zoë"), redact_at=0.5)]))) as stream:
        assert fed(stream, letters("It is zo")) == "It is "
        assert fed(stream, letters("o, or ")) == "zoo, or "
        assert fed(stream, letters("zo")) == ""
        assert fed(stream, letters("ë.")).startswith("[WORD_")
        assert fed(stream, letters(" And")) == " And"


def test_what_its_detector_tells_is_asked_with_every_chunk() -> None:
    a_plan = plan([], [step(finds("zoë"), redact_at=0.5)])
    with (
        mock.patch("policyengine.streaming.settling.QUANTUM", 48),
        stream_of(checked(a_plan)) as stream,
    ):
        assert fed(stream, letters("It is so")) == "It is so"


@pytest.mark.parametrize(
    "told", [raises(RuntimeError("zoë")), raises(SystemExit()), *map(returns, ["zoë", 99, -1, 6.5])]
)
def test_where_a_detector_tells_no_place_its_window_holds(told: Any) -> None:
    wrong = type("Wrong", (Untold,), {"open_from": lambda _self, text: told(text)})
    with stream_of(checked(plan([], [step(wrong(ZOE), redact_at=0.5)]))) as stream:
        assert fed(stream, [said(content="It is zo")]) == "It is "
        assert fed(stream, letters("ë. And on")).endswith("]. And ")


@pytest.mark.parametrize("pieces", [["zoë and zoë"], ["zoë and zoë", " and on" * 20, " zoë"]])
def test_what_is_found_and_let_go_with_one_piece_is_not_forgotten(pieces: list[str]) -> None:
    request = checked(plan([], [step(finds("zoë"), redact_at=0.5, redact_with="label")]))
    chunks = [said(content=piece) for piece in pieces]
    expected = in_one_piece(request, chunks)
    with mock.patch("policyengine.streaming.forgetting.LEAST", 1), stream_of(request) as stream:
        released = fed(stream, chunks)
        rest, detections = stream.close()
    assert detections.as_dict() == expected[0]
    assert released + texts(rest) == "".join(pieces).replace("zoë", "[WORD]")


@pytest.mark.parametrize("before", ["", "And so on it goes, as it did before. "])
def test_half_a_stand_in_waits_for_the_other_half(before: str) -> None:
    request = checked(plan([REDACTS], [step(finds("quux", "x"), redact_at=0.5)]))
    assert request.body is not None
    placeholder = request.body["messages"][0]["content"][len("I am ") : -1]
    with stream_of(request) as stream:
        assert fed(stream, letters(before + placeholder[:-1])) == before
        assert fed(stream, letters(placeholder[-1])) == placeholder


def test_a_bracket_that_begins_no_stand_in_waits_no_longer_than_one() -> None:
    request = checked(plan([REDACTS], [step(finds("quux"), redact_at=0.5)]))
    with stream_of(request) as stream:
        released = fed(stream, letters("It is [" + "so " * 12))
    assert released == "It is [" + "so " * 12


def test_a_sentence_leaves_when_it_has_ended() -> None:
    with stream_of(checked(plan([], [UNIT]))) as stream:
        assert fed(stream, letters("It is not. It")) == "It is not."
        assert fed(stream, letters(" is zoë.")) == ""
        assert fed(stream, letters(" O")) == "[FOUND]"


def test_nothing_leaves_before_what_reads_all_of_it() -> None:
    a_plan = plan([], [by("whole", block_at=0.5)])
    with stream_of(checked(a_plan)) as stream:
        assert fed(stream, letters("It is not. It is fine.\n\nIt is")) == ""
        assert texts(stream.close()[0]) == "It is not. It is fine.\n\nIt is"


def test_late_lets_it_leave_and_tells_the_truth_in_the_end() -> None:
    a_plan = plan([], [by("whole", block_at=0.5)], stream="late")
    with stream_of(checked(a_plan)) as stream:
        assert fed(stream, letters("It is zoë.")) == "It is zoë."
        last, detections = stream.close()
    assert texts(last) == ""
    assert [one["finish_reason"] for one in last[-1]["choices"]] == ["content_filter"]
    assert detections.verdict.word == "block"


def test_a_block_ends_its_choice_with_the_message_of_the_step() -> None:
    blocks = step(finds("zoë"), block_at=0.5, message="Not that.")
    with stream_of(checked(plan([], [blocks, step(finds("none"), redact_at=0.5)]))) as stream:
        assert fed(stream, letters("It is zoë")) == "It is "
        assert stream.done
        assert fed(stream, letters(" and more")) == ""
        last, detections = stream.close()
    assert texts(last) == "\n\nNot that."
    assert [one["finish_reason"] for one in last[-1]["choices"]] == ["content_filter"]
    assert detections.verdict.word == "block"


def test_a_block_in_the_middle_of_a_chunk_cuts_it() -> None:
    with stream_of(checked(plan([], [step(finds("zoë"), block_at=0.5)]))) as stream:
        assert fed(stream, [said(content="It is zoë, and more than that.")]) == "It is "
        assert stream.done


def test_one_choice_of_two_goes_on() -> None:
    request = checked(plan([], [step(finds("zoë"), block_at=0.5)]), {**ASKED, "n": 2})
    with stream_of(request) as stream:
        fed(stream, letters("zoë is here"))
        assert not stream.done
        other = [chunk({"index": 1, "delta": {"content": letter}}) for letter in "It is fine."]
        assert fed(stream, other).startswith("It is f")
        last, _ = stream.close()
    assert [one["finish_reason"] for one in last[-1]["choices"]] == ["content_filter", None]


def test_calls_of_tools_leave_in_the_end_as_json() -> None:
    call = {"index": 0, "id": "call_1", "type": "function"}
    pieces = ['{"to": "zo', 'ë", "n', '": 1}']
    chunks = [said(tool_calls=[{**call, "function": {"name": "send", "arguments": ""}}])]
    chunks += [said(tool_calls=[{"index": 0, "function": {"arguments": one}}]) for one in pieces]
    a_plan = plan([], [step(finds("zoë"), redact_at=0.5, redact_with="label")])
    with stream_of(checked(a_plan)) as stream:
        assert not any("tool_calls" in str(stream.feed(one)) for one in chunks)
        last, _ = stream.close()
    (sent,) = last[0]["choices"][0]["delta"]["tool_calls"]
    assert sent == {**call, "function": {"name": "send", "arguments": '{"to": "[WORD]", "n": 1}'}}


def test_what_nobody_can_read_holds_everything_where_it_blocks() -> None:
    with stream_of(checked(plan(if_unexamined="block"))) as stream:
        assert fed(stream, letters("It is fine.")) == ""
        stream.feed(said(audio={"id": "audio_1", "data": "UklGRg=="}))
        last, detections = stream.close()
    assert "fine" not in texts(last)
    assert detections.verdict.word == "block"


def test_beside_an_answer_that_a_step_needs_nothing_leaves_before_the_end() -> None:
    needs = {"needs": frozenset({Source.COMPLETION}), "kinds": (Kind("test.found"),)}
    looks = step(does("test", whole_piece, scope="unit", **needs), block_at=0.5)
    with stream_of(checked(plan([], [looks]))) as stream:
        assert fed(stream, letters("I think. So I", "reasoning"), "reasoning") == ""
        last, detections = stream.close()
    assert texts(last, "reasoning") == "I think. So I"
    assert detections.output is not None
    assert detections.output.steps[0].status == "skipped"


def test_a_field_out_of_order_waits_for_the_end() -> None:
    with stream_of(checked(plan([], [step(finds("zoë"), block_at=0.5)]))) as stream:
        released = fed(stream, letters("It is so."))
        fed(stream, letters("Is it zoë?", "reasoning"))
        assert fed(stream, letters(" And on.")) == ""
        last, detections = stream.close()
    assert "It is so.".startswith(released)
    assert texts(last, "reasoning") == "Is it "
    assert "And on" not in texts(last)
    assert detections.verdict.word == "block"


def test_what_is_held_of_a_field_is_judged_before_the_next_one_leaves() -> None:
    longer = Phrases.Options(phrases={"zoë": 1.0, "a phrase that is a good deal longer": 1.0})
    blocks = step(Untold(longer), block_at=0.5)
    with stream_of(checked(plan([], [blocks]))) as stream:
        assert fed(stream, letters("It is zoë", "reasoning"), "reasoning") == ""
        assert fed(stream, letters("It is fine. " * 9)) == ""
        last, _ = stream.close()
    assert "fine" not in texts(last)


def test_a_step_that_fails_on_the_way_holds_what_follows_and_fails_in_the_end() -> None:
    fails = step(does("test", raises(RuntimeError("zoë")), scope="unit"), block_at=0.5)
    with stream_of(checked(plan([], [fails]))) as stream:
        assert fed(stream, letters("It is fine. And on. ")) == ""
        last, detections = stream.close()
    assert "fine" not in texts(last)
    assert "zoë" not in str(detections.as_dict())
    assert detections.output is not None
    assert detections.output.steps[0].status == "failed"


def test_models_are_asked_once_about_each_part() -> None:
    kinds = (Kind("test.found"),)
    detector = does("test", whole_piece, scope="unit", cost=Cost.MODEL, kinds=kinds)
    with stream_of(checked(plan([], [step(detector, redact_at=0.5)]))) as stream:
        fed(stream, letters("It is so. It is zoë. And on"))
        stream.close()
    seen = [segment.text for view in detector.seen for segment in view.examined]
    assert seen == ["It is so.", " It is zoë.", " And on"]


@pytest.mark.parametrize(
    ("one", "where"),
    [
        ([], ""),
        ({"choices": {}}, "/choices"),
        ({"choices": [1]}, "/choices/0"),
        ({"choices": [{"index": "0"}]}, "/choices/0/index"),
        ({"choices": [{"index": 0, "delta": "x"}]}, "/choices/0/delta"),
    ],
)
def test_what_is_no_chunk_is_refused(one: Any, where: str) -> None:
    with stream_of(checked(plan())) as stream, pytest.raises(ExchangeError) as caught:
        stream.feed(one)
    assert caught.value.path == where


def test_a_blocked_request_has_no_stream_and_a_closed_one_takes_no_chunk() -> None:
    blocked = checked(plan([step(finds("zoë"), block_at=0.5)]))
    with pytest.raises(ValueError, match="blocked"):
        Arrival(blocked)
    with stream_of(checked(plan())) as stream:
        stream.close()
        with pytest.raises(ValueError, match="closed"):
            stream.feed(said(content="x"))
    with pytest.raises(ValueError, match="closed"):
        stream.close()
