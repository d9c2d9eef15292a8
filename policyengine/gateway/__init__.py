"""The OpenAI-compatible HTTP gateway: completions of a deployment, held to its policies.

`create_app(Serving.load(["policies.yaml"]))` is an ASGI application; `policyengine serve` runs it.
"""

from __future__ import annotations

from policyengine.gateway.app import create_app
from policyengine.gateway.observing import DecisionLog, Finished
from policyengine.gateway.serving import Serving
from policyengine.gateway.settings import Settings

__all__ = ["DecisionLog", "Finished", "Serving", "Settings", "create_app"]
