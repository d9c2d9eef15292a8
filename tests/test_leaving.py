"""Streams that nobody follows to their end: what observers hear of them, once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from arriving import PASSAGE, POOL, ZOE, Untold, by, checked, letters, said, whole_piece
from planning import does, finds, plan, statuses, step

from policyengine import Engine, Registry
from policyengine.detector import Cost, Kind
from policyengine.errors import ExchangeError
from policyengine.streaming import Arrival, AsyncStream, Stream
from policyengine.testing import Phrases, plugin
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policyengine.detections import Detections
    from policyengine.plan import Plan, PlannedStep
    from policyengine.transport import CheckedResponse

REDACTS = step(Untold(ZOE), redact_at=0.5, redact_with="label")
FOUND = (Kind("test.found"),)


class Watched:
    """The two doors of a stream, and what is told of it."""

    def __init__(self, a_plan: Plan) -> None:
        self.heard: list[Detections] = []
        arrival = Arrival(checked(a_plan))
        self.stream = Stream(arrival, POOL, self._tell)
        self.astream = AsyncStream(arrival, POOL, self._tell)

    def _tell(self, one: CheckedResponse) -> CheckedResponse:
        self.heard.append(one.detections)
        return one

    def only(self) -> Detections:
        (told,) = self.heard
        assert not told.complete
        return told


def output(told: Detections) -> Any:
    assert told.output is not None
    return told.output


def model(cost: Cost = Cost.MODEL, **declared: Any) -> Any:
    return does("test", whole_piece, scope="unit", cost=cost, kinds=FOUND, **declared)


def left_after(text: str, *steps: PlannedStep) -> Detections:
    watched = Watched(plan([], list(steps)))
    with watched.stream as stream:
        for one in letters(text):
            stream.feed(one)
    return watched.only()


def raises(watched: Watched) -> None:
    def fails() -> None:
        with watched.stream as stream:
            stream.feed(said(content="It is zoë, and"))
            raise KeyError

    with pytest.raises(KeyError):
        fails()


def breaks(watched: Watched) -> None:
    for one in letters("It is zoë, and"):
        with watched.stream as stream:
            stream.feed(said(content="It is zoë"))
            break
        stream.feed(one)


def ends_a_generator(watched: Watched) -> None:
    def released() -> Iterator[Any]:
        with watched.stream as stream:
            for one in letters("It is zoë, and more"):
                yield stream.feed(one)

    going = released()
    for _ in range(len("It is zoë")):
        next(going)
    del going


def is_cancelled(watched: Watched) -> None:
    async def main() -> None:
        async with watched.astream as stream:
            await stream.feed(said(content="It is zoë, and"))
            await asyncio.Future()

    async def cancel() -> None:
        task = asyncio.create_task(main())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(cancel())


@pytest.mark.parametrize("leave", [raises, breaks, ends_a_generator, is_cancelled])
def test_a_stream_that_is_left_is_told_once_with_what_was_decided(leave: Any) -> None:
    watched = Watched(plan([], [REDACTS]))
    leave(watched)
    told = watched.only()
    assert (told.verdict, output(told).verdict) == (Verdict.REDACT, Verdict.REDACT)
    (result,) = output(told).steps
    assert [(one.kind, one.span.start) for one in result.findings] == [("test.word", 6)]


def test_a_stream_that_was_closed_is_not_told_again() -> None:
    watched = Watched(plan([], [REDACTS]))
    with watched.stream as stream:
        stream.feed(said(content="It is zoë."))
        _, detections = stream.close()
    (told,) = watched.heard
    assert (told, told.complete) == (detections, True)
    assert stream.detections is detections


def test_a_stream_that_was_left_releases_nothing_more() -> None:
    watched = Watched(plan([], [REDACTS]))
    with watched.stream as stream:
        assert stream.feed(said(content="It is zo"))
    for more in (lambda: stream.feed(said(content="o.")), stream.close):
        with pytest.raises(ValueError, match="closed"):
            more()
    assert stream.detections is watched.only()


def test_a_stream_of_which_nothing_came_is_told_with_nothing_reached() -> None:
    told = left_after("", REDACTS, PASSAGE)
    assert statuses(output(told).steps) == ["not_reached", "not_reached"]
    assert told.verdict is Verdict.ALLOW


def test_what_arrived_last_and_is_no_reply_leaves_the_steps_unreached() -> None:
    watched = Watched(plan([], [REDACTS]))
    with watched.stream as stream:
        stream.feed(said(content=5))
        with pytest.raises(ExchangeError):
            stream.close()
    assert statuses(output(watched.only()).steps) == ["not_reached"]


@pytest.mark.parametrize(
    ("text", "status", "verdict"),
    [("It is so. It is zo", "not_reached", "allow"), ("It is zoë. It is zo", "ran", "redact")],
)
def test_models_are_not_asked_about_what_is_left(text: str, status: str, verdict: str) -> None:
    detector = model()
    told = left_after(text, step(detector, redact_at=0.5))
    (result,) = output(told).steps
    assert (result.status, result.verdict.word) == (status, verdict)
    assert [one.text for view in detector.seen for one in view.examined] == [text[:-9]]


@pytest.mark.parametrize("stream", ["hold", "late"])
def test_a_step_that_reads_all_of_a_text_has_decided_nothing(stream: str) -> None:
    watched = Watched(plan([], [by("whole", block_at=0.5)], stream=stream))
    with watched.stream as one:
        one.feed(said(content="It is zoë"))
    told = watched.only()
    (result,) = output(told).steps
    assert (result.status, result.reason) == ("not_reached", "the stream was left")
    assert told.verdict is Verdict.ALLOW


def test_a_close_that_is_given_up_is_told_as_left() -> None:
    async def hangs(_: Any) -> Any:
        await asyncio.Future()

    asks = does("test", hangs, waits=True, cost=Cost.REMOTE, scope="whole", kinds=FOUND)
    watched = Watched(plan([], [step(asks, block_at=0.5), step(finds("zoë"), "b", flag_at=0.5)]))

    async def main() -> None:
        async with watched.astream as stream:
            await stream.feed(said(content="It is zoë."))
            closing = asyncio.create_task(stream.close())
            while not asks.seen:  # noqa: ASYNC110 - nobody sets an event when it is asked
                await asyncio.sleep(0)
            closing.cancel()
            await asyncio.wait({closing})

    asyncio.run(main())
    assert statuses(output(watched.only()).steps) == ["not_reached", "ran"]
    assert watched.only().verdict is Verdict.FLAG


def test_observers_of_a_deployment_hear_of_it(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(
        """
version: 1
models: {m: {base_url: "http://model/v1"}}
policies:
  p: {steps: [{step: s, detector: phrases, options: {phrases: {crow: 1.0}}, block_at: 0.5}]}
deployments: {d: {model: m, output: [p]}}
""",
        encoding="utf-8",
    )
    heard: list[Detections] = []
    steps: list[str] = []

    def hear(detections: Detections) -> None:
        heard.append(detections)

    hooks = plugin(
        Phrases,
        policyengine_step_finished=lambda result: steps.append(result.step),
        policyengine_evaluation_finished=hear,
    )
    deployment = Engine.load(path, registry=Registry.of(test=hooks)).deployment("d")
    request = deployment.check_request({"messages": [{"role": "user", "content": "Hi."}]})
    heard.clear()
    with deployment.stream(request) as stream:
        stream.feed(said(content="A crow, and"))
    (told,) = heard
    assert (told.verdict, told.complete, steps) == (Verdict.BLOCK, False, ["s"])
