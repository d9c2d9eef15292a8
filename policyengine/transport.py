"""The two phases around OpenAI-shaped bodies: what a transport forwards, returns and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policyengine import openai
from policyengine.phases import request_phase, response_phase

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from policyengine.detections import Detections
    from policyengine.evaluation import Answer, Call, Places
    from policyengine.phases import Conditions, Phase, RequestPhase, ResponsePhase
    from policyengine.plan import Plan
    from policyengine.verdict import Verdict

BLOCKED_REQUEST = "This request was blocked by policy."
BLOCKED_RESPONSE = "This response was blocked by policy."

Reply = tuple[int, dict[str, Any]]
"""An HTTP status and a body with its detections, ready to be sent to the client."""


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A request that was judged.

    `body` is what the model may see, rewritten; None when it was blocked, and then `reply` is the
    answer to the client. `ignored_tags` counts the client's tags that the deployment does not take.
    Placeholders' values live in this object and nowhere else.
    """

    body: dict[str, Any] | None
    reply: Reply | None
    detections: Detections
    ignored_tags: int
    phase: RequestPhase = field(repr=False)
    original: Mapping[str, Any] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """The request's verdict."""
        return self.detections.verdict

    def __repr__(self) -> str:
        # Logs print objects, and the texts of an exchange are not for logs.
        return f"CheckedRequest(verdict={self.verdict.word!r}, blocked={self.body is None})"


@dataclass(frozen=True, slots=True)
class CheckedResponse:
    """A response that was judged.

    `body` is what the client may see, rewritten and restored, without the detections, which the
    transport attaches as it likes (`policyengine.openai.attach`); None when every choice was
    blocked, and then `reply` is the answer to the client.
    """

    body: dict[str, Any] | None
    reply: Reply | None
    detections: Detections
    phase: ResponsePhase = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the whole exchange."""
        return self.detections.verdict

    def __repr__(self) -> str:
        return f"CheckedResponse(verdict={self.verdict.word!r}, blocked={self.body is None})"


def requested(
    plan: Plan, body: Mapping[str, Any], conditions: Conditions
) -> Generator[Call, Answer, CheckedRequest]:
    """Judge a request's body."""
    read = openai.read_request(body)
    phase = yield from request_phase(plan, read.segments, read.unexamined, conditions)
    detections = phase.detections
    reply = None
    if phase.blocked:
        reply = _refusal(plan, body, phase, BLOCKED_REQUEST, detections)
    return CheckedRequest(
        body=None if phase.blocked else openai.write(body, _changes(phase), follows=False),
        reply=reply,
        detections=detections,
        ignored_tags=len(conditions.tags - plan.tags - plan.accept_tags),
        phase=phase,
        original=body,
    )


def responded(
    request: CheckedRequest, reply: Mapping[str, Any], forgotten: Places = MappingProxyType({})
) -> Generator[Call, Answer, CheckedResponse]:
    """Judge the reply to a request that was not blocked.

    `forgotten` are places of it, by the path of their text, in which nothing is to be found.
    """
    if request.phase.blocked:
        raise ValueError("the request was blocked: there is no reply to judge")
    plan = request.phase.plan
    read = openai.read_response(reply, request.original)
    phase = yield from response_phase(request.phase, read.segments, read.unexamined, forgotten)
    detections = phase.detections
    if phase.run.blocked and (plan.on_block == "error" or not reply.get("choices")):
        answer = _refusal(plan, request.original, phase, BLOCKED_RESPONSE, detections)
        return CheckedResponse(None, answer, detections, phase)
    blocked = _blocked_choices(phase, reply)
    body = openai.write(reply, _changes(phase), _unseen_in(blocked, phase))
    for index, own in blocked.items():
        shown = (own or BLOCKED_RESPONSE) if plan.on_block == "message" else None
        body = openai.close_choice(body, index, shown)
    if phase.run.blocked:
        return CheckedResponse(
            None, (200, openai.attach(body, detections.as_dict())), detections, phase
        )
    return CheckedResponse(body, None, detections, phase)


def before_block(request: CheckedRequest) -> dict[str, Any]:
    """The body of a blocked request as the steps before the block had left it."""
    return openai.write(request.original, _rewritten(request.phase), follows=False)


def _refusal(
    plan: Plan, request: Mapping[str, Any], phase: Phase, otherwise: str, detections: Detections
) -> Reply:
    """What the client is sent where nothing of the exchange is."""
    message = phase.run.message or otherwise
    if plan.on_block == "error":
        return openai.blocked_error(message, detections.as_dict())
    return 200, openai.blocked_completion(request, message, detections.as_dict())


def _blocked_choices(phase: ResponsePhase, reply: Mapping[str, Any]) -> dict[int, str | None]:
    """The places of the choices that were blocked, each with its step's message."""
    if phase.run.refused:
        return dict.fromkeys(range(len(reply.get("choices") or ())))
    return {choice.index: choice.message for choice in phase.run.choices if choice.blocked}


def _unseen_in(choices: Iterable[int], phase: Phase) -> list[str]:
    """The paths of what nobody could read in these choices: it goes with them."""
    places = tuple(f"/choices/{index}/" for index in choices)
    return [one.path for one in phase.run.unexamined if one.path.startswith(places)]


def _changes(phase: Phase) -> dict[str, openai.Change]:
    dropped = [text.segment.path for text in phase.run.texts if text.dropped]
    return _rewritten(phase) | dict.fromkeys(dropped, openai.Change(None))


def _rewritten(phase: Phase) -> dict[str, openai.Change]:
    changes: dict[str, openai.Change] = {}
    for text, (left, moved) in phase.delivered.items():
        spans = tuple((region.old_start, region.old_end) for region in moved.regions)
        if spans:
            changes[text.segment.path] = openai.Change(left, spans, to_new=moved.range)
    return changes
