"""Tables of what a JSON Schema allows."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = Mapping[str, Any]

HEAD = "| key | value | default | meaning |\n|---|---|---|---|\n"


def table(schema: Schema, definitions: Schema | None = None) -> str:
    """A row for each property, in the order of the schema."""
    named = schema.get("$defs", {}) if definitions is None else definitions
    required = schema.get("required", ())
    rows = [HEAD] if schema.get("properties") else ["None.\n"]
    for name, field in schema.get("properties", {}).items():
        value = _shape(field, named)
        if name in required and {"type": "null"} in field.get("anyOf", ()):
            value += " or null"
        default = "required" if name in required else _default(field)
        told = field.get("description", "")
        rows.append(f"| `{name}` | {cell(value)} | {cell(default)} | {cell(told)} |\n")
    return "".join(rows)


def cell(text: str) -> str:
    """A text as it can stand in a table."""
    return re.sub(r"\s+", " ", text).replace("|", r"\|").strip()


def _default(field: Schema) -> str:
    value = field.get("default")
    if value is None or value in ([], {}):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _shape(field: Schema, named: Schema) -> str:
    """What may stand there, in a few words."""
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return _words(named[name]) if "enum" in named.get(name, {}) else f"`{name}`"
    kinds = field.get("anyOf", field.get("oneOf"))
    if kinds is not None:
        shapes = [_shape(one, named) for one in kinds if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(shapes))
    if "const" in field:
        return f"`{field['const']}`"
    return _words(field) if "enum" in field else _typed(field, named)


def _words(field: Schema) -> str:
    return ", ".join(f"`{value}`" for value in field["enum"])


def _typed(field: Schema, named: Schema) -> str:
    kind = field.get("type", "anything")
    if isinstance(kind, list):
        return ", ".join(kind)
    if kind == "array":
        return f"list of {_shape(field.get('items', {}), named)}"
    values = [*field.get("patternProperties", {}).values(), field.get("additionalProperties")]
    if kind == "object" and isinstance(values[0], dict):
        return f"map of names to {_shape(values[0], named)}"
    return f"{kind}{_range(field)}"


def _range(field: Schema) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
    return "".join(f" {word} {field[key]}" for key, word in words.items() if key in field)
