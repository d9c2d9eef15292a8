"""The decision log: what became of every request, as JSON lines or as OpenTelemetry's log records.

Neither holds any text of an exchange: detections have positions, kinds and numbers.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from policyengine.gateway.tracing import NAME

if TYPE_CHECKING:
    from policyengine.gateway.observing import Finished

EVENT = "policyengine.decision"


class DecisionLog:
    """One line of JSON for every request that has ended."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, finished: Finished) -> None:
        """Write a line, at once."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": time, **_told(finished), "detections": _detections(finished)}
        self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._file.flush()


class DecisionRecords:
    """One of OpenTelemetry's log records for every request that has ended, in its trace.

    Its body is the detections, its attributes are the other fields of a line of the log. Raises
    ImportError where OpenTelemetry's API is not installed, and LookupError where nobody has set up
    what becomes of logs.
    """

    def __init__(self) -> None:
        from opentelemetry import _logs  # noqa: PLC0415 - optional; the only name that it has

        provider = _logs.get_logger_provider()
        if type(provider).__name__ == "ProxyLoggerProvider":
            raise LookupError("OpenTelemetry's logs are not set up")
        self._logs = _logs
        self._logger = provider.get_logger(NAME)

    def write(self, finished: Finished) -> None:
        """Emit a record."""
        told = {
            f"policyengine.{name}": it for name, it in _told(finished).items() if it is not None
        }
        if finished.detections is not None:
            told["policyengine.verdict"] = finished.detections.verdict.word
            told["policyengine.complete"] = finished.detections.complete
        self._logger.emit(
            self._logs.LogRecord(
                event_name=EVENT,
                severity_number=self._logs.SeverityNumber.INFO,
                severity_text="INFO",
                body=_detections(finished),
                attributes=told,
            )
        )


def appended(path: str) -> IO[str]:
    """A file to append lines to; `-` is standard output.

    Every line is handed to the system at once and as a whole, so that several processes can append
    to the same file.
    """
    if path == "-":
        return sys.stdout
    # Without a buffer of its own, which would be handed on in parts.
    return io.TextIOWrapper(Path(path).open("ab", buffering=0), "utf-8", write_through=True)


def _told(finished: Finished) -> dict[str, Any]:
    return {
        "request_id": finished.request_id,
        "endpoint": finished.endpoint,
        "deployment": finished.deployment,
        "status": finished.status,
        "error": finished.error,
        "whole": finished.is_whole,
        "seconds": round(finished.seconds, 6),
        "ignored_tags": finished.ignored_tags,
    }


def _detections(finished: Finished) -> dict[str, Any] | None:
    return None if finished.detections is None else finished.detections.as_dict()
