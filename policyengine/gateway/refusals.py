"""Errors as the API writes them, and the exceptions that become them.

No message quotes a request or a reply: what a client did wrong is told by name and place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.errors import PolicyEngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.errors import ExchangeError

INVALID = "invalid_request_error"
UPSTREAM = "upstream_error"
OVERLOADED = "overloaded_error"
LIMITED = "rate_limit_error"
SERVER = "server_error"

_SOON = {"retry-after": "1"}


class Refusal(PolicyEngineError):  # noqa: N818 - not everything that is refused is an error
    """A request that gets an error in place of a completion."""

    code = "refusal"

    def __init__(  # noqa: PLR0913 - the fields of the API's error
        self,
        status: int,
        message: str,
        *,
        kind: str = INVALID,
        param: str | None = None,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.reason = reason
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """The error as the API writes it."""
        error = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.reason,
        }
        return {"error": error}


def misshapen(error: ExchangeError) -> Refusal:
    """A request in which a documented field has another type than documented."""
    param = as_param(error.path)
    place = f"{param}: " if param else ""
    return Refusal(400, f"{place}{error.problem}", param=param, reason="invalid_type")


def foreign() -> Refusal:
    """A page of another site asks."""
    return Refusal(403, "pages of other sites may not ask here", reason="cross_site")


def unreadable_reply() -> Refusal:
    """The upstream answered with something that is no completion."""
    return Refusal(
        502, "the model's reply is not a completion", kind=UPSTREAM, reason="upstream_invalid"
    )


def overloaded() -> Refusal:
    """All places are taken, whoever took them."""
    message = "too many requests at once; try again"
    return Refusal(503, message, kind=OVERLOADED, reason="overloaded", headers=_SOON)


def too_many() -> Refusal:
    """A deployment has all the places that it may have."""
    message = "too many requests to this deployment at once; try again"
    return Refusal(429, message, kind=LIMITED, reason="rate_limit_exceeded", headers=_SOON)


def out_of_time() -> Refusal:
    """The whole of a request took too long."""
    return Refusal(504, "the request took too long", kind=SERVER, reason="timeout")


def unexpected() -> Refusal:
    """A mistake in the gateway, or in a plugin."""
    return Refusal(500, "an unexpected error", kind=SERVER, reason="internal_error")


def as_param(pointer: str) -> str | None:
    """A JSON Pointer as the API names places: `messages[0].content`."""
    named = ""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        named += f"[{name}]" if name.isdigit() else f".{name}" if named else name
    return named or None
