"""The gateway as a Starlette application: its routes, and what runs beside them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from policyengine.gateway import openapi
from policyengine.gateway.endpoints import Completions
from policyengine.gateway.network import Connections, Transported
from policyengine.gateway.playground import Playground
from policyengine.gateway.service import Gateway
from policyengine.gateway.settings import Settings
from policyengine.gateway.upstream import PATHS, Upstream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    import httpx
    from starlette.requests import Request

    from policyengine.gateway.observing import Finished
    from policyengine.gateway.serving import Serving

    Get = Callable[[Request], Awaitable[Response]]

PREFIXES = ("/v1", "/ai-proxy")
"""Where the completion endpoints are found."""


def create_app(
    serving: Serving,
    settings: Settings | None = None,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    observers: Iterable[Callable[[Finished], None]] = (),
) -> Starlette:
    """The gateway over a configuration; `transport` takes the place of the network to the models.

    `observers` are told of every request that has ended, the decision log among them.
    Its lifespan refreshes the configuration where `refresh_every` says so, and ends the connections
    to the models.
    """
    chosen = Settings() if settings is None else settings
    network = Connections(chosen) if transport is None else Transported(transport)
    gateway = Gateway(serving, Upstream(network), chosen, observers)
    completions = {
        prefix + path: endpoint for prefix in PREFIXES for endpoint, path in PATHS.items()
    }
    gets: dict[str, Get] = {
        "/v1/models": _models,
        "/healthz": _health,
        "/readyz": _readiness,
        "/metrics": _metrics,
        "/openapi.json": _openapi,
    }
    playground = []
    if chosen.playground:
        trying = Playground(gateway)
        gets["/playground"] = trying.page
        playground = [Route("/playground/evaluate", trying, methods=["POST"])]
    app = Starlette(
        routes=[
            *(
                Route(path, Completions(gateway, one), methods=["POST"])
                for path, one in completions.items()
            ),
            *(Route(path, get, methods=["GET"]) for path, get in gets.items()),
            *playground,
        ],
        lifespan=_lifespan,
    )
    app.state.gateway = gateway
    told = {path: (get.__doc__ or "").splitlines()[0] for path, get in gets.items()}
    app.state.openapi = openapi.document(completions.items(), told)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    gateway: Gateway = app.state.gateway
    beside = []
    if gateway.settings.refresh_every is not None:
        refreshing = gateway.serving.refresh_every(gateway.settings.refresh_every)
        beside.append(asyncio.create_task(refreshing))
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await gateway.upstream.aclose()


async def _models(request: Request) -> JSONResponse:
    """The models of the configuration, each with the deployments that lead to it."""
    document = request.app.state.gateway.serving.version.document
    models = [
        {
            "id": name,
            "object": "model",
            "created": 0,
            "owned_by": "policyengine",
            "deployments": sorted(
                deployment for deployment, one in document.deployments.items() if one.model == name
            ),
        }
        for name in sorted(document.models)
    ]
    return JSONResponse({"object": "list", "data": models})


async def _metrics(request: Request) -> Response:
    """The numbers in Prometheus' text format."""
    return Response(
        request.app.state.gateway.serving.metrics.page(), media_type=CONTENT_TYPE_LATEST
    )


async def _openapi(request: Request) -> JSONResponse:
    """The OpenAPI document."""
    return JSONResponse(request.app.state.openapi)


async def _health(_request: Request) -> JSONResponse:
    """Whether the process answers."""
    return JSONResponse({"status": "ok"})


async def _readiness(request: Request) -> JSONResponse:
    """Whether it can take traffic: the configuration is loaded and warm before it listens."""
    version = request.app.state.gateway.serving.version
    revisions = {name: one.deployment.revision for name, one in version.deployments.items()}
    return JSONResponse({"status": "ready", "deployments": revisions})
