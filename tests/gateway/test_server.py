"""`policyengine serve` as a process: signals, the decision log, and its ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from gateways import CHAT, POLICIES, said
from listening import listening
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

CROW = {"messages": [{"role": "user", "content": "A crow."}]}


@pytest.fixture
def upstream() -> Iterator[str]:
    async def complete(_request: Request) -> JSONResponse:
        return JSONResponse(said())

    route = Route("/v1/chat/completions", complete, methods=["POST"])
    with listening(Starlette(routes=[route])) as address:
        yield address


def read_until(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    assert process.stderr is not None
    for line in process.stderr:
        if match := re.search(pattern, line):
            return match
    pytest.fail(f"it ended without {pattern!r}")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no SIGHUP")
def test_a_process_serves_refreshes_logs_and_ends_when_it_is_told_to(
    tmp_path: Path, upstream: str
) -> None:
    path, log = tmp_path / "policies.yaml", tmp_path / "decisions.jsonl"
    text = POLICIES.replace("http://upstream", upstream)
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "policyengine", "serve", "-c", path, "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own
        [*map(str, command), "--decision-log", str(log)], stderr=subprocess.PIPE, text=True
    )
    try:
        address = read_until(process, r"(http://127\.0\.0\.1:\d+)")[1]
        with httpx.Client(base_url=address, timeout=60) as client:

            def ask(body: object) -> int:
                headers = {"x-deployment": "support"}
                return client.post("/v1/chat/completions", json=body, headers=headers).status_code

            assert (ask(CHAT), ask(CROW)) == (200, 400)
            path.write_text(text.replace("[crow]", "[dove]"), encoding="utf-8")
            os.kill(process.pid, signal.SIGHUP)
            read_until(process, "refreshed: bare, polite, support")
            assert ask(CROW) == 200
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=60)[1]
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.wait()
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["status"], line["detections"]["verdict"]) for line in lines] == [
        (200, "allow"),
        (400, "block"),
        (200, "allow"),
    ]
