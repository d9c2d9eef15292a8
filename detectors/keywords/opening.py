"""Where in a text that goes on a term may have begun that has not ended."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from detectors.keywords.folding import IGNORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.keywords.folding import Folding

# Within letters and digits of ASCII no term begins that is to be a whole word.
_BEGINNINGS = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]|[^0-9A-Za-z]")
_ANYWHERE = re.compile(r"(?s).")


class Opening:
    """What terms may still be found at the end of a text."""

    def __init__(self, terms: Sequence[str], folding: Folding, *, whole_word: bool) -> None:
        self._terms = sorted(terms)
        self._longest = max(map(len, terms))
        self._folding = folding
        self._whole_word = whole_word

    def of(self, text: str) -> int:
        """The earliest place of a text from which on it is the beginning of a term, or a term."""
        if not text or IGNORED.match(text[-1]):
            return 0  # marks belong to what they follow, and there may be more of them
        folded = self._folding.of(text)
        end = len(folded.text)
        # Beyond ASCII a letter may stand for what is none, and the other way round.
        beginnings = _BEGINNINGS if self._whole_word and text.isascii() else _ANYWHERE
        for beginning in beginnings.finditer(folded.text, max(0, end - self._longest)):
            place = beginning.start()
            rest = folded.text[place:]
            index = bisect_left(self._terms, rest)
            if index < len(self._terms) and self._terms[index].startswith(rest):
                return folded.place(place)
        return len(text)
