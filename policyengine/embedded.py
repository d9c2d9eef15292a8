"""JSON inside strings: what a tool's arguments say, without their quotes and escapes.

A document is cut into leaves (keys, strings and numbers), decoded, each with an exact map between
its decoded text and the raw string. A string or number may be all of the document; `true`, `false`
and `null` alone are plain text, since as JSON they would hold none.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policyengine.json_leaves import Leaf, read

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Leaf", "distinct", "distinct_keys", "encode_edit", "is_document", "leaves"]


_BEGINNINGS = ("{", "[", '"', *"-0123456789")


def leaves(raw: str) -> tuple[Leaf, ...] | None:
    """The leaves of a JSON document in their order; None for anything else.

    Strict (RFC 8259): NaN, comments and control characters in strings are not JSON. Takes linear
    time, whatever the depth.
    """
    placed = read(raw)
    return None if placed is None else tuple(leaf for _, leaf in placed)


def is_document(raw: str) -> bool:
    """Whether `leaves` would find a JSON document; much faster."""
    if not raw.lstrip(" \t\n\r").startswith(_BEGINNINGS):
        return False
    try:
        json.loads(raw, parse_int=_unread, parse_float=_unread, parse_constant=_refuse)
    except RecursionError:
        return read(raw) is not None
    except ValueError:
        return False
    return True


def encode_edit(leaf: Leaf, start: int, end: int, replacement: str) -> tuple[int, int, str]:
    """An edit of a leaf's decoded text as an edit `(start, end, text)` of the raw string.

    Any edit of a number replaces all of it, by a quoted string. Edits of distinct parts of a
    string's text stay distinct, and each keeps the document valid by itself.
    """
    quoted = _quote(replacement)
    if leaf.sort == "number":
        return leaf.start, leaf.end, quoted
    return *leaf.to_raw(start, end), quoted[1:-1]


def distinct_keys(raw: str, before: str) -> str:
    """`raw` with keys told apart that rewriting made equal, so that no reader loses a member.

    `before` is the document as it was. To be called after keys were rewritten; values, and keys
    that were equal from the start, stay as they are.
    """
    placed, original = read(raw), read(before)
    if placed is None or original is None:
        return raw
    objects: dict[int, list[tuple[Leaf, str]]] = {}
    old_keys = (leaf for _, leaf in original if leaf.sort == "key")
    keys = ((holder, leaf) for holder, leaf in placed if leaf.sort == "key")
    for (holder, leaf), old in zip(keys, old_keys, strict=True):
        objects.setdefault(holder, []).append((leaf, old.text))
    renamed = [
        (leaf, name)
        for members in objects.values()
        for (leaf, _), name in zip(
            members,
            distinct([leaf.text for leaf, _ in members], [old for _, old in members]),
            strict=True,
        )
        if name != leaf.text
    ]
    renamed.sort(key=lambda pair: pair[0].start)
    pieces: list[str] = []
    position = 0
    for leaf, name in renamed:
        pieces += (raw[position : leaf.start], _quote(name))
        position = leaf.end
    return "".join((*pieces, raw[position:]))


def distinct(names: Sequence[str], before: Sequence[str]) -> list[str]:
    """The names of one object's members after rewriting, those made equal told apart by a number.

    A name that was not rewritten keeps it; those that were equal before stay equal.
    """
    taken = {name: name for name, old in zip(names, before, strict=True) if name == old}
    last: dict[str, int] = {}
    chosen: dict[tuple[str, str], str] = {}
    result = []
    for name, old in zip(names, before, strict=True):
        if (name, old) not in chosen:
            free = name
            while taken.get(free, old) != old:
                last[name] = last.get(name, 1) + 1
                free = f"{name} ({last[name]})"
            taken[free] = old
            chosen[name, old] = free
        result.append(chosen[name, old])
    return result


def _unread(literal: str) -> str:
    return literal


def _refuse(_literal: str) -> None:
    raise ValueError


def _quote(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


_SURROGATE = re.compile("[\ud800-\udfff]")
