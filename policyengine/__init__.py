"""Holds the traffic of language models to policies.

Detectors see, policies decide, transports carry. The public names are those of `__all__`; what a
detector's author needs is here too. Each is loaded when it is first used, so that a program pays
for what it needs: a plugin that only observes never loads the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "CONTRACT_VERSION": "policyengine.hookspecs",
    "ConfigurationError": "policyengine.errors",
    "Cost": "policyengine.detector",
    "Detections": "policyengine.detections",
    "Detector": "policyengine.detector",
    "Engine": "policyengine.engine",
    "Example": "policyengine.detector",
    "Exchange": "policyengine.exchange",
    "ExchangeError": "policyengine.errors",
    "Finding": "policyengine.detector",
    "Kind": "policyengine.detector",
    "Memo": "policyengine.detector",
    "Mistake": "policyengine.errors",
    "Options": "policyengine.detector",
    "PluginError": "policyengine.errors",
    "PolicyEngineError": "policyengine.errors",
    "Position": "policyengine.detector",
    "Registry": "policyengine.registry",
    "Resources": "policyengine.detector",
    "Scope": "policyengine.detector",
    "Segment": "policyengine.exchange",
    "SelfTestError": "policyengine.errors",
    "Source": "policyengine.exchange",
    "Span": "policyengine.detector",
    "Truncated": "policyengine.detector",
    "Unexamined": "policyengine.exchange",
    "UnknownDeploymentError": "policyengine.errors",
    "UnreadableError": "policyengine.errors",
    "Verdict": "policyengine.verdict",
    "View": "policyengine.detector",
    "WarmUpError": "policyengine.errors",
    "Window": "policyengine.detector",
    "hookimpl": "policyengine.hookspecs",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
