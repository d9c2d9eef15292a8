"""Overlapping findings of one detector: which of them are told."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class Placed(Protocol):
    """Anything that was found in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""

    @property
    def score(self) -> float:
        """How sure it is."""


P = TypeVar("P", bound=Placed)


def covers(other: Placed, start: int, end: int, score: float) -> bool:
    """Whether `other` holds all of a place and is at least as sure."""
    return other.start <= start and end <= other.end and other.score >= score


def outermost(found: Iterable[P]) -> list[P]:
    """What lies in nothing else at least as sure, in reading order.

    Whether one stays depends on those that contain it alone: a rule that let the first of two
    overlapping ones win would carry on from one to the next without an end, and a detector's scope
    could not be bounded.
    """
    ordered = sorted(found, key=lambda one: (one.start, -one.end, -one.score))
    if all(one.end <= following.start for one, following in pairwise(ordered)):
        return ordered
    kept: list[P] = []
    near: list[P] = []
    for one in ordered:
        near = [other for other in near if other.end > one.start]
        if not any(covers(other, one.start, one.end, one.score) for other in near):
            kept.append(one)
            near.append(one)
    return kept
