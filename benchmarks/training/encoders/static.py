"""The static encoder's table: what the model says of each word on its own.

The method is that of model2vec (https://github.com/MinishLab/model2vec): every token alone through
the sentence encoder, fewer dimensions by principal components, and frequent tokens weighted down;
the weights are those of "smooth inverse frequency" (Arora, Liang and Ma 2017,
https://openreview.net/forum?id=SyK00v5xx), with frequencies by Zipf's law.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnxruntime
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

DIMENSION = 256
BATCH = 256
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LARGEST = 127
FIRST = 999
"""The first token of text; those before are special or unused. From there on the vocabulary is in
order of frequency."""
SMOOTH = 1e-4
"""The frequency at which a token counts half; chosen on the training part of CLINC150."""


def table(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> NDArray[np.int8]:
    """One row for each token, to be added up; the direction of the sum is all that counts.

    One scale serves all rows, so that lengths, which are the weights, are kept.
    """
    vectors = _each_alone(session, tokenizer).astype(np.float64)
    frequency = np.zeros(len(vectors))
    frequency[FIRST:] = 1 / (np.arange(len(vectors) - FIRST) + 3.7)
    frequency /= frequency.sum()
    weight = SMOOTH / (SMOOTH + frequency)
    # So that the sum of an average text's rows is nothing, and what is left is what it is about.
    vectors -= np.average(vectors, 0, frequency * weight)
    _, _, axes = np.linalg.svd(vectors[FIRST:].T @ vectors[FIRST:])
    vectors = vectors @ axes[:DIMENSION].T * weight[:, None]
    for token in SPECIAL:
        vectors[tokenizer.token_to_id(token)] = 0
    return np.rint(vectors * (LARGEST / np.abs(vectors).max())).astype(np.int8)


def _each_alone(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> Array:
    count = tokenizer.get_vocab_size()
    start, end = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    ids = np.stack([np.full(count, start), np.arange(count), np.full(count, end)], 1)
    batches = [ids[first : first + BATCH] for first in range(0, count, BATCH)]
    return np.concatenate([session.run(["vector"], {"input_ids": one})[0] for one in batches])
