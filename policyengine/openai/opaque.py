"""Values of undocumented fields that no detector can read, told by their look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.openai.draft import Place

MOST_NUMBERS = 4
"""An array of more integers may spell a text; a date or the corners of a box are none."""

_MEDIUM = re.compile(
    r"data:(?P<sort>[a-z]+)/[\w.+-]+(?:;[\w.+-]+=[\w.+-]*)*;base64,[A-Za-z0-9+/_-]*={0,2}",
    re.ASCII | re.IGNORECASE,
)


def medium_of(text: str) -> str | None:
    """What a base64 `data:` URL holds: image, audio or file; None for any other text."""
    found = _MEDIUM.fullmatch(text) if text[:5].lower() == "data:" else None
    if found is None:
        return None
    sort = found["sort"].lower()
    return sort if sort in ("image", "audio") else "file"


def is_token_ids(value: list[Any], name: object) -> bool:
    """Whether an array under this name holds tokens, or bytes, instead of texts."""
    named = isinstance(name, str) and name.endswith("token_ids")
    if not value or (len(value) <= MOST_NUMBERS and not named):
        return False
    return all(type(item) is int for item in value)


def token_id_places(value: object, place: Place) -> Iterator[Place]:
    """Where token ids stand in or below a value."""
    pending = [(place, value)]
    while pending:
        here, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*here, name), below) for name, below in value.items()]
        elif isinstance(value, list):
            if is_token_ids(value, next((name for name in here[::-1] if type(name) is str), "")):
                yield here
            else:
                pending += [((*here, index), item) for index, item in enumerate(value)]
