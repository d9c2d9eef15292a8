"""How a model is reached: over pooled connections, or through a transport that takes their place.

The connections are aiohttp's, which takes a tenth of the processor's time that other clients do.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from contextlib import AbstractAsyncContextManager

    import aiohttp

    from policyengine.gateway.settings import Settings

IDLE = 2.0
"""Seconds for which an idle connection is kept: many servers close it after five, perhaps at the
very moment of its next use, and then nobody can tell whether the call has arrived."""

LONGEST_HEADER = 2**16

AGENT = {"user-agent": "llm-policyengine", "accept-encoding": "identity"}
"""Nothing is compressed: most models are near, and a small body cannot become a huge one."""


class UnreachedError(Exception):
    """No connection was made, so nothing was sent; `late` says that it was waited for."""

    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self.late = late


class SilentError(Exception):
    """The model has sent nothing for too long."""


class BrokenError(Exception):
    """The connection broke, or what came over it is no HTTP."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a model answers; its content is still to be read, with the same errors."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes] = field(repr=False)


class Network(Protocol):
    """Whatever takes a request to a model."""

    def post(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> AbstractAsyncContextManager[Response]:
        """The response; whoever leaves early ends the connection, and with it the model's work.

        Raises UnreachedError, SilentError and BrokenError. Redirects are not followed.
        """

    async def aclose(self) -> None:
        """End every connection."""


class Connections:
    """Pooled connections to all models.

    Proxies are those of the environment. Cookies are not kept: clients have nothing in common.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        """The session of the event loop that serves: opened by its first request."""
        if self._opened is None:
            import aiohttp  # noqa: PLC0415 - slow to load, and not needed where a transport is

            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    sock_connect=self._settings.connect_timeout,
                    sock_read=self._settings.upstream_timeout,
                ),
                headers=AGENT,
                max_line_size=LONGEST_HEADER,
                max_field_size=LONGEST_HEADER,
            )
        return self._opened

    @asynccontextmanager
    async def post(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> AsyncIterator[Response]:
        """As `Network.post`."""
        from yarl import URL  # noqa: PLC0415 - aiohttp's own

        with _told():
            response = await self._session.post(
                URL(url, encoded=url.isascii()),  # as it is, but for names that are not ASCII
                headers=headers,
                data=content,
                allow_redirects=False,
                proxy=_proxy_of(url),
            )
        try:
            yield Response(response.status, response.headers, _chunks(response))
        finally:
            response.release()  # which closes the connection unless all was read

    async def aclose(self) -> None:
        """End every connection."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()


class Transported:
    """A transport of httpx in the network's place: an application, or a model that is scripted."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    @asynccontextmanager
    async def post(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> AsyncIterator[Response]:
        """As `Network.post`."""
        import httpx  # noqa: PLC0415 - who has a transport of it has it

        request = httpx.Request("POST", url, headers={**AGENT, **headers}, content=content)
        with _told_by_httpx(httpx):
            response = await self._transport.handle_async_request(request)

        async def chunks() -> AsyncIterator[bytes]:
            with _told_by_httpx(httpx):
                async for chunk in response.aiter_bytes():
                    yield chunk

        try:
            yield Response(response.status_code, response.headers, chunks())
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """End the transport."""
        await self._transport.aclose()


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    with _told():
        async for chunk in response.content.iter_any():
            yield chunk


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong, in the words of this module."""
    import aiohttp  # noqa: PLC0415 - as above

    try:
        yield
    except aiohttp.ConnectionTimeoutError:
        raise UnreachedError(late=True) from None
    except aiohttp.ServerTimeoutError:
        raise SilentError from None
    except aiohttp.ClientConnectorError:
        raise UnreachedError(late=False) from None
    except (aiohttp.ClientError, ValueError, OSError):  # a header that cannot be sent is a value
        raise BrokenError from None


@contextmanager
def _told_by_httpx(httpx: Any) -> Iterator[None]:
    try:
        yield
    except httpx.ConnectTimeout:
        raise UnreachedError(late=True) from None
    except httpx.TimeoutException:
        raise SilentError from None
    except httpx.ConnectError:
        raise UnreachedError(late=False) from None
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL):
        raise BrokenError from None


@lru_cache(maxsize=64)
def _proxy_of(url: str) -> str | None:
    """The proxy that the environment has for a URL."""
    scheme, place = urlsplit(url)[:2]
    proxy = getproxies().get(scheme)
    return None if proxy is None or proxy_bypass(place) else proxy
