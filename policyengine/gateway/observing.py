"""What became of requests, for those who keep count: metrics and the decision log.

Neither holds any text of an exchange: detections have positions, kinds and numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from policyengine.hookspecs import CONTRACT_VERSION, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.detections import Detections, Stage, StepResult
    from policyengine.openai.request import Endpoint

GONE = 499
"""The status of a request whose client left before it was sent anything, as nginx counts it."""

_QUICK = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_SLOW = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


@dataclass(frozen=True, slots=True)
class Finished:
    """One request that has ended.

    `deployment` is None where none was found, `error` the code of the error that was told.
    `is_whole` is false where the client left, or a stream broke off.
    """

    request_id: str
    endpoint: Endpoint
    deployment: str | None
    status: int
    error: str | None
    is_whole: bool
    seconds: float
    ignored_tags: int
    detections: Detections | None


class Metrics:
    """The numbers behind `/metrics`; also the plugin that hears of every step."""

    contract_version = CONTRACT_VERSION

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "policyengine_requests",
            "Requests by what they were answered with.",
            ("deployment", "endpoint", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "policyengine_request_seconds",
            "Seconds from a request's headers to the end of its answer.",
            ("deployment", "endpoint"),
            buckets=_SLOW,
            registry=registry,
        )
        self._exchanges = Counter(
            "policyengine_exchanges",
            "Exchanges by verdict, and by whether all was looked at.",
            ("deployment", "verdict", "complete"),
            registry=registry,
        )
        self._steps = Counter(
            "policyengine_steps",
            "Steps by status and verdict.",
            ("deployment", "stage", "policy", "step", "status", "verdict"),
            registry=registry,
        )
        self._step_seconds = Histogram(
            "policyengine_step_seconds",
            "Seconds that a step took.",
            ("deployment", "stage", "policy", "step"),
            buckets=_QUICK,
            registry=registry,
        )
        self._refreshes = Counter(
            "policyengine_refreshes",
            "Refreshes of the configuration by their result.",
            ("result",),
            registry=registry,
        )
        self._in_flight = Gauge(
            "policyengine_requests_in_flight", "Requests that are being served.", registry=registry
        )

    @hookimpl
    def policyengine_step_finished(
        self, deployment: str, stage: Stage, result: StepResult, seconds: float
    ) -> None:
        """Count a step."""
        place = (deployment, stage, result.policy, result.step)
        self._steps.labels(*place, result.status, result.verdict.word).inc()
        if result.status != "skipped":
            self._step_seconds.labels(*place).observe(seconds)

    def count(self, finished: Finished) -> None:
        """Count a request."""
        deployment = finished.deployment or ""
        self._requests.labels(deployment, finished.endpoint, str(finished.status)).inc()
        self._seconds.labels(deployment, finished.endpoint).observe(finished.seconds)
        if finished.detections is not None:
            told = finished.detections
            complete = str(told.complete).lower()
            self._exchanges.labels(told.deployment, told.verdict.word, complete).inc()

    def count_refresh(self, result: str) -> None:
        """Count a refresh."""
        self._refreshes.labels(result).inc()

    def watch(self, in_flight: Callable[[], float]) -> None:
        """Ask how many requests are being served whenever the numbers are."""
        self._in_flight.set_function(in_flight)

    def page(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self._registry)


class DecisionLog:
    """One line of JSON for every request that has ended."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, finished: Finished) -> None:
        """Write a line, at once."""
        told = finished.detections
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": finished.request_id,
            "endpoint": finished.endpoint,
            "deployment": finished.deployment,
            "status": finished.status,
            "error": finished.error,
            "whole": finished.is_whole,
            "seconds": round(finished.seconds, 6),
            "ignored_tags": finished.ignored_tags,
            "detections": None if told is None else told.as_dict(),
        }
        self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._file.flush()
