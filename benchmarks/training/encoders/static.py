"""The static encoder's table: what the model says of each word on its own.

The method is that of model2vec (https://github.com/MinishLab/model2vec): every token alone through
the sentence encoder, fewer dimensions by principal components, and frequent tokens weighted down.
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


def table(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> NDArray[np.int8]:
    """One row for each token, to be averaged; the direction of the average is all that counts.

    One scale serves all rows, so that lengths, which are the weights, are kept.
    """
    vectors = _each_alone(session, tokenizer)
    vectors -= vectors.mean(0)
    _, _, axes = np.linalg.svd(vectors.T @ vectors)
    vectors = vectors @ axes[:DIMENSION].T
    # The vocabulary is in order of frequency, which by Zipf's law falls as one over the rank.
    vectors *= np.log1p(np.arange(len(vectors)))[:, None]
    for token in SPECIAL:
        vectors[tokenizer.token_to_id(token)] = 0
    return np.rint(vectors * (LARGEST / np.abs(vectors).max())).astype(np.int8)


def _each_alone(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> Array:
    count = tokenizer.get_vocab_size()
    start, end = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    ids = np.stack([np.full(count, start), np.arange(count), np.full(count, end)], 1)
    batches = [ids[first : first + BATCH] for first in range(0, count, BATCH)]
    return np.concatenate([session.run(["vector"], {"input_ids": one})[0] for one in batches])
