"""The gateway's own connections, to models that answer byte by byte as they are told."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gateways import CHAT, POLICIES, said
from test_streaming import STREAMED, chunk, event

from policyengine.gateway import Serving, Settings, create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Play = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]

BODY = json.dumps(said()).encode()


def answer(status: str = "200 OK", body: bytes = BODY, **headers: str) -> bytes:
    told = {"content-type": "application/json", "content-length": str(len(body))}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


class Model:
    """A server that plays a part on each request, and remembers what it was asked."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.asked: list[bytes] = []
        self.connections = 0
        self.left = asyncio.Event()
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.asked.append(head + await reader.readexactly(length))
                await self.play(head, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.left.set()
        finally:
            writer.close()


def plays(*pieces: bytes) -> Play:
    async def play(_head: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)

    return play


def then_ends(*pieces: bytes) -> Play:
    async def play(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.writelines(pieces)
        await writer.drain()
        writer.close()

    return play


class Gateways:
    """A gateway over real connections to one model."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "policies.yaml"

    @asynccontextmanager
    async def before(
        self, model: Model, text: str = POLICIES, **settings: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        server = await asyncio.start_server(model.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        model.address = f"http://127.0.0.1:{port}"
        self._path.write_text(
            text.replace("http://upstream", model.address).replace("http://open", model.address),
            encoding="utf-8",
        )
        app = create_app(Serving.load([self._path]), Settings(**settings))
        async with (
            server,
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://gateway",
                headers={"x-deployment": "support"},
            ) as client,
        ):
            yield client

    def ask(
        self, play: Play, body: Any = CHAT, times: int = 1, **settings: Any
    ) -> tuple[httpx.Response, Model]:
        """The response to a request that is made so many times, the last of them, and the model."""

        async def main() -> tuple[httpx.Response, Model]:
            model = Model(play)
            async with self.before(model, **settings) as client:
                for _ in range(times):
                    response = await client.post("/v1/chat/completions", json=body)
                return response, model

        return asyncio.run(main())


@pytest.fixture
def gateways(tmp_path: Path) -> Gateways:
    return Gateways(tmp_path)


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_a_request_arrives_as_it_was_sent_and_its_connection_is_kept(gateways: Gateways) -> None:
    play = plays(answer(set_cookie="a=b", x_ratelimit_limit="7", x_request_id="theirs"))
    response, model = gateways.ask(play, times=3)
    assert response.status_code == 200
    assert response.headers["x-ratelimit-limit"] == "7"
    assert response.headers["x-upstream-request-id"] == "theirs"
    assert "set-cookie" not in response.headers
    assert model.connections == 1
    assert len(model.asked) == 3
    head, _, body = model.asked[-1].partition(b"\r\n\r\n")
    request, *lines = head.decode().splitlines()
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    assert request == "POST /v1/chat/completions HTTP/1.1"
    assert headers["host"] == model.address.removeprefix("http://")
    assert headers["authorization"] == "Bearer configured-key"
    assert headers["user-agent"] == "llm-policyengine"
    assert headers["accept-encoding"] == "identity"
    assert headers["content-length"] == str(len(body))
    assert set(headers) == {
        *("host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"),
        *("authorization", "x-request-id"),
    }
    assert json.loads(body)["model"] == "the-model"


def test_a_query_stays_as_it_is(gateways: Gateways) -> None:
    text = POLICIES.replace("http://upstream/v1", "http://upstream/a%20b/?api-version=1%2F2&c")

    async def main() -> bytes:
        model = Model(plays(answer()))
        async with gateways.before(model, text) as client:
            await client.post("/v1/chat/completions", json=CHAT)
            return model.asked[0]

    asked = asyncio.run(main())
    assert asked.startswith(b"POST /a%20b/chat/completions?api-version=1%2F2&c HTTP/1.1\r\n")
    assert b"\r\napi-key: configured-key\r\n" in asked


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (then_ends(), "upstream_broken"),
        (then_ends(answer(content_length=str(len(BODY) + 1))), "upstream_broken"),
        (
            then_ends(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"),
            "upstream_broken",
        ),
        (then_ends(b"this is no HTTP, secret\r\n\r\n"), "upstream_broken"),
        (then_ends(answer(x="y" * 100_000)), "upstream_broken"),
        (plays(answer("302 Found", location="/secret")), "upstream_status"),
        (plays(answer(body=b"{" + b" " * 3000)), "upstream_too_long"),
    ],
)
def test_what_goes_wrong_on_a_connection_is_told_and_not_tried_again(
    gateways: Gateways, play: Play, expected: str
) -> None:
    response, model = gateways.ask(play, max_reply=2000)
    assert code(response) == (502, expected)
    assert "secret" not in response.text
    assert len(model.asked) == 1


def test_a_model_that_says_nothing_is_given_up(gateways: Gateways) -> None:
    for pieces in ((), (answer()[:-1],)):
        response, model = gateways.ask(plays(*pieces), upstream_timeout=0.05)
        assert code(response) == (504, "upstream_timeout")
        assert len(model.asked) == 1


def test_a_connection_that_nobody_takes_is_tried_again(
    gateways: Gateways, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setattr("policyengine.gateway.upstream.PAUSE", 0)
        tried: list[str] = []

        async def main() -> httpx.Response:
            model = Model(plays())
            async with gateways.before(model, POLICIES.replace("http://upstream", address)) as one:
                connect = asyncio.get_running_loop().sock_connect

                async def count(sock: socket.socket, place: Any) -> None:
                    tried.append(str(place))
                    await connect(sock, place)

                monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", count)
                return await one.post("/v1/chat/completions", json=CHAT)

        assert code(asyncio.run(main())) == (502, "upstream_unreachable")
    assert len(tried) == 3


@pytest.mark.parametrize("base", ["no-url", "http://", "http://a:b/", "ftp://a/"])
def test_an_address_that_is_none_is_told(
    gateways: Gateways, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setattr("policyengine.gateway.upstream.PAUSE", 0)

    async def main() -> httpx.Response:
        model = Model(plays())
        async with gateways.before(model) as client:
            served = client._transport.app.state.gateway.serving.version.deployments["support"]  # type: ignore[attr-defined]
            object.__setattr__(served.model, "base_url", base)
            return await client.post("/v1/chat/completions", json=CHAT)

    assert code(asyncio.run(main())) == (502, "upstream_unreachable")


def test_a_stream_that_breaks_off_ends_with_an_error(gateways: Gateways) -> None:
    piece = event(chunk("A raven. "))
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    response, _ = gateways.ask(
        then_ends(head, f"{len(piece):x}\r\n".encode() + piece + b"\r\n"), STREAMED
    )
    last = json.loads(response.text.strip().rpartition("data: ")[2])
    assert last["error"]["code"] == "upstream_broken"


@pytest.mark.parametrize("streamed", [False, True])
def test_whoever_leaves_ends_the_connection_to_the_model(
    gateways: Gateways, streamed: bool
) -> None:
    async def main() -> None:
        begun = asyncio.Event()

        async def begins(_head: bytes, writer: asyncio.StreamWriter) -> None:
            sort = "text/event-stream" if streamed else "application/json"
            writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {sort}\r\n\r\n".encode())
            writer.write(event(chunk("A raven. ")) if streamed else b"{")
            await writer.drain()
            begun.set()

        model = Model(begins)
        body = {**CHAT, "stream": streamed}
        async with gateways.before(model) as client:
            asking = asyncio.create_task(client.post("/v1/chat/completions", json=body))
            await begun.wait()
            asking.cancel()
            await asyncio.wait({asking})
            await asyncio.wait_for(model.left.wait(), 60)

    asyncio.run(main())


def test_a_block_of_all_ends_the_connection_to_the_model(gateways: Gateways) -> None:
    async def main() -> str:
        async def goes_on(_head: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
            writer.write(event(chunk("A crow. And more. ")))

        model = Model(goes_on)
        async with gateways.before(model) as client:
            response = await client.post("/v1/chat/completions", json=STREAMED)
            await asyncio.wait_for(model.left.wait(), 60)
            return response.text

    assert "No crows." in asyncio.run(main())


def test_what_is_compressed_although_nobody_asked_is_read(gateways: Gateways) -> None:
    body = gzip.compress(BODY)
    response, _ = gateways.ask(plays(answer(body=body, content_encoding="gzip")))
    assert response.json()["choices"][0]["message"]["content"] == "Hello yourself."
    assert "content-encoding" not in response.headers


def test_the_proxy_of_the_environment_is_used_and_its_keys_are_not(
    gateways: Gateways, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine far.example login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    text = POLICIES.replace("http://upstream", "http://far.example")

    async def main() -> bytes:
        model = Model(plays(answer()))
        async with gateways.before(model, text) as client:
            os.environ["http_proxy"] = model.address
            assert (await client.post("/v1/chat/completions", json=CHAT)).status_code == 200
            return model.asked[0]

    monkeypatch.setenv("http_proxy", "")
    asked = asyncio.run(main())
    assert asked.startswith(b"POST http://far.example/v1/chat/completions HTTP/1.1\r\n")
    assert b"\r\nauthorization: Bearer configured-key\r\n" in asked
    assert asked.lower().count(b"authorization") == 1


def test_nothing_of_an_exchange_is_logged_on_the_way(
    gateways: Gateways, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = {"messages": [{"role": "user", "content": "canary"}]}
    gateways.ask(then_ends(b"canary\r\n\r\n"), asked)
    gateways.ask(plays(answer()), asked)
    assert "canary" not in caplog.text
    assert "configured-key" not in caplog.text
