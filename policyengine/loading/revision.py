"""The hash of what a deployment means: not of its formatting, its comments or its descriptions.

Hashed is canonical JSON: sorted keys, defaults filled in, what is a set sorted. References to the
environment are hashed as they are written, so a new key is no new revision.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
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
        # Who may call says nothing of what happens then.
        "keys": {name: key for name, key in _fields(document.keys).items() if name != "clients"},
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


def without_stable_form(options: BaseModel) -> str | None:
    """The first option whose value no two loads would hash alike, or None when there is none."""
    for name in type(options).model_fields:
        try:
            _field(options, name)
        except ValueError:
            return name
    return None


def _field(model: BaseModel, name: str) -> Any:
    value = getattr(model, name)
    try:
        return _canonical(value)
    except ValueError:
        # Its author may have said how it is written.
        return _canonical(model.model_dump(include={name}).get(name, value))


def _canonical(value: Any) -> Any:
    """The value as JSON; ValueError for what has no form but its place in memory."""
    if type(value) in (str, int, float, bool, NoneType):
        return value
    value = _taken_apart(value)
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {str.__str__(key): _canonical(inner) for key, inner in value.items()}
        return _canonical({(_frozen(key), _frozen(inner)) for key, inner in value.items()})
    if isinstance(value, AbstractSet):
        return sorted((_canonical(inner) for inner in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, Iterator):
        raise ValueError("it can be read only once")  # noqa: TRY004 - one exception for all of it
    return to_jsonable_python(value)


def _frozen(value: Any) -> str:
    return json.dumps(_canonical(value), sort_keys=True)


def _taken_apart(value: Any) -> Any:
    if isinstance(value, BaseModel):
        own = {name: _field(value, name) for name in type(value).model_fields}
        return {**own, **(value.model_extra or {})}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, re.Pattern):
        return [value.pattern, value.flags]
    if isinstance(value, bytes):
        return value.hex()
    return _taken_apart(value.value) if isinstance(value, Enum) else value
