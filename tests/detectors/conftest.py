"""Running a detector on plain texts; an endpoint for those that ask another machine."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from policyengine import Detector, Finding

    Answer = Callable[[dict[str, Any]], tuple[int, Any]]
    Served = tuple[str, list[dict[str, Any]]]


def view(text: str, label: str = "") -> View:
    return View((Segment("/messages/0/content", Source.PROMPT, text, label=label),))


@pytest.fixture(scope="session")
def ready() -> Callable[..., Detector[Any]]:
    """A detector, configured and warmed up."""

    def make(detector: type[Detector[Any]], **options: Any) -> Detector[Any]:
        made = detector(detector.Options.model_validate(options))
        made.warm_up(Resources())
        return made

    return make


@pytest.fixture(scope="session")
def find() -> Callable[..., list[Finding]]:
    """The findings in one text."""

    def run(detector: Detector[Any], text: str, label: str = "") -> list[Finding]:
        (findings,) = detector.detect([view(text, label)])
        return list(findings)

    return run


@contextmanager
def _served(answer: Answer) -> Iterator[Served]:
    """An endpoint on this machine, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append({"path": self.path, "key": self.headers["authorization"], **body})
            status, reply = answer(body)
            data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="session")
def endpoint() -> Callable[[Answer], AbstractContextManager[Served]]:
    """Starts an endpoint that answers so."""
    return _served
