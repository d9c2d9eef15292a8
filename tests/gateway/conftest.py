"""Gateways over a configuration of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from gateways import POLICIES, Bench, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from policyengine import Registry


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """Make a gateway; keywords are its settings."""

    def make(
        answer: Callable[[httpx.Request], Any] = lambda _: said(),
        text: str = POLICIES,
        *,
        registry: Registry | None = None,
        **settings: Any,
    ) -> Bench:
        path = tmp_path / "policies.yaml"
        path.write_text(text, encoding="utf-8")
        return Bench.over(path, answer, registry, **settings)

    return make
