"""The client's side of a request: its body within limits, its going away, and what it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from policyengine.gateway.refusals import Refusal
from policyengine.offline.jsonl import BadLine, parse

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from starlette.types import Receive, Send


class GoneError(Exception):
    """The client went away."""


class Caller:
    """Whoever is at the other end of the connection.

    `status` is what it was sent, None before that, and `is_done` says whether all of the answer
    was; `headers` are sent whatever the answer is.
    """

    def __init__(self, receive: Receive, send: Send, request_id: str) -> None:
        self._receive = receive
        self._send = send
        self.request_id = request_id
        self.status: int | None = None
        self.is_done = False
        self.headers = {"x-request-id": request_id}

    async def answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        """Send all at once."""
        await self.start(status, {**headers, "content-length": str(len(content))})
        await self.send(content)

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status and the headers."""
        self.status = status
        named = {**headers, **self.headers}
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def send(self, piece: bytes, *, more: bool = False) -> None:
        """Send a piece of the body, the last one unless there is more."""
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})
        self.is_done = not more

    async def read(self, limit: int) -> bytes:
        """The body; raises Refusal where it is longer than the limit, and GoneError."""
        content = bytearray()
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            content += message.get("body", b"")
            more = message.get("more_body", False)
            if len(content) > limit:
                problem = f"the body is longer than {limit} bytes"
                raise Refusal(413, problem, reason="request_too_large")
        return bytes(content)

    async def while_there(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work, and drop it when the client goes away; raises GoneError then."""
        doing = asyncio.ensure_future(work)
        leaving = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise GoneError
            await doing
        finally:
            leaving.cancel()
            doing.cancel()
            await asyncio.wait({doing, leaving})

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def as_body(content: bytes, max_depth: int) -> dict[str, Any]:
    """The JSON object that a request's body holds; raises Refusal for anything else."""
    try:
        body = parse(content)
    except BadLine as error:
        raise Refusal(400, f"the body is {_described(error)}", reason="invalid_json") from None
    if _is_deeper(body, max_depth):
        message = f"the body is nested more than {max_depth} levels deep"
        raise Refusal(400, message, reason="invalid_json")
    return body


def _described(error: BadLine) -> str:
    """The problem as the end of a sentence about the body."""
    text = str(error)
    return text if text.startswith(("not ", "nested")) else f"not JSON: {text}"


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, dict | list)
        ]
        if not level:
            return False
    return True
