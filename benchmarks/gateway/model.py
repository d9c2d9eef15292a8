"""A model that answers at once, or streams words at a steady pace: `uvicorn model:app`."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

SAID = (
    "Thank you for writing to us, Anna. We open at nine in the morning and close at five in the "
    "afternoon, every day but Sunday. If you would like to come by, please bring the letter that "
    "we sent you, and ask for the green desk."
)
WORDS = [word + " " for word in SAID.split()]
PACE = 0.25
"""The words of a streamed reply, and the seconds between two."""

ABOUT = {"id": "c", "created": 1, "model": "m"}


async def complete(request: Request) -> Response:
    body = await request.json()
    if body.get("stream"):
        return StreamingResponse(pieces(), media_type="text/event-stream")
    message = {"role": "assistant", "content": "We open at nine and close at five, every day."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return JSONResponse({**ABOUT, "object": "chat.completion", "choices": [choice]})


async def pieces() -> AsyncIterator[bytes]:
    for word in WORDS:
        yield event({"content": word})
        await asyncio.sleep(PACE)
    yield event({}, "stop") + b"data: [DONE]\n\n"


def event(delta: Any, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {**ABOUT, "object": "chat.completion.chunk", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


app = Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])
