"""The command line in this process, with an installed plugin and golden files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from policyengine.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden"


@pytest.fixture(autouse=True)
def _plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE / "plugin"))
    monkeypatch.setenv("PYTHONPATH", str(HERE / "plugin"))


@pytest.fixture
def policyengine() -> Callable[..., Result]:
    """Run the command line as a shell would."""

    def run(*arguments: str | Path, stdin: bytes | str | None = None) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], input=stdin)

    return run


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder of its own with policies and recorded exchanges."""
    for name in ("policies.yaml", "exchanges.jsonl"):
        tmp_path.joinpath(name).write_bytes(HERE.joinpath(name).read_bytes())
    return tmp_path / "policies.yaml"


@pytest.fixture
def exchanges(policies: Path) -> Path:
    """The recorded exchanges beside the policies."""
    return policies.with_name("exchanges.jsonl")


@pytest.fixture
def same_as_golden(update_golden: bool) -> Callable[[str, str], None]:
    """Compare a text with a golden file; revisions and versions do not count."""

    def compare(name: str, text: str) -> None:
        got = re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", text)
        got = re.sub(r'"version": "0\.[0-9.]+"', '"version": "0"', got)
        path = GOLDEN / f"cli_{name}"
        if update_golden:
            path.write_text(got, encoding="utf-8")
        assert got == path.read_text(encoding="utf-8")

    return compare
