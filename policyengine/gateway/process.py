"""One process that serves: the gateway in a server, from its configuration to its end."""

from __future__ import annotations

import asyncio
import logging
import signal
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from policyengine.gateway.app import create_app
from policyengine.gateway.decisions import DecisionLog, DecisionRecords, appended
from policyengine.gateway.serving import Serving
from policyengine.gateway.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from socket import socket

    from policyengine.gateway.observing import Finished

REFRESH = getattr(signal, "SIGUSR1", None)
"""What tells a process to read the configuration anew, and to do no more where it is the same."""

RELOAD = getattr(signal, "SIGHUP", None)
"""What tells a process to build everything anew."""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process serves, where, and how; all that another one needs to serve the same.

    `grace` are the seconds for open requests when it is told to end. `decision_log` is a file, and
    `records` sends the same to OpenTelemetry. Without a `rewrite_key`, placeholders are its own.
    """

    configs: tuple[str, ...]
    host: str
    port: int
    grace: int
    settings: Settings = field(default_factory=Settings)
    decision_log: str | None = None
    records: bool = False
    rewrite_key: bytes | None = field(default=None, repr=False)

    def run(
        self, bound: socket | None = None, tell_others: Callable[[], None] = lambda: None
    ) -> None:
        """Serve until a signal ends it, on a socket that is bound already, where there is one.

        `tell_others` is called when a client asks for a refresh. Raises PolicyEngineError for a
        configuration with mistakes, and ImportError and LookupError for missing OpenTelemetry.
        """
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
        observers = tuple(self._observers())
        serving = Serving.load(self.configs, rewrite_key=self.rewrite_key, tell_others=tell_others)
        app = create_app(serving, self.settings, observers=observers)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=self.host,
                port=self.port,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=self.grace,
            )
        )
        with asyncio.Runner(loop_factory=loops()) as runner:
            sockets = None if bound is None else [bound]
            runner.run(_serve(server, serving, sockets, weights=self.settings.refresh_weights))

    def _observers(self) -> Iterator[Callable[[Finished], None]]:
        if self.decision_log is not None:
            yield DecisionLog(appended(self.decision_log)).write
        if self.records:
            yield DecisionRecords().write


def loops() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the event loop: uvloop, which is quicker, where it can be had."""
    try:
        import uvloop  # noqa: PLC0415 - not for every system
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(
    server: uvicorn.Server, serving: Serving, bound: list[socket] | None, *, weights: bool
) -> None:
    refreshing: set[asyncio.Task[object]] = set()

    def refresh(*, anew: bool) -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(serving.refresh(anew=anew))
        refreshing.add(task)
        task.add_done_callback(refreshing.discard)

    loop = asyncio.get_running_loop()
    for sent, anew in ((REFRESH, weights), (RELOAD, True)):
        if sent is not None:
            loop.add_signal_handler(sent, partial(refresh, anew=anew))
    await server.serve(bound)
