"""The response field of Enkrypt AI's proxy, for clients that were written for it.

A detector's id is its name here; `summary` says 1 where one of its steps found something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELD = "enkrypt_policy_detections"
_STAGES = {"input": "input_guardrails", "output": "output_guardrails"}


def with_policy_detections(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with that field beside its `detections`."""
    detections = body["detections"]
    return {
        **body,
        FIELD: {
            name: _stage(detections[stage])
            for stage, name in _STAGES.items()
            if detections[stage] is not None
        },
    }


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    summary: dict[str, int] = {}
    details: dict[str, dict[str, Any]] = {}
    for step in stage["steps"]:
        detector = step["detector"]
        found = int(bool(step["findings"]))
        summary[detector] = max(found, summary.get(detector, 0))
        told = {name: step[name] for name in ("step", "status", "verdict", "findings")}
        details.setdefault(detector, {"steps": []})["steps"].append(told)
    return {"summary": summary, "details": details}
