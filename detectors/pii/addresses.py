"""A postal address as one finding, from its street to its country."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ADDRESS, PLACE = "pii.street_address", "pii.location"
LONGEST = 250
"""Characters that an address may have, the parts that are joined to it included."""

_BETWEEN = re.compile(r"[\s,;/|.\-]{0,8}")


class Found(NamedTuple):
    """Something in a text, whoever found it."""

    start: int
    end: int
    score: float
    kind: str
    evidence: Mapping[str, bool | str]


def joined(text: str, found: Iterable[Found]) -> list[Found]:
    """The findings of a text, with places that go on from an address made a part of it.

    Town, region, postal code and country are of no use to anybody who asks for the address, and
    left alone they tell most of it. They stand on the same line or the next ones, with little
    between them.
    """
    told: list[Found] = []
    for one in sorted(found):
        last = told[-1] if told else None
        if (
            last is not None
            and last.kind == ADDRESS
            and one.kind in (ADDRESS, PLACE)
            and one.end - last.start <= LONGEST
            and (one.start <= last.end or _BETWEEN.fullmatch(text, last.end, one.start))
        ):
            told[-1] = last._replace(end=max(last.end, one.end))
        else:
            told.append(one)
    return told
