"""A reply in chunks, held to a deployment while it arrives; as generators, whoever drives them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from policyengine.evaluation import Evaluation
from policyengine.exchange import RESPONSE_SOURCES, Segment, Source
from policyengine.openai import endpoint_of
from policyengine.openai.assembly import Assembly
from policyengine.openai.chunks import (
    OPENING,
    STREAMED,
    closing,
    opening,
    released,
    said_in,
)
from policyengine.openai.joined import Joined
from policyengine.openai.response import asks_for_json
from policyengine.standins import Issued
from policyengine.streaming.flow import Flow
from policyengine.streaming.forgetting import margin_of
from policyengine.streaming.leaving import left
from policyengine.streaming.recall import Recall
from policyengine.transport import responded
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from policyengine.evaluation import Answer, Call
    from policyengine.plan import PlannedStep
    from policyengine.transport import CheckedRequest, CheckedResponse

    Chunk = dict[str, Any]


@dataclass(slots=True)
class _Choice:
    """A choice on its way: its texts, what was released of them, and whether anything more is.

    `speaks` is the field whose text arrives. `held` is set where the order of things was not the
    usual one: what is left then waits for the end. `remembers` is set where logprobs come, which
    are held to all of the text.
    """

    flows: dict[str, Flow] = field(default_factory=dict)
    released: dict[str, Joined] = field(default_factory=dict)
    speaks: str = ""
    begun: bool = False
    held: bool = False
    remembers: bool = False
    blocked: bool = False

    def goes_on(self) -> bool:
        """Whether more of it may be released before the end."""
        return not (self.held or self.blocked)


class Arrival:
    """The work of a stream; see `Stream`."""

    def __init__(self, request: CheckedRequest) -> None:
        phase = request.phase
        if phase.blocked:
            raise ValueError("the request was blocked: there is no reply to judge")
        # A stream cannot take back its status: blocked, it ends as with `on_block: message`.
        plan = replace(phase.plan, on_block="message")
        self._request = replace(request, phase=replace(phase, plan=plan))
        self._endpoint = endpoint_of(request.original) or "chat"
        self._json = asks_for_json(request.original)
        self._assembly = Assembly(self._endpoint)
        self._recall = Recall()
        self._choices: dict[int, _Choice] = {}
        self._head: Chunk = {}
        self._told: list[object] = []
        conditions = phase.conditions
        self._evaluation = Evaluation(
            clock=conditions.clock,
            tags=phase.tags,
            request={text.segment.path: text for text in phase.run.texts},
            rewriter=phase.rewriter.fork(lambda: ()),
            memo=phase.memo,
            observe=conditions.observe,
        )
        restores = plan.restore and not conditions.observe
        self._issued = phase.issued if restores else Issued()
        self._steps = () if conditions.observe else self._enforced()
        self._late = plan.stream == "late"
        self._wants_an_answer = any(Source.COMPLETION in self._lacks(step) for step in self._steps)
        self._holds = not conditions.observe and (
            plan.output.if_unexamined is Verdict.BLOCK
            or any(map(self._waits_for_all, self._steps))
            or phase.rewriter.has_surrogates
        )

        self._margin = self._margin_of()

    def _margin_of(self) -> int | None:
        """How far apart what matters to each other can be; None where all is to be kept."""
        tags = self._evaluation.tags
        steps = [
            step
            for step in self._request.phase.plan.output.steps
            if (not step.when or step.when & tags) and not step.unless & tags
        ]
        # Steps that are not enforced look at the end alone, and logprobs are held to the text then.
        logprobs = self._request.original.get("logprobs")
        asked = logprobs is not None and logprobs is not False
        looks_back = asked or len(steps) > len(self._steps)
        if self._holds or looks_back or self._request.phase.conditions.observe:
            return None
        return margin_of(steps, max(map(len, self._issued), default=0))

    def _enforced(self) -> tuple[PlannedStep, ...]:
        """The steps that may change what is delivered."""
        tags = self._evaluation.tags
        return tuple(
            step
            for step in self._request.phase.plan.output.steps
            if not step.shadow
            and (not step.when or step.when & tags)
            and not step.unless & tags
            and (step.if_missing is Verdict.BLOCK or self._lacks(step) <= RESPONSE_SOURCES)
        )

    def _lacks(self, step: PlannedStep) -> frozenset[Source]:
        """What the step needs and the request does not have."""
        return step.needs - self._evaluation.present

    def _waits_for_all(self, step: PlannedStep) -> bool:
        """Whether nothing can be released before the step has seen everything."""
        if step.draw is not None:
            return True  # surrogates keep away from what may follow
        if not self._lacks(step) <= {Source.COMPLETION}:
            return True
        if not step.gradual:
            return not self._late
        return not all(kind.spans for kind in step.kinds.values())

    @property
    def done(self) -> bool:
        """Whether every choice was blocked."""
        wanted = self._request.original.get("n")
        count = wanted if type(wanted) is int else 1
        return len(self._choices) >= count and all(one.blocked for one in self._choices.values())

    def feed(self, chunk: Mapping[str, Any]) -> Generator[Call, Answer, list[Chunk]]:
        """What may be released after one more chunk."""
        choices = self._assembly.add(chunk)
        told = [chunk.get(name) for name in OPENING]
        if told != self._told:
            self._told = told
            self._head |= opening(chunk, self._endpoint)
        texts: dict[int, dict[str, str]] = {}
        for index, choice in choices:
            held = self._choices.get(index) or self._choices.setdefault(index, _Choice())
            said, usual = said_in(choice, self._endpoint)
            held.held = held.held or not usual
            held.remembers = held.remembers or choice.get("logprobs") is not None
            out = yield from self._said(index, held, said)
            for name, text in out.items():
                held.released.setdefault(name, Joined()).add(text)
            if said and self._margin is not None and held.goes_on() and not held.remembers:
                self._forget(index, held)
            if self._endpoint == "chat" and not held.begun:
                out = {"role": "assistant", **out}
                held.begun = True
            if out:
                texts[index] = out
        return [released(self._head, texts, self._endpoint)] if texts else []

    def close(self) -> Generator[Call, Answer, tuple[list[Chunk], CheckedResponse]]:
        """The last chunks, and the judged reply."""
        judged = responded(self._request, self._assembly.body, self._assembly.forgotten)
        checked = yield from self._recall.drive(judged)
        body = checked.body if checked.reply is None else checked.reply[1]
        assert body is not None  # noqa: S101 - one of the two is there
        body = {name: value for name, value in body.items() if name != "detections"}
        before = {
            index: {**one.released, "role": Joined()} if one.begun else one.released
            for index, one in self._choices.items()
        }
        return closing(body, self._head, before, self._endpoint), checked

    def leave(self) -> CheckedResponse:
        """What was decided of a reply of which no more is wanted."""
        return left(self._request, self._assembly, self._recall)

    def _said(
        self, index: int, choice: _Choice, said: Mapping[str, str]
    ) -> Generator[Call, Answer, dict[str, str]]:
        out: dict[str, str] = {}
        for name, text in said.items():
            if self._holds or not choice.goes_on():
                break
            if name != choice.speaks:
                yield from self._turn(index, choice, name, out)
                if not choice.goes_on():
                    break
            flow = choice.flows[name]
            more = yield from flow.feed(text, closed=False)
            if more:
                out[name] = out.get(name, "") + more
            self._look(choice, flow)
        return out

    def _turn(
        self, index: int, choice: _Choice, name: str, out: dict[str, str]
    ) -> Generator[Call, Answer, None]:
        """Another field speaks now: those before it have ended."""
        order = list(STREAMED[self._endpoint])
        later = [known for known in choice.flows if order.index(known) > order.index(name)]
        if later or (name in {"content", "text"} and self._json):
            choice.held = True
            return
        for known, flow in choice.flows.items():
            more = yield from flow.feed("", closed=True)
            if more:
                out[known] = out.get(known, "") + more
            self._look(choice, flow)
        # Some steps look at what is beside an answer only where there is one.
        beside = STREAMED[self._endpoint][name] is not Source.COMPLETION
        if not choice.goes_on() or (beside and self._wants_an_answer):
            choice.held = not choice.blocked
            return
        choice.speaks = name
        self._begin(index, choice, name)

    def _forget(self, index: int, choice: _Choice) -> None:
        """Forget what is left of a text that was released, where nothing hangs on it."""
        part = choice.flows[choice.speaks].forgettable()
        if part is not None:
            name = choice.speaks
            self._assembly.forget(index, name, part.start, part.end)
            choice.released[name].forget(part.start + part.shift, part.end + part.shift)

    def _look(self, choice: _Choice, flow: Flow) -> None:
        choice.blocked = choice.blocked or flow.blocked
        choice.held = choice.held or flow.lost

    def _begin(self, index: int, choice: _Choice, name: str) -> None:
        path = f"/choices/{index}/" + (name if self._endpoint == "text" else f"message/{name}")
        source = STREAMED[self._endpoint][name]
        steps = [step for step in self._steps if step.gradual]
        segment = Segment(path, source, "", "response", index)
        choice.flows[name] = Flow(
            segment, steps, self._issued, self._evaluation, self._recall, margin=self._margin
        )
