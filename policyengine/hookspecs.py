"""The whole plugin contract: what a plugin may tell the engine, and what it may watch.

A plugin is a module (or an object) behind an entry point of the group `policyengine`. It says which
version of this page it was written for, `contract_version = 1`, and implements any of these hooks,
marked with `policyengine.hookimpl`. Hooks may gain arguments in later versions, never lose them.
Hooks register and observe; only a policy document orders the pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.detections import Detections, Stage, StepResult
    from policyengine.detector import Detector, Options

PROJECT = "policyengine"
CONTRACT_VERSION = 1

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def policyengine_detectors() -> Iterable[type[Detector[Options]]]:  # type: ignore[empty-body]
    """The detector classes that this plugin brings. Two plugins with one id are an error."""


@hookspec
def policyengine_step_finished(
    deployment: str, stage: Stage, result: StepResult, seconds: float
) -> None:
    """Hear that a step was judged, in the pipeline's order.

    An exception here is logged, without its text, and dropped.
    """


@hookspec
def policyengine_evaluation_finished(
    deployment: str, detections: Detections, seconds: float
) -> None:
    """Hear that an exchange, or a phase of it, was judged; exceptions as above."""
