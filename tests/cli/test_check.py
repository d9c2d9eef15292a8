from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import Mistake
from policyengine.cli import reports
from policyengine.cli.reports import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

BROKEN = """\
version: 1
models:
  m: {base_url: "https://example.org/v1", api_key: "${SURELY_NOT_SET}"}
policies:
  keep:
    steps:
      - step: names
        detector: terms
        options: {terns: [x], score: 2}
        flag_at: 0.5
      - {step: 100% sure, detector: terms, redactat: 0.5}
  idle:
    steps:
      - {step: names, detector: terms, flag_at: 0.5}
deployments:
  d: {model: m, input: [keep]}
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("broken, or: not.yaml").write_text(BROKEN, encoding="utf-8")
    return "broken, or: not.yaml"


@pytest.mark.parametrize("style", ["text", "json", "github", "sarif"])
def test_mistakes_are_printed_as_they_always_were(
    policyengine: Run, broken: str, same_as_golden: Callable[[str, str], None], style: str
) -> None:
    result = policyengine("check", "--format", style, broken)
    assert result.exit_code == 1
    assert result.stderr == ""
    same_as_golden(f"check.{style}", result.stdout)


def test_a_sound_configuration_is_summed_up_and_warnings_are_allowed(
    policyengine: Run, policies: Path
) -> None:
    result = policyengine("check", policies)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("ok: 1 deployment, 1 policy, 4 steps, ")
    assert "warning" in result.stdout


def test_several_files_are_one_configuration(policyengine: Run, policies: Path) -> None:
    other = policies.with_name("other.json")
    other.write_text('{"version": 1, "deployments": {"e": {"model": "m", "input": ["keep"]}}}')
    assert "ok: 2 deployments, 1 policy," in policyengine("check", policies, other).stdout
    assert "ok: 2 deployments, 1 policy," in policyengine("check", policies.parent).stdout
    other.write_text('{"version": 1, "deployments": {"d": {"model": "m"}}}')
    assert "in 2 files" in policyengine("check", policies, other).stdout


def test_a_configuration_is_read_from_standard_input(policyengine: Run, policies: Path) -> None:
    result = policyengine("check", "-", stdin=policies.read_bytes())
    assert result.exit_code == 0
    result = policyengine("check", "-", stdin="version: 2")
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:1:10: error:")


def test_what_cannot_be_read_exits_with_2(policyengine: Run, tmp_path: Path) -> None:
    result = policyengine("check", tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"error: {tmp_path}/none.yaml: No such file or directory\n"


def test_variables_are_looked_up_unless_told_not_to(
    policyengine: Run, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = policies.read_text() + "keys: {rewrite: '${TRIAL_KEY}'}\n"
    policies.write_text(text.replace("https://example.org/v1", "${TRIAL_URL}"))
    monkeypatch.setenv("TRIAL_URL", "not a URL")
    result = policyengine("check", policies)
    assert result.exit_code == 1
    told = "error: the environment variable `TRIAL_KEY` is not set; `--no-env` checks without it"
    assert result.stdout.count(f"{told} [missing-variable]") == 1
    assert result.stdout.count("[base-url]") == 1
    assert "not a URL" not in result.stdout
    assert policyengine("check", "--no-env", policies).exit_code == 0
    monkeypatch.setenv("TRIAL_URL", "https://example.org/v1")
    monkeypatch.setenv("TRIAL_KEY", "k")
    assert policyengine("check", policies).exit_code == 0


def test_variables_are_told_with_all_other_mistakes(policyengine: Run, broken: str) -> None:
    told = policyengine("check", broken).stdout
    assert told.index("`SURELY_NOT_SET` is not set; `--no-env`") < told.index("unknown key `terns`")
    without = policyengine("check", "--no-env", broken)
    assert "SURELY_NOT_SET` is not set" not in without.stdout
    assert "unknown key `terns`" in without.stdout


def test_self_tests_run_when_asked_for_and_each_failure_is_placed(
    policyengine: Run, policies: Path
) -> None:
    text = policies.read_text()
    text = text.replace("{terms: [crow]}", "{terms: [crow], mood: broken}")
    policies.write_text(text.replace("{limit: 30}", "{limit: 0}"))
    assert policyengine("check", policies).exit_code == 0
    result = policyengine("check", "--self-test", policies)
    assert result.exit_code == 1
    (line,) = re.findall(r".*\[self-test\]", result.stdout)
    assert line.startswith(f"{policies}:11:19: error: step 'dark'")


def test_control_characters_of_a_file_do_not_reach_the_terminal(
    policyengine: Run, tmp_path: Path
) -> None:
    tmp_path.joinpath("x.yaml").write_bytes(b'version: 1\n"a\\u001b\x1b[31m\\u202e": 1\n')
    result = policyengine("check", tmp_path / "x.yaml")
    assert result.exit_code == 1
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


MISTAKE = Mistake("code", "100%, a: b\r\n::warning::c", "a%b:c,d.yaml", 3, 4)


def test_a_github_command_can_not_be_broken_out_of() -> None:
    assert reports.github(Report((MISTAKE,), 1)) == (
        "::error file=a%25b%3Ac%2Cd.yaml,line=3,col=4,title=code::100%25, a: b%0D%0A::warning::c\n"
    )


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/c%.yaml", "a%20b/c%25.yaml"),
        ("/etc/é.yaml", "file:///etc/%C3%A9.yaml"),
        ("https://example.org/p.yaml", "https://example.org/p.yaml"),
    ],
)
def test_sarif_has_a_uri_and_no_placeholders(file: str, uri: str) -> None:
    mistake = Mistake("yaml", "${A}", file, severity="warning")
    document: dict[str, Any] = json.loads(reports.sarif(Report((mistake,), 1)))
    (result,) = document["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}
    assert result["level"] == "warning"
    assert result["message"] == {"text": "${{A}}"}
