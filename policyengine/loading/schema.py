"""The JSON Schema of a policy document, for editors."""

from __future__ import annotations

from typing import Any

from policyengine.policy import Document

SCHEMA_FILE = "policy.schema.json"
"""The published schema, in `policyengine/schemas/`."""


def policy_schema() -> dict[str, Any]:
    """The schema of one file; names that must lead somewhere are checked by loading alone."""
    schema = Document.model_json_schema()
    _close_names(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A policy document of llm-policyengine",
    }


def _close_names(part: Any) -> None:
    """Refuse names that do not fit the pattern; pydantic only describes those that do."""
    if isinstance(part, dict):
        if "patternProperties" in part:
            part["additionalProperties"] = False
        for inner in part.values():
            _close_names(inner)
    elif isinstance(part, list):
        for inner in part:
            _close_names(inner)
