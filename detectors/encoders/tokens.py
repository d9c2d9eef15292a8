"""Text as tokens, by the file `tokenizer.json` of Hugging Face's library `tokenizers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tokenizers import Tokenizer

from detectors.encoders.reading import readable
from detectors.encoders.windows import token_windows
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine import Span


class TokensRead(NamedTuple):
    """An entry for each token."""

    ids: Sequence[int]
    places: Sequence[tuple[int, int]]
    words: Sequence[int | None]
    """The number of the word that it is a part of; None for those put around a text."""


class Tokens:
    """A tokenizer that cuts nothing off and fills nothing up."""

    def __init__(self, definition: bytes) -> None:
        try:
            self._tokenizer = Tokenizer.from_str(definition.decode())
        except Exception as error:  # the library raises no narrower type
            raise WarmUpError("the encoder's tokenizer.json cannot be read") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # Or "[SEP]" in a text would be the model's own sign between texts.
        self._tokenizer.encode_special_tokens = True
        self.added = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        """How many tokens of its own it puts around a text."""
        self.count = self._tokenizer.get_vocab_size()

    def ids(self, text: str, *, special: bool = True) -> Sequence[int]:
        """The tokens of a text; with those put around it, unless there is nothing in it."""
        ids = self._tokenizer.encode(readable(text), add_special_tokens=special).ids
        return ids if len(ids) > self.added * special else []

    def read(self, text: str, most: int | None = None) -> TokensRead:
        """The tokens of a text, the first `most` of them if that is given, and where they stand.

        With those put around it.
        """
        found = self._tokenizer.encode(readable(text))
        return TokensRead(found.ids[:most], found.offsets[:most], found.word_ids[:most])

    def places(self, text: str) -> Sequence[tuple[int, int]]:
        """Where its own tokens stand, in order."""
        places: Sequence[tuple[int, int]] = self._tokenizer.encode(
            readable(text), add_special_tokens=False
        ).offsets
        return places

    def windows(self, text: str, most: int) -> Sequence[Span]:
        """Pieces of at most so many tokens, those put around them included."""
        return token_windows(text, self.places(text), most - self.added)
