"""Lines evaluated by several processes, with the outcomes in the order of the lines.

Each worker is a fresh process that compiles the deployment for itself and answers over a pipe of
its own, so that the death of either side is seen by the other as the end of the pipe. A thread per
worker waits for it; a bounded number of batches is under way.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import sys
import traceback
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policyengine.errors import PolicyEngineError
from policyengine.offline.evaluating import evaluate_line
from policyengine.running import calls_under_way

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from policyengine.offline.evaluating import Outcome, Settings
    from policyengine.offline.preparing import Preparation
    from policyengine.offline.reading import Line

    Batch = list[Line]

BATCH_LINES = 16
BATCH_BYTES = 128 * 1024
"""A batch is full at so many lines or bytes, whichever comes first."""
AHEAD = 3
"""Batches under way for each worker, those that wait for an earlier one to be written included."""
_GOODBYE_SECONDS = 10


class WorkerError(PolicyEngineError):
    """A worker process that died, or that met an error which no line should cause."""

    code = "worker"


def evaluate_in_processes(
    preparation: Preparation, settings: Settings, lines: Iterable[Line], workers: int
) -> Generator[tuple[Line, Outcome]]:
    """Each line with its outcome, in order; WorkerError once every line before it was given."""
    crew = Crew(preparation, settings, workers)
    under_way: deque[tuple[Batch, Future[list[Outcome]]]] = deque()
    try:
        for batch in batches(lines):
            under_way.append((batch, crew.submit(batch)))
            if len(under_way) >= workers * AHEAD:
                yield from _finished(under_way)
        while under_way:
            yield from _finished(under_way)
    except BaseException:
        crew.end_at_once()
        raise
    crew.end()


def batches(lines: Iterable[Line]) -> Iterator[Batch]:
    """The lines in batches, none of which waits for more lines than it holds."""
    batch: Batch = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.content)
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _finished(
    under_way: deque[tuple[Batch, Future[list[Outcome]]]],
) -> Iterator[tuple[Line, Outcome]]:
    batch, future = under_way.popleft()
    yield from zip(batch, future.result(), strict=True)


class Crew:
    """The worker processes, and a thread that waits for each."""

    def __init__(self, preparation: Preparation, settings: Settings, size: int) -> None:
        # Spawned everywhere, so that no thread or lock of this process is copied.
        context = multiprocessing.get_context("spawn")
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._workers: list[Worker] = []
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="worker")
        with _interrupts_blocked():
            for _ in range(size):
                ours, theirs = context.Pipe()
                process = context.Process(
                    target=_work, args=(theirs, preparation, settings), daemon=True
                )
                process.start()
                theirs.close()  # so that the worker's death ends the pipe
                worker = Worker(process, ours)
                self._workers.append(worker)
                self._idle.put(worker)

    def submit(self, batch: Batch) -> Future[list[Outcome]]:
        """Have a batch evaluated by whichever worker is free next."""
        return self._threads.submit(self._evaluated, batch)

    def _evaluated(self, batch: Batch) -> list[Outcome]:
        worker = self._idle.get()
        try:
            return worker.evaluate(batch)
        finally:
            self._idle.put(worker)

    def end(self) -> None:
        """Let the workers go; none has anything to do."""
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.connection.close()
        for worker in self._workers:
            worker.process.join(_GOODBYE_SECONDS)
            worker.process.terminate()

    def end_at_once(self) -> None:
        """Stop the workers in the middle of what they do."""
        for worker in self._workers:
            worker.process.terminate()
        self.end()


class Worker:
    """One process and this side of its pipe."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection

    def evaluate(self, batch: Batch) -> list[Outcome]:
        """The outcomes of a batch, in order; WorkerError when there are none."""
        try:
            # Not `send`: its buffer outlives a write that fails, of which Python 3.13 complains.
            self.connection.send_bytes(pickle.dumps(batch))
            answer: list[Outcome] | tuple[str, str] = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(_GOODBYE_SECONDS)
            raise WorkerError(
                f"a worker process died (exit code {self.process.exitcode}) over the lines from "
                f"{batch[0].place} to {batch[-1].place}; every line before them was written"
            ) from None
        if isinstance(answer, tuple):
            name, trace = answer
            error = WorkerError(f"a worker process met an unexpected error: {name}")
            error.add_note(trace)  # may quote a line: shown only to who asks for it
            raise error
        return answer


def _work(connection: Connection, preparation: Preparation, settings: Settings) -> None:
    """What a worker process does: batches in, outcomes out, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all; the parent decides
    _answer(connection, preparation, settings)
    if calls_under_way():
        os._exit(0)


def _answer(connection: Connection, preparation: Preparation, settings: Settings) -> None:
    deployment = None
    while True:
        try:
            batch = connection.recv()
        except EOFError:
            return
        try:
            deployment = deployment or preparation.compiled()
            answer: object = [evaluate_line(deployment, line, settings) for line in batch]
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody sees it
            answer = (type(error).__name__, traceback.format_exc())
        try:
            connection.send(answer)
        except OSError:  # the parent has died, and with it whoever could be told
            sys.exit(1)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    # A process that starts inherits the mask: Ctrl-C cannot reach a worker before it ignores it.
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
