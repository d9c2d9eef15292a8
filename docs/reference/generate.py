"""Write the reference pages from the code that they describe.

`python docs/reference/generate.py` writes them beside itself; a test compares them with what is
committed, so that no key, option, hook or error goes undocumented.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from pydantic import BaseModel
from python_names import doc, section, signature
from schema_tables import cell, table

import policyengine
from detectors.encoders.settings import Http, Onnx, SentenceTransformers, Static
from policyengine import (
    Options,
    PolicyEngineError,
    Registry,
    errors,
    hookspecs,
    openai,
    policy,
    testing,
)
from policyengine.cli import main as command_line
from policyengine.deployment import CompiledDeployment
from policyengine.loading.codes import ERRORS, WARNINGS
from policyengine.transport import CheckedRequest, CheckedResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
NOTICE = "<!-- Written by docs/reference/generate.py; change the code that it describes. -->\n\n"

SMALLEST_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "keywords": {"terms": ["term"]},
    "regex": {"patterns": {"name": "pattern"}},
    "topics": {"allowed": ["sports"], "banned": ["politics"]},
}
"""Options for detectors that cannot do without any, so that their kinds can be listed."""

ENCODERS = (Onnx, Static, SentenceTransformers, Http)
"""What several detectors take, and so has a place of its own."""

GIVEN = (CompiledDeployment, CheckedRequest, CheckedResponse)


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
        parts.append(f"\n## {title}\n\n{doc(model)}\n\n{table(model.model_json_schema())}")
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
        parts.append(f"\n## {detector_id}\n\n{doc(cls)}\n\n### Options of {detector_id}\n\n")
        parts.append(table(cls.Options.model_json_schema()))
        own = [model for model in _parts_of(cls.Options) if model not in ENCODERS]
        parts += [_part(model, "####") for model in own]
        parts.append(f"\n### Kinds of {detector_id}\n\n{_kinds(cls(options))}")
    parts += ["\n## Encoders\n\nWhat detectors that compare meanings take under `encoder`; "]
    parts += ["`onnx` or `static` alone is short for one without settings.\n"]
    parts += [_part(model, "###") for model in ENCODERS]
    return "".join(parts)


def hooks_page() -> str:
    """Every hook, with its exact signature."""
    parts = [f"# Hooks\n\n{doc(hookspecs)}\n"]
    for name, hook in vars(hookspecs).items():
        if name.startswith("policyengine_"):
            parts.append(f"\n## {name}\n\n{signature(name, hook)}\n\n")
            parts.append(doc(hook) + "\n")
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
        f"| `{cls.__name__}` | `{cls.code}` | {cell(doc(cls))} |\n"
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, PolicyEngineError)
    ]
    parts.append(
        "\n## Mistakes\n\nThe first line of a mistake in a configuration ends with its code, in "
        "square brackets.\nErrors refuse the configuration, warnings do not.\n"
    )
    for title, codes in (("Errors in a configuration", ERRORS), ("Warnings", WARNINGS)):
        parts.append(f"\n### {title}\n\n| code | meaning |\n|---|---|\n")
        parts += [f"| `{code}` | {cell(meaning)} |\n" for code, meaning in codes.items()]
    return "".join(parts)


def detections_page() -> str:
    """The detections object, from its published schema."""
    text = resources.files(policyengine).joinpath("schemas/detections.schema.json").read_text()
    schema = json.loads(text)
    parts = [
        "# The detections object\n\n",
        doc(policyengine.Detections),
        "\n\nThe JSON Schema is `policyengine/schemas/detections.schema.json`.\n\n",
        "## Detections\n\n",
        table(schema),
    ]
    for name, definition in schema.get("$defs", {}).items():
        if "properties" in definition:
            parts += [f"\n## {name}\n\n", definition.get("description", ""), "\n\n"]
            parts.append(table(definition, schema["$defs"]))
    return "".join(parts)


def api_page() -> str:
    """The public names of the library."""
    parts = ["# Python names\n\n", doc(policyengine), "\n"]
    parts += [section(name, getattr(policyengine, name)) for name in policyengine.__all__]
    parts.append("\n# What a deployment gives\n\nNobody makes these; `Engine` does.\n")
    parts += [section(cls.__name__, cls) for cls in GIVEN]
    for module in (openai, testing):
        parts.append(f"\n# {module.__name__}\n\n{doc(module)}\n")
        parts += [section(name, getattr(module, name)) for name in module.__all__]
    return "".join(parts)


def cli_page() -> str:
    """Every command's own help."""
    context = click.Context(command_line, info_name="policyengine", terminal_width=80)
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


def _parts_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models that the fields of a model are made of, and theirs."""
    annotations = [field.annotation for field in model.model_fields.values()]
    parts = dict.fromkeys(part for one in annotations for part in _models_in(one))
    for part in parts:
        yield part
        yield from _parts_of(part)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _part(model: type[BaseModel], level: str) -> str:
    rows = table(model.model_json_schema())
    return f"\n{level} {model.__name__}\n\n{doc(model)}\n\n{rows}"


def _yes(what: bool) -> str:  # noqa: FBT001 - a cell of a table
    return "yes" if what else "no"


def _kinds(detector: policyengine.Detector[Options]) -> str:
    rows = [
        "| kind | recommended at | has a place | surrogates | meaning |\n|---|---|---|---|---|\n"
    ]
    rows += [
        f"| `{kind.name}` | {kind.recommended_at} | {_yes(kind.spans)} "
        f"| {_yes(kind.surrogates)} | {cell(kind.description)} |\n"
        for kind in detector.kinds
    ]
    return "".join(rows)


def main() -> int:
    """Write every page; with `--check`, only say which would change."""
    stale = [name for name in PAGES if _on_disk(name) != page(name)]
    for name in stale:
        if "--check" in sys.argv:
            print(f"{HERE / name} is out of date: run `make docs`")
        else:
            HERE.joinpath(name).write_text(page(name), encoding="utf-8")
    return int("--check" in sys.argv and bool(stale))


def _on_disk(name: str) -> str:
    path = HERE / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
