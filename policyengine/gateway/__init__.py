"""The OpenAI-compatible HTTP gateway: completions of a deployment, held to its policies.

`create_app(Serving.load(["policies.yaml"]))` is an ASGI application; `policyengine serve` runs it.
`PolicyMiddleware` and `with_policies` put the same around an application or a client of one's own.
"""

from __future__ import annotations

from policyengine.gateway.app import create_app
from policyengine.gateway.clients import with_policies
from policyengine.gateway.decisions import DecisionLog, DecisionRecords
from policyengine.gateway.middleware import PolicyMiddleware
from policyengine.gateway.observing import Finished
from policyengine.gateway.serving import Serving
from policyengine.gateway.settings import Settings

__all__ = [
    "DecisionLog",
    "DecisionRecords",
    "Finished",
    "PolicyMiddleware",
    "Serving",
    "Settings",
    "create_app",
    "with_policies",
]
