"""Mistakes of a configuration for people, programs, GitHub and code scanning; pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from policyengine.cli.terminal import visible
from policyengine.loading.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policyengine.errors import Mistake
    from policyengine.loading import Configuration

DISTRIBUTION = "llm-policyengine"
JSON_VERSION = 1
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found; `configuration` is None when it was refused."""

    mistakes: tuple[Mistake, ...]
    files: int
    configuration: Configuration | None = None

    @property
    def errors(self) -> int:
        """How many mistakes are errors."""
        return sum(mistake.severity == "error" for mistake in self.mistakes)

    @property
    def warnings(self) -> int:
        """How many mistakes are warnings."""
        return len(self.mistakes) - self.errors


def text(report: Report) -> str:
    """A paragraph for each mistake, then a line that sums up."""
    return "".join(f"{visible(str(mistake))}\n" for mistake in report.mistakes) + _sum(report)


def _sum(report: Report) -> str:
    warnings = _counted(report.warnings, "warning")
    if report.errors or report.configuration is None:
        errors = _counted(report.errors, "error")
        found = f"{errors}, {warnings}" if report.warnings else errors
        return f"{found} in {_counted(report.files, 'file')}\n"
    document = report.configuration.document
    steps = sum(len(policy.steps) for policy in document.policies.values())
    parts = [
        _counted(len(document.deployments), "deployment"),
        _counted(len(document.policies), "policy", "policies"),
        _counted(steps, "step"),
    ]
    return f"ok: {', '.join(parts + ([warnings] if report.warnings else []))}\n"


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def as_json(report: Report) -> str:
    """One object; `mistakes` have the fields of `policyengine.Mistake`."""
    value = {
        "version": JSON_VERSION,
        "files": report.files,
        "errors": report.errors,
        "warnings": report.warnings,
        "mistakes": [asdict(mistake) for mistake in report.mistakes],
    }
    return _json(value)


def github(report: Report) -> str:
    """A workflow command for each mistake, which GitHub shows at the line."""
    return "".join(_command(mistake) for mistake in report.mistakes)


def _command(mistake: Mistake) -> str:
    properties = {
        "file": mistake.file,
        "line": str(mistake.line),
        "col": str(mistake.column),
        "title": mistake.code,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{mistake.severity} {listed}::{_data(_message(mistake))}\n"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def sarif(report: Report) -> str:
    """SARIF 2.1.0, with a rule for each code that occurs."""
    codes = sorted({mistake.code for mistake in report.mistakes})
    rules = [{"id": code, "shortDescription": _said(CODES.get(code, code))} for code in codes]
    driver = {"name": "policyengine", "version": metadata.version(DISTRIBUTION), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(mistake, codes.index(mistake.code)) for mistake in report.mistakes],
    }
    return _json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(mistake: Mistake, rule: int) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": mistake.line, "startColumn": mistake.column}
    if mistake.source_line:
        region["snippet"] = {"text": mistake.source_line}
    artifact = {"uri": _uri(mistake.file)}
    return {
        "ruleId": mistake.code,
        "ruleIndex": rule,
        "level": mistake.severity,
        "message": _said(_message(mistake)),
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }


def _said(message: str) -> dict[str, str]:
    # Braces make placeholders in SARIF's messages; others are doubled (section 3.11.5).
    return {"text": message.replace("{", "{{").replace("}", "}}")}


def _uri(file: str) -> str:
    if "://" in file:
        return file
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _message(mistake: Mistake) -> str:
    parts = [mistake.message]
    if mistake.suggestion is not None:
        parts.append(f"did you mean: {mistake.suggestion}")
    if mistake.allowed:
        parts.append(f"allowed: {', '.join(mistake.allowed)}")
    return "\n".join(parts)


def _json(value: Mapping[str, Any]) -> str:
    # ASCII, so that neither a terminal nor a pipe without UTF-8 can spoil it.
    return json.dumps(value, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}
