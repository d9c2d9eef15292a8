"""Sentence encoders in ONNX, run by onnxruntime; no torch anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.encoders.encoder import EncodingError
from detectors.encoders.files import read, revision
from detectors.encoders.rows import unit
from detectors.encoders.sessions import session
from detectors.encoders.tokens import Tokens
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.encoder import Array
    from detectors.encoders.settings import Onnx
    from policyengine import Span

KNOWN_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
_PROBE = "a"


class OnnxEncoder:
    """Runs one text at a time.

    A quantised model measures its inputs, so that in a batch a text's vector would depend on what
    stands beside it. From 16 tokens on a batch is hardly quicker, and never with padding.
    """

    def __init__(self, settings: Onnx) -> None:
        model, tokenizer = (read(settings.path, name) for name in ("model.onnx", "tokenizer.json"))
        self.max_tokens = settings.max_tokens
        self.revision = revision("onnx", model, tokenizer, str(settings.max_tokens))
        self._tokens = Tokens(tokenizer)
        self._session = session(model, settings.threads)
        self._inputs = {one.name for one in self._session.get_inputs()}
        if "input_ids" not in self._inputs or not self._inputs <= KNOWN_INPUTS:
            named = ", ".join(sorted(self._inputs))
            raise WarmUpError(f"an encoder takes input_ids; the inputs of this model are {named}")
        self.dimension = len(self._probe())

    def windows(self, text: str) -> Sequence[Span]:
        """Pieces of the text that fit."""
        return self._tokens.windows(text, self.max_tokens)

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit rows, one for each text."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for index, text in enumerate(texts):
            ids = self._tokens.ids(text)
            if len(ids) > self.max_tokens:
                raise EncodingError(f"{len(ids)} tokens, and at most {self.max_tokens} fit")
            if ids:
                rows[index] = unit(self._run(ids))
        return rows

    def _probe(self) -> Array:
        try:
            vector = self._run(self._tokens.ids(_PROBE))
        except Exception as error:  # onnxruntime's own types share no base
            raise WarmUpError(f"the encoder's model does not run: {error}") from error
        if vector.ndim != 1 or not np.isfinite(vector).all():
            raise WarmUpError("the encoder's model gives no vector for a text")
        return vector

    def _run(self, ids: Sequence[int]) -> Array:
        row = np.array([ids], np.int64)
        held: dict[str, Any] = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.zeros_like(row),
        }
        (output, *_) = self._session.run(None, {name: held[name] for name in self._inputs})
        vector: Array = np.asarray(output[0], np.float32)
        return vector.mean(0) if vector.ndim == 2 else vector  # a vector for each token
