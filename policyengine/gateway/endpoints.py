"""The two completion endpoints, from the client's connection to its answer."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import contextmanager
from functools import partial
from traceback import walk_tb
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from policyengine import openai
from policyengine.errors import UnknownDeploymentError
from policyengine.gateway.asking import read_headers
from policyengine.gateway.completing import JSON, Account, Completion
from policyengine.gateway.events import event
from policyengine.gateway.observing import GONE, Finished
from policyengine.gateway.parameters import accept
from policyengine.gateway.receiving import Caller, GoneError, as_body
from policyengine.gateway.refusals import OVERLOADED, Refusal, out_of_time, unexpected
from policyengine.gateway.tracing import span
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from starlette.types import Receive, Scope, Send

    from policyengine.gateway.asking import Asked
    from policyengine.gateway.serving import Served, Serving
    from policyengine.gateway.settings import Settings
    from policyengine.gateway.upstream import Upstream
    from policyengine.openai.request import Endpoint

_log = logging.getLogger("policyengine.gateway")


class Gateway:
    """What all endpoints share; `observers` are told of every request that has ended."""

    def __init__(
        self,
        serving: Serving,
        upstream: Upstream,
        settings: Settings,
        observers: Iterable[Callable[[Finished], None]] = (),
    ) -> None:
        self.serving = serving
        self.upstream = upstream
        self.settings = settings
        self.in_flight = 0
        self._observers = (serving.metrics.count, *observers)
        serving.metrics.watch(lambda: self.in_flight)

    @contextmanager
    def room(self) -> Iterator[None]:
        """A place among the requests that are served at once; raises Refusal when all are taken."""
        if self.in_flight >= self.settings.max_concurrent:
            message = "too many requests at once; try again"
            headers = {"retry-after": "1"}
            raise Refusal(503, message, kind=OVERLOADED, reason="overloaded", headers=headers)
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def tell(self, finished: Finished) -> None:
        """Tell every observer, whatever one of them does."""
        for observer in self._observers:
            try:
                observer(finished)
            except Exception as error:  # noqa: BLE001 - the request has been answered
                name, place = type(error).__name__, _place_of(error)
                _log.error("%s: an observer raised %s at %s", finished.request_id, name, place)


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
        try:
            with span(f"{self._endpoint} completion", "SERVER", headers) as attributes:
                try:
                    await self._answer(caller, asked, account)
                finally:
                    attributes.update(account.attributes())
        finally:
            seconds = time.perf_counter() - began
            self._gateway.tell(self._finished(asked, caller, account, seconds))

    async def _answer(self, caller: Caller, asked: Asked, account: Account) -> None:
        settings = self._gateway.settings
        try:
            with self._gateway.room():
                async with asyncio.timeout(settings.timeout):
                    content = await caller.read(settings.max_body)
                    await caller.while_there(self._complete(caller, asked, account, content))
        except GoneError:
            account.error = "client_gone"
        except Refusal as refusal:
            await _tell(caller, refusal, account)
        except TimeoutError:
            await _tell(caller, out_of_time(), account)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything
            # Its text is not logged, since it may quote the exchange.
            name, place = type(error).__name__, _place_of(error)
            _log.error("%s: unexpected %s at %s", asked.request_id, name, place)
            await _tell(caller, unexpected(), account)

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
        body = accept(as_body(content, settings.max_depth), self._endpoint)
        if asked.refresh and settings.refresh_on_request:
            caller.headers["x-policy-refresh"] = await self._gateway.serving.refresh()
        served = self._served(asked)
        account.deployment = served.deployment.name
        completion = Completion(
            deployment=served.deployment,
            ask=partial(self._gateway.upstream.ask, served.model, self._endpoint, asked),
            client=caller,
            account=account,
            max_reply=settings.max_reply,
            enkrypt_compat=settings.enkrypt_compat,
        )
        await completion.run(body, asked.tags)

    def _served(self, asked: Asked) -> Served:
        try:
            return self._gateway.serving.version.named(asked.deployment)
        except UnknownDeploymentError as error:
            status, reason = (404, "deployment_not_found") if error.name else (400, None)
            raise Refusal(
                status, f"X-Deployment: {error}", param="X-Deployment", reason=reason
            ) from None


async def _tell(caller: Caller, refusal: Refusal, account: Account) -> None:
    """Send an error, as a whole reply or as the last event of a stream that has begun."""
    account.error = refusal.reason or refusal.kind
    body = refusal.body
    if account.detections is not None:
        body = openai.attach(body, account.detections.as_dict())
    if caller.status is None:
        await caller.answer(refusal.status, {**JSON, **refusal.headers}, dump(body))
    else:
        await caller.send(event(body))


def _place_of(error: Exception) -> str:
    """Where it was raised, as `file:line`."""
    *_, last = walk_tb(error.__traceback__)
    return f"{last[0].f_code.co_filename}:{last[1]}"
