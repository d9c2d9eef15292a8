"""A model that answers at once, or streams words at a steady pace: `python model.py PORT`.

No more of HTTP than the gateway and the client of this folder speak, so that the machine's time
goes to what is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

SAID = (
    "Thank you for writing to us, Anna. We open at nine in the morning and close at five in the "
    "afternoon, every day but Sunday. If you would like to come by, please bring the letter that "
    "we sent you, and ask for the green desk."
)
WORDS = [word + " " for word in SAID.split()]
PACE = 0.25
"""The words of a streamed reply, and the seconds between two."""

ABOUT = {"id": "c", "created": 1, "model": "m"}


def whole() -> bytes:
    message = {"role": "assistant", "content": "We open at nine and close at five, every day."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = json.dumps({**ABOUT, "object": "chat.completion", "choices": [choice]}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def event(delta: Any, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {**ABOUT, "object": "chat.completion.chunk", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def part(content: bytes) -> bytes:
    """A part of a body whose length is not known before."""
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


WHOLE = whole()
BEGUN = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
PARTS = [part(event({"content": word})) for word in WORDS]
END = part(event({}, "stop") + b"data: [DONE]\n\n") + part(b"")


class Model(asyncio.Protocol):
    """A connection: answers one request after another."""

    def __init__(self) -> None:
        self._open = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._open += data
        head, found, rest = self._open.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self._open = rest[length:]
        if b'"stream":true' in rest[:length].replace(b" ", b""):
            self._transport.write(BEGUN)
            self._say(0)
        else:
            self._transport.write(WHOLE)

    def _say(self, number: int) -> None:
        if self._transport.is_closing():
            return
        if number == len(PARTS):
            self._transport.write(END)
            return
        self._transport.write(PARTS[number])
        asyncio.get_running_loop().call_later(PACE, self._say, number + 1)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Model, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


def run(work: Any) -> None:
    """In the quicker event loop, where it can be had."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not for every system
    except ImportError:
        new_event_loop = None
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(work)


if __name__ == "__main__":
    run(main(int(sys.argv[1])))
