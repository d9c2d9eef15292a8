"""What other tools took for personal data, and their users complained of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from detectors.pii.detector import Pii
from detectors.pii.ner import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]

PRESIDIO = "https://github.com/microsoft/presidio/issues/"
LITELLM = "https://github.com/BerriAI/litellm/pull/"

# A thread, a text of the sort that it is about, and the kinds that are truly in the text.
THREADS = [
    (PRESIDIO + "1063", "BIOMARKERS: AN INTRODUCTORY GUIDE TO INTERVENTION", ()),
    (PRESIDIO + "1063", "Stages D3 and H1 are shown in figures A1 and B43.", ()),
    (PRESIDIO + "1214", "CONSTRUCTION, NOTIFICATION and ARCHITECTURE have twelve letters.", ()),
    # The German words that the thread is about, by
    # https://www.anonymize.business/blog/false-positive-tax-pii-detection-precision-2025
    (PRESIDIO + "999", "Die Bundesbehörde veröffentlicht die Datenschutzerklärung.", ()),
    # Checksums that chance passes: a table of counts whose third is a valid NHS number
    (PRESIDIO + "1071", "counts: 1204817733, 2048177120, 9434765919, 3364810278", ()),
    (PRESIDIO + "71", "110bcd25-a55d-453a-8046-1297901ea002", ()),
    (PRESIDIO + "944", "offset +13:00 ConfigManager.cpp:196 win_err=2 took 0.237115", ()),
    (PRESIDIO + "944", "364596 1667470478 089758 1667470479 01.696170 04.763054", ()),
    (PRESIDIO + "786", "1607635102.00 -0.96", ()),
    (PRESIDIO + "1173", "6033391\n6058722\n", ()),
    (
        PRESIDIO + "1173",
        "03/22 08:51:06 INFO   :...read_netif: index #1, TR1 has address 9.22.22.222, ifidx 1",
        ("pii.ip_address", "pii.date"),
    ),
    (PRESIDIO + "1352", "what is letter 96c", ()),
    (PRESIDIO + "1498", "import os\n\n\ndef run(cmd):\n    return os.system, (cmd,)\n", ()),
    (PRESIDIO + "1498", "Start rpc.py, then read main.rs and README.md.", ()),
    (PRESIDIO + "638", r"The placeholder is ddd-343-\dddd.", ()),
    (LITELLM + "21949", "C4 feeds S3, and EKS reads it back through SQS and KMS.", ()),
    (LITELLM + "21949", "Passport.js logs in to EKS, C4 draws it, S3 keeps it.", ()),
    (
        "https://github.com/speakeasy-api/gram/pull/3172",
        '"integrity": "sha512-0UPjpq0G+v2RyzxDbeM8ConLICmLjRgcwuy4m2rL1mVbQ7d9kAA==" public',
        (),
    ),
    ("https://github.com/scrapinghub/dateparser/issues/582", "8: 100M2_ 19,60 5 73 20", ()),
]


@pytest.fixture(scope="module")
def detector(ready: Ready) -> Detector[Any]:
    return ready(Pii)


@pytest.mark.parametrize(("thread", "text", "truly"), THREADS)
def test_what_a_thread_complains_of_is_no_finding(
    detector: Detector[Any], find: Find, thread: str, text: str, truly: tuple[str, ...]
) -> None:
    acted_on = {kind.name: kind.recommended_at for kind in detector.kinds}

    found = [one for one in find(detector, text) if one.score >= acted_on[one.kind]]

    assert [one for one in found if one.kind not in truly] == [], thread


def benign() -> list[Any]:
    folder = Path(__file__).parents[3] / "benchmarks" / "quality" / "benign"
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [pytest.param(row["text"], id=row["id"]) for row in rows]


@pytest.fixture(scope="module")
def patterns(ready: Ready) -> Detector[Any]:
    """All but the names, which no rule settles and the quality benchmark measures."""
    every = [kind.name.removeprefix("pii.") for kind in Pii(Pii.Options()).kinds]
    return ready(Pii, entities=[entity for entity in every if entity not in KINDS])


@pytest.mark.parametrize("text", benign())
def test_benign_text_is_left_alone(patterns: Detector[Any], find: Find, text: str) -> None:
    acted_on = {kind.name: kind.recommended_at for kind in patterns.kinds}

    found = [one for one in find(patterns, text) if one.score >= acted_on[one.kind]]

    assert [one for one in found if one.kind != "pii.date"] == []
