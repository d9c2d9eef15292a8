"""Any model of the library sentence-transformers, which brings torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.encoders.files import revision
from detectors.encoders.reading import readable
from detectors.encoders.rows import unit
from detectors.encoders.windows import character_windows, token_windows
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import SentenceTransformer

    from detectors.encoders.encoder import Array
    from detectors.encoders.settings import SentenceTransformers
    from policyengine import Span

USUAL_TOKENS = 256
"""For models that do not say how many they read."""


class SentenceEncoder:
    """Runs one text at a time, so that no padding changes a text's vector."""

    def __init__(self, settings: SentenceTransformers) -> None:
        self._model = _model(settings)
        self._tokenizer: Any = self._model.tokenizer
        self._added = self._tokenizer.num_special_tokens_to_add()
        self.max_tokens = int(self._model.max_seq_length or USUAL_TOKENS)
        self.dimension = self.encode([settings.type]).shape[1]
        self.revision = _revision(self._model)

    def windows(self, text: str) -> Sequence[Span]:
        """Pieces of the text that fit."""
        most = self.max_tokens - self._added
        if not self._tokenizer.is_fast:
            return character_windows(text, most)  # it does not tell where its tokens are
        places = self._tokenizer(
            readable(text),
            add_special_tokens=False,
            return_offsets_mapping=True,
            truncation=False,
            verbose=False,
        )["offset_mapping"]
        return token_windows(text, places, most)

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit rows, one for each text."""
        rows = self._model.encode(
            [readable(text) for text in texts],
            batch_size=1,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        seen = np.array([bool(text.strip()) for text in texts])
        return unit(np.asarray(rows, np.float32) * seen[:, None])


def _model(settings: SentenceTransformers) -> SentenceTransformer:
    # Loaded when it is asked for, since it brings torch, which most installations do without.
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    if not settings.download and not Path(settings.model).is_dir():
        known = "is no folder, and models are not fetched unless `download: true`"
        try:
            return SentenceTransformer(settings.model, settings.device, local_files_only=True)
        except Exception as error:  # each library below raises its own
            raise WarmUpError(f"the encoder's model {settings.model} {known}") from error
    return SentenceTransformer(settings.model, device=settings.device)


def _revision(model: SentenceTransformer) -> str:
    weights = model.state_dict()
    parts = [name.encode() + weights[name].cpu().numpy().tobytes() for name in sorted(weights)]
    vocabulary = repr(sorted(model.tokenizer.get_vocab().items()))
    return revision("sentence-transformers", vocabulary, str(model.max_seq_length), *parts)
