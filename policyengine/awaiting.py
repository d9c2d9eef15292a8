"""The driver of `pipeline` for event loops, and detectors that wait for something."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from policyengine.evaluation import Failure, failure_of
from policyengine.pipeline import ask
from policyengine.running import NO_ROOM

if TYPE_CHECKING:
    from collections.abc import Generator
    from concurrent.futures import Future

    from policyengine.evaluation import Answer, Call
    from policyengine.running import Pool

R = TypeVar("R")


async def arun(steps: Generator[Call, Answer, R], pool: Pool) -> R:
    """Drive to the end without ever blocking the event loop on a model."""
    try:
        call = next(steps)
        while True:
            call = steps.send(await _answer(call, pool))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # what the generator returns


def ask_anew(call: Call) -> Answer:
    """Ask a detector that waits from a thread without an event loop; cancel it at its limit."""
    return asyncio.run(_ask_in_time(call))


async def _ask_in_time(call: Call) -> Answer:
    asked = asyncio.ensure_future(_ask(call))
    done, _ = await asyncio.wait({asked}, timeout=call.seconds)
    # What has not ended is cancelled as the event loop ends.
    return asked.result() if done else Failure("timeout", call.limit)


async def _ask(call: Call) -> Answer:
    try:
        return await call.step.detector.adetect(call.views)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            raise  # the call was given up; otherwise the detector itself says so
        return failure_of(error)


async def _answer(call: Call, pool: Pool) -> Answer:
    if pool.is_full:
        return NO_ROOM
    work: asyncio.Task[Answer] | Future[Answer]
    awaited: asyncio.Future[Any]
    if call.step.waits:
        work = awaited = asyncio.ensure_future(_ask(call))
    else:
        work = pool.submit(lambda: ask(call.step.detector, call.views))
        awaited = asyncio.wrap_future(work)
    try:
        done, _ = await asyncio.wait({awaited}, timeout=call.seconds)
    except asyncio.CancelledError:
        pool.abandon(work)
        raise
    if not done:
        pool.abandon(work)
        return Failure("timeout", call.limit)
    return awaited.result()
