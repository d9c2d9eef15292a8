"""From what the packaged pipeline says of each word to spans: the likeliest that can stand so.

A word begins a span, is inside one, ends one, is one alone, or is outside: the scheme BIOES
(Ratinov and Roth 2009, https://aclanthology.org/W09-1119/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

LABELS = ("PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS", "NATIONALITY")
OUTSIDE = 0
_BEGIN, _INSIDE, _END, _ALONE = range(4)
PLACES = 4
TAGS = 1 + PLACES * len(LABELS)
"""Outside, then each label's four."""
_CLEAR = 6.0
"""A word is outside where this is e^6 times as likely as anything else, whatever its neighbours."""


class Tagged(NamedTuple):
    """Words `[first, end)` that are one name."""

    first: int
    end: int
    label: str
    chance: float
    """The least that the pipeline gave to the tag of any of its words."""


def tag(label: str, place: int) -> int:
    """The number of a label's tag."""
    return 1 + LABELS.index(label) * PLACES + place


def tags_of(first: int, end: int, label: str) -> Iterator[tuple[int, int]]:
    """The words of a span, each with its tag."""
    if end - first == 1:
        yield first, tag(label, _ALONE)
        return
    for word in range(first, end):
        place = _BEGIN if word == first else _END if word == end - 1 else _INSIDE
        yield word, tag(label, place)


def sure_outside(words: int) -> Array:
    """Logits of words that are no part of any name."""
    logits = np.full((words, TAGS), -np.inf, np.float32)
    logits[:, OUTSIDE] = 0
    return logits


def _allowed() -> NDArray[np.bool_]:
    can = np.zeros((TAGS, TAGS), bool)
    opens = [OUTSIDE, *(tag(label, place) for label in LABELS for place in (_BEGIN, _ALONE))]
    closes = [OUTSIDE, *(tag(label, place) for label in LABELS for place in (_END, _ALONE))]
    can[np.ix_(closes, opens)] = True
    for label in LABELS:
        goes_on = [tag(label, _INSIDE), tag(label, _END)]
        can[np.ix_([tag(label, _BEGIN), tag(label, _INSIDE)], goes_on)] = True
    return can


_STEPS = np.where(_allowed(), 0.0, -np.inf).astype(np.float32)
_OPENS = np.where(_allowed()[OUTSIDE], 0.0, -np.inf).astype(np.float32)
_CLOSES = np.where(_allowed()[:, OUTSIDE], 0.0, -np.inf).astype(np.float32)


def spans(logits: Array) -> list[Tagged]:
    """The names among the words; `logits` has a row for each word, a column for each tag."""
    known = logits - logits.max(1, keepdims=True)
    known -= np.log(np.exp(known).sum(1, keepdims=True))
    rest = known[:, 1:].max(1)
    unclear = known[:, OUTSIDE] - rest < _CLEAR
    found: list[Tagged] = []
    for first, end in _runs(unclear):
        path = _likeliest(known[first:end])
        found += _named(path, known, first)
    return found


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _likeliest(known: Array) -> list[int]:
    """Viterbi's path through the words' tags, from outside to outside."""
    score = known[0] + _OPENS
    came: list[NDArray[np.intp]] = []
    for row in known[1:]:
        ways = score[:, None] + _STEPS
        best = ways.argmax(0)
        came.append(best)
        score = ways[best, np.arange(TAGS)] + row
    path = [int((score + _CLOSES).argmax())]
    for best in reversed(came):
        path.append(int(best[path[-1]]))
    return path[::-1]


def _named(path: list[int], known: Array, shift: int) -> Iterator[Tagged]:
    begun = 0
    for at, number in enumerate(path):
        if number == OUTSIDE:
            continue
        label, place = divmod(number - 1, PLACES)
        if place in (_BEGIN, _ALONE):
            begun = at
        if place in (_END, _ALONE):
            chance = min(known[shift + word, path[word]] for word in range(begun, at + 1))
            yield Tagged(shift + begun, shift + at + 1, LABELS[label], float(np.exp(chance)))
