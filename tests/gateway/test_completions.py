"""Whole completions: what reaches the upstream, and what the client is sent."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema
import pytest
from gateways import CHAT, POLICIES, Bench, in_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

MAIL = "anna@example.com"


def asking(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "any", "messages": [{"role": "user", "content": text}], **more}


def saying(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}}
    return {"object": "chat.completion", "choices": [{**choice, "finish_reason": "stop"}]}


def echo(request: httpx.Request) -> dict[str, Any]:
    return saying(json.loads(request.content)["messages"][-1]["content"])


@pytest.mark.parametrize("prefix", ["/v1", "/ai-proxy"])
def test_a_reply_comes_back_with_its_detections(bench: Callable[..., Bench], prefix: str) -> None:
    one = bench(lambda _: saying("Hello yourself."))
    response = one.post(CHAT, f"{prefix}/chat/completions")
    assert response.status_code == 200
    body = response.json()
    assert body["choices"][0]["message"]["content"] == "Hello yourself."
    assert body["detections"]["deployment"] == "support"
    assert body["detections"]["verdict"] == "allow"
    assert [step["step"] for step in body["detections"]["output"]["steps"]] == ["dark"]
    assert str(one.upstream.asked[0].url) == "http://upstream/v1/chat/completions"


@pytest.mark.parametrize("prefix", ["/v1", "/ai-proxy"])
def test_text_completions_go_to_their_own_endpoint(
    bench: Callable[..., Bench], prefix: str
) -> None:
    reply = {"object": "text_completion", "choices": [{"index": 0, "text": "Hi."}]}
    one = bench(lambda _: reply)
    response = one.post({"prompt": "Hello."}, f"{prefix}/completions")
    assert response.json()["choices"] == reply["choices"]
    assert response.json()["detections"]["verdict"] == "allow"
    assert str(one.upstream.asked[0].url) == "http://upstream/v1/completions"


def test_the_model_sees_no_personal_data_and_the_client_gets_its_own_back(
    bench: Callable[..., Bench],
) -> None:
    one = bench(echo)
    response = one.post(asking(f"I am {MAIL}."))
    assert MAIL not in one.upstream.asked[0].content.decode()
    assert response.json()["choices"][0]["message"]["content"] == f"I am {MAIL}."
    assert response.json()["detections"]["verdict"] == "redact"


def test_blocked_input_never_reaches_the_upstream(bench: Callable[..., Bench]) -> None:
    one = bench()
    response = one.post(asking("A crow."))
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "No crows."
    assert response.json()["error"]["code"] == "content_filter"
    assert response.json()["detections"]["verdict"] == "block"
    assert one.upstream.asked == []


def test_a_block_can_be_told_as_a_completion(bench: Callable[..., Bench]) -> None:
    one = bench()
    response = one.post(asking("A crow."), deployment="polite")
    choice = response.json()["choices"][0]
    assert response.status_code == 200
    assert (choice["message"]["content"], choice["finish_reason"]) == (
        "No crows.",
        "content_filter",
    )
    assert one.upstream.asked == []


def test_a_blocked_reply_is_not_delivered(bench: Callable[..., Bench]) -> None:
    response = bench(lambda _: saying("crow, secretly")).post()
    assert response.status_code == 400
    assert "secretly" not in response.text
    assert response.json()["detections"]["output"]["verdict"] == "block"


def test_neither_context_nor_headers_reach_the_upstream(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.post(asking("Hello.", context="Our hours."), x_tags="a", x_other="mine", cookie="c=1")
    (request,) = one.upstream.asked
    assert json.loads(request.content) == {
        "model": "the-model",
        "messages": [{"role": "user", "content": "Hello."}],
    }
    assert "hours" not in request.content.decode()
    assert set(request.headers) == {
        *("host", "user-agent", "accept", "accept-encoding"),
        *("content-type", "content-length", "authorization", "x-request-id"),
    }


def test_context_is_examined_under_either_of_its_names(bench: Callable[..., Bench]) -> None:
    for name in ("context", "enkrypt_context"):
        one = bench()
        response = one.post(asking("Hello.", **{name: "A crow."}))
        finding = response.json()["detections"]["input"]["steps"][1]["findings"][0]
        assert finding["path"] == "/context"
        assert one.upstream.asked == []
        assert one.post(asking("Hello.", **{name: "A dove."})).status_code == 200
        assert "dove" not in one.upstream.asked[0].content.decode()


def test_both_names_of_context_at_once_are_refused(bench: Callable[..., Bench]) -> None:
    response = bench().post(asking("Hello.", context="a", enkrypt_context="b"))
    assert (response.status_code, response.json()["error"]["param"]) == (400, "enkrypt_context")


def test_what_nobody_knows_is_passed_on(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.post(asking("Hello.", new_option={"deep": [1, 2.5, None]}, reasoning_effort="enormous"))
    (body,) = one.upstream.bodies
    assert body["new_option"] == {"deep": [1, 2.5, None]}
    assert body["reasoning_effort"] == "enormous"


@pytest.mark.parametrize(
    "names", [("x-deployment", "x-tags"), ("x-enkrypt-deployment", "x-enkrypt-tags")]
)
def test_deployment_and_tags_have_two_names_each(
    bench: Callable[..., Bench], names: tuple[str, str]
) -> None:
    named = dict(zip(names, ("support", " b , stranger,a"), strict=True))
    response = bench().post(CHAT, deployment=None, **named)
    assert response.json()["detections"]["tags"] == ["a", "b"]


def test_tags_have_a_third_name(bench: Callable[..., Bench]) -> None:
    response = bench().post(CHAT, x_enkrypt_tags_data="a")
    assert response.json()["detections"]["tags"] == ["a"]


def test_an_unknown_deployment_is_told_with_those_there_are(bench: Callable[..., Bench]) -> None:
    one = bench()
    for name, status in (("nobody", 404), (None, 400)):
        response = one.post(CHAT, deployment=name)
        assert response.status_code == status
        assert response.json()["error"]["param"] == "X-Deployment"
        assert "support" in response.json()["error"]["message"]
    assert one.upstream.asked == []


def test_a_configuration_may_have_a_default_deployment(bench: Callable[..., Bench]) -> None:
    one = bench(text=POLICIES + "default_deployment: bare\n")
    response = one.post(CHAT, deployment=None)
    assert response.json()["detections"]["deployment"] == "bare"


def test_the_configured_key_takes_the_clients_place(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.post(CHAT, authorization="Bearer the-client's", openai_organization="org")
    headers = one.upstream.asked[0].headers
    assert headers["authorization"] == "Bearer configured-key"
    assert "openai-organization" not in headers


def test_without_a_configured_key_the_clients_is_passed_on(bench: Callable[..., Bench]) -> None:
    one = bench()
    one.post(CHAT, deployment="bare", authorization="Bearer mine", openai_organization="org")
    one.post(CHAT, deployment="bare")
    first, second = (request.headers for request in one.upstream.asked)
    assert (first["authorization"], first["openai-organization"]) == ("Bearer mine", "org")
    assert "authorization" not in second


def test_azures_form_keeps_its_query_and_takes_its_own_header(
    bench: Callable[..., Bench],
) -> None:
    base = "https://x.openai.azure.com/openai/deployments/g?api-version=1"
    one = bench(text=POLICIES.replace("http://upstream/v1", base))
    one.post()
    (request,) = one.upstream.asked
    wanted = "https://x.openai.azure.com/openai/deployments/g/chat/completions?api-version=1"
    assert str(request.url) == wanted
    assert request.headers["api-key"] == "configured-key"
    assert "authorization" not in request.headers


def test_an_error_of_the_upstream_passes_as_it_is(bench: Callable[..., Bench]) -> None:
    headers = {"retry-after": "7", "x-ratelimit-limit-requests": "3", "x-request-id": "theirs"}
    content = b'{"error": {"message": "slow down", "extra":1}}'
    shaped = {**headers, "content-type": "application/json", "set-cookie": "a=1"}
    response = bench(lambda _: httpx.Response(429, content=content, headers=shaped)).post(
        x_request_id="mine"
    )
    assert (response.status_code, response.content) == (429, content)
    assert response.headers["retry-after"] == "7"
    assert response.headers["x-ratelimit-limit-requests"] == "3"
    assert response.headers["x-request-id"] == "mine"
    assert response.headers["x-upstream-request-id"] == "theirs"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>secret</html>"),
        httpx.Response(200, content=b'{"choices": [], "choices": [{"text": "secret"}]}'),
        httpx.Response(200, json={"secret": 1}),
        httpx.Response(200, json={"choices": [{"message": "secret"}]}),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(302, headers={"location": "http://secret/"}),
        in_pieces([b"\x1f\x8bsecret"], {"content-encoding": "gzip"}),
        httpx.Response(200, content=b" " * 2000),
    ],
)
def test_a_reply_that_is_none_is_an_error_that_quotes_nothing(
    bench: Callable[..., Bench], answer: httpx.Response
) -> None:
    one = bench(lambda _: answer, max_reply=1000)
    response = one.post()
    assert (response.status_code, len(one.upstream.asked)) == (502, 1)
    assert response.json()["error"]["type"] == "upstream_error"
    assert response.json()["detections"]["output"] is None
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("error", "status", "attempts"),
    [
        (httpx.ConnectError("secret"), 502, 3),
        (httpx.ConnectTimeout("secret"), 504, 3),
        (httpx.ReadTimeout("secret"), 504, 1),
        (httpx.ReadError("secret"), 502, 1),
        (httpx.WriteError("secret"), 502, 1),
        (httpx.RemoteProtocolError("secret"), 502, 1),
    ],
)
def test_only_a_connection_that_was_never_made_is_tried_again(
    bench: Callable[..., Bench],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    attempts: int,
) -> None:
    monkeypatch.setattr("policyengine.gateway.upstream.PAUSE", 0)

    def fail(_: httpx.Request) -> None:
        raise error

    one = bench(fail)
    response = one.post()
    assert (response.status_code, len(one.upstream.asked)) == (status, attempts)
    assert "secret" not in response.text
    assert response.json()["detections"]["verdict"] == "allow"


def test_a_connection_that_is_made_at_last_is_used(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policyengine.gateway.upstream.PAUSE", 0)
    answers = [httpx.ConnectError("no"), saying("At last.")]

    def answer(_: httpx.Request) -> Any:
        one = answers.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    assert bench(answer).post().json()["choices"][0]["message"]["content"] == "At last."


def test_the_request_id_comes_back_and_goes_upstream(bench: Callable[..., Bench]) -> None:
    one = bench()
    assert one.post(x_request_id="abc-1").headers["x-request-id"] == "abc-1"
    made = one.post(x_request_id="a b\x7f").headers["x-request-id"]
    assert made.startswith("req_")
    assert [request.headers["x-request-id"] for request in one.upstream.asked] == ["abc-1", made]


def test_the_compatible_field_is_there_when_it_is_asked_for(bench: Callable[..., Bench]) -> None:
    one = bench(enkrypt_compat=True)
    told = one.post(asking(f"I am {MAIL}.")).json()["enkrypt_policy_detections"]
    assert told["input_guardrails"]["summary"] == {"pii": 1, "keywords": 0}
    assert told["output_guardrails"]["summary"] == {"keywords": 0}
    assert told["input_guardrails"]["details"]["pii"]["steps"][0]["step"] == "mail"
    refused = one.post(asking("A crow."))
    assert refused.json()["error"]["code"] == "content_filter"
    assert refused.json()["enkrypt_policy_detections"]["input_guardrails"]["summary"] == {
        "pii": 0,
        "keywords": 1,
    }
    assert "enkrypt_policy_detections" not in bench().post().json()


def test_detections_follow_their_schema(bench: Callable[..., Bench]) -> None:
    schema = json.loads(
        resources.files("policyengine").joinpath("schemas/detections.schema.json").read_text()
    )
    jsonschema.validate(bench(echo).post(asking(f"I am {MAIL}.")).json()["detections"], schema)


def test_models_and_states_are_told(bench: Callable[..., Bench]) -> None:
    one = bench()
    models = one.get("/v1/models").json()["data"]
    assert [(model["id"], model["deployments"]) for model in models] == [
        ("m", ["polite", "support"]),
        ("open", ["bare"]),
    ]
    assert "key" not in one.get("/v1/models").text
    assert one.get("/healthz").json() == {"status": "ok"}
    ready = one.get("/readyz").json()
    assert ready["status"] == "ready"
    assert set(ready["deployments"]) == {"support", "polite", "bare"}
    assert one.get("/v1/chat/completions").status_code == 405


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/playground/evaluate"])
def test_pages_of_other_sites_may_not_ask(bench: Callable[..., Bench], path: str) -> None:
    one = bench()
    body = {"deployment": "support", "request": CHAT, **CHAT}
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        assert one.post(body, path, sec_fetch_site=site).status_code == status
    assert len(one.upstream.asked) <= 1
