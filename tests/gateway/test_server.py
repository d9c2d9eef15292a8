"""`policyengine serve` as a process: signals, the decision log, and its ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
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


@dataclass
class Upstream:
    """A model, and what was last said in each request to it."""

    address: str = ""
    said: list[str] = field(default_factory=list)

    async def complete(self, request: Request) -> JSONResponse:
        self.said.append((await request.json())["messages"][-1]["content"])
        return JSONResponse(said())


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    one = Upstream()
    route = Route("/v1/chat/completions", one.complete, methods=["POST"])
    with listening(Starlette(routes=[route])) as one.address:
        yield one


def read_until(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    assert process.stderr is not None
    for line in process.stderr:
        if match := re.search(pattern, line):
            return match
    pytest.fail(f"it ended without {pattern!r}")


@contextmanager
def serving(*options: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address, once it listens."""
    command = [sys.executable, "-m", "policyengine", "serve", "--port", "0", *options]
    process = subprocess.Popen(  # noqa: S603 - our own
        [*map(str, command)], stderr=subprocess.PIPE, text=True
    )
    try:
        yield process, read_until(process, r"(http://127\.0\.0\.1:\d+)")[1]
    finally:
        process.kill()
        process.wait()


def begun(process: subprocess.Popen[str], count: int) -> list[int]:
    """The numbers of so many processes of it, once all of them serve."""
    numbers: list[int] = []
    ready = 0
    while ready < count:
        told = read_until(process, r"Started server process \[(\d+)\]|startup complete")
        if told[1]:
            numbers.append(int(told[1]))
        else:
            ready += 1
    return numbers


def ended(process: subprocess.Popen[str]) -> None:
    """Tell it to end, and wait until it has."""
    process.send_signal(signal.SIGTERM)
    assert "Traceback" not in process.communicate(timeout=60)[1]


def decisions(log: Path) -> list[tuple[int, str]]:
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [(line["status"], line["detections"]["verdict"]) for line in lines]


def ask(client: httpx.Client, body: object, **headers: str) -> int:
    named = {"x-deployment": "support", **headers}
    return client.post("/v1/chat/completions", json=body, headers=named).status_code


def until_told(client: httpx.Client, line: str) -> None:
    """A request is counted when it has been answered, so that another process may not know yet."""
    for _ in range(10_000):
        if line in client.get("/metrics").text:
            return
    pytest.fail(f"it never told {line!r}")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no SIGHUP")
def test_a_process_serves_refreshes_logs_and_ends_when_it_is_told_to(
    tmp_path: Path, upstream: Upstream
) -> None:
    path, log = tmp_path / "policies.yaml", tmp_path / "decisions.jsonl"
    text = POLICIES.replace("http://upstream", upstream.address)
    path.write_text(text, encoding="utf-8")
    with serving("-c", path, "--decision-log", log) as (process, address):
        with httpx.Client(base_url=address, timeout=60) as client:
            assert (ask(client, CHAT), ask(client, CROW)) == (200, 400)
            path.write_text(text.replace("[crow]", "[dove]"), encoding="utf-8")
            os.kill(process.pid, signal.SIGHUP)
            read_until(process, "refreshed: bare, polite, support")
            assert ask(client, CROW) == 200
            os.kill(process.pid, signal.SIGHUP)  # nothing has changed: all is loaded all the same
            read_until(process, "refreshed: bare, polite, support")
        ended(process)
    assert decisions(log) == [(200, "allow"), (400, "block"), (200, "allow")]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no SIGHUP")
def test_several_processes_serve_as_one(tmp_path: Path, upstream: Upstream) -> None:
    path, log = tmp_path / "policies.yaml", tmp_path / "decisions.jsonl"
    text = POLICIES.replace("http://upstream", upstream.address)
    path.write_text(text, encoding="utf-8")
    with serving("-c", path, "--decision-log", log, "--workers", 2) as (process, address):
        first, second = begun(process, 2)

        def by_one(worker: int) -> httpx.Client:
            """A client whose connection is with that worker: the other one stands still."""
            other = first + second - worker
            os.kill(other, signal.SIGSTOP)
            client = httpx.Client(base_url=address, timeout=60)
            assert client.get("/healthz").status_code == 200
            os.kill(other, signal.SIGCONT)
            return client

        with closing(by_one(first)) as one, closing(by_one(second)) as other:
            mail = {"messages": [{"role": "user", "content": "I am anna@example.com."}]}
            assert (ask(one, mail), ask(other, mail), ask(one, CROW)) == (200, 200, 400)
            # One value has one placeholder, and the numbers of both are told by each.
            assert len(set(upstream.said)) == 1
            assert "anna" not in upstream.said[0]
            for client in (one, other):
                until_told(client, 'endpoint="chat",status="200"} 2.0')
                until_told(client, 'endpoint="chat",status="400"} 1.0')
                until_told(client, "policyengine_requests_in_flight 0.0")
            # What a client asks of one of them reaches the other one.
            path.write_text(text.replace("[crow]", "[dove]"), encoding="utf-8")
            assert ask(one, CROW, **{"x-refresh-cache": "true"}) == 200
            for _ in "12":
                read_until(process, "refreshed: bare, polite, support")
            assert ask(other, CROW) == 200
            os.kill(process.pid, signal.SIGHUP)
            for _ in "12":
                read_until(process, "refreshed: bare, polite, support")
        os.kill(second, signal.SIGKILL)
        read_until(process, rf"process {second} ended with exit code -9")
        read_until(process, "Application startup complete")
        with httpx.Client(base_url=address, timeout=60) as client:
            assert ask(client, CROW) == 200
            until_told(client, 'endpoint="chat",status="200"} 5.0')
        ended(process)
        assert process.returncode == 0
    assert sorted(decisions(log)) == [
        *[(200, "allow")] * 3,
        *[(200, "redact")] * 2,
        (400, "block"),
    ]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no SIGHUP")
def test_processes_that_cannot_get_ready_end_all(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    untrue = (
        "        message: No crows.\n        examples: [{text: dove, finds: [keywords.banned]}]"
    )
    path.write_text(POLICIES.replace("        message: No crows.", untrue), encoding="utf-8")
    with serving("-c", path, "--workers", 2) as (process, _):
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert "self-test" in said
    assert "starting another" not in said
