"""What the OpenAPI document says holds for requests that schemathesis makes up."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from gateways import POLICIES, Bench, in_pieces, said
from hypothesis import HealthCheck, Phase, given, settings
from test_streaming import DONE, EVENTS, chunk, event

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

pytestmark = [pytest.mark.openapi, pytest.mark.filterwarnings("ignore")]

CHECKS = (
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


def answer(request: httpx.Request) -> Any:
    body = json.loads(request.content)
    if body.get("stream"):
        return in_pieces([event(chunk("Hi.")), event(chunk(finish="stop")), DONE], EVENTS)
    if "prompt" in body:
        return {"choices": [{"index": 0, "text": "Hi.", "finish_reason": "stop"}]}
    return said()


def test_replies_are_what_the_document_says(tmp_path: Path) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="`make test-openapi` installs it")
    about = importlib.import_module("schemathesis.specs.openapi.checks")
    general = importlib.import_module("schemathesis.checks")
    checks = [general.not_a_server_error, *(getattr(about, name) for name in CHECKS)]
    path = tmp_path / "policies.yaml"
    path.write_text(POLICIES + "default_deployment: support\n", encoding="utf-8")
    app = Bench.over(path, answer, refresh_on_request=False).app
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    tried: set[str] = set()
    for found in document.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=20,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            case.call_and_validate(checks=checks)

        holds()
        tried.add(operation.path)
    # Its own address is the one that it leaves out.
    assert tried == set(app.state.openapi["paths"]) - {"/openapi.json"}
