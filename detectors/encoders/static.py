"""The static encoder: a vector for each token, averaged; numpy and nothing else runs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from detectors.encoders.encoder import EncodingError
from detectors.encoders.files import read, revision
from detectors.encoders.rows import unit
from detectors.encoders.tokens import Tokens
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.encoder import Array
    from detectors.encoders.settings import Static
    from policyengine import Span


class StaticEncoder:
    """Adds the table's rows of a text's tokens up; how long the rows are is how much they weigh."""

    def __init__(self, settings: Static) -> None:
        table, tokenizer = (read(settings.path, name) for name in ("words.npy", "tokenizer.json"))
        self.max_tokens = settings.max_tokens
        self.revision = revision("static", table, tokenizer, str(settings.max_tokens))
        self._tokens = Tokens(tokenizer)
        try:
            self._table = np.load(io.BytesIO(table), allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise WarmUpError("the encoder's words.npy cannot be read") from error
        if self._table.ndim != 2 or len(self._table) < self._tokens.count:
            raise WarmUpError("the encoder's words.npy has no row for each token of tokenizer.json")
        self.dimension = self._table.shape[1]

    def windows(self, text: str) -> Sequence[Span]:
        """Pieces of the text that fit."""
        return self._tokens.windows(text, self.max_tokens)

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit rows, one for each text."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for index, text in enumerate(texts):
            ids = self._tokens.ids(text, special=False)
            if len(ids) > self.max_tokens:
                raise EncodingError(f"{len(ids)} tokens, and at most {self.max_tokens} fit")
            rows[index] = self._table[ids].sum(0, dtype=np.float32) if ids else 0
        return unit(rows)
