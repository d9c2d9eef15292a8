from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from policyengine.cli import checking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

LINE = b'{"request": {"messages": [{"role": "user", "content": "a heron"}]}}\n'


def start(*arguments: str | Path, **streams: Any) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "policyengine", *map(str, arguments)]
    return subprocess.Popen(words, stderr=subprocess.PIPE, **streams)  # noqa: S603 - our own


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect of ours, whose message quotes what it must not."""

    def fails(*_: object, **__: object) -> None:
        raise KeyError("canary")

    monkeypatch.setattr(checking, "run", fails)


@pytest.mark.usefixtures("defect")
def test_an_unexpected_error_is_told_by_its_type_alone(policyengine: Run) -> None:
    result = policyengine("check", "x.yaml")
    assert result.exit_code == 70
    assert result.stderr.startswith("error: unexpected KeyError;")
    assert "report it" in result.stderr
    assert "canary" not in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("defect")
def test_its_traceback_is_there_for_who_asks(policyengine: Run) -> None:
    result = policyengine("--debug", "check", "x.yaml")
    assert result.exit_code == 70
    assert "Traceback" in result.stderr


def test_help_names_every_command_and_exit_code(policyengine: Run) -> None:
    result = policyengine("--help")
    assert result.exit_code == 0
    for word in ("check", "detectors", "evaluate", "explain", "70", "130", "141"):
        assert word in result.stdout


def test_an_unknown_command_exits_with_2(policyengine: Run) -> None:
    assert policyengine("serve").exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_stops_between_lines_and_says_how_to_go_on(
    policies: Path, tmp_path: Path, number: signal.Signals, workers: str
) -> None:
    out = tmp_path / "out.jsonl"
    # Processes answer once a few batches are under way; one alone answers line by line.
    before, after = (LINE * 16, LINE * 320) if workers == "2" else (LINE, b"")
    arguments = ("evaluate", "-c", policies, "-", "-o", out, "--workers", workers)
    with start(*arguments, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(before + b"bad\n" + after)
        process.stdin.flush()
        assert process.stderr.readline().startswith(b"<stdin>:")  # it is under way, and waits
        process.send_signal(number)
        rest = process.stderr.read()
        assert process.wait() == 130
    assert rest.startswith(b"stopped after <stdin>:")
    assert b"go on with --resume" in rest
    assert b"Traceback" not in rest
    lines = out.read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise elsewhere")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_reader_who_leaves_ends_it_quietly(policies: Path, tmp_path: Path, workers: str) -> None:
    many = tmp_path / "many.jsonl"
    many.write_bytes(LINE * 2000)
    arguments = ("evaluate", "-c", policies, many, "--workers", workers)
    with start(*arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


ABANDONING = """
import atexit, sys, threading, time
from policyengine.cli import main
from policyengine.running import Pool, calls_under_way
atexit.register(print, "ended as usual")
pool = Pool(1)
if sys.argv.pop() == "hanging":
    pool.submit(threading.Event().wait)
    while not calls_under_way():
        time.sleep(0.001)
else:
    pool.submit(int).result()
main()
"""


@pytest.mark.parametrize(
    ("arguments", "code"), [(["detectors", "keywords"], 0), (["detectors", "no-such"], 2)]
)
@pytest.mark.parametrize("call", ["hanging", "returned"])
def test_a_call_that_was_given_up_is_left_to_itself_and_the_exit_code_stays(
    arguments: list[str], code: int, call: str
) -> None:
    command = [sys.executable, "-c", ABANDONING, *arguments, call]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own text
    assert result.returncode == code
    assert ("keywords" in result.stdout) is (code == 0)
    # The interpreter's own end would abort the process while native code goes on.
    assert ("ended as usual" in result.stdout) is (call == "returned")
