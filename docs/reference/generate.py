"""Write the reference pages from the code that they describe.

`python docs/reference/generate.py` writes them beside itself; a test compares them with what is
committed, so that no key, option, hook or error goes undocumented.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import BaseModel

import policyengine
from policyengine import Options, PolicyEngineError, Registry, errors, hookspecs, policy
from policyengine.cli import main as command_line
from policyengine.loading.codes import ERRORS, WARNINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
NOTICE = "<!-- Written by docs/reference/generate.py; change the code that it describes. -->\n\n"

SMALLEST_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "keywords": {"terms": ["term"]},
    "regex": {"patterns": {"name": "pattern"}},
}
"""Options for detectors that cannot do without any, so that their kinds can be listed."""


def policy_page() -> str:
    """Every key of a policy document, from the models that validate it."""
    entries = (
        ("A document", policy.Document),
        ("A model", policy.Model),
        ("A policy", policy.Policy),
        ("A step", policy.Step),
        ("A rule", policy.Rule),
        ("A condition", policy.Condition),
        ("An example", policy.StepExample),
        ("A deployment", policy.Deployment),
        ("Keys", policy.Keys),
    )
    parts = [
        (
            "# Policy documents\n\nYAML 1.2 or JSON, UTF-8. Unknown keys are mistakes. "
            "The JSON Schema for editors is `policyengine/schemas/policy.schema.json`.\n"
        )
    ]
    for title, model in entries:
        parts.append(f"\n## {title}\n\n{_doc(model)}\n\n{_fields(model)}")
    return "".join(parts)


def detectors_page() -> str:
    """Every built-in detector with its options and kinds."""
    parts = [
        (
            "# Detectors\n\nThe built-in ones. `policyengine detectors` lists all those installed, "
            "plugins included.\n"
        )
    ]
    for detector_id, registered in Registry.installed().detectors.items():
        if registered.plugin != "builtin":
            continue
        cls = registered.detector
        options = cls.Options.model_validate(SMALLEST_OPTIONS.get(detector_id, {}))
        parts.append(f"\n## {detector_id}\n\n{_doc(cls)}\n\n### Options of {detector_id}\n\n")
        parts.append(_fields(cls.Options))
        parts += [
            f"\n#### {model.__name__}\n\n{_doc(model)}\n\n{_fields(model)}"
            for model in _parts_of(cls.Options)
        ]
        parts.append(f"\n### Kinds of {detector_id}\n\n{_kinds(cls(options))}")
    return "".join(parts)


def hooks_page() -> str:
    """Every hook, with its exact signature."""
    parts = [f"# Hooks\n\n{_doc(hookspecs)}\n"]
    for name, hook in vars(hookspecs).items():
        if name.startswith("policyengine_"):
            parts.append(f"\n## {name}\n\n```python\n{_signature(name, hook)}: ...\n```\n\n")
            parts.append(_doc(hook) + "\n")
    return "".join(parts)


def errors_page() -> str:
    """Every exception, and every code that a mistake in a configuration can have."""
    parts = [
        (
            "# Errors\n\n## Exceptions\n\nAll are subclasses of `policyengine.PolicyEngineError`. "
            "No text of an exchange is in any of them.\n\n"
            "| exception | code | meaning |\n|---|---|---|\n"
        )
    ]
    parts += [
        f"| `{cls.__name__}` | `{cls.code}` | {_cell(_doc(cls))} |\n"
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, PolicyEngineError)
    ]
    parts.append(
        "\n## Mistakes\n\nThe first line of a mistake in a configuration ends with its code, in "
        "square brackets.\nErrors refuse the configuration, warnings do not.\n"
    )
    for title, codes in (("Errors in a configuration", ERRORS), ("Warnings", WARNINGS)):
        parts.append(f"\n### {title}\n\n| code | meaning |\n|---|---|\n")
        parts += [f"| `{code}` | {_cell(meaning)} |\n" for code, meaning in codes.items()]
    return "".join(parts)


def detections_page() -> str:
    """The detections object, from its published schema."""
    text = resources.files(policyengine).joinpath("schemas/detections.schema.json").read_text()
    schema = json.loads(text)
    parts = [
        "# The detections object\n\n",
        _doc(policyengine.Detections),
        "\n\nThe JSON Schema is `policyengine/schemas/detections.schema.json`.\n\n",
        "## Detections\n\n",
        _properties(schema),
    ]
    for name, definition in schema.get("$defs", {}).items():
        if "properties" in definition:
            parts += [f"\n## {name}\n\n", definition.get("description", ""), "\n\n"]
            parts.append(_properties(definition))
    return "".join(parts)


def api_page() -> str:
    """The public names of the library."""
    parts = ["# Python names\n\n", _doc(policyengine), "\n"]
    for name in policyengine.__all__:
        value = getattr(policyengine, name)
        parts.append(f"\n## {name}\n\n")
        if isinstance(value, type):
            parts += [f"{_doc(value)}\n", *_members(value)]
        else:
            parts.append(f"`{value!r}`\n" if isinstance(value, int) else "A hook's marker.\n")
    return "".join(parts)


def cli_page() -> str:
    """Every command's own help."""
    context = click.Context(command_line, info_name="policyengine")
    parts = ["# The command line\n\n```text\n", command_line.get_help(context), "\n```\n"]
    for name in command_line.list_commands(context):
        command = command_line.get_command(context, name)
        if command is not None:
            inner = click.Context(command, info_name=name, parent=context)
            parts.append(f"\n## {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "".join(parts)


PAGES: Mapping[str, Callable[[], str]] = {
    "policy.md": policy_page,
    "detectors.md": detectors_page,
    "hooks.md": hooks_page,
    "errors.md": errors_page,
    "detections.md": detections_page,
    "api.md": api_page,
    "cli.md": cli_page,
}


def page(name: str) -> str:
    """A page as it should be on disk."""
    return NOTICE + PAGES[name]().rstrip() + "\n"


def _doc(thing: object) -> str:
    """A docstring as Markdown: whole paragraphs, one line each."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", paragraph) for paragraph in paragraphs)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", r"\|").strip()


def _fields(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    return _properties(schema) if schema.get("properties") else "None.\n"


def _properties(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = ["| key | value | default | meaning |\n|---|---|---|---|\n"]
    for name, field in schema["properties"].items():
        default = "required" if name in required else _default(field)
        told = _cell(field.get("description", ""))
        rows.append(f"| `{name}` | {_cell(_shape(field))} | {_cell(default)} | {told} |\n")
    return "".join(rows)


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    if value is None or value in ([], {}):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _shape(field: Mapping[str, Any]) -> str:
    """What a JSON Schema allows, in a few words."""
    if "$ref" in field:
        return "`" + field["$ref"].rsplit("/", 1)[-1] + "`"
    for key in ("anyOf", "oneOf"):
        if key in field:
            shapes = [_shape(one) for one in field[key] if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(shapes))
    if "allOf" in field:
        return " ".join(_shape(one) for one in field["allOf"])
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " ".join(f"`{value}`" for value in field["enum"])
    return _typed(field)


def _typed(field: Mapping[str, Any]) -> str:
    kind = field.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(_typed({**field, "type": one}) for one in kind if one != "null")
    if kind == "array":
        return f"list of {_shape(field.get('items', {}))}"
    if kind == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"map of names to {_shape(field['additionalProperties'])}"
    low = field.get("minimum", field.get("exclusiveMinimum"))
    high = field.get("maximum", field.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    return f"{kind} from {low}" if low is not None else str(kind)


def _parts_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models that the fields of a model are made of."""
    named = model.model_json_schema().get("$defs", {})
    module = sys.modules[model.__module__]
    for name in named:
        part = getattr(module, name, None)
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def _kinds(detector: policyengine.Detector[Options]) -> str:
    rows = ["| kind | recommended at | has a place | meaning |\n|---|---|---|---|\n"]
    rows += [
        f"| `{kind.name}` | {kind.recommended_at} | {'yes' if kind.spans else 'no'} "
        f"| {_cell(kind.description)} |\n"
        for kind in detector.kinds
    ]
    return "".join(rows)


def _signature(name: str, function: Callable[..., object]) -> str:
    return f"def {name}{inspect.signature(function)}".replace("'", "")


def _members(cls: type) -> Iterator[str]:
    """The public methods and properties that a class defines itself."""
    for name, member in vars(cls).items():
        function = getattr(member, "__func__", member)
        if name.startswith("_") or not _doc(member):
            continue
        if isinstance(member, property):
            returned = _returned(member.fget)
            yield f"\n### {cls.__name__}.{name}\n\n`{name}: {returned}`\n\n{_doc(member)}\n"
        elif inspect.isfunction(function):
            waits = "async " if inspect.iscoroutinefunction(function) else ""
            yield (
                f"\n### {cls.__name__}.{name}\n\n```python\n{waits}{_signature(name, function)}"
                f": ...\n```\n\n{_doc(function)}\n"
            )


def _returned(function: object) -> str:
    """The annotation of what a function returns, as it is written."""
    return str(getattr(function, "__annotations__", {}).get("return", "")).strip("'")


def main() -> None:
    """Write every page."""
    for name in PAGES:
        HERE.joinpath(name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
