"""A client that takes next to nothing of the machine: HTTP/1.1 over connections that are kept."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from model import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "I am Anna, anna@example.com, and my card is 4111 1111 1111 1111. When do you open? " * 4
BODY = {"model": "m", "messages": [{"role": "user", "content": TEXT}]}
WORD = re.compile(rb'"content": ?"[^"]')
"""A chunk that says something."""

KEPT = 2.0
"""Seconds for which an idle connection is kept: servers close theirs after some five."""


class BrokenError(Exception):
    """A reply that is not what it should be."""


class Reply(NamedTuple):
    """What came back, and the seconds to the first words in a chunk, and to the end."""

    status: int
    body: bytes
    first: float
    seconds: float


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._done: asyncio.Future[Reply] | None = None
        self.free_since = 0.0
        self.closed = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self.closed = True
        if self._done is not None and not self._done.done():
            self._done.set_exception(BrokenError("the connection closed"))

    def ask(self, request: bytes) -> asyncio.Future[Reply]:
        self._first, self._head = 0.0, b""
        self._arrived, self._length, self._parts = bytearray(), -1, False
        self._done = asyncio.get_running_loop().create_future()
        self._began = time.perf_counter()
        self._transport.write(request)
        return self._done

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._arrived += data
        if not self._head:
            head, found, rest = self._arrived.partition(b"\r\n\r\n")
            if not found:
                return
            self._head, self._arrived = bytes(head).lower(), rest
            _, told, length = self._head.partition(b"content-length:")
            self._parts = not told
            self._length = int(length.split(b"\r\n")[0]) if told else -1
        if not self._first and WORD.search(data):
            self._first = time.perf_counter() - self._began
        if len(self._arrived) == self._length:
            self._end(bytes(self._arrived))
        elif self._parts and self._arrived.endswith(b"0\r\n\r\n"):
            self._end(joined(bytes(self._arrived)))

    def _end(self, body: bytes) -> None:
        assert self._done is not None
        now = time.perf_counter()
        status = int(self._head.split(b" ", 2)[1])
        self.free_since = now
        self._done.set_result(Reply(status, body, self._first, now - self._began))


def joined(parts: bytes) -> bytes:
    """The body that came in parts."""
    body = bytearray()
    at = 0
    while at < len(parts):
        end = parts.index(b"\r\n", at)
        size = int(parts[at:end], 16)
        body += parts[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return bytes(body)


class Client:
    """Calls to one address."""

    def __init__(self, url: str, deployment: str) -> None:
        self.host, self.port = str(urlsplit(url).hostname), urlsplit(url).port
        self._deployment = deployment
        self._free: list[Connection] = []
        self._whole, self._streamed = self._request(BODY), self._request({**BODY, "stream": True})

    def _request(self, body: Any) -> bytes:
        content = json.dumps(body).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nhost: {self.host}\r\nx-deployment: "
            f"{self._deployment}\r\nauthorization: Bearer none\r\n"
            f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content

    async def until_up(self) -> None:
        for _ in range(600):
            try:
                await self.call()
            except (OSError, BrokenError):
                await asyncio.sleep(0.1)
            else:
                return
        raise SystemExit(f"nothing answers at {self.host}:{self.port}")

    async def call(self) -> float:
        """The seconds of one call."""
        reply = await self._ask(self._whole, lambda reply: b"nine" in reply.body)
        return reply.seconds

    async def stream(self) -> float:
        """One stream, checked word by word; gives the seconds to the first word."""
        return (await self._ask(self._streamed, is_whole)).first

    async def _ask(self, request: bytes, holds: Callable[[Reply], bool]) -> Reply:
        connection = await self._connection()
        reply = await connection.ask(request)
        if reply.status != 200 or not holds(reply):
            connection.close()
            raise BrokenError(f"status {reply.status}, or not the reply that was asked for")
        self._free.append(connection)
        return reply

    async def _connection(self) -> Connection:
        while self._free:
            kept = self._free.pop()
            if not kept.closed and time.perf_counter() - kept.free_since < KEPT:
                return kept
            kept.close()
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Connection, self.host, self.port))[1]


def is_whole(reply: Reply) -> bool:
    """Whether a stream has every word once, in order, and its end."""
    said, ended = [], False
    for line in reply.body.splitlines():
        if line == b"data: [DONE]":
            ended = True
        elif line.startswith(b"data: "):
            choices = json.loads(line[6:]).get("choices", ())
            said += [choice["delta"].get("content") or "" for choice in choices]
    return ended and "".join(said) == "".join(WORDS)
