"""The places of a file that no mistake shows, since a secret may stand there.

That is every value in `models` and `keys` (and in sections that may be those, mistyped) but for
references to the environment and for what is known to be harmless: who mistypes `api_key` is told
so without the key. Values are found in the parser's events. After a mistake in the YAML there are
none; what follows it is searched for whatever looks like a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from policyengine.loading.composing import DEEPEST, LOADER
from policyengine.loading.problems import closest
from policyengine.policy import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRETIVE = frozenset({"models", "keys"})
_HARMLESS = frozenset({"model", "description"})
_NO_SECRET = re.compile(r"""["']?(?:(?:\$\{\w*\}?)+|\$|true|false|null|~|\W*)["']?""")
_PLAIN_URL = re.compile(r"[^@?#]*")
_WORD = re.compile(r"""\$\{\w*\}?|[^\s,{}\[\]"']+""")
_COLON = re.compile(r"""["']?[ \t]*:""")
# Wherever they stand: detectors have options too, and a section may have any wrong name. Every
# repetition that can fail late is bounded, since a file may be one word of a megabyte.
_ALWAYS = re.compile(
    r"""(?:api[_-]?key|rewrit|secret|password)[\w-]{0,40}["']?[ \t]{0,40}:[ \t]*"""
    r"""(?P<value>"[^"\n]*"?|'[^'\n]*'?|[^\s,{}#"'][^,}\n#]*)|://(?P<user>[^\s/@"']{1,500})@""",
    re.IGNORECASE,
)


def hidden(text: str) -> list[tuple[int, int]]:
    """The spans of what is not shown, in order and apart from each other. Never raises."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted([*_by_name(text), *_by_place(text)]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _by_name(text: str) -> Iterator[tuple[int, int]]:
    for found in _ALWAYS.finditer(text):
        group = "user" if found["value"] is None else "value"
        if not _NO_SECRET.fullmatch(found[group].rstrip()):
            yield found.span(group)


def _by_place(text: str) -> Iterator[tuple[int, int]]:
    walk = _Walk()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            span = walk.take(event)
            if span is not None and not _NO_SECRET.fullmatch(text[slice(*span)]):
                yield span
    except (yaml.YAMLError, ValueError, OverflowError):
        yield from _unread(text, walk.end, secretive=walk.secretive)


def _unread(text: str, start: int, *, secretive: bool) -> Iterator[tuple[int, int]]:
    """The words that are no keys, in what may be a secretive section."""
    # The parser takes a reference without quotes for `$` and a mapping.
    end = start - (2 if text.endswith("${", 0, start) else text.endswith("$", 0, start))
    after_key = False
    for word in _WORD.finditer(text, end):
        between, end = text[end : word.start()], word.end()
        after_key = after_key and {*between}.isdisjoint("{,[\n")
        colon = word[0].endswith(":") or _COLON.match(text, end)
        if colon and not after_key:
            after_key = True
            name = word[0].rstrip(":")
            # In flow style the parser reads far ahead, so that the section may begin here.
            if name in Document.model_fields or _begins_a_line(text, word.start()):
                secretive = _may_be_secretive(name)
        elif secretive and not _NO_SECRET.fullmatch(word[0]):
            yield word.span()


def _begins_a_line(text: str, at: int) -> bool:
    return text[max(at - 2, 0) : at].lstrip("\"'")[-1:] in {"", "\n"}


def _may_be_secretive(section: str) -> bool:
    return closest(section, Document.model_fields) in {None, *_SECRETIVE}


def _is_harmless(key: str | None, value: str) -> bool:
    return key in _HARMLESS or (key == "base_url" and _PLAIN_URL.fullmatch(value) is not None)


@dataclass(slots=True)
class _Frame:
    """A list or a mapping that is being read, and the key whose value comes next."""

    is_mapping: bool
    key: str | None = None
    awaits_value: bool = False


class _Walk:
    """Where in the document the parser is."""

    def __init__(self) -> None:
        self._stack: list[_Frame] = []
        self.end = 0
        self.secretive = False

    def take(self, event: Any) -> tuple[int, int] | None:
        """The span of the value that the event is, if it is one that is not shown."""
        kind = type(event)
        self.end = event.end_mark.index
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(self._stack) >= DEEPEST:
                raise OverflowError
            self._stack.append(_Frame(kind is yaml.MappingStartEvent))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._stack.pop()
            self._next(None)
        elif kind is yaml.AliasEvent:
            self._next(None)
        elif kind is yaml.ScalarEvent:
            return self._scalar(event)
        return None

    def _scalar(self, event: Any) -> tuple[int, int] | None:
        top = self._stack[-1] if self._stack else None
        is_value = top is None or not top.is_mapping or top.awaits_value
        path = [frame.key for frame in self._stack[:3]]
        self._next(event.value)
        if not is_value or not self.secretive:
            return None
        if path[:1] == ["models"] and len(path) > 2 and _is_harmless(path[2], event.value):
            return None
        return event.start_mark.index, event.end_mark.index

    def _next(self, key: str | None) -> None:
        """A key or a value has been read."""
        top = self._stack[-1] if self._stack else None
        if top is not None and top.is_mapping:
            top.awaits_value = not top.awaits_value
            if top.awaits_value:
                top.key = key
                if len(self._stack) == 1:
                    self.secretive = key is not None and _may_be_secretive(key)
