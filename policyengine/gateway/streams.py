"""Streamed replies: the upstream's events in, what may be released out.

A stream that goes wrong after its first event ends with an event that holds the error and the
detections, and without `[DONE]`: nobody may take it for a whole one. What was still held back then
is not sent.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from policyengine import openai
from policyengine.errors import ExchangeError
from policyengine.gateway.events import DONE, LAST, EventReader, EventTooLongError, event
from policyengine.gateway.refusals import UPSTREAM, Refusal, unreadable_reply
from policyengine.gateway.upstream import too_long
from policyengine.offline.jsonl import BadLine, parse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping

    Finish = Callable[[Mapping[str, Any]], dict[str, Any]]


class BrokenStream(Refusal):
    """The upstream's stream went wrong; `told` is the error as the upstream wrote it, if it did."""

    def __init__(self, refusal: Refusal, told: Mapping[str, Any] | None = None) -> None:
        super().__init__(refusal.status, refusal.message, kind=refusal.kind, reason=refusal.reason)
        self.told = told

    @property
    def body(self) -> dict[str, Any]:
        """The error as the API writes it."""
        return super().body if self.told is None else {"error": self.told}


class Streaming:
    """One streamed reply; `stream` is the deployment's, `finish` puts the last touch to a body."""

    def __init__(self, stream: Any, limit: int, finish: Finish) -> None:
        self._stream = stream
        self._limit = limit
        self._finish = finish
        self._last_chunk: Mapping[str, Any] = {}

    async def events(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
        """The events for the client; the first one comes once the upstream has sent one.

        Raises BrokenStream when the upstream fails.
        """
        async with aclosing(_chunks(pieces, self._limit)) as chunks:
            async for chunk in chunks:
                self._last_chunk = chunk
                released = await self._feed(chunk)
                yield b"".join(map(event, released))
                if self._stream.done:
                    break
        for piece in await self._end():
            yield piece

    async def _feed(self, chunk: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            return await self._stream.feed(chunk)  # type: ignore[no-any-return]
        except (ExchangeError, RecursionError):
            raise BrokenStream(unreadable_reply()) from None

    async def _end(self) -> list[bytes]:
        chunks, detections = await self._stream.close()
        if not chunks:  # all went out before: the detections need a chunk to ride on
            about = ("id", "object", "created", "model")
            kept = {name: self._last_chunk[name] for name in about if name in self._last_chunk}
            chunks = [{**kept, "choices": []}]
        *before, last = chunks
        finished = self._finish(openai.attach(last, detections.as_dict()))
        return [*map(event, before), event(finished), LAST]


def as_stream(completion: Mapping[str, Any]) -> Iterator[bytes]:
    """The events of a completion that was there at once, with its detections on the last one."""
    is_chat = completion["object"] == "chat.completion"
    about = {name: completion[name] for name in ("id", "created", "model")}
    about["object"] = "chat.completion.chunk" if is_chat else completion["object"]
    begun, ended = [], []
    for choice in completion["choices"]:
        index = {"index": choice["index"], "logprobs": None}
        reason = {"finish_reason": choice["finish_reason"]}
        said = {"delta": choice["message"]} if is_chat else {"text": choice["text"]}
        silent: dict[str, Any] = {"delta": {}} if is_chat else {"text": ""}
        begun.append({**index, **said, "finish_reason": None})
        ended.append({**index, **silent, **reason})
    added = {name: value for name, value in completion.items() if name not in {*about, "choices"}}
    yield event({**about, "choices": begun})
    yield event({**about, "choices": ended, **added})
    yield LAST


async def _chunks(pieces: AsyncIterator[bytes], limit: int) -> AsyncGenerator[dict[str, Any]]:
    """The chunks of an upstream's stream; raises BrokenStream where it is none, or breaks off."""
    reader = EventReader(limit)
    open_choices: dict[Any, bool] = {}
    try:
        async for piece in pieces:
            for data in reader.feed(piece):
                if data.strip() == DONE:
                    return
                chunk = parse(data)
                if chunk.get("error") is not None:
                    raise _reported(chunk["error"])
                _note_ends(chunk, open_choices)
                yield chunk
    except EventTooLongError:
        raise BrokenStream(too_long()) from None
    except BadLine:
        raise BrokenStream(unreadable_reply()) from None
    except BrokenStream:
        raise
    except Refusal as refusal:
        raise BrokenStream(refusal) from None
    # Some servers close the connection in place of `[DONE]`; so does one that dies.
    if not open_choices or any(open_choices.values()):
        message = "the model's reply broke off"
        raise BrokenStream(Refusal(502, message, kind=UPSTREAM, reason="upstream_broken"))


def _reported(error: Any) -> BrokenStream:
    message = "the model reported an error"
    refusal = Refusal(502, message, kind=UPSTREAM, reason="upstream_error")
    return BrokenStream(refusal, error if isinstance(error, dict) else {"message": str(error)})


def _note_ends(chunk: Mapping[str, Any], open_choices: dict[Any, bool]) -> None:
    choices = chunk.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict):
            index = choice.get("index")
            ended = choice.get("finish_reason") is not None
            if isinstance(index, int) and (ended or index not in open_choices):
                open_choices[index] = not ended
