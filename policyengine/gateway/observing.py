"""What became of requests, for those who keep count: as numbers.

Where several processes serve together, the numbers of each lie in files in a folder that all know
(`PROMETHEUS_MULTIPROC_DIR`), and any of them tells the sum.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from policyengine.hookspecs import CONTRACT_VERSION, hookimpl

if TYPE_CHECKING:
    from policyengine.detections import Detections, Stage, StepResult
    from policyengine.openai.request import Endpoint

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which the numbers of several processes lie."""

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
            "policyengine_requests_in_flight",
            "Requests that are being served.",
            registry=registry,
            multiprocess_mode="livesum",
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

    def count_in_flight(self, number: int) -> None:
        """Say how many requests are being served."""
        self._in_flight.set(number)

    def page(self) -> bytes:
        """All numbers in Prometheus' text format."""
        registry = self._registry
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
