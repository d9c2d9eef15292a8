"""YAML (and so JSON) to nodes, from the parser's events: iterative, limited, every part placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from policyengine.loading import scalars
from policyengine.loading.nodes import ListNode, MappingNode, Node, ScalarNode
from policyengine.loading.problems import shown

if TYPE_CHECKING:
    from policyengine.errors import Mistake
    from policyengine.loading.source_text import SourceText

DEEPEST = 64
"""How deeply lists and mappings may be nested, aliases followed."""
LARGEST_EXPANSION = 100_000
"""How many nodes the aliases of one file may stand for together."""

LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
"""libyaml's parser where PyYAML was built with it; only events are taken from it."""

_CONTAINER_TAGS: dict[type, tuple[str | None, ...]] = {
    yaml.MappingStartEvent: (None, "!", "tag:yaml.org,2002:map"),
    yaml.SequenceStartEvent: (None, "!", "tag:yaml.org,2002:seq"),
}
_LONE_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))


def compose(source: SourceText, loader: Any = LOADER) -> tuple[Node | None, list[Mistake]]:
    """The file's one document, and the mistakes in it; None when it could not be read to its end.

    A document with mistakes is given all the same where the rest of it can be checked.
    """
    composer = _Composer(source)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            composer.take(event)
    except _StopError:
        return None, composer.mistakes
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError and OverflowError: the Python scanner on escapes beyond Unicode.
        return None, [*composer.mistakes, _syntax(source, error)]
    if composer.root is None and not composer.mistakes:
        return None, [source.mistake("empty", "this file holds no document")]
    return composer.root, composer.mistakes


class _StopError(Exception):
    """The rest of the file is not read."""


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being read; `size` and `height` count what aliases stand for."""

    node: MappingNode | ListNode
    anchor: str | None
    key: ScalarNode | None = None
    awaits_value: bool = False
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Composer:
    source: SourceText
    root: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int, int]] = field(default_factory=dict)
    documents: int = 0
    expanded: int = 0

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close()
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._open(event, kind)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self._stop("several-documents", "a second document begins here", event)

    def _say(self, code: str, message: str, event: Any) -> None:
        self.mistakes.append(self.source.mistake(code, message, event.start_mark.index))

    def _stop(self, code: str, message: str, event: Any) -> None:
        self._say(code, message, event)
        raise _StopError

    def _scalar(self, event: Any) -> None:
        value: Any = event.value
        try:
            if event.tag is None or event.tag == "!":
                if event.implicit[0] and event.tag is None:
                    value = scalars.resolve(value)
            else:
                value = scalars.construct(event.tag, value)
        except KeyError:
            self._say("tag", f"the tag {shown(event.tag)} has no meaning here", event)
        except scalars.NotOfItsTagError as error:
            self._say("number", str(error), event)
        if event.style == '"' and not _LONE_SURROGATES.isdisjoint(event.value):
            self._stop("character", "this escape stands for half a character", event)
        node = ScalarNode(self.source, event.start_mark.index, event.end_mark.index, value)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1, 0)
        self._attach(node, 1, 0)

    def _open(self, event: Any, kind: type) -> None:
        if event.tag not in _CONTAINER_TAGS[kind]:
            self._say("tag", f"the tag {shown(event.tag)} has no meaning here", event)
        if len(self.stack) >= DEEPEST:
            self._stop("too-deep", f"nested deeper than {DEEPEST} levels", event)
        start = event.start_mark.index
        node: MappingNode | ListNode = (
            MappingNode(self.source, start, {}, {})
            if kind is yaml.MappingStartEvent
            else ListNode(self.source, start, [])
        )
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Frame(node, event.anchor))

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (frame.node, frame.size, frame.height)
        self._attach(frame.node, frame.size, frame.height)

    def _alias(self, event: Any) -> None:
        if any(frame.anchor == event.anchor for frame in self.stack) and (
            event.anchor not in self.anchors
        ):
            self._stop("alias", f"the alias {shown(event.anchor)} stands inside itself", event)
        if event.anchor not in self.anchors:
            self._stop("alias", f"no anchor {shown(event.anchor)} comes before this alias", event)
        node, size, height = self.anchors[event.anchor]
        self.expanded += size
        if self.expanded > LARGEST_EXPANSION:
            self._stop("alias", f"aliases stand for more than {LARGEST_EXPANSION} values", event)
        if len(self.stack) + height > DEEPEST:
            self._stop("too-deep", f"nested deeper than {DEEPEST} levels", event)
        self._attach(node, size, height)

    def _attach(self, node: Node, size: int, height: int) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if type(frame.node) is ListNode:
            frame.node.items.append(node)
        elif frame.awaits_value:
            frame.awaits_value = False
            if frame.key is not None:
                frame.node.keys[frame.key.value] = frame.key  # type: ignore[union-attr]
                frame.node.values[frame.key.value] = node  # type: ignore[union-attr]
        else:
            frame.awaits_value = True
            frame.key = self._key(frame.node, node)  # type: ignore[arg-type]

    def _key(self, mapping: MappingNode, node: Node) -> ScalarNode | None:
        """The key, or None for one that cannot be used: its value is read and left out."""
        if type(node) is not ScalarNode or type(node.value) is not str:
            message = "a key must be a text; put quotes around it"
            self.mistakes.append(self.source.mistake("key", message, node.start))
            return None
        first = mapping.keys.get(node.value)
        if first is not None:
            place = self.source.place(first.start)
            message = f"the key {shown(node.value)} is given twice, first at {place}"
            self.mistakes.append(self.source.mistake("duplicate", message, node.start))
            return None
        return node


def _syntax(source: SourceText, error: Exception) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    offset = mark.index if mark is not None else 0
    problem = getattr(error, "problem", None) or "this is not YAML"
    context = getattr(error, "context", None)
    message = f"{problem}, {context}" if context else str(problem)
    if source.text[max(offset - 1, 0) : offset + 1] == "${":
        return source.mistake(
            "yaml",
            "inside { } or [ ], a reference to the environment needs quotes",
            offset - 1,
            suggestion=f'"{source.text[offset - 1 :].partition("}")[0][:40]}}}"',
        )
    return source.mistake("yaml", message, offset)
