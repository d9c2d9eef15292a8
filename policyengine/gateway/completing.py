"""One exchange from end to end: the request judged, the model asked, the reply judged and sent.

It knows neither how the model is reached nor how the client is: both are given to it.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from policyengine import openai
from policyengine.errors import ExchangeError
from policyengine.gateway.compat import with_policy_detections
from policyengine.gateway.parameters import CONTEXT
from policyengine.gateway.refusals import UPSTREAM, Refusal, misshapen, unreadable_reply
from policyengine.gateway.streams import Streaming, as_stream
from policyengine.gateway.tracing import span
from policyengine.offline.jsonl import BadLine, dump, parse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
    from contextlib import AbstractAsyncContextManager

    from policyengine.deployment import CompiledDeployment
    from policyengine.detections import Detections
    from policyengine.gateway.upstream import Reply
    from policyengine.transport import CheckedRequest

    Ask = Callable[[Mapping[str, Any]], AbstractAsyncContextManager[Reply]]

JSON = {"content-type": "application/json"}
EVENTS = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",  # or nginx would keep events until it has a page of them
}


class Client(Protocol):
    """Whoever asked: sent one whole answer, or a start and pieces, the last without `more`."""

    async def answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        """Send all at once."""

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status and the headers."""

    async def send(self, piece: bytes, *, more: bool = False) -> None:
        """Send a piece of the body, the last one unless there is more."""


@dataclass(slots=True)
class Account:
    """What became of an exchange so far, for those who keep count.

    `detections` are the latest; `error` is the code of the error that the client was told.
    """

    deployment: str | None = None
    detections: Detections | None = None
    ignored_tags: int = 0
    error: str | None = None

    def attributes(self) -> dict[str, str | bool]:
        """What a span says of it."""
        told: dict[str, str | bool] = {}
        if self.deployment is not None:
            told["deployment"] = self.deployment
        if self.detections is not None:
            told |= {
                "verdict": self.detections.verdict.word,
                "complete": self.detections.complete,
                "revision": self.detections.revision,
            }
        return told if self.error is None else told | {"error": self.error}


@dataclass(frozen=True, slots=True)
class Completion:
    """How the exchanges of one client are carried: to whom, from whom, with which limit."""

    deployment: CompiledDeployment
    ask: Ask
    client: Client
    account: Account
    max_reply: int
    enkrypt_compat: bool = False

    async def run(self, body: Mapping[str, Any], tags: Iterable[str]) -> None:
        """Carry one exchange; raises Refusal where the client is to be told of an error."""
        try:
            with span("check request"):
                checked = await self.deployment.acheck_request(body, tags=tags)
        except ExchangeError as error:
            raise misshapen(error) from None
        self.account.detections = checked.detections
        self.account.ignored_tags = checked.ignored_tags
        if checked.body is None:
            await self._send_reply(checked.reply, body)
            return
        # Until there is a reply that was judged, not all of the exchange was looked at.
        self.account.detections = replace(checked.detections, complete=False)
        sent = {name: value for name, value in checked.body.items() if name != CONTEXT}
        async with self.ask(sent) as reply:
            if reply.status >= 400:
                await self._pass_on(reply)
            elif not 200 <= reply.status < 300:
                message = f"the model's address answered with status {reply.status}"
                raise Refusal(502, message, kind=UPSTREAM, reason="upstream_status")
            elif body.get("stream"):
                await self._stream(checked, reply)
            else:
                await self._whole(checked, reply)

    async def _whole(self, checked: CheckedRequest, reply: Reply) -> None:
        try:
            answer = parse(await reply.read(self.max_reply))
            with span("check response"):
                judged = await self.deployment.acheck_response(checked, answer)
        except (BadLine, ExchangeError, RecursionError):
            raise unreadable_reply() from None
        self.account.detections = judged.detections
        if judged.body is None:
            await self._send_reply(judged.reply, {}, reply.told)
            return
        body = openai.attach(judged.body, judged.detections.as_dict())
        await self._send(200, body, reply.told)

    async def _stream(self, checked: CheckedRequest, reply: Reply) -> None:
        if not reply.is_stream:
            raise unreadable_reply()
        stream = self.deployment.astream(checked)
        try:
            async with stream:
                streaming = Streaming(stream, self.max_reply, self._finished)
                await self._send_events(streaming.events(reply.chunks), reply.told)
        finally:  # whoever leaves it early, and for whatever reason
            self.account.detections = stream.detections or self.account.detections

    async def _send_reply(
        self,
        reply: tuple[int, dict[str, Any]] | None,
        request: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send what takes the place of something blocked: in the form that was asked for."""
        if reply is None:
            raise ValueError("what was blocked has a reply")
        status, body = reply
        if status == 200 and request.get("stream"):
            await self.client.answer(200, EVENTS, b"".join(as_stream(self._finished(body))))
        else:
            await self._send(status, body, headers or {})

    async def _send_events(self, events: AsyncGenerator[bytes], headers: Mapping[str, str]) -> None:
        started = False
        async with aclosing(events):
            async for piece in events:
                if not started:
                    await self.client.start(200, {**headers, **EVENTS})
                    started = True
                if piece:
                    await self.client.send(piece, more=True)
        await self.client.send(b"")

    async def _pass_on(self, reply: Reply) -> None:
        """Send an error of the upstream as it is."""
        content = await reply.read(self.max_reply)
        await self.client.answer(reply.status, reply.told, content)

    async def _send(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        await self.client.answer(status, {**headers, **JSON}, dump(self._finished(body)))

    def _finished(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return with_policy_detections(body) if self.enkrypt_compat else dict(body)
