"""A text as the reader takes it: its tokens' states, and the words that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.relevancy.overlap import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

STATE_BYTES = 2


@dataclass(frozen=True, slots=True)
class Read:
    """A text of few tokens, read by itself.

    One entry for each token, those that the tokenizer puts around the text included: the word that
    it is a part of in lower case, empty for the added ones, and its place in the text.
    """

    states: Array
    """(tokens, width), float16: what the encoder's lower layers make of each token."""
    words: tuple[str, ...]
    stems: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def size(self) -> int:
        """In bytes, about."""
        return int(self.states.nbytes) + 40 * len(self.words)


def tokens_of(
    text: str, places: Sequence[tuple[int, int]], numbers: Sequence[int | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The word and the stem of each token, by the numbers of the words that they are parts of."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for (start, end), number in zip(places, numbers, strict=True):
        if number is not None:
            first.setdefault(number, start)
            last[number] = end
    known = {number: text[first[number] : last[number]].lower() for number in first}
    stems = {number: stem(word) for number, word in known.items()}
    return (
        tuple("" if number is None else known[number] for number in numbers),
        tuple("" if number is None else stems[number] for number in numbers),
    )
