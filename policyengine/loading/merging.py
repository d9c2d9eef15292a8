"""Several files become one document: their models, policies and deployments stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.loading.nodes import MappingNode, Node, ScalarNode
from policyengine.loading.problems import closest, shown
from policyengine.policy import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.errors import Mistake

VERSION = 1
SECTIONS = ("models", "policies", "deployments")

_KEYS = tuple(Document.model_fields)


def merge(roots: Sequence[Node]) -> tuple[MappingNode, list[Mistake]]:
    """The one document that the files make, without what is wrong at its top."""
    merged = MappingNode(roots[0].source, 0, {}, {})
    mistakes: list[Mistake] = []
    for root in roots:
        if isinstance(root, MappingNode):
            mistakes += _check_version(root)
            mistakes += _merge_file(merged, root)
        else:
            message = "a configuration is a mapping with the keys listed here"
            mistakes.append(root.source.mistake("wrong-type", message, root.start, allowed=_KEYS))
    merged.keys["version"] = merged.values["version"] = ScalarNode(merged.source, 0, 0, VERSION)
    return merged, mistakes


def _check_version(root: MappingNode) -> Iterator[Mistake]:
    node = root.values.get("version")
    allowed = (str(VERSION),)
    if node is None:
        message = "`version: 1` is missing: each file says in which version of the format it is"
        yield root.source.mistake("version", message, root.start)
    elif not isinstance(node, ScalarNode) or type(node.value) is not int or node.value != VERSION:
        message = "this version of the format is not known"
        yield root.source.mistake("version", message, node.start, allowed=allowed)


def _merge_file(merged: MappingNode, root: MappingNode) -> Iterator[Mistake]:
    for name, value in root.values.items():
        key = root.keys[name]
        if name not in _KEYS:
            yield key.source.mistake(
                "unknown-key",
                f"unknown key {shown(name)}",
                key.start,
                allowed=_KEYS,
                suggestion=closest(name, _KEYS),
            )
        elif name in SECTIONS and isinstance(value, MappingNode):
            yield from _merge_section(merged, key, value)
        elif name in SECTIONS:
            message = f"`{name}` is a mapping from names to {name}"
            yield value.source.mistake("wrong-type", message, value.start)
        elif name in merged.keys and name != "version":
            yield _twice(key, merged.keys[name], "the key")
        else:
            merged.keys[name], merged.values[name] = key, value


def _merge_section(merged: MappingNode, key: ScalarNode, section: MappingNode) -> Iterator[Mistake]:
    into = merged.values.setdefault(key.value, MappingNode(section.source, section.start, {}, {}))
    merged.keys.setdefault(key.value, key)
    if not isinstance(into, MappingNode):  # only sections that are mappings were merged
        return
    for name, value in section.values.items():
        if name in into.keys:
            yield _twice(section.keys[name], into.keys[name], f"in `{key.value}`, the name")
        else:
            into.keys[name], into.values[name] = section.keys[name], value


def _twice(second: ScalarNode, first: ScalarNode, what: str) -> Mistake:
    place = first.source.place(first.start)
    message = f"{what} {shown(second.value)} is given twice, first at {place}"
    return second.source.mistake("duplicate", message, second.start)
