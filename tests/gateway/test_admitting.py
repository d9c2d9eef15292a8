"""Keys of clients: who may use which deployment, and what becomes of the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from gateways import CHAT, POLICIES

from policyengine import ConfigurationError
from policyengine.gateway import Serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gateways import Bench

KEYED = (
    POLICIES
    + """  loose: {model: open}
keys: {clients: {support: ["${OLD}", "${NEW}"], bare: ["${BARE}"]}}
"""
)


@pytest.fixture
def keyed(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in ("OLD", "NEW", "BARE"):
        monkeypatch.setenv(name, f"canary-{name}")
    return bench(text=KEYED)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer canary-OLD"},
        {"authorization": "Bearer canary-NEW"},
        {"api_key": "canary-NEW"},
        {"x_client_key": "canary-NEW", "authorization": "Bearer other"},
    ],
)
def test_a_key_of_the_deployment_admits(keyed: Bench, headers: dict[str, str]) -> None:
    assert keyed.post(**headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "invalid_api_key"),
        ({"authorization": "Bearer canary-OLDER"}, 401, "invalid_api_key"),
        ({"authorization": "Bearer ${OLD}"}, 401, "invalid_api_key"),
        ({"x_client_key": "other", "authorization": "Bearer canary-OLD"}, 401, "invalid_api_key"),
        ({"authorization": "Bearer canary-BARE"}, 403, "wrong_deployment"),
    ],
)
def test_any_other_is_refused_before_the_model_is_asked(
    keyed: Bench, headers: dict[str, str], status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = keyed.post(**headers)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
    assert keyed.upstream.asked == []
    assert "canary" not in response.text + caplog.text + keyed.get("/metrics").text


def test_a_deployment_without_keys_is_open(keyed: Bench) -> None:
    assert keyed.post(deployment="loose").status_code == 200
    keyed.post(deployment="loose", authorization="Bearer models")
    assert keyed.upstream.asked[-1].headers["authorization"] == "Bearer models"
    keyed.post(deployment="loose", authorization="Bearer canary-OLD")
    assert "authorization" not in keyed.upstream.asked[-1].headers


def test_the_model_gets_its_own_key_and_never_the_clients(keyed: Bench) -> None:
    keyed.post(deployment="bare", authorization="Bearer canary-BARE", openai_project="p")
    assert keyed.upstream.asked[-1].headers.keys().isdisjoint({"authorization", "openai-project"})
    keyed.post(deployment="bare", x_client_key="canary-BARE", authorization="Bearer models")
    assert keyed.upstream.asked[-1].headers["authorization"] == "Bearer models"
    seen = str([request.headers.raw for request in keyed.upstream.asked])
    assert "canary" not in seen


def test_only_a_known_key_refreshes(keyed: Bench) -> None:
    refreshing: dict[str, Any] = {"deployment": "polite", "x_refresh_cache": "true"}
    assert keyed.post(**refreshing).status_code == 401
    admitted = keyed.post(**refreshing, authorization="Bearer canary-BARE")
    assert admitted.headers["x-policy-refresh"] == "unchanged"


def test_a_key_that_is_taken_away_admits_no_more(keyed: Bench) -> None:
    keyed.path.write_text(KEYED.replace('"${OLD}", ', ""), encoding="utf-8")
    keyed.post(x_refresh_cache="true", authorization="Bearer canary-OLD")
    assert keyed.post(authorization="Bearer canary-OLD").status_code == 401
    assert keyed.post(authorization="Bearer canary-NEW").status_code == 200


def test_the_playground_asks_for_a_key_too(keyed: Bench) -> None:
    body = {"deployment": "support", "request": CHAT}
    assert keyed.post(body, "/playground/evaluate", deployment=None).status_code == 401
    admitted = keyed.post(
        body, "/playground/evaluate", deployment=None, authorization="Bearer canary-OLD"
    )
    assert admitted.status_code == 200


def test_what_the_environment_lacks_is_told_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_MODEL", raising=False)
    text = POLICIES.replace("configured-key", '"${NO_MODEL}"').replace("[pii]", "pii")
    path = tmp_path / "policies.yaml"
    lacking = 'keys: {rewrite: "${NO_REWRITE}", clients: {polite: ["${NO_CLIENT}"]}}\n'
    path.write_text(text + lacking + "default_deployment: nowhere\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        Serving.load([path])
    codes = [mistake.code for mistake in caught.value.mistakes if mistake.severity == "error"]
    assert sorted(codes) == ["missing-variable"] * 3 + ["unknown-deployment"]
