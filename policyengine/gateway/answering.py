"""How a request is answered at all: within limits, and with an error where something goes wrong."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Protocol

from policyengine import openai
from policyengine.gateway.compat import with_policy_detections
from policyengine.gateway.completing import JSON, Client
from policyengine.gateway.events import event
from policyengine.gateway.receiving import GoneError
from policyengine.gateway.refusals import Refusal, out_of_time, unexpected
from policyengine.offline.jsonl import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractContextManager

    from policyengine.gateway.completing import Account
    from policyengine.gateway.settings import Settings

    Work = Callable[[bytes], Coroutine[Any, Any, None]]

_log = logging.getLogger("policyengine.gateway")


class Begun(Client, Protocol):
    """A client that knows what it was sent: `status` is None before that."""

    status: int | None
    is_done: bool


class Asker(Begun, Protocol):
    """A client whose request is still to be read."""

    request_id: str

    async def read(self, limit: int) -> bytes:
        """The body of its request; raises Refusal, and GoneError."""

    async def while_there(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work, unless the client leaves; raises GoneError then."""


async def answer(
    asker: Asker,
    account: Account,
    settings: Settings,
    work: Work,
    room: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Read the body and do the work, within every limit; whatever goes wrong is told."""
    try:
        with room():
            async with asyncio.timeout(settings.timeout):
                content = await asker.read(settings.max_body)
                await asker.while_there(work(content))
    except GoneError:
        account.error = "client_gone"
    except Refusal as refusal:
        await tell(asker, refusal, account, settings)
    except TimeoutError:
        await tell(asker, out_of_time(), account, settings)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        # Its text is not logged, since it may quote the exchange.
        name, place = type(error).__name__, place_of(error)
        _log.error("%s: unexpected %s at %s", asker.request_id, name, place)
        await tell(asker, unexpected(), account, settings)


async def tell(client: Begun, refusal: Refusal, account: Account, settings: Settings) -> None:
    """Send an error, as a whole reply or as the last event of a stream that has begun."""
    account.error = refusal.reason or refusal.kind
    body = refusal.body
    if account.detections is not None:
        body = openai.attach(body, account.detections.as_dict())
        if settings.enkrypt_compat:
            body = with_policy_detections(body)
    if client.status is None:
        await client.answer(refusal.status, {**JSON, **refusal.headers}, dump(body))
    elif not client.is_done:
        await client.send(event(body))


def place_of(error: Exception) -> str:
    """Where it was raised, as `file:line`."""
    *_, last = walk_tb(error.__traceback__)
    return f"{last[0].f_code.co_filename}:{last[1]}"
