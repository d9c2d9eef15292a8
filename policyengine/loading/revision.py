"""The hash of what a deployment means: not of its formatting, its comments or its descriptions.

Hashed is canonical JSON: sorted keys, defaults filled in, what is a set sorted. References to the
environment are hashed as they are written, so a new key is no new revision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import NoneType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from policyengine.policy import DEFAULT_SOURCES

if TYPE_CHECKING:
    from policyengine.loading.instances import Instance, StepKey
    from policyengine.policy import Document, Policy, Rule, Step

_ALGORITHM = "sha256"


def revision(document: Document, instances: Mapping[StepKey, Instance], deployment: str) -> str:
    """The revision of a deployment: `sha256:` and the digest, in hexadecimal."""
    chosen = document.deployments[deployment]
    meaning = {
        "version": document.version,
        "name": deployment,
        "deployment": {
            **_fields(chosen),
            "tags": sorted(set(chosen.tags)),
            "accept_tags": sorted(set(chosen.accept_tags)),
        },
        "model": {"model": chosen.model, **_given(document.models[chosen.model])},
        "policies": {
            name: _policy(name, document.policies[name], instances)
            for name in {*chosen.input, *chosen.output}
        },
        "keys": _fields(document.keys),
    }
    canonical = json.dumps(_canonical(meaning), sort_keys=True, separators=(",", ":"))
    return f"{_ALGORITHM}:{hashlib.new(_ALGORITHM, canonical.encode()).hexdigest()}"


def _policy(name: str, policy: Policy, instances: Mapping[StepKey, Instance]) -> Any:
    return [_step(step, instances.get((name, index))) for index, step in enumerate(policy.steps)]


def _step(step: Step, instance: Instance | None) -> dict[str, Any]:
    options = step.options if instance is None else instance.detector.options
    return {
        **_fields(step),
        "options": options,
        "redact_with": step.redact_with or "placeholder",
        "sources": sorted(set(step.sources or DEFAULT_SOURCES)),
        "kinds": {
            prefix: _override(rule) for prefix, rule in step.kinds.items() if rule.model_fields_set
        },
        "when": sorted(set(step.when.tags)) if step.when else None,
        "unless": sorted(set(step.unless.tags)) if step.unless else None,
        "examples": [
            {"text": example.text, "finds": sorted(set(example.finds))} for example in step.examples
        ],
    }


def _override(rule: Rule) -> dict[str, Any]:
    # An explicit null switches a threshold off, so it is not the same as leaving the key out.
    given = {name: getattr(rule, name) for name in rule.model_fields_set}
    if "redact_with" in given:
        given["redact_with"] = given["redact_with"] or "placeholder"
    return given


def _fields(part: BaseModel) -> dict[str, Any]:
    return {name: value for name, value in part if name != "description"}


def _given(part: BaseModel) -> dict[str, Any]:
    return {name: value for name, value in _fields(part).items() if value is not None}


def _canonical(value: Any) -> Any:
    if type(value) in (str, int, float, bool, NoneType):
        return value
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        return {str(key): _canonical(inner) for key, inner in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_canonical(inner) for inner in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    return to_jsonable_python(value, fallback=repr)
