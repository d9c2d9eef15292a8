"""Rows as the network reads them, and batches of them."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from detectors.pii.ner.tags import OUTSIDE, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from corpora import Row
    from numpy.typing import NDArray

    from detectors.pii.ner.words import Reader, Words

LONGEST = 256
"""Tokens of a row that are read; the packaged pipeline seldom reads more at once."""
UNKNOWN = -100
"""The tag of what teaches nothing: a word's other tokens, and what is unsure."""
UNREAD = 100
"""The token [UNK] of the encoder."""
HIDDEN = 0.06
"""So often a word is not shown: its neighbours and how it is written have to do."""
COARSE, WORK, AHEAD = 16, 4000, 12


@dataclass
class Read:
    """A row's words, and the tag of each token."""

    words: Words
    tags: NDArray[np.int64]


def example(reader: Reader, row: Row, rng: Random) -> Read:
    """A row for training."""
    found = reader.words(row.text, LONGEST)
    return Read(_partly_hidden(found, rng), _tags(found, row))


def _tags(found: Words, row: Row) -> NDArray[np.int64]:
    told = np.full(len(found.firsts), OUTSIDE, np.int64)
    for start, end in row.unsure:
        first, last = _within(found, start, end)
        told[first:last] = UNKNOWN
    for start, end, label in row.spans:
        first, last = _within(found, start, end)
        for word, number in tags_of(first, last, label) if last > first else ():
            told[word] = number
    tags = np.full(len(found.ids), UNKNOWN, np.int64)
    tags[list(found.firsts)] = told
    return tags


def _within(found: Words, start: int, end: int) -> tuple[int, int]:
    """Which words stand in `[start, end)`, in part at least."""
    first = int(np.searchsorted(found.ends, start, "right"))
    return first, int(np.searchsorted(found.starts, end, "left"))


def _partly_hidden(found: Words, rng: Random) -> Words:
    ids = list(found.ids)
    edges = [*found.firsts, len(ids) - 1]
    for at, first in enumerate(found.firsts):
        if rng.random() < HIDDEN:
            ids[first : edges[at + 1]] = [UNREAD] * (edges[at + 1] - first)
    return found._replace(ids=ids)


@dataclass
class Batch:
    """Rows of about one length, filled up to the longest."""

    ids: torch.Tensor
    marks: torch.Tensor
    real: torch.Tensor
    tags: torch.Tensor


def batch(reads: Sequence[Read], length: int) -> Batch:
    """Rows filled up to a length."""

    def filled(parts: Sequence[Sequence[int]], fill: int) -> torch.Tensor:
        return torch.tensor([[*part, *[fill] * (length - len(part))] for part in parts])

    real = [[1] * len(one.words.ids) for one in reads]
    return Batch(
        filled([one.words.ids for one in reads], 0),
        filled([one.words.marks for one in reads], 0),
        filled(real, 0).bool(),
        filled([one.tags.tolist() for one in reads], UNKNOWN),
    )


def _batches(reads: Iterator[Read]) -> Iterator[Batch]:
    """Rows of about one length together, as soon as there are enough of them.

    Few lengths, and always as many rows of one: a processor's products are prepared for each size.
    """
    waiting: dict[int, list[Read]] = {}
    for one in reads:
        length = -(-len(one.words.ids) // COARSE) * COARSE
        rows = waiting.setdefault(length, [])
        rows.append(one)
        if len(rows) * length >= WORK:
            yield batch(rows, length)
            rows.clear()


def batches(reads: Iterator[Read]) -> Iterator[Batch]:
    """Batches without end, made by a thread while there is time."""
    ready: queue.Queue[Batch | Exception] = queue.Queue(AHEAD)

    def make() -> None:
        try:
            for one in _batches(reads):
                ready.put(one)
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits
            ready.put(error)

    threading.Thread(target=make, daemon=True).start()
    while True:
        one = ready.get()
        if isinstance(one, Exception):
            raise one
        yield one
