"""Several processes that serve the same on one port, and the one that watches over them.

The processes are equal: the system gives each new connection to one of them. The watching one
passes on what signals it gets, starts anew what has died, and serves nothing itself.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

import uvicorn
from prometheus_client.multiprocess import mark_process_dead

from policyengine import sources
from policyengine.errors import PolicyEngineError
from policyengine.gateway.observing import SHARED
from policyengine.gateway.process import REFRESH, RELOAD, Process
from policyengine.gateway.serving import problems_of, resolved
from policyengine.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import SpawnProcess

_log = logging.getLogger("policyengine.gateway")

UNFIT = 2
"""The exit code of a process that cannot serve, however often it is started."""

ENDS = (signal.SIGTERM, signal.SIGINT)


def run(process: Process, count: int) -> int:
    """Serve with so many processes until a signal ends them; gives the exit code.

    Raises PolicyEngineError for a configuration with mistakes, before any process is started; what
    only shows when detectors warm up ends all of them.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    resolved(sources.read(process.configs), Registry.installed(), os.environ)
    if process.rewrite_key is None:  # a value has one placeholder, whoever is asked
        process = replace(process, rewrite_key=secrets.token_bytes(32))
    bound = uvicorn.Config("", host=process.host, port=process.port, log_config=None).bind_socket()
    with tempfile.TemporaryDirectory(prefix="policyengine-") as folder, bound, _signals() as told:
        os.environ[SHARED] = folder
        return _Watch(process, bound, told, folder).over(count)


class _Watch:
    def __init__(
        self, process: Process, bound: socket.socket, told: socket.socket, folder: str
    ) -> None:
        self._process = process
        self._bound = bound
        self._told = told
        self._folder = folder
        self._running: dict[int, SpawnProcess] = {}
        self._ending = False
        self._code = 0

    def over(self, count: int) -> int:
        """Watch until all have ended."""
        for _ in range(count):
            self._start()
        while self._running:
            for ready in wait([self._told, *self._running]):
                if ready is self._told:
                    for number in self._told.recv(4096):
                        self._pass_on(number)
                elif isinstance(ready, int):
                    self._ended(self._running.pop(ready))
        return self._code

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        one = spawn.Process(target=_work, args=(self._process, self._bound))
        one.start()
        self._running[one.sentinel] = one

    def _pass_on(self, number: int) -> None:
        self._ending = self._ending or number in ENDS
        for one in self._running.values():
            if one.pid is not None and one.is_alive():
                os.kill(one.pid, signal.SIGTERM if number in ENDS else number)

    def _ended(self, one: SpawnProcess) -> None:
        one.join()
        mark_process_dead(one.pid, self._folder)  # type: ignore[no-untyped-call]
        if self._ending:
            return
        if one.exitcode == UNFIT:
            self._code = UNFIT
            self._pass_on(signal.SIGTERM)
            return
        _log.error("process %s ended with exit code %s: starting another", one.pid, one.exitcode)
        self._start()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket from which the numbers of signals can be read as they come."""
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)  # noqa: FBT003 - the one thing that it is asked
        before = signal.set_wakeup_fd(writer.fileno())
        taken = {
            one: signal.signal(one, _let_it_be_read)
            for one in (*ENDS, REFRESH, RELOAD)
            if one is not None
        }
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(before)
            for one, handler in taken.items():
                signal.signal(one, handler)


def _let_it_be_read(_number: int, _frame: object) -> None:
    """Without a handler of Python's, no number is written."""


def _work(process: Process, bound: socket.socket) -> None:
    """What each of the processes does."""
    watching = multiprocessing.parent_process()
    if watching is None:
        raise RuntimeError("this is for a process that was started by another")
    os.setsid()  # an interrupt at the terminal is for the watching one, which tells the others
    threading.Thread(target=_end_with, args=(watching,), daemon=True).start()
    try:
        process.run(bound, lambda: os.kill(os.getppid(), signal.SIGUSR1))
    except PolicyEngineError as error:
        for problem in problems_of(error):
            _log.error("%s", problem)
        sys.exit(UNFIT)


def _end_with(watching: multiprocessing.process.BaseProcess) -> None:
    watching.join()
    os.kill(os.getpid(), signal.SIGTERM)
