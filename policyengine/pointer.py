"""Paths of texts: JSON Pointers (RFC 6901) in which `#` is free to mean something.

A path that ends in `#` names the key of the member, and what follows a `#` is a place inside the
text. So a `#` in a member's own name is written `~2`, beside the RFC's `~0` for `~` and `~1` for
`/`; a pointer whose names hold no `#` is exactly the RFC's.
"""

from __future__ import annotations

KEY = "#"


def join(path: str, name: str | int) -> str:
    """The path of the member or item `name` of what stands at `path`."""
    return f"{path}/{name}" if isinstance(name, int) else f"{path}/{escape(name)}"


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


def split(path: str) -> tuple[tuple[str, ...], bool]:
    """The names along a path, and whether it names the last member's key."""
    names_key = path.endswith(KEY)
    tokens = (path[:-1] if names_key else path).split("/")[1:]
    return tuple(unescape(token) for token in tokens), names_key
