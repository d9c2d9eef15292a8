"""Policies around an application of one's own that serves completions, as ASGI middleware."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers

from policyengine.gateway.answering import answer, place_of
from policyengine.gateway.asking import DEPLOYMENT, REFRESH, TAGS, read_headers
from policyengine.gateway.completing import Account, Completion
from policyengine.gateway.parameters import accept
from policyengine.gateway.receiving import Caller, as_body
from policyengine.gateway.refusals import unexpected, unreadable_reply
from policyengine.gateway.settings import Settings
from policyengine.gateway.upstream import MADE_ANEW, Reply, endpoint_at
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from policyengine.deployment import CompiledDeployment

_log = logging.getLogger("policyengine.gateway")

_KEPT_BACK = {*DEPLOYMENT, *TAGS, *REFRESH, "content-length", "accept-encoding"}


class PolicyMiddleware:
    """Holds what an application serves at `…/chat/completions` and `…/completions` to policies.

    Everything else passes by. The application sees requests as the policies left them, without
    `context`; tags come from the client's headers, the deployment does not.
    """

    def __init__(
        self, app: ASGIApp, deployment: CompiledDeployment, settings: Settings | None = None
    ) -> None:
        self._app = app
        self._deployment = deployment
        self._settings = Settings() if settings is None else settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a completion's request, or let the application do so."""
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        endpoint = endpoint_at(scope["path"]) if is_post else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        asked = read_headers(Headers(scope=scope))
        account = Account(deployment=self._deployment.name)
        caller = Caller(receive, send, asked.request_id)
        completion = Completion(
            deployment=self._deployment,
            ask=partial(_ask, self._app, scope),
            client=caller,
            account=account,
            max_reply=self._settings.max_reply,
            enkrypt_compat=self._settings.enkrypt_compat,
        )

        async def work(content: bytes) -> None:
            body = accept(as_body(content, self._settings.max_depth), endpoint)
            await completion.run(body, asked.tags)

        await answer(caller, account, self._settings, work)


@asynccontextmanager
async def _ask(app: ASGIApp, scope: Scope, body: Mapping[str, Any]) -> AsyncIterator[Reply]:
    """The application's reply to a body; it is cancelled when nobody wants the rest."""
    content = dump(body)
    messages: asyncio.Queue[Message] = asyncio.Queue(16)
    waiting = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> Message:
        if not waiting:
            await asyncio.Future()  # the client is watched elsewhere
        return waiting.pop()

    async def run() -> None:
        ended = "returned"
        try:
            await app(_scope(scope, len(content)), receive, messages.put)
        except Exception as error:  # noqa: BLE001 - it is somebody else's
            ended = "raised"
            _log.error("the application raised %s at %s", type(error).__name__, place_of(error))
        await messages.put({"type": ended})

    running = asyncio.create_task(run())
    try:
        begun = _went_on(await messages.get())
        headers = Headers(raw=begun.get("headers", []))
        told = {name: value for name, value in headers.items() if name not in MADE_ANEW}
        yield Reply(begun["status"], headers, told, _chunks(messages))
    finally:
        running.cancel()
        await asyncio.wait({running})


async def _chunks(messages: asyncio.Queue[Message]) -> AsyncIterator[bytes]:
    while True:
        message = _went_on(await messages.get())
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


def _went_on(message: Message) -> Message:
    """The message, unless it says that the application ended before its reply did."""
    if message["type"] == "raised":
        raise unexpected()
    if message["type"] == "returned":
        raise unreadable_reply()
    return message


def _scope(scope: Scope, length: int) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name.decode() not in _KEPT_BACK]
    return {**scope, "headers": [*kept, (b"content-length", str(length).encode())]}
