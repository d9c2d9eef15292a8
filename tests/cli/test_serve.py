from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from policyengine.gateway.process import loops

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]


def test_a_configuration_with_mistakes_is_not_served(policyengine: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("version: 2\n", encoding="utf-8")
    result = policyengine("serve", "-c", path)
    assert result.exit_code == 2
    assert f"{path}:1:10: error:" in result.stderr


def test_a_variable_that_is_not_set_is_told_before_anything_is_served(
    policyengine: Run, tmp_path: Path
) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text('version: 1\nmodels: {m: {base_url: "http://${NOT_SET}/v1"}}\n')
    result = policyengine("serve", "-c", path)
    assert result.exit_code == 2
    assert "NOT_SET" in result.stderr


def test_standard_input_cannot_be_served(policyengine: Run) -> None:
    result = policyengine("serve", "-c", "-", stdin="version: 1\n")
    assert result.exit_code == 2
    assert "CONFIG is read anew" in result.stderr


def test_records_need_logs_that_are_set_up(policyengine: Run, policies: Path) -> None:
    result = policyengine("serve", "-c", policies, "--decision-records")
    assert result.exit_code == 2
    assert "logs are not set up" in result.stderr


def test_without_its_extra_the_command_says_what_it_needs(
    policyengine: Run, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = policyengine("serve", "-c", policies)
    assert result.exit_code == 2
    assert "llm-policyengine[gateway]" in result.stderr


def test_without_the_quicker_event_loop_it_serves_with_the_usual_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loops() is None


@pytest.mark.skipif(find_spec("uvloop") is None, reason="it is not for every system")
def test_the_event_loop_is_the_quicker_one() -> None:
    make = loops()
    assert make is not None
    loop = make()
    assert type(loop).__module__ == "uvloop"
    loop.close()
