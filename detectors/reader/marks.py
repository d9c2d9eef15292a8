"""What a token's word has to do with the other text, in the order of the reader's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from detectors.reader.texts import Read

    Numbers = NDArray[np.int64]

COUNT = 12
(
    _CONTEXT, _CONTEXT_SAID, _REQUEST, _REQUEST_SAID, _ADDED,
    _NEW, _ASKED, _STEM, _WORD, _RUN, _FIRST_OF_ANSWER, _ELSEWHERE,
) = range(COUNT)  # fmt: skip


def marks(
    answer: Read,
    request: Read | None,
    context: Sequence[Read],
    everywhere: AbstractSet[str] = frozenset(),
) -> Numbers:
    """A mark for each token of the context, the request and the answer, in this order.

    A word of the answer is new, or in the request alone, or in a part of the context that is not
    read here, or in what is by its stem, itself, or with the word before it; a word of the others
    is one of the answer's or is not. `everywhere`: the telling stems of the whole context.
    """
    said = frozenset(answer.stems) - {""}
    found: list[int] = []
    for one in context:
        found += (_ADDED if not s else _CONTEXT_SAID if s in said else _CONTEXT for s in one.stems)
    asked: frozenset[str] = frozenset()
    if request is not None:
        found += (
            _ADDED if not s else _REQUEST_SAID if s in said else _REQUEST for s in request.stems
        )
        asked = frozenset(request.stems)
    found += _of_answer(answer, asked, context, everywhere)
    return np.array(found, np.int64)


def _of_answer(
    answer: Read,
    asked: frozenset[str],
    context: Sequence[Read],
    everywhere: AbstractSet[str],
) -> Iterator[int]:
    stems = frozenset(one for text in context for one in text.stems)
    words = frozenset(one for text in context for one in text.words)
    runs = frozenset(pair for text in context for pair in _pairs(text))
    before, now, start = "", "", -1
    for at, (word, one) in enumerate(zip(answer.words, answer.stems, strict=True)):
        if not word:
            yield _FIRST_OF_ANSWER if at == 0 else _ADDED
            continue
        if word != now or (at and answer.starts[at] > answer.ends[at - 1]) or start < 0:
            before, now, start = now, word, at
        if one not in stems:
            yield _ELSEWHERE if one in everywhere else _ASKED if one in asked else _NEW
        elif word not in words:
            yield _STEM
        else:
            yield _RUN if (before, now) in runs else _WORD


def _pairs(text: Read) -> Iterator[tuple[str, str]]:
    before = ""
    for at, word in enumerate(text.words):
        if at and word == text.words[at - 1] and text.starts[at] == text.ends[at - 1]:
            continue  # the same word's next token
        yield before, word
        before = word
