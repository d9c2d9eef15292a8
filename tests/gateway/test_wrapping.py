"""The client of the package `openai` with policies around it."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from typing import TYPE_CHECKING, Any

import openai
import pytest
from gateways import POLICIES
from test_clients import MAIL, TOOLS, Ticket, answer, asking
from test_streaming import EVENTS, chunk, event

from policyengine import Engine, Registry
from policyengine.gateway import with_policies
from policyengine.testing import plugin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from policyengine.deployment import CompiledDeployment
    from policyengine.detections import Detections

LIBRARY: Any = sys.modules[openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]]


class Network:
    """The network's place: answers as the model of the other tests does."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.fails: Exception | None = None
        self.ended = threading.Event()

    def handle(self, request: Any) -> Any:
        self.asked.append(request)
        if self.fails is not None:
            raise self.fails
        if request.url.path.endswith("/models"):
            return LIBRARY.Response(200, json={"object": "list", "data": []})
        if b"endlessly" in request.content:
            return LIBRARY.Response(200, headers=EVENTS, stream=self.endless())
        reply = answer(request)
        if isinstance(reply, dict):
            return LIBRARY.Response(200, json=reply)
        pieces = b"".join(reply.stream._pieces)
        return LIBRARY.Response(200, headers=EVENTS, content=pieces)

    def endless(self) -> Any:
        ended = self.ended

        class Endless(LIBRARY.AsyncByteStream):  # type: ignore[misc]
            async def __aiter__(self) -> AsyncIterator[bytes]:
                yield event(chunk("A raven. And another. "))
                await asyncio.Future()

            async def aclose(self) -> None:
                ended.set()

        return Endless()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> CompiledDeployment:
    path: Path = tmp_path_factory.mktemp("policies") / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    return Engine.load(path).deployment("support")


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def client(deployment: CompiledDeployment, network: Network) -> Iterator[openai.OpenAI]:
    plain = openai.OpenAI(base_url="http://model/v1", api_key="k", max_retries=0)
    with with_policies(
        plain, deployment, tags=["a"], transport=LIBRARY.MockTransport(network.handle)
    ) as made:
        yield made


def test_completions_are_held_and_carry_their_detections(
    client: openai.OpenAI, network: Network
) -> None:
    completion = client.chat.completions.create(**asking(), extra_body={"context": "Hours."})
    assert completion.choices[0].message.content == f"I am {MAIL}."
    assert completion.model_extra is not None
    assert completion.model_extra["detections"]["verdict"] == "redact"
    assert completion.model_extra["detections"]["tags"] == ["a"]
    (asked,) = network.asked
    assert MAIL not in asked.content.decode()
    assert "context" not in json.loads(asked.content)
    assert asked.headers["authorization"] == "Bearer k"


def test_a_block_is_an_error_and_reaches_no_network(
    client: openai.OpenAI, network: Network
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**asking("A crow."))
    assert caught.value.code == "content_filter"
    assert network.asked == []


def test_streams_tools_and_parsers_work_as_ever(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(**asking(), stream=True))
    text = "".join(c.delta.content or "" for one in chunks for c in one.choices)
    assert text == f"I am {MAIL}."
    assert chunks[-1].model_extra is not None
    assert chunks[-1].model_extra["detections"]["verdict"] == "redact"
    with client.chat.completions.stream(**asking(MAIL), tools=TOOLS) as stream:
        (call,) = stream.get_final_completion().choices[0].message.tool_calls or ()
    assert json.loads(call.function.arguments) == {"to": MAIL}
    parsed = client.chat.completions.parse(**asking(MAIL), response_format=Ticket)
    assert parsed.choices[0].message.parsed == Ticket(mail=MAIL)


def test_what_is_no_completion_passes_by(client: openai.OpenAI, network: Network) -> None:
    assert client.models.list().data == []
    assert network.asked[0].url.path == "/v1/models"


@pytest.mark.parametrize("streamed", [False, True])
def test_what_the_network_raises_is_the_clients_own_error(
    client: openai.OpenAI, network: Network, streamed: bool
) -> None:
    network.fails = LIBRARY.ConnectError("no")
    with pytest.raises(openai.APIConnectionError):
        client.chat.completions.create(**asking(), stream=streamed)


