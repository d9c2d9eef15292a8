from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyengine.deployment import CompiledDeployment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

BAD = "expected a string, an array of parts or null, found a number"


def test_every_line_is_written_in_its_place_and_bad_ones_are_reported(
    policyengine: Run, policies: Path, exchanges: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    result = policyengine("evaluate", "-c", policies, "-d", "d", exchanges, "-o", out)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr == f"{exchanges}:6: request at /messages/0/content: {BAD}\n"
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 6
    assert [line.get("labels") for line in lines] == [{"id": "one"}, None, {"id": "three"}] + 3 * [
        None
    ]
    verdicts = [
        (line if line.get("response") is None else line["response"])["detections"]["verdict"]
        for line in lines
        if "error" not in line
    ]
    assert verdicts == ["redact", "block", "redact", "block", "redact"]
    assert lines[4] == {"error": {"line": 6, "message": f"request at /messages/0/content: {BAD}"}}


def test_only_good_lines_exit_with_0_and_without_a_word(policyengine: Run, policies: Path) -> None:
    line = '{"request": {"messages": []}}\n'
    result = policyengine("evaluate", "-c", policies, "-", stdin=line + "\n" + line)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert first == second


def test_an_unexpected_exception_over_a_line_does_not_stop_the_rest(
    policyengine: Run, policies: Path, exchanges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_response(*_arguments: object) -> NoReturn:
        raise RuntimeError("canary")

    monkeypatch.setattr(CompiledDeployment, "check_response", check_response)
    result = policyengine("evaluate", "-c", policies, exchanges)
    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 6
    assert result.stderr.count(": raised RuntimeError: this is a mistake in") == 3
    assert "canary" not in result.output


def test_several_inputs_are_one_output_with_line_numbers_of_their_own(
    policyengine: Run, policies: Path, exchanges: Path
) -> None:
    result = policyengine("evaluate", "-c", policies, exchanges, "-", stdin="bad\n")
    assert len(result.stdout.splitlines()) == 7
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
        f"{exchanges}:6",
        "<stdin>:1",
    ]


def test_two_runs_give_the_same_bytes(policyengine: Run, policies: Path, exchanges: Path) -> None:
    first, second = (policyengine("evaluate", "-c", policies, exchanges) for _ in range(2))
    assert first.stdout_bytes == second.stdout_bytes
    assert b"[FOUND_" in first.stdout_bytes


def test_a_key_of_the_configuration_is_used_and_must_be_there(
    policyengine: Run, policies: Path, exchanges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = policyengine("evaluate", "-c", policies, exchanges).stdout
    policies.write_text(policies.read_text() + "keys: {rewrite: '${TRIAL_KEY}'}\n")
    result = policyengine("evaluate", "-c", policies, exchanges)
    assert result.exit_code == 2
    assert "[missing-variable]" in result.stderr
    monkeypatch.setenv("TRIAL_KEY", "k")
    placeholders = [
        json.loads(out.splitlines()[2])["request"]["messages"][0]["content"]
        for out in (without, policyengine("evaluate", "-c", policies, exchanges).stdout)
    ]
    assert placeholders[0] != placeholders[1]


def test_models_need_no_environment(policyengine: Run, policies: Path, exchanges: Path) -> None:
    text = policies.read_text().replace("https://example.org/v1", "${SURELY_NOT_SET}")
    policies.write_text(text)
    assert policyengine("evaluate", "-c", policies, exchanges).exit_code == 3


def test_a_tag_that_the_deployment_does_not_accept_is_told(
    policyengine: Run, policies: Path, exchanges: Path
) -> None:
    result = policyengine("evaluate", "-c", policies, exchanges, "--tags", " b,c ,, a")
    assert result.stderr.startswith("note: d does not accept the tags c\n")
    tags = json.loads(result.stdout.splitlines()[0])["response"]["detections"]["tags"]
    assert tags == ["a", "b"]


@pytest.mark.parametrize("last", [["--summary"], ["--summary", "--quiet"]])
def test_the_summary_counts_what_was_decided(
    policyengine: Run, policies: Path, exchanges: Path, last: list[str]
) -> None:
    result = policyengine("evaluate", "-c", policies, exchanges, *last)
    rows = [line.rsplit(maxsplit=1) for line in result.stderr.splitlines()[1:]]
    if "--quiet" in last:
        assert rows == []
        return
    counted = {name.strip(): count for name, count in rows}
    assert counted.pop("lines a second")
    assert counted == {
        "lines": "6",
        "allow": "0",
        "flag": "0",
        "redact": "3",
        "block": "2",
        "incomplete": "1",
        "not evaluated": "1",
        "findings": "11",
        "terms.found": "9",
        "mood.long": "2",
    }


@pytest.mark.slow
def test_workers_change_no_byte(
    policyengine: Run, policies: Path, exchanges: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many.jsonl"
    many.write_bytes(exchanges.read_bytes() * 20)
    arguments = ("evaluate", "-c", policies, many, "--tags", "b")
    one, three = (policyengine(*arguments, "--workers", count) for count in ("1", "3"))
    assert one.exit_code == three.exit_code == 3
    assert one.stdout_bytes == three.stdout_bytes
    assert one.stderr == three.stderr


@pytest.mark.slow
def test_a_worker_that_dies_is_told_and_the_output_can_be_gone_on_with(
    policyengine: Run, policies: Path, tmp_path: Path
) -> None:
    good = '{"request": {"messages": [{"role": "user", "content": "heron"}]}}\n'
    many, out = tmp_path / "many.jsonl", tmp_path / "out.jsonl"
    many.write_text(good * 40 + good.replace("heron", "die canary") + good * 40)
    arguments = ("evaluate", "-c", policies, many, "-o", out, "--workers", "2")
    result = policyengine(*arguments)
    assert result.exit_code == 70
    assert f"from {many}:33 to {many}:48" in result.stderr
    assert f"stopped after {many}:32; go on with --resume" in result.stderr
    assert "canary" not in result.stderr
    assert len(out.read_bytes().splitlines()) == 32
    many.write_text(good * 81)
    assert policyengine(*arguments, "--resume").exit_code == 0
    assert len(out.read_bytes().splitlines()) == 81


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_going_on_after_any_cut_gives_what_an_uninterrupted_run_gives(
    policyengine: Run, policies: Path, exchanges: Path, data: st.DataObject
) -> None:
    out = policies.with_name("out.jsonl")
    arguments = ("evaluate", "-c", policies, exchanges, "-o", out, "--summary")
    if not out.exists():
        policyengine(*arguments)
        out.rename(out.with_name("whole.jsonl"))
    whole = out.with_name("whole.jsonl").read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == 10]
    near = st.sampled_from(ends).flatmap(lambda end: st.sampled_from([end - 1, end, end + 1]))
    cut = data.draw(near | st.integers(0, len(whole)))
    out.write_bytes(whole[:cut])
    result = policyengine(*arguments, "--resume")
    assert result.exit_code == 3
    assert out.read_bytes() == whole
    assert result.stderr.count("expected a string") == (cut < ends[4])
    assert re.search(r"^lines +6$", result.stderr, re.MULTILINE)


def test_there_need_be_nothing_to_go_on_with(
    policyengine: Run, policies: Path, exchanges: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    result = policyengine("evaluate", "-c", policies, exchanges, "-o", out, "--resume")
    assert result.exit_code == 3
    assert len(out.read_bytes().splitlines()) == 6


def test_going_on_under_another_revision_is_refused_and_changes_nothing(
    policyengine: Run, policies: Path, exchanges: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    arguments = ("evaluate", "-c", policies, exchanges, "-o", out)
    policyengine(*arguments)
    written = out.read_bytes()[:-20]
    out.write_bytes(written)
    policies.write_text(policies.read_text().replace("crow", "rook"))
    result = policyengine(*arguments, "--resume")
    assert result.exit_code == 2
    assert "another revision of the configuration" in result.stderr
    assert out.read_bytes() == written


@pytest.mark.parametrize("option", ["--observe", "--all-findings"])
def test_going_on_with_other_options_is_refused_where_the_last_line_shows_it(
    policyengine: Run, policies: Path, tmp_path: Path, option: str
) -> None:
    policies.write_text(
        policies.read_text().replace(
            "redact_at: 0.5", "redact_at: 1\n        options: {score: 0.9}"
        )
    )
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_text('{"request": {"messages": [{"role": "user", "content": "heron crow"}]}}\n')
    arguments = ("evaluate", "-c", policies, given, "-o", out)
    policyengine(*arguments)
    result = policyengine(*arguments, "--resume", option)
    assert result.exit_code == 2
    assert "line 1 of the output is not what this input gives" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["IN", "-o", "IN"], "is also an input"),
        (["IN", "-o", "LINK"], "is also an input"),
        (["IN", "-o", "CONFIG"], "is also an input"),
        (["-", "-"], "standard input can be read only once"),
        (["-c", "-", "-"], "standard input can be read only once"),
        (["IN", "--resume"], "--resume needs an OUT"),
        (["none.jsonl"], "does not exist"),
        (["IN", "-o", "/none/out"], "/none/out: No such file or directory"),
        (["IN", "--workers", "0"], "0 is not in the range"),
        ([], "Missing argument 'IN...'"),
        (["IN", "-d", "dd"], "did you mean: d"),
        (["IN", "-c", "none.yaml"], "none.yaml: No such file or directory"),
    ],
)
def test_what_cannot_be_meant_exits_with_2(
    policyengine: Run, policies: Path, exchanges: Path, arguments: list[str], problem: str
) -> None:
    link = policies.with_name("link")
    link.symlink_to(exchanges)
    names = {"IN": str(exchanges), "LINK": str(link), "CONFIG": str(policies)}
    before = exchanges.read_bytes(), policies.read_bytes()
    words = [names.get(one, one) for one in arguments]
    result = policyengine("evaluate", "-c", policies, *words)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert (exchanges.read_bytes(), policies.read_bytes()) == before


def test_mistakes_of_the_configuration_are_placed(
    policyengine: Run, policies: Path, exchanges: Path
) -> None:
    policies.write_text(policies.read_text().replace("detector: mood", "detector: mod"))
    result = policyengine("evaluate", "-c", policies, exchanges)
    assert result.exit_code == 2
    assert f"{policies}:16:19: error: no installed plugin brings a detector `mod`" in result.stderr


def test_without_a_default_a_deployment_must_be_named(
    policyengine: Run, policies: Path, exchanges: Path
) -> None:
    policies.write_text(policies.read_text().replace("default_deployment: d\n", ""))
    result = policyengine("evaluate", "-c", policies, exchanges)
    assert result.exit_code == 2
    assert "no deployment was named and there is no default; known: d" in result.stderr
