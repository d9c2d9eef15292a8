"""What is counted, logged and traced, and that none of it holds text of an exchange."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gateways import CHAT, Bench
from opentelemetry import _logs, trace
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from policyengine.gateway import DecisionLog, DecisionRecords
from policyengine.gateway import endpoints as endpoints_module
from policyengine.gateway.decisions import appended
from policyengine.gateway.tracing import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAIL = {"messages": [{"role": "user", "content": "I am canary@example.com."}]}
CROW = {"messages": [{"role": "user", "content": "A canary and a crow."}]}


class Numbers:
    """The numbers of the page, by name and labels."""

    def __init__(self, one: Bench) -> None:
        self._samples = [
            sample
            for family in text_string_to_metric_families(one.get("/metrics").text)
            for sample in family.samples
        ]

    def __call__(self, name: str, **labels: str) -> float:
        (value,) = (
            sample.value
            for sample in self._samples
            if sample.name == f"policyengine_{name}" and labels.items() <= sample.labels.items()
        )
        return value


def test_requests_exchanges_and_steps_are_counted(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.post(MAIL)
    one.post(CROW)
    one.post(CHAT, deployment="nobody canary")
    told = Numbers(one)
    here = {"deployment": "support", "endpoint": "chat"}
    assert told("requests_total", **here, status="200") == 1
    assert told("requests_total", **here, status="400") == 1
    assert told("requests_total", deployment="", endpoint="chat", status="404") == 1
    assert told("request_seconds_count", **here) == 2
    assert told("exchanges_total", verdict="redact", complete="true") == 1
    assert told("exchanges_total", verdict="block", complete="true") == 1
    step = {"deployment": "support", "stage": "input", "policy": "names", "step": "mail"}
    assert told("steps_total", **step, status="ran", verdict="redact") == 1
    assert told("steps_total", **step, status="ran", verdict="allow") == 1
    assert told("step_seconds_count", stage="output", step="dark") == 1
    assert told("requests_in_flight") == 0
    assert "canary" not in one.get("/metrics").text


def test_requests_in_flight_are_counted_while_they_are(bench: Callable[..., Bench]) -> None:
    seen: list[float] = []

    def answer(_: httpx.Request) -> Any:
        seen.append(one.app.state.gateway.in_flight)
        return httpx.Response(500, content=b"no")

    one = bench(answer)
    one.post()
    assert (seen, one.app.state.gateway.in_flight) == ([1], 0)


def test_refreshes_are_counted(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.post(CHAT, x_refresh_cache="true")
    assert Numbers(one)("refreshes_total", result="unchanged") == 1


def test_the_decision_log_has_a_line_for_each_request_and_no_text(
    bench: Callable[..., Bench],
) -> None:
    file = io.StringIO()
    one = bench(observers=[DecisionLog(file).write])
    one.post(MAIL, x_request_id="r1", x_tags="a,stranger")
    one.post(CROW)
    one.post({"messages": [], "canary": 1})
    first, second, third = map(json.loads, file.getvalue().splitlines())
    assert (first["request_id"], first["deployment"], first["status"]) == ("r1", "support", 200)
    assert (first["ignored_tags"], first["whole"], first["error"]) == (1, True, None)
    assert first["detections"]["input"]["steps"][0]["findings"][0]["kind"] == "pii.email"
    assert first["detections"]["output"]["verdict"] == "allow"
    assert (second["status"], second["detections"]["verdict"]) == (400, "block")
    assert (third["status"], third["error"], third["detections"]) == (400, "invalid_value", None)
    assert "canary" not in file.getvalue()


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryLogRecordExporter]:
    exporter = InMemoryLogRecordExporter()
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    monkeypatch.setattr(_logs, "get_logger_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def test_decisions_are_records_of_opentelemetry_in_the_trace_and_without_text(
    bench: Callable[..., Bench], records: InMemoryLogRecordExporter, spans: InMemorySpanExporter
) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    one = bench(observers=[DecisionRecords().write])
    one.post(MAIL, x_request_id="r1", traceparent=f"00-{trace_id}-b7ad6b7169203331-01")
    one.post({"messages": [], "canary": 1})
    first, second = (each.log_record for each in records.get_finished_logs())
    assert first.event_name == "policyengine.decision"
    assert first.trace_id == int(trace_id, 16)
    assert first.span_id == spans.get_finished_spans()[3].context.span_id
    assert first.attributes is not None
    assert first.attributes["policyengine.request_id"] == "r1"
    assert first.attributes["policyengine.verdict"] == "redact"
    assert first.attributes["policyengine.status"] == 200
    assert first.body["input"]["steps"][0]["findings"][0]["kind"] == "pii.email"  # type: ignore[index,call-overload]
    assert second.body is None
    assert second.attributes is not None
    assert second.attributes["policyengine.error"] == "invalid_value"
    assert "canary" not in "".join(each.to_json() for each in records.get_finished_logs())


def test_without_logs_that_are_set_up_there_are_no_records() -> None:
    with pytest.raises(LookupError, match="not set up"):
        DecisionRecords()


def test_a_line_of_the_log_is_handed_over_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    with appended(str(path)) as one, appended(str(path)) as other:
        for file in (one, other, one):
            file.write("x" * 100_000 + "\n")
            assert path.read_text().endswith("x\n")
    assert [len(line) for line in path.read_text().splitlines()] == [100_000] * 3


def test_an_observer_that_raises_changes_nothing(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    def raises(_: Any) -> None:
        raise ValueError("canary")

    seen: list[Any] = []
    one = bench(observers=[raises, seen.append])
    assert one.post().status_code == 200
    assert len(seen) == 1
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_an_unexpected_error_is_told_and_logged_without_its_text(
    bench: Callable[..., Bench],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def raises(*_: Any) -> None:
        raise KeyError("canary")

    monkeypatch.setattr(endpoints_module, "accept", raises)
    response = bench().post(x_request_id="r9")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal_error")
    assert "r9: unexpected KeyError at " in caplog.text
    assert "test_observing.py" in caplog.text
    assert "canary" not in caplog.text + response.text


def test_nothing_of_an_exchange_is_logged(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="policyengine")
    one = bench(lambda _: httpx.Response(200, content=b"canary"))
    for body in (MAIL, CROW, {"canary": 1}, b"canary"):
        one.post(body, authorization="Bearer canary-key")
    assert "canary" not in caplog.text
    assert "configured-key" not in caplog.text


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def test_spans_follow_a_request_through_and_carry_no_text(
    bench: Callable[..., Bench], spans: InMemorySpanExporter
) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    one = bench()
    one.post(MAIL, traceparent=f"00-{trace_id}-b7ad6b7169203331-01")
    finished = spans.get_finished_spans()
    assert [one.name for one in finished] == [
        "check request",
        "check response",
        "ask m",
        "chat completion",
    ]
    assert {f"{one.context.trace_id:x}" for one in finished} == {trace_id.lstrip("0")}
    assert finished[-1].attributes is not None
    assert finished[-1].attributes["policyengine.verdict"] == "redact"
    assert trace_id in one.upstream.asked[0].headers["traceparent"]
    assert "canary" not in "".join(one.to_json() for one in finished)


def test_a_span_of_something_that_failed_tells_its_type_alone(
    bench: Callable[..., Bench], spans: InMemorySpanExporter
) -> None:
    def fail(_: httpx.Request) -> None:
        raise httpx.ReadError("canary")

    bench(fail).post()
    told = {one.name: one for one in spans.get_finished_spans()}
    assert told["ask m"].status.description == "Refusal"
    assert told["chat completion"].attributes is not None
    assert told["chat completion"].attributes["policyengine.error"] == "upstream_broken"
    assert "canary" not in "".join(one.to_json() for one in told.values())


def test_an_exception_leaves_no_text_in_a_span(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="canary"), span("s"):
        raise ValueError("canary")
    (told,) = spans.get_finished_spans()
    assert told.status.description == "ValueError"
    assert "canary" not in told.to_json()
