"""Paths of texts: JSON Pointers (RFC 6901) in which `#` is free to mean something.

A path that ends in `#` names the key of the member, and what follows a `#` is a place inside the
text. So a `#` in a member's own name is written `~2`, beside the RFC's `~0` for `~` and `~1` for
`/`, and `~3` before a number is the place of a member whose name is not told (see `members`). A
pointer without these two is exactly the RFC's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY = "#"
PLACE = "~3"

_FIELD = re.compile(r"(?=.{1,40}\Z)[A-Za-z_][A-Za-z_.-]*[0-9]{0,2}")
_SCHEMA = frozenset({"$defs", "$id", "$ref", "$schema"})


def join(path: str, name: str | int) -> str:
    """The path of the member or item `name` of what stands at `path`."""
    return f"{path}/{name}" if isinstance(name, int) else f"{path}/{escape(name)}"


def members(path: str, record: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The path of each member of an object in which names are given freely, with its name.

    A path is reported where no text of the exchange may be, so only a name that looks like a
    field's is spelt out: letters, and not too many. Any other could be a customer's address, an
    account or a key to one: its place among the object's names of that sort stands for it.
    """
    untold = 0
    for name in record:
        if is_told(name):
            yield f"{path}/{name}", name
        else:
            yield f"{path}/{PLACE}{untold}", name
            untold += 1


def is_told(name: object) -> bool:
    """Whether paths spell a member's name out."""
    return isinstance(name, str) and (_FIELD.fullmatch(name) is not None or name in _SCHEMA)


def escape(name: str) -> str:
    """A member's name as one token of a path."""
    if "~" in name:
        name = name.replace("~", "~0")
    if "/" in name:
        name = name.replace("/", "~1")
    return name.replace(KEY, "~2") if KEY in name else name


def unescape(token: str) -> str:
    """The member's name that `escape` wrote as `token`."""
    if "~" not in token:
        return token
    return token.replace("~2", KEY).replace("~1", "/").replace("~0", "~")


def split(path: str) -> tuple[tuple[str | int, ...], bool]:
    """The names along a path, and whether it names the last member's key.

    A number is the place of a member among those that are not told; an item of an array comes as
    its digits.
    """
    names_key = path.endswith(KEY)
    tokens = (path[:-1] if names_key else path).split("/")[1:]
    return tuple(
        int(token[len(PLACE) :]) if token.startswith(PLACE) else unescape(token) for token in tokens
    ), names_key
