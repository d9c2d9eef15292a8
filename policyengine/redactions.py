"""The stretches of a text that must not be delivered: where they are, and how they meet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policyengine.surrogates import is_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from policyengine.policy import RedactWith


@dataclass(frozen=True, slots=True)
class Redaction:
    """A stretch of text that must not be delivered, and what is to stand there.

    `draw` makes surrogates of the kind, see `Detector.surrogates`; without it, and where it has
    none, there are placeholders.
    """

    start: int
    end: int
    kind: str
    score: float
    method: RedactWith
    keep_last: int | None = None
    draw: Callable[[str, str, int], str | None] | None = field(default=None, compare=False)


def merge(redactions: Iterable[Redaction]) -> list[Redaction]:
    """Overlapping redactions as one over their union, in order of place.

    The kind and the method are those of the highest score, then the longest, then the first, then
    the alphabetically first kind. Where any of them hides every character, none stays readable.
    """
    clusters: list[list[Redaction]] = []
    end = -1
    for redaction in sorted(redactions, key=lambda one: (one.start, one.end, one.kind)):
        if redaction.start < end:
            clusters[-1].append(redaction)
        else:
            clusters.append([redaction])
        end = max(end, redaction.end)
    return [_union(cluster) for cluster in clusters]


def _union(cluster: Sequence[Redaction]) -> Redaction:
    first = min(cluster, key=lambda one: (-one.score, one.start - one.end, one.start, one.kind))
    hides_all = any(one.method != "mask" or one.keep_last is None for one in cluster)
    readable = None if hides_all else min(one.keep_last or 0 for one in cluster)
    return Redaction(
        min(one.start for one in cluster),
        max(one.end for one in cluster),
        first.kind,
        first.score,
        first.method,
        readable,
        first.draw,
    )


def apart(text: str, redactions: Sequence[Redaction]) -> Iterator[Redaction]:
    """The redactions, with placeholders for surrogates that would grow together with a neighbour.

    What stands beside a bracket can be told from it; "Ada" beside "Lovelace" cannot.
    """
    for at, one in enumerate(redactions):
        beside = (at and redactions[at - 1].end == one.start) or (
            at + 1 < len(redactions) and redactions[at + 1].start == one.end
        )
        if one.method == "surrogate" and (beside or not is_apart(text, one.start, one.end)):
            yield replace(one, method="placeholder")
        else:
            yield one
