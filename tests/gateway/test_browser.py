"""The playground in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from listening import listening

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gateways import Bench

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_an_exchange_is_evaluated_and_its_findings_are_highlighted(
    bench: Callable[..., Bench], tmp_path: Path
) -> None:
    assert CHROMIUM is not None
    asked = {
        "deployment": "support",
        "request": "<b>I am</b> anna@example.com",
        "answer": "A crow, <i>alas</i>",
    }
    one = bench()
    with listening(one.app) as address:
        url = f"{address}/playground#{urlencode(asked).replace('+', '%20')}"
        command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path}/browser"]
        command += ["--virtual-time-budget=20000", "--dump-dom", url]
        page = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words
    result = page.partition('id="result"')[2].partition("<script>")[0]
    assert re.search(r'<mark class="redact" title="pii\.email [^"]+">anna@example\.com<', result)
    assert re.search(r'<mark class="block" title="keywords\.banned [^"]+">crow<', result)
    assert "&lt;b&gt;I am&lt;/b&gt;" in result
    assert "<i>alas" not in result
    assert 'class="verdict block"' in result
    assert "No crows." in result
    assert one.upstream.asked == []
