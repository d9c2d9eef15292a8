"""Drivers of `pipeline`, one by one and in batches, and the pool where calls wait and time out."""

from __future__ import annotations

import os
import queue
import threading
import weakref
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from policyengine.evaluation import Failure
from policyengine.pipeline import ask

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Callable, Generator, Sequence

    from policyengine.evaluation import Answer, Call

    Waiting = queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]

R = TypeVar("R")

POOL_SIZE = 8
NO_ROOM = Failure("failed", "no room: calls that were given up fill the pool")


class Pool:
    """A few daemon threads; a call that is given up keeps its thread until it returns.

    concurrent.futures' own pool waits for its threads at exit, so that one hanging detector would
    keep a process from ending. The threads end when nobody holds the pool any more: a service that
    loads its configuration anew leaves none behind.
    """

    def __init__(self, size: int = POOL_SIZE) -> None:
        self._size = size
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._waiting: Waiting = queue.SimpleQueue()
        self._threads = 0
        weakref.finalize(self, _end, self._waiting, self._size).atexit = False
        self._abandoned: list[Future[Any] | Task[Any]] = []

    @property
    def is_full(self) -> bool:
        """Whether calls that were given up hold every thread."""
        if not self._abandoned or self._process != os.getpid():
            return False
        with self._lock:
            self._abandoned = [future for future in self._abandoned if not _is_over(future)]
            return len(self._abandoned) >= self._size

    def submit(self, call: Callable[[], R]) -> Future[R]:
        """Run a call on one of the threads."""
        if self._process != os.getpid():
            self._begin()  # threads do not survive a fork, and neither do their locks
        future: Future[R] = Future()
        self._waiting.put((future, call))
        with self._lock:
            if self._threads < self._size:
                self._threads += 1
                _Worker(self._waiting).start()
        return future

    def abandon(self, future: Future[Any] | Task[Any]) -> None:
        """Stop waiting for a call; it counts against the pool until it has returned."""
        if future.cancel() and future.done():
            return
        with self._lock:
            self._abandoned.append(future)


class _Worker(threading.Thread):
    """One thread of a pool; `busy` while it is in a call."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__(name="policyengine", daemon=True)
        self._waiting = waiting
        self.busy = False

    def run(self) -> None:
        while (item := self._waiting.get()) is not None:
            self.busy = True
            future, call = item
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 - whoever waits for it must hear of it
                    future.set_exception(error)
            del item, future, call  # or an idle thread would keep a model alive
            self.busy = False


def calls_under_way() -> bool:
    """Whether a thread of any pool is in a call: one that was given up, when all else is done.

    A process that ends then may be aborted: native code that goes on in a daemon thread finds that
    the interpreter is gone.
    """
    return any(isinstance(thread, _Worker) and thread.busy for thread in threading.enumerate())


def _end(waiting: Waiting, threads: int) -> None:
    for _ in range(threads):
        waiting.put(None)


def _is_over(future: Future[Any] | Task[Any]) -> bool:
    """Whether a call has returned, or the event loop that it ran in is gone."""
    return future.done() or (not isinstance(future, Future) and future.get_loop().is_closed())


def run(steps: Generator[Call, Answer, R], pool: Pool) -> R:
    """Drive to the end in this thread."""
    try:
        call = next(steps)
        while True:
            call = steps.send(_answer(call, pool))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # what the generator returns


def run_batch(batch: Sequence[Generator[Call, Answer, R]], pool: Pool) -> list[R]:
    """Drive several to the end together, so that a model sees the views of all of them at once."""
    results: dict[int, R] = {}
    waiting: dict[int, Call] = {}

    def advance(index: int, answer: Answer) -> None:
        try:
            waiting[index] = batch[index].send(answer)
        except StopIteration as stop:
            results[index] = stop.value

    for index in range(len(batch)):
        advance(index, None)
    while waiting:
        # The earliest step of the slowest exchange first, so that as many as can be go together.
        step = waiting[min(waiting)].step
        together = [index for index, call in waiting.items() if call.step is step]
        calls = [waiting.pop(index) for index in together]
        for index, answer in zip(together, _answer_all(calls, pool), strict=True):
            advance(index, answer)
    return [results[index] for index in range(len(batch))]


def _answer_all(calls: Sequence[Call], pool: Pool) -> list[Answer]:
    limited = any(call.seconds is not None for call in calls)
    if len(calls) > 1 and not limited and not calls[0].step.waits:
        views = tuple([view for call in calls for view in call.views])
        answer = ask(calls[0].step.detector, views)
        if type(answer) in (list, tuple) and len(answer) == len(views):
            answers = iter(answer)
            return [[next(answers) for _ in call.views] for call in calls]
    # One by one, too, where the batch failed: only the exchange at fault may fail.
    return [_answer(call, pool) for call in calls]


def _answer(call: Call, pool: Pool) -> Answer:
    if call.seconds is None and not call.step.waits:
        return ask(call.step.detector, call.views)
    if pool.is_full:
        return NO_ROOM
    future = pool.submit(lambda: _ask_here(call))
    try:
        return future.result(call.seconds)
    except TimeoutError:
        pool.abandon(future)
        return Failure("timeout", call.limit)


def _ask_here(call: Call) -> Answer:
    if call.step.waits:
        # Imported late, like everything that only some deployments need: asyncio is slow to load.
        from policyengine.awaiting import ask_anew  # noqa: PLC0415

        return ask_anew(call)
    return ask(call.step.detector, call.views)
