"""What all endpoints share: the configuration, the models, the room, and those who keep count."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policyengine.errors import UnknownDeploymentError
from policyengine.gateway.answering import answer, place_of
from policyengine.gateway.refusals import Refusal, overloaded, too_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policyengine.gateway.answering import Work
    from policyengine.gateway.asking import Asked
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
        self._by_deployment: Counter[str] = Counter()
        self._observers = (serving.metrics.count, *observers)

    @contextmanager
    def _room(self) -> Iterator[None]:
        """A place among the requests that are served at once; raises Refusal when all are taken."""
        if self.in_flight >= self.settings.max_concurrent:
            raise overloaded()
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self.in_flight += more
        self.serving.metrics.count_in_flight(self.in_flight)

    @contextmanager
    def room_of(self, deployment: str) -> Iterator[None]:
        """A place among those of one deployment, so that it cannot take all of them."""
        limit = self.settings.max_per_deployment
        if limit is not None and self._by_deployment[deployment] >= limit:
            raise too_many()
        self._by_deployment[deployment] += 1
        try:
            yield
        finally:
            self._by_deployment[deployment] -= 1

    def tell(self, finished: Finished) -> None:
        """Tell every observer, whatever one of them does."""
        for observer in self._observers:
            try:
                observer(finished)
            except Exception as error:  # noqa: BLE001 - the request has been answered
                name, place = type(error).__name__, place_of(error)
                _log.error("%s: an observer raised %s at %s", finished.request_id, name, place)

    def served(self, asked: Asked, deployment: str | None) -> tuple[Served, Asked]:
        """The deployment of that name, or the default one, and what the model may know of asking.

        Raises Refusal, for a client that is not admitted too.
        """
        version = self.serving.version
        try:
            served = version.named(deployment)
        except UnknownDeploymentError as error:
            status, reason = (404, "deployment_not_found") if error.name else (400, None)
            raise Refusal(
                status, f"X-Deployment: {error}", param="X-Deployment", reason=reason
            ) from None
        return served, version.clients.admitted(asked, served.deployment.name)

    async def answer(self, caller: Caller, account: Account, work: Work) -> None:
        """Do the work within every limit; whatever goes wrong is told."""
        await answer(caller, account, self.settings, work, self._room)
