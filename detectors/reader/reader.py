"""The trained reader: what it makes of an answer beside passages and a request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from detectors.encoders.cache import ContentCache
from detectors.encoders.files import read as packaged
from detectors.encoders.files import released
from detectors.encoders.graph import part_of
from detectors.encoders.sessions import session
from detectors.encoders.tokens import Tokens
from detectors.reader.marks import marks
from detectors.reader.texts import Read, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    Array = NDArray[Any]

FOLDER = Path(__file__).parent
RELEASED = {
    "alone.onnx": "cea704c31dbd40d8a4341069b403cac8465f0e6884e277137e117b8510c4f045",
    "joint.onnx": "879039022a675ca7db72761e85e6c41092b3c126b1d24df77b4c95286ee9168b",
}
"""The packaged reader's files with their sha256, as benchmarks/training/reader/export.py wrote it.

The layer over each text by itself, and those over an answer and what stands beside it."""
STATES = "out1"
"""What the encoder's second layer gives for each token."""
LONGEST = 128
"""A piece is read up to so many tokens."""
CACHE_BYTES = 16_000_000


class Judged(NamedTuple):
    """Logits, higher where something is wrong."""

    wrong: tuple[float, ...]
    """That a token of the answer is not supported."""
    conflict: tuple[float, ...]
    """That the context says otherwise, if it is not supported."""
    unsupported: float
    """That the whole is not supported, against that it is."""
    contradicted: float
    """That the context says otherwise, against that it says nothing."""
    relevant: float
    """That it addresses the request."""


class Reader:
    """Reads one answer at a time.

    A quantised model measures its inputs, so that in a batch what it says of one answer would
    depend on the others.
    """

    def __init__(self, threads: int = 1) -> None:
        alone, joint = (released(FOLDER, *one) for one in RELEASED.items())
        self._lower = session(part_of(packaged(None, "model.onnx"), STATES), threads)
        self._alone = session(alone, threads)
        self._joint = session(joint, threads)
        self.tokens = Tokens(packaged(None, "tokenizer.json"))
        self._cache: ContentCache[Read] = ContentCache(CACHE_BYTES)

    def read(self, text: str) -> Read:
        """A piece of text by itself; ValueError where it is longer than a piece may be."""
        known = self._cache.get(text)
        if known is None:
            known = self._read(text)
            self._cache.put(text, known, known.size)
        return known

    def judge(
        self,
        answer: Read,
        beside: Sequence[Read],
        request: Read | None = None,
        everywhere: AbstractSet[str] = frozenset(),
    ) -> Judged:
        """An answer beside passages, a request, or both; one of them at least.

        `everywhere`: the telling stems of all the passages that there are.
        """
        marked = marks(answer, request, beside, everywhere)
        others = [one.states for one in (*beside, *([request] if request else ()))]
        size = len(answer.words)
        tokens, (pair,) = self._joint.run(
            ["tokens", "pairs"],
            {
                "beside_states": np.concatenate(others)[None].astype(np.float32),
                "beside_marks": marked[None, :-size],
                "answer_states": answer.states[None].astype(np.float32),
                "answer_marks": marked[None, -size:],
                "words": np.array([[bool(word) for word in answer.words]], np.float32),
            },
        )
        supported, unsupported, contradicted, relevant = (float(one) for one in pair)
        either = float(np.logaddexp(unsupported, contradicted))
        return Judged(
            tuple(tokens[0, :, 0].tolist()),
            tuple(tokens[0, :, 1].tolist()),
            either - supported,
            contradicted - unsupported,
            relevant,
        )

    def _read(self, text: str) -> Read:
        found = self.tokens.read(text, LONGEST + 1)
        if len(found.ids) > LONGEST:
            raise ValueError(f"a piece of text has more than {LONGEST} tokens")
        (states,) = self._lower.run(None, {"input_ids": np.array([found.ids], np.int64)})
        (states,) = self._alone.run(None, {"states": states})
        words, stems = tokens_of(text, found.places, found.words)
        return Read(
            states[0].astype(np.float16),
            words,
            stems,
            tuple(start for start, _ in found.places),
            tuple(end for _, end in found.places),
        )
