"""`policyengine serve`: the gateway in a server of its own."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import IO, TYPE_CHECKING

import click

from policyengine.cli.configurations import STANDARD_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import uvicorn

    from policyengine.gateway import Serving

MEBIBYTE = 2**20


def run(  # noqa: PLR0913 - the command's options
    *,
    configs: Sequence[str],
    host: str,
    port: int,
    refresh_every: float | None,
    no_refresh_header: bool,
    max_concurrent: int,
    max_per_deployment: int | None,
    max_body: float,
    timeout: float,
    upstream_timeout: float,
    grace: int,
    decision_log: IO[str] | None,
    enkrypt_compat: bool,
    no_playground: bool,
) -> None:
    """Serve until a signal ends it; raises PolicyEngineError for a configuration with mistakes."""
    if STANDARD_INPUT in configs:
        raise click.UsageError("standard input can be read only once, and CONFIG is read anew")
    try:
        import uvicorn  # noqa: PLC0415 - an extra

        from policyengine.gateway import (  # noqa: PLC0415 - the same
            DecisionLog,
            Serving,
            Settings,
            create_app,
        )
    except ImportError as error:
        raise click.UsageError(
            f"`policyengine serve` needs llm-policyengine[gateway]: {error.name} is not installed"
        ) from error
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings(
        max_body=int(max_body * MEBIBYTE),
        max_concurrent=max_concurrent,
        max_per_deployment=max_per_deployment,
        timeout=timeout,
        upstream_timeout=upstream_timeout,
        refresh_on_request=not no_refresh_header,
        refresh_every=refresh_every,
        enkrypt_compat=enkrypt_compat,
        playground=not no_playground,
    )
    serving = Serving.load(configs)
    observers = () if decision_log is None else (DecisionLog(decision_log).write,)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(serving, settings, observers=observers),
            host=host,
            port=port,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=grace,
        )
    )
    with asyncio.Runner(loop_factory=loops()) as runner:
        runner.run(_serve(server, serving))


def loops() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the event loop: uvloop, which is quicker, where it can be had."""
    try:
        import uvloop  # noqa: PLC0415 - not for every system
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(server: uvicorn.Server, serving: Serving) -> None:
    refreshing: set[asyncio.Task[object]] = set()

    def refresh() -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(serving.refresh())
        refreshing.add(task)
        task.add_done_callback(refreshing.discard)

    if hasattr(signal, "SIGHUP"):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, refresh)
    await server.serve()
