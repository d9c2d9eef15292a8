from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_an_exchange_is_explained_as_it_always_was(
    policyengine: Run,
    policies: Path,
    exchanges: Path,
    same_as_golden: Callable[[str, str], None],
    number: int,
) -> None:
    result = policyengine("explain", "-c", policies, exchanges, "--line", number)
    assert (result.exit_code, result.stderr) == (0, "")
    same_as_golden(f"explain.{number}.txt", result.stdout)


HOSTILE = "a\x1b[2J\u202eheron\x07\u200d [[/]] [[[b]]]\r\n  | fake\n[bold]no[/bold] :heron:"


def test_hostile_text_cannot_play_with_the_terminal(
    policyengine: Run, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = json.dumps({"request": {"messages": [{"role": "user", "content": HOSTILE}]}})
    for forced in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", forced)
        out = policyengine("explain", "-c", policies, stdin=line).stdout
        assert not any(character in out for character in "\u202e\x07\u200d\r")
        assert "\x1b[2J" not in out
        assert r"a\x1b[2J\u202e" in out
        assert "[bold]no[/bold] :" in out
        assert "\n  | fake" not in out
    assert "\x1b[" in out  # it is coloured, but not by the text


def test_without_a_terminal_the_texts_own_brackets_are_no_marks(
    policyengine: Run, policies: Path
) -> None:
    line = json.dumps({"request": {"messages": [{"role": "user", "content": HOSTILE}]}})
    out = policyengine("explain", "-c", policies, stdin=line).stdout
    arrived = out.partition("delivered:")[0]
    assert arrived.count("[[") == 4
    assert arrived.count("[[terms.found 1 redact]]heron[[/]]") == 2


def test_no_color_marks_instead_of_colouring(
    policyengine: Run, policies: Path, exchanges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    out = policyengine("explain", "-c", policies, exchanges, "--line", 1).stdout
    assert "[[terms.found 1 redact]]heron[[/]]" in out


def test_a_whole_file_may_be_one_exchange(policyengine: Run, policies: Path) -> None:
    value = {"request": {"messages": [{"role": "user", "content": "a heron"}]}}
    for indent in (None, 2):
        stdin = "\n" + json.dumps(value, indent=indent) + "\n\n"
        assert "verdict: redact" in policyengine("explain", "-c", policies, "-", stdin=stdin).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        ([], 3, "more than one line: say which with --line N"),
        (["--line", "99"], 3, "there are fewer lines"),
        (["--line", "3"], 3, "not JSON"),
        (["--line", "6"], 3, "request at /messages/0/content"),
        (["--line", "0"], 2, "0 is not in the range"),
        (["--line", "1", "-d", "none"], 2, "unknown deployment: 'none'; known: d"),
    ],
)
def test_what_cannot_be_explained_says_why(
    policyengine: Run, exchanges: Path, arguments: list[str], code: int, problem: str
) -> None:
    policies = exchanges.with_name("policies.yaml")
    result = policyengine("explain", "-c", policies, exchanges, *arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert problem in result.stderr
    assert "heron" not in result.stderr


@pytest.mark.slow
def test_an_output_that_cannot_hold_a_character_is_given_its_escape(policies: Path) -> None:
    line = json.dumps({"request": {"messages": [{"role": "user", "content": "é heron"}]}})
    result = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "policyengine", "explain", "-c", str(policies)],
        input=line.encode(),
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert rb"  | \xe9 [[terms.found 1 redact]]heron[[/]]" in result.stdout


ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("columns", [5, 40, 200])
def test_in_a_terminal_every_row_of_a_text_is_behind_the_bar(
    policyengine: Run, policies: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    # What follows so many characters would begin a row of its own, were it left to the terminal.
    text = "a" * columns + "verdict: allow " + "\u6a4b" * 300 + " a heron\tand more " * 20
    line = json.dumps({"request": {"messages": [{"role": "user", "content": text}]}})
    out = ESCAPES.sub("", policyengine("explain", "-c", policies, stdin=line).stdout)
    _, _, after = out.partition("request /messages/0/content (prompt)\n")
    shown, _, _ = after.partition("\n  delivered:")
    rows = shown.split("\n")
    assert all(row.startswith("  | ") for row in rows)
    assert max(map(cell_len, rows)) <= max(columns, 12)
    without_blanks = "".join("".join(row[4:] for row in rows).split())
    assert without_blanks.count("\u6a4b") == 300
    assert without_blanks.count("heronterms.found1redactandmore") == 20


def test_without_a_terminal_no_line_is_cut(
    policyengine: Run, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    line = json.dumps({"request": {"messages": [{"role": "user", "content": "so it is " * 300}]}})
    out = policyengine("explain", "-c", policies, stdin=line).stdout
    assert "  | " + "so it is " * 300 in out


def test_what_a_claim_was_held_against_is_shown(policyengine: Run, tmp_path: Path) -> None:
    config = tmp_path / "grounded.yaml"
    config.write_text(
        "version: 1\nmodels: {m: {base_url: http://localhost}}\npolicies:\n  p:\n    steps:\n"
        "      - {step: s, detector: hallucination, flag_at: 0.05, "
        "options: {layers: [facts, wording]}}\n"
        "deployments:\n  d: {model: m, output: [p]}\n"
    )
    line = {
        "request": {
            "messages": [{"role": "user", "content": "How long is the bridge?"}],
            "context": ["It opened in 2000. The bridge is 7.8 kilometres long. It has a toll."],
        },
        "response": {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "The bridge is 9.4 km long."},
                }
            ]
        },
    }
    out = policyengine("explain", "-c", config, "-d", "d", stdin=json.dumps(line)).stdout
    _, _, after = out.partition("passage: request /context/0 19-68\n")
    assert after.startswith("  | The bridge is 7.8 kilometres long. It has a toll.\n")
    told, _, _ = out.partition("  passage: request /context/0 19-68\n")
    assert [line.split(" at ")[1] for line in told.splitlines()[-2:]] == ["0-26", "14-17"]
    assert out.count("  | The bridge is 7.8 kilometres long. It has a toll.\n") == 1
