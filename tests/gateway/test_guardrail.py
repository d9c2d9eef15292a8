"""Policies as a guardrail of LiteLLM: the phases by themselves, and inside the real proxy."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from gateways import POLICIES, said
from listening import listening
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from test_clients import MAIL, answer, asking
from test_other_clients import made_by_others

from policyengine import Engine
from policyengine.gateway.guarding import Answered, Guard
from policyengine.gateway.guardrail import litellm_guardrail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response


class Call:
    """Stands for the object of the proxy that lives as long as a call."""


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("policies") / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def engine(policies: Path) -> Engine:
    return Engine.load(policies)


def calling(text: str, **more: Any) -> dict[str, Any]:
    return {**asking(text), "litellm_logging_obj": Call(), "metadata": {"x": object()}, **more}


def requested(guard: Guard, data: dict[str, Any], call: str = "acompletion") -> dict[str, Any]:
    asyncio.run(guard.request(data, call))
    return data


def refused(guard: Guard, data: dict[str, Any], call: str = "acompletion") -> Answered:
    with pytest.raises(Answered) as caught:
        asyncio.run(guard.request(data, call))
    return caught.value


def test_a_request_goes_on_as_the_model_may_see_it(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    data = requested(guard, calling(f"I am {MAIL}.", enkrypt_context="Hours."))
    assert MAIL not in data["messages"][0]["content"]
    assert data.keys() == calling("").keys()
    whole = asyncio.run(guard.reply(data, said(data["messages"][0]["content"])))
    assert whole["choices"][0]["message"]["content"] == f"I am {MAIL}."
    assert whole["detections"]["verdict"] == "redact"


def test_what_the_clients_body_had_is_looked_at_whatever_its_name(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    sent = {"body": {"new": 1}, "headers": {"X-Tags": "a, c"}}
    data = calling("Hello.", new="A crow.", own="A crow.", proxy_server_request=sent)
    answered = refused(guard, data)
    assert (answered.status, answered.message) == (400, None)
    assert answered.body["detections"]["tags"] == ["a"]
    del data["new"]
    assert requested(guard, data)["own"] == "A crow."


def test_a_block_with_a_message_is_a_completion(engine: Engine) -> None:
    guard = Guard(engine.deployment("polite"), "refuse")
    assert refused(guard, calling("A crow.")).message == "No crows."
    text = {"prompt": "A crow.", "litellm_logging_obj": Call()}
    assert refused(guard, text, "atext_completion").message == "No crows."
    data = requested(guard, calling("Birds?"))
    told = asyncio.run(guard.reply(data, said("A crow.")))
    assert told["choices"][0]["message"]["content"] == "A \n\nNo crows."


def test_a_blocked_reply_is_an_error(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    data = requested(guard, calling("Birds?"))
    with pytest.raises(Answered) as caught:
        asyncio.run(guard.reply(data, said("A crow.")))
    assert (caught.value.status, caught.value.body["error"]["code"]) == (400, "content_filter")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"n": 0}, "invalid_value"),
        ({"messages": [{"role": "user", "tool_calls": 1}]}, "invalid_type"),
    ],
)
def test_a_request_that_is_none_is_refused(engine: Engine, wrong: Any, reason: str) -> None:
    answered = refused(Guard(engine.deployment("support"), "refuse"), calling("Hello.", **wrong))
    assert (answered.status, answered.body["error"]["code"]) == (400, reason)


def test_a_reply_that_is_none_is_refused(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    data = requested(guard, calling("Hello."))
    for work in (guard.reply(data, {"choices": 1}), collected(guard, data, [{"choices": 1}])):
        with pytest.raises(Answered) as caught:
            asyncio.run(work)
        assert caught.value.status == 502


def test_a_reply_whose_request_was_not_looked_at_is_refused(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    for data in (calling("Hello."), asking("Hello.")):
        assert guard.is_read(data)
        with pytest.raises(Answered) as caught:
            asyncio.run(guard.reply(data, said()))
        assert caught.value.status == 500


def test_other_calls_are_refused_unless_they_are_allowed(engine: Engine) -> None:
    data = calling("A crow.")
    answered = refused(Guard(engine.deployment("support"), "refuse"), data, "aresponses")
    assert answered.body["error"]["code"] == "unsupported_endpoint"
    allowing = Guard(engine.deployment("support"), "allow")
    assert not allowing.is_read(requested(allowing, data, "aresponses"))
    assert not allowing.is_read(requested(allowing, asking("A crow."), "aresponses"))
    assert allowing.is_read(calling("Hello."))


def test_what_is_known_of_a_call_goes_with_it(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    data = requested(guard, calling("Hello."))
    assert len(guard._checked) == 1
    del data
    assert len(guard._checked) == 0


async def collected(
    guard: Guard, data: dict[str, Any], chunks: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    async def coming() -> AsyncIterator[dict[str, Any]]:
        for one in chunks:
            yield one

    return [one async for one in guard.stream(data, coming())]


def chunk(text: str | None = None, finish: str | None = None) -> dict[str, Any]:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "choices": [choice]}


def test_a_stream_ends_at_a_block_with_the_detections_on_its_last_chunk(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    data = requested(guard, calling("Birds?"))
    coming = [chunk("A cr"), chunk("ow"), chunk(" came. " + "It sat. " * 20)]
    coming.append({"choices": "unread"})
    told = asyncio.run(collected(guard, data, coming))
    texts = [choice["delta"].get("content") for one in told for choice in one["choices"]]
    assert "".join(text or "" for text in texts) == "A \n\nNo crows."
    assert told[-1]["detections"]["verdict"] == "block"


def test_detections_do_not_ride_on_the_usage(engine: Engine) -> None:
    guard = Guard(engine.deployment("support"), "refuse")
    data = requested(guard, calling("Birds?"))
    usage = {**chunk(), "choices": [], "usage": {"completion_tokens": 2}}
    told = asyncio.run(collected(guard, data, [chunk("Doves."), chunk(finish="stop"), usage]))
    assert [("usage" in one, "detections" in one) for one in told[-2:]] == [
        (False, True),
        (True, False),
    ]


def test_a_stream_of_nothing_has_detections_too(engine: Engine) -> None:
    guard = Guard(engine.deployment("bare"), "refuse")
    told = asyncio.run(collected(guard, requested(guard, calling("Birds?")), []))
    assert told[-1]["detections"]["verdict"] == "allow"


@pytest.mark.parametrize("mode", [None, "pre_call", ["post_call"], ["pre_call", "during_call"]])
def test_it_needs_both_hooks(policies: Path, mode: Any) -> None:
    with pytest.raises(ValueError, match="mode"):
        litellm_guardrail(policies=str(policies), deployment="support", event_hook=mode)


def test_other_calls_have_two_answers_only(policies: Path) -> None:
    other: Any = "x"
    with pytest.raises(ValueError, match="other_calls"):
        litellm_guardrail(
            policies=str(policies),
            deployment="support",
            other_calls=other,
            event_hook=["pre_call", "post_call"],
        )


KEY = "sk-an-invented-key-of-the-proxy-itself"
CONFIGURATION = """
model_list:
  - model_name: any
    litellm_params: {{model: openai/any, api_base: "{model}/v1", api_key: x}}
