"""`policyengine detectors`: what is installed, and all that it declares."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import click

from policyengine.cli.terminal import columns, visible
from policyengine.detector import Window
from policyengine.errors import PolicyEngineError
from policyengine.loading.problems import closest
from policyengine.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policyengine.detector import Detector, Scope
    from policyengine.registry import Registered

Description = dict[str, Any]

DEPENDS = "depends on its options"


class UnknownDetectorError(PolicyEngineError):
    """A detector that is not installed."""

    code = "unknown-detector"


def run(*, detector_id: str | None, as_json: bool) -> None:
    """Print all detectors, or everything about one."""
    installed = Registry.installed().detectors
    if detector_id is None:
        described = [describe(registered) for registered in installed.values()]
        click.echo(_json(described) if as_json else visible("\n".join(_overview(described))))
        return
    if detector_id not in installed:
        raise UnknownDetectorError(_unknown(detector_id, installed))
    one = describe(installed[detector_id])
    click.echo(_json(one) if as_json else visible("\n".join(_page(one))))


def describe(registered: Registered) -> Description:
    """Everything about a detector as plain JSON.

    What it declares is asked of an instance with default options; where it has none, `declares` is
    null, since everything there can depend on options.
    """
    detector = registered.detector
    return {
        "id": detector.id,
        "summary": _summary(detector),
        "plugin": registered.plugin,
        "distribution": registered.distribution,
        "version": registered.version,
        "declares": _declared(detector),
        "options": _options(detector),
    }


def _summary(detector: type[Detector[Any]]) -> str:
    return inspect.cleandoc(detector.__doc__ or "").partition("\n")[0]


def _declared(detector: type[Detector[Any]]) -> Description | None:
    # A plugin's constructor and properties are its own: whatever they do, the list is printed.
    try:
        one = detector(detector.Options())
        return {
            "kinds": [
                {
                    "name": kind.name,
                    "recommended_at": kind.recommended_at,
                    "spans": kind.spans,
                    "surrogates": kind.surrogates,
                    "description": kind.description,
                }
                for kind in one.kinds
            ],
            "examines": sorted(one.examines),
            "needs": sorted(one.needs),
            "uses": sorted(one.uses),
            "scope": _scope(one.scope),
            "cost": one.cost.value,
            "sends_text_to": list(one.sends_text_to),
            "self_test": len(one.examples),
        }
    except Exception:  # noqa: BLE001 - see above
        return None


def _scope(scope: Scope) -> Any:
    if isinstance(scope, Window):
        return {"lookbehind": scope.lookbehind, "lookahead": scope.lookahead}
    return scope


def _options(detector: type[Detector[Any]]) -> list[Description]:
    schema = detector.Options.model_json_schema()
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "type": _type(field, schema.get("$defs", {})),
            "required": name in required,
            "default": field.get("default"),
            "description": field.get("description", ""),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _type(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        target = definitions.get(name, {})
        return _type(target, definitions) if "enum" in target else name
    if "const" in field or "enum" in field:
        return " | ".join(json.dumps(value) for value in field.get("enum", [field.get("const")]))
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " | ".join(_type(one, definitions) for one in field[several])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}), definitions)}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"mapping of {_type(field['additionalProperties'], definitions)}"
    return str(field.get("type", "any"))


def _overview(described: Sequence[Description]) -> Iterator[str]:
    rows = [("ID", "SELF-TEST", "FROM", "SUMMARY")]
    for one in described:
        plugin = f"{one['plugin']} ({one['distribution']} {one['version']})"
        rows.append((one["id"], _self_test(one["declares"]), plugin, one["summary"]))
    yield from columns(rows)


def _page(one: Description) -> Iterator[str]:
    yield f"{one['id']}: {one['summary']}"
    yield ""
    yield from _facts(one)
    declared = one["declares"]
    yield ""
    if declared is None:
        yield f"kinds: {DEPENDS}"
    else:
        yield from _kinds(declared["kinds"])
    yield ""
    if not one["options"]:
        yield "options: none"
        return
    rows = [("OPTION", "TYPE", "DEFAULT", "MEANING")]
    for option in one["options"]:
        default = "required" if option["required"] else _json_line(option["default"])
        rows.append((option["name"], option["type"], default, option["description"]))
    yield from columns(rows)


def _facts(one: Description) -> Iterator[str]:
    declared = one["declares"] or {}
    facts = {
        "plugin": f"{one['plugin']} of {one['distribution']} {one['version']}",
        "self_test": _self_test(one["declares"]),
        "needs": _listed(declared.get("needs")),
        "uses": _listed(declared.get("uses")),
        "scope": _shown_scope(declared.get("scope")),
        "cost": declared.get("cost", DEPENDS),
        "sends_text_to": _listed(declared.get("sends_text_to"), nothing="nobody"),
    }
    yield from columns((f"{name}:", value) for name, value in facts.items())


def _kinds(kinds: Iterable[Description]) -> Iterator[str]:
    rows = [("KIND", "RECOMMENDED_AT", "SPANS", "MEANING")]
    for kind in kinds:
        spans = "yes" if kind["spans"] else "no"
        rows.append((kind["name"], f"{kind['recommended_at']:g}", spans, kind["description"]))
    yield from columns(rows)


def _self_test(declared: Description | None) -> str:
    if declared is None:
        return DEPENDS
    count = declared["self_test"]
    return "none" if not count else "1 example" if count == 1 else f"{count} examples"


def _shown_scope(scope: Any) -> str:
    if scope is None:
        return DEPENDS
    if isinstance(scope, dict):
        return f"{scope['lookbehind']} characters before, {scope['lookahead']} from its start"
    return str(scope)


def _listed(words: Sequence[str] | None, *, nothing: str = "nothing") -> str:
    return DEPENDS if words is None else ", ".join(words) or nothing


def _unknown(detector_id: str, installed: Iterable[str]) -> str:
    names = list(installed)
    suggestion = closest(detector_id, names)
    lines = [f"no installed plugin brings a detector {detector_id!r}"]
    if suggestion is not None:
        lines.append(f"did you mean: {suggestion}")
    lines.append(f"installed: {', '.join(names) or 'none'}")
    return "\n".join(lines)


def _json(value: object) -> str:
    return json.dumps(value, indent=2)


def _json_line(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
