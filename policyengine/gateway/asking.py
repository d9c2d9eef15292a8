"""What the headers of a request ask for."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import Headers

DEPLOYMENT = ("x-deployment", "x-enkrypt-deployment")
TAGS = ("x-tags", "x-enkrypt-tags", "x-enkrypt-tags-data")
REFRESH = ("x-refresh-cache", "x-enkrypt-refresh-cache")
REQUEST_ID = "x-request-id"
CLIENT_KEY = "x-client-key"
FETCHED_BY = "sec-fetch-site"

PASSED_ON = ("openai-organization", "openai-project")
"""Headers that belong to the client's key, and go where it goes."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_BEARER = re.compile(r"(?:bearer +)?([\x21-\x7e]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """The headers that the gateway reads; none of them reaches the upstream but the key.

    The key and what belongs to it are for an upstream that has none of its own, unless the key is
    the client's for this gateway; `client_key` is that in a header of its own. `is_foreign` says
    that a browser sends it for a page of another site, which has no business here: it would use the
    keys of whoever looks at the page.
    """

    deployment: str | None
    tags: tuple[str, ...]
    refresh: bool
    request_id: str
    is_foreign: bool
    key: str | None = field(repr=False)
    beside_key: tuple[tuple[str, str], ...] = ()
    client_key: str | None = field(default=None, repr=False)

    def without_key(self) -> Asked:
        """The same without the key that was for the gateway: it is no model's business."""
        return replace(self, key=None, beside_key=())


def read_headers(headers: Headers) -> Asked:
    """What the headers ask for; of two names for one thing, the first that is there counts."""
    tags = [one for name in TAGS for given in headers.getlist(name) for one in given.split(",")]
    return Asked(
        deployment=_first(headers, DEPLOYMENT),
        tags=tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip())),
        refresh=(_first(headers, REFRESH) or "").lower() == "true",
        request_id=request_id(headers.get(REQUEST_ID)),
        is_foreign=headers.get(FETCHED_BY) in ("cross-site", "same-site"),
        key=_key(headers),
        beside_key=tuple(_beside_key(headers)),
        client_key=_first(headers, (CLIENT_KEY,)),
    )


def request_id(given: str | None) -> str:
    """The client's own id where it is one that a log can hold, otherwise a new one."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return f"req_{uuid.uuid4().hex}"


def _first(headers: Headers, names: tuple[str, ...]) -> str | None:
    given = (headers.get(name, "").strip() for name in names)
    return next(filter(None, given), None)


def _key(headers: Headers) -> str | None:
    given = headers.get("authorization") or headers.get("api-key", "")
    bearer = _BEARER.fullmatch(given.strip())
    return bearer[1] if bearer else None


def _beside_key(headers: Headers) -> Iterator[tuple[str, str]]:
    for name in PASSED_ON:
        given = headers.get(name, "")
        if given and given.isascii() and given.isprintable():
            yield name, given
