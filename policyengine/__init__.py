"""Holds the traffic of language models to policies.

Detectors see, policies decide, transports carry. The public names are those of `__all__`; what a
detector's author needs is here too.
"""

from __future__ import annotations

from policyengine.detections import Detections
from policyengine.detector import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Memo,
    Options,
    Position,
    Resources,
    Scope,
    Span,
    Truncated,
    View,
    Window,
)
from policyengine.engine import Engine
from policyengine.errors import (
    ConfigurationError,
    ExchangeError,
    Mistake,
    PluginError,
    PolicyEngineError,
    SelfTestError,
    UnknownDeploymentError,
    UnreadableError,
    WarmUpError,
)
from policyengine.exchange import Exchange, Segment, Source, Unexamined
from policyengine.hookspecs import CONTRACT_VERSION, hookimpl
from policyengine.registry import Registry
from policyengine.verdict import Verdict

__all__ = [
    "CONTRACT_VERSION",
    "ConfigurationError",
    "Cost",
    "Detections",
    "Detector",
    "Engine",
    "Example",
    "Exchange",
    "ExchangeError",
    "Finding",
    "Kind",
    "Memo",
    "Mistake",
    "Options",
    "PluginError",
    "PolicyEngineError",
    "Position",
    "Registry",
    "Resources",
    "Scope",
    "Segment",
    "SelfTestError",
    "Source",
    "Span",
    "Truncated",
    "Unexamined",
    "UnknownDeploymentError",
    "UnreadableError",
    "Verdict",
    "View",
    "WarmUpError",
    "Window",
    "hookimpl",
]
