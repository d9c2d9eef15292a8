"""A stream that nobody follows to its end: what was decided of its reply by then."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.detector import Cost
from policyengine.errors import ExchangeError
from policyengine.evaluation import StageRun, StepRecord
from policyengine.openai import read_response
from policyengine.phases import ResponsePhase, response_phase
from policyengine.reporting import report
from policyengine.streaming.recall import LEFT
from policyengine.transport import CheckedResponse

if TYPE_CHECKING:
    from policyengine.openai.assembly import Assembly
    from policyengine.phases import RequestPhase
    from policyengine.streaming.recall import Recall
    from policyengine.transport import CheckedRequest


def left(request: CheckedRequest, arrived: Assembly, recall: Recall) -> CheckedResponse:
    """The account of a reply of which only a part arrived; nothing of it is to be delivered.

    Steps that run in the caller look at that part. Nobody waits here, so of the others only what
    they found on the way is known; and a step that reads all of a text has decided nothing yet.
    """
    phase = request.phase
    output = phase.plan.output
    steps = tuple(one if one.gradual else replace(one, cost=Cost.MODEL) for one in output.steps)
    partly = replace(phase, plan=replace(phase.plan, output=replace(output, steps=steps)))
    judged = unreached(phase)
    body = arrived.body
    if body["choices"]:
        # What arrived last may have been no part of a reply.
        with suppress(ExchangeError, RecursionError):
            read = read_response(body, request.original)
            running = response_phase(partly, read.segments, read.unexamined, arrived.forgotten)
            judged = recall.conclude(running)
    return CheckedResponse(None, None, replace(judged.detections, complete=False), judged)


def unreached(request: RequestPhase) -> ResponsePhase:
    """The output stage of which no step has seen anything."""
    plan = request.plan.output
    records = [StepRecord(step, LEFT.status, LEFT.reason) for step in plan.steps]
    run = StageRun(plan, (), (), (), records)
    return ResponsePhase(run, report(run, {}), {}, request)
