"""The two completion endpoints, from the client's connection to its answer."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from policyengine.gateway.asking import read_headers
from policyengine.gateway.completing import Account, Completion
from policyengine.gateway.observing import GONE, Finished
from policyengine.gateway.parameters import accept
from policyengine.gateway.receiving import Caller, as_body
from policyengine.gateway.refusals import foreign
from policyengine.gateway.tracing import span

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from policyengine.gateway.asking import Asked
    from policyengine.gateway.service import Gateway
    from policyengine.openai.request import Endpoint


class Completions:
    """One of the two endpoints, as an ASGI application."""

    def __init__(self, gateway: Gateway, endpoint: Endpoint) -> None:
        self._gateway = gateway
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens, and tell those who keep count."""
        headers = Headers(scope=scope)
        asked = read_headers(headers)
        caller = Caller(receive, send, asked.request_id)
        account = Account()
        began = time.perf_counter()
        with span(f"{self._endpoint} completion", "SERVER", headers) as attributes:
            work = partial(self._complete, caller, asked, account)
            try:
                await self._gateway.answer(caller, account, work)
            finally:
                attributes.update(account.attributes())
                seconds = time.perf_counter() - began
                # Inside the span, so that what observers log belongs to its trace.
                self._gateway.tell(self._finished(asked, caller, account, seconds))

    def _finished(self, asked: Asked, caller: Caller, account: Account, seconds: float) -> Finished:
        return Finished(
            request_id=asked.request_id,
            endpoint=self._endpoint,
            deployment=account.deployment,
            status=GONE if caller.status is None else caller.status,
            error=account.error,
            is_whole=caller.is_done and account.error is None,
            seconds=seconds,
            ignored_tags=account.ignored_tags,
            detections=account.detections,
        )

    async def _complete(
        self, caller: Caller, asked: Asked, account: Account, content: bytes
    ) -> None:
        settings = self._gateway.settings
        if asked.is_foreign:
            raise foreign()
        body = accept(as_body(content, settings.max_depth), self._endpoint)
        if asked.refresh and settings.refresh_on_request:
            self._gateway.serving.version.clients.admit_anywhere(asked)
            caller.headers["x-policy-refresh"] = await self._gateway.serving.refresh_for_all(
                anew=settings.refresh_weights
            )
        served, asked = self._gateway.served(asked, asked.deployment)
        account.deployment = served.deployment.name
        completion = Completion(
            deployment=served.deployment,
            ask=partial(self._gateway.upstream.ask, served.model, self._endpoint, asked),
            client=caller,
            account=account,
            max_reply=settings.max_reply,
            enkrypt_compat=settings.enkrypt_compat,
        )
        with self._gateway.room_of(served.deployment.name):
            await completion.run(body, asked.tags)