guardrails:
  - guardrail_name: policies
    litellm_params:
      guardrail: policyengine.gateway.guardrail.litellm_guardrail
      mode: [pre_call, post_call]
      policies: {policies}
      deployment: support
  - guardrail_name: polite
    litellm_params:
      guardrail: policyengine.gateway.guardrail.litellm_guardrail
      mode: [pre_call, post_call]
      policies: {policies}
      deployment: polite
"""


async def _model(request: Request) -> Response:
    """The scripted model of the other tests, on a port."""
    asked = httpx.Request("POST", "http://model", content=await request.body())
    request.app.state.asked.append(json.loads(asked.content))
    told = answer(asked)
    if isinstance(told, httpx.Response):
        return StreamingResponse(told.aiter_bytes(), media_type="text/event-stream")
    return JSONResponse(told)


@pytest.fixture(scope="module")
def asked() -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="module")
def proxy(
    asked: list[dict[str, Any]], policies: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of LiteLLM's proxy, with the guardrail, in front of a scripted model."""
    model = Starlette(routes=[Route("/v1/chat/completions", _model, methods=["POST"])])
    model.state.asked = asked
    with pytest.MonkeyPatch.context() as patched, listening(model) as upstream:
        path: Path = tmp_path_factory.mktemp("proxy") / "config.yaml"
        text = CONFIGURATION.format(model=upstream, policies=policies)
        path.write_text(text, encoding="utf-8")
        patched.setenv("CONFIG_FILE_PATH", os.fspath(path))
        patched.setenv("LITELLM_MODE", "PRODUCTION")  # or it reads `.env` of wherever it is run
        patched.setenv("LITELLM_MASTER_KEY", KEY)
        server = made_by_others("litellm.proxy.proxy_server", patched)
        with listening(server.app) as address:
            yield address


def client_of(proxy: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{proxy}/v1", api_key=KEY, max_retries=0, timeout=30)


@pytest.mark.clients
@pytest.mark.filterwarnings("ignore")
def test_inside_the_proxy(proxy: str, asked: list[dict[str, Any]]) -> None:
    with client_of(proxy) as client:
        body = {"context": "Hours.", "guardrails": ["policies"]}
        whole = client.chat.completions.create(**asking(), extra_body=body)
        assert whole.choices[0].message.content == f"I am {MAIL}."
        assert whole.model_extra is not None
        assert whole.model_extra["detections"]["verdict"] == "redact"
        assert MAIL not in json.dumps(asked)
        assert "context" not in asked[-1]

        chunks = list(client.chat.completions.create(**asking(), stream=True, extra_body=body))
        told = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
        assert told == f"I am {MAIL}."
        assert (chunks[-1].model_extra or {})["detections"]["verdict"] == "redact"

        before = len(asked)
        for streamed in (False, True):
            with pytest.raises(openai.BadRequestError, match="No crows"):
                client.chat.completions.create(
                    **asking("A crow."), stream=streamed, extra_body=body
                )
        assert len(asked) == before


@pytest.mark.clients
@pytest.mark.filterwarnings("ignore")
def test_a_message_in_place_of_a_blocked_request_inside_the_proxy(proxy: str) -> None:
    body = {"guardrails": ["polite"]}
    with client_of(proxy) as client:
        whole = client.chat.completions.create(**asking("A crow."), extra_body=body)
        assert whole.choices[0].message.content == "No crows."
        stream = client.chat.completions.create(**asking("A crow."), extra_body=body, stream=True)
        told = "".join(one.choices[0].delta.content or "" for one in stream if one.choices)
        assert told == "No crows."
