"""Configurations as commands name them: files, folders, URLs, and `-` for standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from policyengine import sources
from policyengine.sources import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

STANDARD_INPUT = "-"


def texts_of(locations: Sequence[str]) -> tuple[Text, ...]:
    """The texts at the locations, in the order given; raises UnreadableError."""
    texts: list[Text] = []
    # One call for all files, which sees to it that what two locations share is read once.
    files = [location for location in locations if location != STANDARD_INPUT]
    if len(files) < len(locations):
        texts.append(Text("<stdin>", sys.stdin.buffer.read()))
    if files:
        texts += sources.read(files)
    return tuple(texts)


def tags_of(given: str) -> tuple[str, ...]:
    """The tags of a list with commas, sorted."""
    return tuple(sorted({tag.strip() for tag in given.split(",")} - {""}))
