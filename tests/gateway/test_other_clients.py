"""Clients of other makers, which `make test-clients` installs in a place of their own."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest
from gateways import POLICIES, Bench
from listening import listening
from test_clients import MAIL, answer, asking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("ignore")]

DEPLOYMENT = {"X-Deployment": "support"}


def made_by_others(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # or it asks the network
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{name} is not installed")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("policies") / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    with listening(Bench.over(path, answer, enkrypt_compat=True).app) as served:
        yield served


def test_litellm(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    litellm = made_by_others("litellm", monkeypatch)
    asked = {
        **asking(),
        "model": "openai/any",
        "api_base": f"{address}/v1",
        "api_key": "x",
        "extra_headers": DEPLOYMENT,
    }
    assert litellm.completion(**asked).choices[0].message.content == f"I am {MAIL}."
    chunks = list(litellm.completion(**asked, stream=True))
    said = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
    assert said == f"I am {MAIL}."
    with pytest.raises(litellm.BadRequestError, match="No crows"):
        litellm.completion(**{**asked, **asking("A crow."), "model": "openai/any"})


def test_langchain(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    langchain = made_by_others("langchain_openai", monkeypatch)
    chat = langchain.ChatOpenAI(
        model="any", base_url=f"{address}/v1", api_key="x", default_headers=DEPLOYMENT
    )
    assert chat.invoke(f"I am {MAIL}.").content == f"I am {MAIL}."
    assert "".join(one.content for one in chat.stream(f"I am {MAIL}.")) == f"I am {MAIL}."
    with pytest.raises(Exception, match="No crows"):
        chat.invoke("A crow.")


def test_enkryptais_client(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = made_by_others("enkryptai_sdk.ai_proxy", monkeypatch)
    client = proxy.AIProxyClient(api_key="x", base_url=address)
    asked = {**asking(), "enkrypt_context": "Hours."}
    told = client.chat(asked, deployment_name="support", tags="a, b", refresh_cache=True)
    assert told.choices[0].message.content == f"I am {MAIL}."
    found = told.enkrypt_policy_detections["input_guardrails"]
    assert found["summary"] == {"pii": 1, "keywords": 0}
    refused = client.chat(asking("A crow."), deployment_name="support", return_error=True)
    assert "No crows" in str(refused.to_dict())
