"""A postal address: its street as one finding, or all of it from its street to its country."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ADDRESS, PLACE = "pii.street_address", "pii.location"
LONGEST = 250
"""Characters that an address may have, the parts that are joined to it included."""

_BETWEEN = re.compile(r"[\s,;/|.\-]{0,8}")

_UNIT = re.compile(
    r"(?i)(?:(?:apt|apartment|suite|ste|unit|flat|floor|room|rm|building|bldg|block|no)\b|#)"
    r"[\s.:#]*\w+"
)


class Found(NamedTuple):
    """Something in a text, whoever found it."""

    start: int
    end: int
    score: float
    kind: str
    evidence: Mapping[str, bool | str]


def joined(text: str, found: Iterable[Found], *, whole: bool) -> list[Found]:
    """The findings of a text, with what goes on from a street made a part of it.

    A street goes on in its unit, as in `12 Oak Street, Apt 4`. Where addresses are told `whole`,
    town, region, postal code and country are parts of them too. The parts stand on the same line or
    the next ones, with little between them.
    """
    told: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        if told and _goes_on(text, told[-1], one, whole=whole):
            told[-1] = told[-1]._replace(end=max(told[-1].end, one.end))
        else:
            told.append(one)
    return told


def _goes_on(text: str, street: Found, part: Found, *, whole: bool) -> bool:
    """Whether a finding belongs to the address that the one before it has begun."""
    if street.kind != ADDRESS or part.end - street.start > LONGEST:
        return False
    if part.start > street.end and not _BETWEEN.fullmatch(text, street.end, part.start):
        return False
    if part.kind != ADDRESS:
        return whole and part.kind == PLACE
    if whole or part.start <= street.end:
        return True
    return any(_UNIT.fullmatch(text, one.start, one.end) for one in (street, part))
