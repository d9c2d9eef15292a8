"""Applications that listen on a port of this machine, for clients that need one."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.applications import Starlette


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    """The address of a server that runs the application meanwhile, as `app.state.server`."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = app.state.server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="on")
        )
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
