"""Stand-ins that were issued, placeholders and surrogates, and where they are in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from policyengine.offsets import Edit
from policyengine.surrogates import Finder

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACEHOLDER = re.compile(r"\[[A-Z0-9_]+_[A-Z2-7]{6,}\]")


@dataclass(frozen=True, slots=True)
class Original:
    """What a stand-in stands for; `number` tells a bare JSON number from a string."""

    value: str
    number: bool = False


class Issued(Mapping[str, Original]):
    """Stand-ins and what they stand for."""

    def __init__(self, originals: Mapping[str, Original] = MappingProxyType({})) -> None:
        self._originals = originals
        surrogates = [one for one in originals if not PLACEHOLDER.fullmatch(one)]
        self._surrogates = Finder(surrogates) if surrogates else None

    def __getitem__(self, standin: str) -> Original:
        return self._originals[standin]

    def __iter__(self) -> Iterator[str]:
        return iter(self._originals)

    def __len__(self) -> int:
        return len(self._originals)

    def found_in(self, text: str) -> Iterator[tuple[Edit, Original]]:
        """The stand-ins in a text, in order, with the edits that put their values back."""
        for start, end in places(text, self._originals, self._surrogates):
            original = self._originals[text[start:end]]
            yield Edit(start, end, original.value), original


def places(
    text: str, issued: Mapping[str, object], surrogates: Finder | None
) -> Iterator[tuple[int, int]]:
    """Where stand-ins that were issued are in a text, in order."""
    found = []
    if surrogates is not None:
        found = [place for place in surrogates.find(text) if text[slice(*place)] in issued]
    if issued and "[" in text:
        found += [one.span() for one in PLACEHOLDER.finditer(text) if one[0] in issued]
        found.sort()
    yield from found
