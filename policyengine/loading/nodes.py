"""What a YAML document is made of, with the place of every part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.errors import Mistake
    from policyengine.loading.problems import Path, Problem
    from policyengine.loading.source_text import SourceText


@dataclass(slots=True)
class ScalarNode:
    """A text, a number, true, false or nothing; `start` and `end` are places in the source."""

    source: SourceText
    start: int
    end: int
    value: Any


@dataclass(slots=True)
class ListNode:
    """A list."""

    source: SourceText
    start: int
    items: list[Node]


@dataclass(slots=True)
class MappingNode:
    """Keys and values, in the document's order; every key is a text."""

    source: SourceText
    start: int
    keys: dict[str, ScalarNode]
    values: dict[str, Node]


Node = ScalarNode | ListNode | MappingNode


def plain(node: Node) -> Any:
    """The node as dicts, lists and scalars; nesting is limited where nodes are composed."""
    if type(node) is ScalarNode:
        return node.value
    if type(node) is MappingNode:
        return {key: plain(value) for key, value in node.values.items()}
    return [plain(item) for item in node.items]  # type: ignore[union-attr]


def find(root: Node, path: Path, *, key: bool = False) -> Node:
    """The node at the path, or the nearest node above it that exists.

    With `key`, the key that leads to it where there is one.
    """
    node: Node = root
    named: ScalarNode | None = None
    for part in path:
        inner = child(node, part)
        if inner is None:
            break
        named = node.keys[str(part)] if isinstance(node, MappingNode) else None
        node = inner
    return named if key and named is not None else node


def child(node: Node, part: str | int) -> Node | None:
    """What stands under a key or an index, or None."""
    if isinstance(node, MappingNode):
        return node.values.get(part) if isinstance(part, str) else None
    if isinstance(node, ListNode) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def existing(root: Node, prefix: Path, loc: Path) -> Path:
    """The path of what exists of `loc` below `prefix`.

    Parts that the tree does not have are left out: pydantic names the branches of a union too. A
    number leads to a mapping's member: options may take a mapping for the list of its members.
    """
    node: Node | None = root
    for part in prefix:
        node = child(node, part) if node is not None else None
    path = prefix
    for part in loc:
        name = part
        if isinstance(node, MappingNode) and isinstance(part, int) and part < len(node.values):
            name = list(node.values)[part]
        inner = child(node, name) if node is not None else None
        if inner is not None:
            node, path = inner, (*path, name)
    return path


def without(root: MappingNode, paths: Iterable[Path]) -> MappingNode:
    """A copy of the tree that lacks what stands at the paths; the rest is shared."""
    cut = frozenset(paths)
    on_the_way = {path[:length] for path in cut for length in range(len(path))}

    def copy(node: Node, here: Path) -> Node:
        if here not in on_the_way or isinstance(node, ScalarNode):
            return node
        if isinstance(node, MappingNode):
            inside = ((key, value, (*here, key)) for key, value in node.values.items())
            kept = {key: copy(value, path) for key, value, path in inside if path not in cut}
            return MappingNode(node.source, node.start, {key: node.keys[key] for key in kept}, kept)
        numbered = ((item, (*here, at)) for at, item in enumerate(node.items))
        items = [copy(item, path) for item, path in numbered if path not in cut]
        return ListNode(node.source, node.start, items)

    return copy(root, ())  # type: ignore[return-value]  # the root is a mapping and stays one


def placed(root: Node, problem: Problem) -> Mistake:
    """The problem as a mistake at its place in the tree."""
    node = find(root, problem.path, key=problem.at_key)
    return node.source.mistake(
        problem.code,
        problem.message,
        node.start,
        allowed=problem.allowed,
        suggestion=problem.suggestion,
    )
