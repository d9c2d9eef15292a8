"""The plugin and the policies of the command line's tests, compiled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policyengine.offline import Preparation
from policyengine.sources import Text

if TYPE_CHECKING:
    from policyengine.deployment import CompiledDeployment

CLI = Path(__file__).parents[1] / "cli"


@pytest.fixture
def preparation(monkeypatch: pytest.MonkeyPatch) -> Preparation:
    monkeypatch.syspath_prepend(str(CLI / "plugin"))
    return Preparation((Text("policies.yaml", CLI.joinpath("policies.yaml").read_bytes()),))


@pytest.fixture
def deployment(preparation: Preparation) -> CompiledDeployment:
    return preparation.compiled()
