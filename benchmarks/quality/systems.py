"""What each system finds in the same texts, in the common kinds."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sets import Mark

from policyengine import Engine, Exchange, Segment, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / "build" / "quality"

PRESIDIO_KINDS = {
    "AGE": "age",
    "CREDIT_CARD": "payment_card",
    "CRYPTO": "crypto_wallet",
    "DATE_TIME": "date",
    "EMAIL": "email",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "ID": "national_id",
    "IP_ADDRESS": "ip_address",
    "LOCATION": "location",
    "MAC_ADDRESS": "device_id",
    "MEDICAL_LICENSE": "national_id",
    "NRP": "nationality",
    "ORGANIZATION": "organization",
    "PERSON": "person",
    "PHONE_NUMBER": "phone",
    "UK_NHS": "national_id",
    "URL": "url",
    "US_BANK_NUMBER": "bank_account",
    "US_DRIVER_LICENSE": "driver_license",
    "US_ITIN": "national_id",
    "US_PASSPORT": "passport",
    "US_SSN": "us_ssn",
    "UUID": "device_id",
}
"""Every type that presidio-analyzer 2.2.366 looks for in English by default."""

Found = list[list[Mark]]


class System(NamedTuple):
    """A name for the table, and what the system found in each text."""

    name: str
    version: str
    found: Found


def ours(texts: Sequence[str], options: Mapping[str, Any]) -> System:
    """This project's `pii` through the engine: findings that reach their kind's own point."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policies.yaml"
        path.write_text(json.dumps(_policies(options)), encoding="utf-8")  # JSON is YAML
        engine = Engine.load(path)
    deployment = engine.deployment("measured")
    found = []
    for text in texts:
        detections = deployment.evaluate(Exchange((Segment("/text", Source.PROMPT, text),)))
        assert detections.complete, "a step did not run"
        (step,) = detections.as_dict()["input"]["steps"]
        found.append([_mark(finding) for finding in step["findings"]])
    return System(_named("llm-policyengine", options), engine.configuration.revision, found)


def _policies(options: Mapping[str, Any]) -> dict[str, Any]:
    step = {
        "step": "personal-data",
        "detector": "pii",
        "options": dict(options),
        "flag_at": "recommended",
    }
    return {
        "version": 1,
        "models": {"none": {"base_url": "http://localhost/v1"}},
        "policies": {"measured": {"steps": [step]}},
        "deployments": {"measured": {"model": "none", "input": ["measured"]}},
    }


def _mark(finding: dict[str, Any]) -> Mark:
    span = finding["span"]
    return Mark(span["start"], span["end"], finding["kind"].removeprefix("pii."))


def _named(name: str, options: Mapping[str, Any]) -> str:
    said = ", ".join(f"{key}={json.dumps(value)}" for key, value in options.items())
    return f"{name} ({said})" if said else name


def presidio(texts: Sequence[str], python: str, pipeline: str) -> list[System]:
    """presidio-analyzer in its own environment, with every score and from 0.4 on."""
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    script = HERE / "theirs.py"
    key = hashlib.sha256(script.read_bytes() + pipeline.encode() + lines.encode()).hexdigest()
    cached = CACHE / f"presidio-{pipeline}-{key[:16]}.json"
    if not cached.exists():
        done = subprocess.run(
            [python, str(script), pipeline],
            input=lines,
            check=True,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        CACHE.mkdir(parents=True, exist_ok=True)
        cached.write_text(done.stdout.splitlines()[-1], encoding="utf-8")
    answer = json.loads(cached.read_text(encoding="utf-8"))
    return [
        System(
            f"presidio, {pipeline}, from {threshold}",
            answer["version"],
            [[Mark(start, end, PRESIDIO_KINDS[kind]) for start, end, kind, _ in one] for one in of],
        )
        for threshold, of in answer["found"].items()
    ]
