"""The page, and the evaluation behind it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateways import Bench

MAIL = "anna@example.com"


def evaluate(one: Bench, text: str, answer: str | None = None, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"request": {"messages": [{"role": "user", "content": text}]}, **more}
    if answer is not None:
        message = {"role": "assistant", "content": answer}
        body["response"] = {"choices": [{"index": 0, "message": message}]}
    response = one.post({"deployment": "support", **body}, "/playground/evaluate")
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_findings_are_told_in_their_places(bench: Callable[..., Bench]) -> None:
    one = bench()
    told = evaluate(one, f"I am {MAIL}!", "A raven.")
    asked, answered = told["texts"]
    assert [run["text"] for run in asked["runs"]] == ["I am ", MAIL, "!"]
    assert [[one["kind"] for one in run["findings"]] for run in asked["runs"]] == [
        [],
        ["pii.email"],
        [],
    ]
    assert MAIL not in asked["delivered"]
    assert (answered["body"], answered["delivered"]) == ("response", "A raven.")
    assert told["detections"]["verdict"] == "redact"
    assert told["reply"] is None
    assert one.upstream.asked == []


def test_what_the_client_is_sent_in_place_of_a_block_is_told(bench: Callable[..., Bench]) -> None:
    told = evaluate(bench(), "Hello.", "A crow.")
    assert told["reply"]["error"]["message"] == "No crows."
    assert told["texts"][1]["delivered"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"deployment": "support"}, 400),
        ({"deployment": "support", "request": {"messages": 5}}, 400),
        ({"deployment": "nobody", "request": {}}, 404),
        ({"deployment": 5, "request": {}}, 400),
    ],
)
def test_what_cannot_be_evaluated_is_refused(
    bench: Callable[..., Bench], body: dict[str, Any], status: int
) -> None:
    response = bench().post(body, "/playground/evaluate")
    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_the_page_loads_nothing_from_elsewhere_and_may_not(bench: Callable[..., Bench]) -> None:
    response = bench().get("/playground")
    assert response.headers["content-type"].startswith("text/html")
    assert not re.search(r"(?:src|href)=\"(?!data:,)|https?://|@import|url\(", response.text)
    policy = response.headers["content-security-policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_page_can_be_switched_off(bench: Callable[..., Bench]) -> None:
    one = bench(playground=False)
    assert one.get("/playground").status_code == 404
    assert one.post({}, "/playground/evaluate").status_code == 404
    assert "/playground" not in one.get("/openapi.json").json()["paths"]
