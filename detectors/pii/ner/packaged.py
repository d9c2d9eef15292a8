"""The pipeline that comes with this distribution: a small network over the encoder's words.

It runs in onnxruntime, a window at a time: a quantised network measures its inputs, so that in a
batch what it says of one text would depend on the others.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detectors.encoders.files import read as of_encoder
from detectors.encoders.files import released
from detectors.encoders.graph import part_of
from detectors.encoders.sessions import session
from detectors.pii.ner.pieces import pieces
from detectors.pii.ner.pipeline import Named
from detectors.pii.ner.tags import spans, sure_outside
from detectors.pii.ner.windows import Window, windows
from detectors.pii.ner.words import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from detectors.pii.ner.words import Words

FOLDER = Path(__file__).parent / "model"
RELEASED = {
    "names.onnx": "bb84ebd052a0081669228bd2b1281e8ba440d66713fbca032afa16ebc08df67f",
    "scores.json": "ba7c25e5face11c1d19449058edc56da40e08545dc214cf72a89a6a8144822d4",
}
"""The packaged files with their sha256, as benchmarks/training/pii/export.py wrote them."""
EMBEDDED = "embedded"
"""What the encoder makes of each token before its first layer."""
LONGEST = 200_000
"""Characters whose tokens are held at once; the engine gives no passage that is nearly as long."""
_LETTER = re.compile(r"[^\W\d_]")


class Network:
    """What the pipeline says of texts, before anything is made of it."""

    def __init__(self, model: bytes) -> None:
        """`model` is an ONNX graph: the encoder's embedded tokens and marks in, logits out."""
        self._embed = session(part_of(of_encoder(None, "model.onnx"), EMBEDDED), 1)
        self._tag = session(model, 1)
        self._reader = Reader()

    def named(self, text: str) -> Iterator[Named]:
        """The names in a text, in reading order; none overlaps another."""
        for offset, piece in pieces(text, LONGEST):
            if _LETTER.search(piece):  # there is no name without one
                yield from self._named(piece, offset)

    def _named(self, text: str, offset: int) -> Iterator[Named]:
        read = self._reader.words(text)
        if not read.firsts:
            return
        said = [self._said(text, read, window) for window in windows(text, read)]
        for one in spans(np.concatenate(said)):
            start, end = read.starts[one.first], read.ends[one.end - 1]
            if start < end:
                yield Named(offset + start, offset + end, one.label, one.chance)

    def _said(self, text: str, read: Words, window: Window) -> NDArray[np.float32]:
        """Logits of the words that a window decides."""
        first, end, decided, to = window
        if not _LETTER.search(text, read.starts[decided], read.ends[to - 1]):
            return sure_outside(to - decided)  # as of a whole text
        return self._run(read, first, end)[decided - first : to - first]

    def _run(self, read: Words, first: int, end: int) -> NDArray[np.float32]:
        """Logits of the words `[first, end)`, read together."""
        begin = read.firsts[first]
        stop = read.firsts[end] if end < len(read.firsts) else len(read.ids) - 1
        ids = [read.ids[0], *read.ids[begin:stop], read.ids[-1]]
        (states,) = self._embed.run(None, {"input_ids": np.array([ids], np.int64)})
        marks = np.array([[0, *read.marks[begin:stop], 0]], np.int64)
        (said,) = self._tag.run(None, {"states": states, "marks": marks})
        logits: NDArray[np.float32] = said[0, np.array(read.firsts[first:end]) - begin + 1]
        return logits


class Packaged:
    """The loaded pipeline, for English."""

    language = "en"
    version = "en_personal_data-2.0.0"
    revision = RELEASED["names.onnx"]
    knows_codes = True

    def __init__(self) -> None:
        model, scores = (released(FOLDER, *one) for one in RELEASED.items())
        self._network = Network(model)
        self._steps: dict[str, list[list[float]]] = json.loads(scores)["scores"]

    def named(self, texts: Sequence[str]) -> list[list[Named]]:
        """The names in each text, in reading order; none overlaps another."""
        return [list(self._network.named(text)) for text in texts]

    def score(self, kind: str, chance: float) -> float:
        """The share of names of this kind, of which it was so sure, that were right."""
        steps = self._steps[kind]
        return steps[max(bisect_right(steps, [chance, 1.0]) - 1, 0)][1]
