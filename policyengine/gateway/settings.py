"""What can be set about the gateway, with the defaults of `policyengine serve`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and switches; times are in seconds, sizes in bytes.

    `timeout` is for a whole request, `upstream_timeout` for the longest silence of the upstream,
    `connect_timeout` for reaching it. `max_reply` is for a reply, or for one event of a stream.
    `max_concurrent` requests are served at once, and so many of one deployment as
    `max_per_deployment` says, where it does. `refresh_weights`: what detectors have loaded is
    loaded anew too where a client asks for a refresh.
    """

    max_body: int = 32 * 2**20
    max_reply: int = 64 * 2**20
    max_depth: int = 100
    max_concurrent: int = 1000
    max_per_deployment: int | None = None
    timeout: float = 600.0
    upstream_timeout: float = 120.0
    connect_timeout: float = 5.0
    refresh_on_request: bool = True
    refresh_weights: bool = False
    refresh_every: float | None = None
    enkrypt_compat: bool = False
    playground: bool = True
