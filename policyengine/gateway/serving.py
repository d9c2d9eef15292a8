"""What is being served, and how a new version of it takes the old one's place.

A version is whole or not at all: every document read, every model named, every detector warmed up
and tried. Requests that began under the old version end under it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from policyengine import sources
from policyengine.engine import Engine
from policyengine.errors import ConfigurationError, PolicyEngineError, UnknownDeploymentError
from policyengine.gateway.admitting import ClientKeys
from policyengine.gateway.observing import Metrics
from policyengine.loading import load_texts
from policyengine.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence

    from policyengine.deployment import CompiledDeployment
    from policyengine.loading import Configuration, ResolvedModel
    from policyengine.policy import Document
    from policyengine.sources import Text

    Refreshed = Literal["refreshed", "unchanged", "refused"]
    Read = Callable[[], Iterable[Text]]

LEAST_INTERVAL = 1.0
"""The seconds between the beginnings of two refreshes."""

_log = logging.getLogger("policyengine.gateway")


@dataclass(frozen=True, slots=True)
class Served:
    """A deployment that is ready, and the model behind it."""

    deployment: CompiledDeployment
    model: ResolvedModel


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the configuration, ready to be served; `digest` is of its files' contents."""

    document: Document
    deployments: Mapping[str, Served]
    clients: ClientKeys
    digest: str

    @classmethod
    def of(
        cls,
        texts: Sequence[Text],
        registry: Registry,
        environment: Mapping[str, str],
        rewrite_key: bytes,
    ) -> Version:
        """Load, resolve and warm up; raises PolicyEngineError for whatever is wrong."""
        configuration, models, clients = resolved(texts, registry, environment)
        engine = Engine(configuration, registry, environment=environment, rewrite_key=rewrite_key)
        document = configuration.document
        deployments = {
            name: Served(engine.deployment(name), models[document.deployments[name].model])
            for name in engine.deployments
        }
        return cls(document, deployments, clients, digest_of(texts))

    def named(self, name: str | None) -> Served:
        """The deployment of that name, or the default one; raises UnknownDeploymentError."""
        wanted = name or self.document.default_deployment
        if wanted is None or wanted not in self.deployments:
            raise UnknownDeploymentError(wanted, sorted(self.deployments))
        return self.deployments[wanted]


class Serving:
    """The version that is served now, and its refreshing.

    `read` gives the files anew each time. Placeholders use one key for all versions unless the
    documents name one, so that a refresh changes none: `rewrite_key`, or one of this process alone.
    `tell_others` has other processes that serve the same read it anew. `clock` and `sleep` are for
    tests.
    """

    def __init__(  # noqa: PLR0913 - what the outside world is
        self,
        read: Read,
        registry: Registry,
        *,
        metrics: Metrics | None = None,
        environment: Mapping[str, str] | None = None,
        rewrite_key: bytes | None = None,
        tell_others: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:
        self._read = read
        self._registry = registry
        self.metrics = Metrics() if metrics is None else metrics
        self._environment = os.environ if environment is None else environment
        self._rewrite_key = secrets.token_bytes(32) if rewrite_key is None else rewrite_key
        self._tell_others = tell_others
        self._clock = clock
        self._sleep = sleep
        self._began = clock()
        self._waiting: asyncio.Task[Refreshed] | None = None
        self._latest: asyncio.Task[Refreshed] | None = None
        self._anew = False
        self.version = self._prepare(tuple(read()))

    @classmethod
    def load(
        cls,
        locations: Sequence[str | os.PathLike[str]],
        registry: Registry | None = None,
        **others: Any,
    ) -> Serving:
        """Serve what files, folders or URLs hold; raises PolicyEngineError.

        A registry of one's own counts steps only if it was given the metrics too. `others` are
        further arguments of the class.
        """
        metrics = Metrics()
        if registry is None:
            registry = Registry.installed(plugins={"gateway-metrics": metrics})
        return cls(lambda: sources.read(locations), registry, metrics=metrics, **others)

    async def refresh_for_all(self, *, anew: bool = False) -> Refreshed:
        """`refresh`, here and wherever else the same is served; nobody else is waited for."""
        self._tell_others()
        return await self.refresh(anew=anew)

    async def refresh(self, *, anew: bool = False) -> Refreshed:
        """Read everything anew, and serve it if it is whole.

        Where no file has changed, nothing else is done unless it is to be built `anew`: then what
        detectors load, weights among it, is loaded again too. Whoever asks while a refresh waits to
        begin shares it; one that has begun may have read what was there before, so those who ask
        later get the next one.
        """
        self._anew = self._anew or anew
        if self._waiting is None:
            self._waiting = self._latest = asyncio.create_task(self._in_turn(self._latest))
        return await asyncio.shield(self._waiting)

    async def refresh_every(self, seconds: float) -> None:
        """Refresh again and again."""
        while True:
            await self._sleep(seconds)
            await self.refresh()

    async def _in_turn(self, before: asyncio.Task[Refreshed] | None) -> Refreshed:
        if before is not None and not before.done():
            await asyncio.wait({before})
        pause = self._began + LEAST_INTERVAL - self._clock()
        if pause > 0:
            await self._sleep(pause)
        self._began = self._clock()
        self._waiting, anew, self._anew = None, self._anew, False
        result: Refreshed = "refused"
        try:
            result = await asyncio.to_thread(self._refresh, anew=anew)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything
            _log.error("refresh refused: unexpected %s", type(error).__name__)
        self.metrics.count_refresh(result)
        return result

    def _refresh(self, *, anew: bool) -> Refreshed:
        try:
            texts = tuple(self._read())
            if not anew and digest_of(texts) == self.version.digest:
                return "unchanged"
            self.version = self._prepare(texts)
        except PolicyEngineError as error:
            for problem in problems_of(error):
                _log.error("refresh refused: %s", problem)
            return "refused"
        _log.info("refreshed: %s", ", ".join(sorted(self.version.deployments)))
        return "refreshed"

    def _prepare(self, texts: Sequence[Text]) -> Version:
        return Version.of(texts, self._registry, self._environment, self._rewrite_key)


def resolved(
    texts: Sequence[Text], registry: Registry, environment: Mapping[str, str]
) -> tuple[Configuration, Mapping[str, ResolvedModel], ClientKeys]:
    """The documents, checked, with all that they name of the environment."""
    configuration = load_texts(texts, registry=registry, variables=environment)
    models = configuration.resolve_models(environment)
    return configuration, models, ClientKeys(configuration.client_keys(environment))


def digest_of(texts: Iterable[Text]) -> str:
    """The hash of the files' names and contents."""
    digest = hashlib.sha256()
    for text in texts:
        content = text.content.encode() if isinstance(text.content, str) else text.content
        for part in (text.name.encode("utf-8", "surrogateescape"), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def problems_of(error: PolicyEngineError) -> list[str]:
    """What is wrong, a line for each mistake; lines of the files, which may hold keys, stay out."""
    if not isinstance(error, ConfigurationError):
        return [str(error)]
    return [
        f"{mistake.place}: {mistake.message} [{mistake.code}]"
        for mistake in error.mistakes
        if mistake.severity == "error"
    ]
