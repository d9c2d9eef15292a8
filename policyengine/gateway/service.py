"""What all endpoints share: the configuration, the limits, and how a request is answered at all."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from traceback import walk_tb
from typing import TYPE_CHECKING

from policyengine import openai
from policyengine.errors import UnknownDeploymentError
from policyengine.gateway.compat import with_policy_detections
from policyengine.gateway.completing import JSON
from policyengine.gateway.events import event
from policyengine.gateway.receiving import GoneError
from policyengine.gateway.refusals import OVERLOADED, Refusal, out_of_time, unexpected
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator
    from typing import Any

    from policyengine.gateway.completing import Account
    from policyengine.gateway.observing import Finished
    from policyengine.gateway.receiving import Caller
    from policyengine.gateway.serving import Served, Serving
    from policyengine.gateway.settings import Settings
    from policyengine.gateway.upstream import Upstream

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
    def _room(self) -> Iterator[None]:
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

    def served(self, deployment: str | None) -> Served:
        """The deployment of that name, or the default one; raises Refusal."""
        try:
            return self.serving.version.named(deployment)
        except UnknownDeploymentError as error:
            status, reason = (404, "deployment_not_found") if error.name else (400, None)
            raise Refusal(
                status, f"X-Deployment: {error}", param="X-Deployment", reason=reason
            ) from None

    async def answer(
        self,
        caller: Caller,
        account: Account,
        work: Callable[[bytes], Coroutine[Any, Any, None]],
    ) -> None:
        """Read the body and do the work, within every limit; whatever goes wrong is told."""
        try:
            with self._room():
                async with asyncio.timeout(self.settings.timeout):
                    content = await caller.read(self.settings.max_body)
                    await caller.while_there(work(content))
        except GoneError:
            account.error = "client_gone"
        except Refusal as refusal:
            await self._tell(caller, refusal, account)
        except TimeoutError:
            await self._tell(caller, out_of_time(), account)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything
            # Its text is not logged, since it may quote the exchange.
            name, place = type(error).__name__, _place_of(error)
            _log.error("%s: unexpected %s at %s", caller.request_id, name, place)
            await self._tell(caller, unexpected(), account)

    async def _tell(self, caller: Caller, refusal: Refusal, account: Account) -> None:
        """Send an error, as a whole reply or as the last event of a stream that has begun."""
        account.error = refusal.reason or refusal.kind
        body = refusal.body
        if account.detections is not None:
            body = openai.attach(body, account.detections.as_dict())
            if self.settings.enkrypt_compat:
                body = with_policy_detections(body)
        if caller.status is None:
            await caller.answer(refusal.status, {**JSON, **refusal.headers}, dump(body))
        elif not caller.is_done:
            await caller.send(event(body))


def _place_of(error: Exception) -> str:
    """Where it was raised, as `file:line`."""
    *_, last = walk_tb(error.__traceback__)
    return f"{last[0].f_code.co_filename}:{last[1]}"
