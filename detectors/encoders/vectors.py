"""What detectors use: the vectors of texts of any length, each encoded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detectors.encoders.cache import ContentCache
from detectors.encoders.encoder import Encoder, EncodingError, RemoteEncoder
from detectors.encoders.rows import mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.encoder import Array
    from policyengine import Memo, Span

    Known = dict[str, "Passages"]

SPAN_BYTES = 100
"""Bytes that a span takes, about."""


@dataclass(frozen=True, slots=True)
class Passages:
    """A text in pieces that the encoder can read, and their vectors."""

    spans: tuple[Span, ...]
    """In order, overlapping; together they are the text."""
    vectors: Array
    """A unit row for each piece, float32; zeros where there is nothing to read."""
    vector: Array = field(init=False)
    """The whole text's: the mean of its pieces by their length, of unit length."""

    def __post_init__(self) -> None:
        weights = [span.end - span.start for span in self.spans]
        object.__setattr__(self, "vector", mean(self.vectors, weights))
        for held in (self.vectors, self.vector):
            held.flags.writeable = False  # everybody is given the same

    @property
    def size(self) -> int:
        """In bytes."""
        return self.vectors.nbytes + self.vector.nbytes + SPAN_BYTES * len(self.spans)


class Vectors:
    """An encoder and what it said of texts before.

    Texts that an evaluation has seen are in its memo, texts that this process has seen in a cache.
    `passages` and `encode` are for encoders on this machine; their twins that wait are for all.
    """

    def __init__(self, encoder: Encoder | RemoteEncoder, *, cache_bytes: int) -> None:
        self._encoder = encoder
        self._cache: ContentCache[Passages] = ContentCache(cache_bytes)
        self.revision = encoder.revision
        """Equal where equal texts give equal vectors."""
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens

    def encode(self, texts: Sequence[str], memo: Memo) -> Array:
        """A unit row for each text, however long it is."""
        return self._stacked(self.passages(texts, memo))

    async def aencode(self, texts: Sequence[str], memo: Memo) -> Array:
        """The same for any encoder."""
        return self._stacked(await self.apassages(texts, memo))

    def passages(self, texts: Sequence[str], memo: Memo) -> list[Passages]:
        """Each text in pieces; EncodingError where the encoder is on another machine."""
        if not isinstance(self._encoder, Encoder):
            raise EncodingError("this encoder is on another machine: await apassages")
        work = _Work(self._known(texts, memo), texts, self._encoder)
        return self._kept(work, self._encoder.encode(work.pieces))

    async def apassages(self, texts: Sequence[str], memo: Memo) -> list[Passages]:
        """The same for any encoder."""
        if isinstance(self._encoder, Encoder):
            return self.passages(texts, memo)
        work = _Work(self._known(texts, memo), texts, self._encoder)
        rows = await self._encoder.aencode(work.pieces) if work.pieces else self._stacked([])
        return self._kept(work, rows)

    def _known(self, texts: Sequence[str], memo: Memo) -> Known:
        """What the evaluation knows, with what the cache knows of these texts."""
        known: Known = memo.get(("detectors.encoders", self.revision), dict)
        for text in texts:
            if text not in known:
                held = self._cache.get(text)
                if held is not None:
                    known[text] = held
        return known

    def _kept(self, work: _Work, rows: Array) -> list[Passages]:
        for text, passages in work.done(rows):
            work.known[text] = passages
            self._cache.put(text, passages, passages.size)
        return [work.known[text] for text in work.texts]

    def _stacked(self, passages: Sequence[Passages]) -> Array:
        rows = np.zeros((len(passages), self.dimension), np.float32)
        for index, one in enumerate(passages):
            rows[index] = one.vector
        return rows


class _Work:
    """The texts that have yet to be encoded, in pieces, each different piece once."""

    def __init__(
        self, known: Known, texts: Sequence[str], encoder: Encoder | RemoteEncoder
    ) -> None:
        self.known = known
        self.texts = texts
        new = [text for text in dict.fromkeys(texts) if text not in known]
        self._spans = {text: tuple(encoder.windows(text)) for text in new}
        places: dict[str, int] = {}
        self._rows = {
            text: [places.setdefault(text[one.start : one.end], len(places)) for one in spans]
            for text, spans in self._spans.items()
        }
        self.pieces = tuple(places)

    def done(self, rows: Array) -> list[tuple[str, Passages]]:
        return [
            (text, Passages(spans, rows[self._rows[text]])) for text, spans in self._spans.items()
        ]
