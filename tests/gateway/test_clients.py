"""Real clients, over a real connection."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import openai
import pytest
from gateways import POLICIES, Bench, in_pieces
from listening import listening
from pydantic import BaseModel
from test_streaming import DONE, EVENTS, chunk, event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

MAIL = "anna@example.com"
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": "send", "parameters": {"type": "object"}}}
]


class Ticket(BaseModel):
    mail: str


def answer(request: httpx.Request) -> Any:
    """What a model might say: it repeats the last message, in the form that is asked for."""
    body = json.loads(request.content)
    text = body["messages"][-1]["content"]
    if body.get("stream"):
        return in_pieces(list(pieces_of(body, text)), EVENTS)
    choices = [choice_of(body, text, index) for index in range(body.get("n", 1))]
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    about = {"id": "c1", "object": "chat.completion", "created": 1, "model": body["model"]}
    return {**about, "choices": choices, "usage": usage}


def choice_of(body: dict[str, Any], text: str, index: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    choice = {"index": index, "message": message, "finish_reason": "stop", "logprobs": None}
    if "tools" in body:
        function = {"name": "send", "arguments": json.dumps({"to": text})}
        message["content"] = None
        message["tool_calls"] = [{"id": "t1", "type": "function", "function": function}]
        return {**choice, "finish_reason": "tool_calls"}
    if "response_format" in body:
        message["content"] = json.dumps({"mail": text})
    if body.get("logprobs"):
        tokens = [{"token": text, "logprob": -0.5, "bytes": None, "top_logprobs": []}]
        return {**choice, "logprobs": {"content": tokens, "refusal": None}}
    return choice


def pieces_of(body: dict[str, Any], text: str) -> Iterator[bytes]:
    for index in range(body.get("n", 1)):
        if "tools" in body:
            arguments = json.dumps({"to": text})
            for place in range(0, len(arguments), 4):
                yield event(tool_delta(arguments[place : place + 4], first=place == 0))
        else:
            for place in range(0, len(text), 4):
                yield event(chunk(text[place : place + 4], index=index))
        finish = "tool_calls" if "tools" in body else "stop"
        yield event(chunk(finish=finish, index=index))
    yield DONE


def tool_delta(arguments: str, *, first: bool) -> dict[str, Any]:
    call: dict[str, Any] = {"index": 0, "function": {"arguments": arguments}}
    if first:
        call |= {"id": "t1", "type": "function"}
        call["function"]["name"] = "send"
    delta = {"tool_calls": [call]}
    return {**chunk(), "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("policies") / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    with listening(Bench.over(path, answer, enkrypt_compat=True).app) as served:
        yield served


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    headers = {"X-Deployment": "support"}
    with openai.OpenAI(
        base_url=f"{address}/v1", api_key="x", default_headers=headers, max_retries=0
    ) as made:
        yield made


def asking(text: str = f"I am {MAIL}.") -> Any:
    return {"model": "any", "messages": [{"role": "user", "content": text}]}


def test_openai_gets_a_completion_with_its_detections(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(**asking(), extra_body={"context": "Hours."})
    assert completion.choices[0].message.content == f"I am {MAIL}."
    assert completion.model_extra is not None
    assert completion.model_extra["detections"]["verdict"] == "redact"


def test_openai_is_told_of_a_block_as_of_an_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**asking("A crow."))
    assert caught.value.code == "content_filter"
    assert "No crows." in str(caught.value)


def test_openai_is_told_which_parameter_is_wrong(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**asking(), temperature=3)
    assert caught.value.param == "temperature"


def test_openai_is_told_that_there_is_no_such_deployment(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(**asking(), extra_headers={"X-Deployment": "nobody"})


def test_openai_calls_tools(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(**asking(MAIL), tools=TOOLS)
    (call,) = completion.choices[0].message.tool_calls or ()
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"to": MAIL}


def test_openai_gets_structured_output(client: openai.OpenAI) -> None:
    completion = client.chat.completions.parse(**asking(MAIL), response_format=Ticket)
    assert completion.choices[0].message.parsed == Ticket(mail=MAIL)


def test_openai_gets_several_choices_and_logprobs(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(**asking("Hello."), n=3, logprobs=True)
    assert [choice.message.content for choice in completion.choices] == ["Hello."] * 3
    assert completion.choices[2].logprobs is not None
    assert completion.choices[2].logprobs.content is not None


def test_openai_lists_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["m", "open"]


def test_openai_streams(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(**asking(), stream=True))
    text = "".join(c.delta.content or "" for one in chunks for c in one.choices)
    assert text == f"I am {MAIL}."
    assert chunks[-1].model_extra is not None
    assert chunks[-1].model_extra["detections"]["verdict"] == "redact"


def test_openai_streams_tools_and_several_choices(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(**asking(MAIL), tools=TOOLS) as stream:
        completion = stream.get_final_completion()
    (call,) = completion.choices[0].message.tool_calls or ()
    assert json.loads(call.function.arguments) == {"to": MAIL}
    with client.chat.completions.stream(**asking("Hello."), n=3) as stream:
        completion = stream.get_final_completion()
    assert [choice.message.content for choice in completion.choices] == ["Hello."] * 3


def test_openai_in_an_event_loop(address: str) -> None:
    async def main() -> tuple[str | None, str]:
        headers = {"X-Deployment": "support"}
        async with openai.AsyncOpenAI(
            base_url=f"{address}/v1", api_key="x", default_headers=headers
        ) as client:
            whole = await client.chat.completions.create(**asking())
            stream = await client.chat.completions.create(**asking(), stream=True)
            said = [c.delta.content or "" async for one in stream for c in one.choices]
            return whole.choices[0].message.content, "".join(said)

    assert asyncio.run(main()) == (f"I am {MAIL}.", f"I am {MAIL}.")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_sees_events(address: str) -> None:
    body = json.dumps({**asking("Hello."), "stream": True})
    command = ["curl", "-sN", f"{address}/v1/chat/completions", "-H", "X-Deployment: support"]
    done = subprocess.run([*command, "-d", body], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.startswith("data: {")
    assert done.stdout.endswith("data: [DONE]\n\n")
