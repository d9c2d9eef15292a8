"""Where documents come from: files, folders and, with the extra `remote`, any fsspec URL."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from policyengine.sources import local, remote
from policyengine.sources.text import SUFFIXES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SUFFIXES", "Text", "read"]


def read(locations: Iterable[str | PathLike[str]] | str | PathLike[str]) -> tuple[Text, ...]:
    """The texts at the locations, in the order given; what two locations share is read once.

    A folder stands for every `.yaml`, `.yml` and `.json` file under it, sorted, hidden ones left
    out. Raises UnreadableError, which names the location, for what cannot be read.
    """
    given = [locations] if isinstance(locations, str | PathLike) else locations
    found: dict[str, Text] = {}
    for location in given:
        source = remote if remote.is_url(location) else local
        for identity, text in source.read(location):
            found.setdefault(identity, text)
    return tuple(found.values())