def test_a_stream_that_is_closed_early_ends_the_models_work(
    client: openai.OpenAI, network: Network
) -> None:
    with client.chat.completions.create(**asking("endlessly"), stream=True) as stream:
        next(iter(stream))
    assert network.ended.wait(timeout=60)


def closes(stream: Any) -> None:
    next(iter(stream))
    stream.close()


def lets_go_of_it_half_way(stream: Any) -> None:
    next(iter(stream))


def never_looks(_stream: Any) -> None:
    pass


@pytest.mark.parametrize("leave", [closes, lets_go_of_it_half_way, never_looks])
def test_a_stream_that_is_left_is_told_once(
    tmp_path: Path, network: Network, leave: Callable[[Any], None]
) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(POLICIES, encoding="utf-8")
    heard: list[Detections] = []
    told = threading.Event()

    def hear(detections: Detections) -> None:
        if detections.output is not None:
            heard.append(detections)
            told.set()

    registry = Registry.installed(
        plugins={"watching": plugin(policyengine_evaluation_finished=hear)}
    )
    deployment = Engine.load(path, registry=registry).deployment("support")
    plain = openai.OpenAI(base_url="http://model/v1", api_key="k", max_retries=0)
    transport = LIBRARY.MockTransport(network.handle)
    with with_policies(plain, deployment, transport=transport) as client:
        leave(client.chat.completions.create(**asking("endlessly"), stream=True))
        gc.collect()
        assert told.wait(timeout=60)
        assert network.ended.wait(timeout=60)
    assert [one.complete for one in heard] == [False]


def test_a_client_that_is_closed_ends_its_open_streams(
    client: openai.OpenAI, network: Network
) -> None:
    stream = client.chat.completions.create(**asking("endlessly"), stream=True)
    going = iter(stream)
    next(going)
    raised: list[BaseException] = []

    def wait() -> None:
        with pytest.raises(openai.APIConnectionError) as caught:
            next(going)
        raised.append(caught.value)

    waiting = threading.Thread(target=wait)
    waiting.start()
    client.close()
    waiting.join(timeout=60)
    assert len(raised) == 1
    assert network.ended.wait(timeout=60)
    stream.close()
    loops = [thread for thread in threading.enumerate() if thread.name == "policyengine client"]
    for thread in loops:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in loops)


def test_a_client_that_is_closed_in_an_event_loop_ends_its_open_streams(
    deployment: CompiledDeployment, network: Network
) -> None:
    async def main() -> None:
        plain = openai.AsyncOpenAI(base_url="http://model/v1", api_key="k")
        client = with_policies(plain, deployment, transport=LIBRARY.MockTransport(network.handle))
        stream = await client.chat.completions.create(**asking("endlessly"), stream=True)
        going = aiter(stream)
        await anext(going)
        waiting = asyncio.ensure_future(anext(going))
        await asyncio.sleep(0)
        await client.close()
        with pytest.raises(openai.APIConnectionError):
            await waiting
        await stream.close()

    asyncio.run(main())
    assert network.ended.is_set()


def test_one_client_serves_many_threads(client: openai.OpenAI) -> None:
    said: list[str | None] = []

    def ask(number: int) -> None:
        completion = client.chat.completions.create(**asking(f"I am {number}{MAIL}."))
        said.append(completion.choices[0].message.content)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, said)) == [f"I am {number}{MAIL}." for number in range(8)]


def test_it_works_in_an_event_loop(deployment: CompiledDeployment, network: Network) -> None:
    async def main() -> tuple[str | None, str]:
        plain = openai.AsyncOpenAI(base_url="http://model/v1", api_key="k")
        transport = LIBRARY.MockTransport(network.handle)
        async with with_policies(plain, deployment, transport=transport) as client:
            whole = await client.chat.completions.create(**asking())
            stream = await client.chat.completions.create(**asking(), stream=True)
            said = [c.delta.content or "" async for one in stream for c in one.choices]
            early = await client.chat.completions.create(**asking("endlessly"), stream=True)
            await anext(aiter(early))
            await early.close()
            return whole.choices[0].message.content, "".join(said)

    assert asyncio.run(main()) == (f"I am {MAIL}.", f"I am {MAIL}.")
    assert network.ended.is_set()
    assert all(MAIL not in request.content.decode() for request in network.asked)
