"""A text as the packaged pipeline reads it: tokens, the words that they are parts of, and marks."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from detectors.encoders.files import read as of_encoder
from detectors.encoders.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.tokens import TokensRead

FORMS = 9
(
    _SMALL, _TITLE, _CAPITALS, _INITIAL, _MIXED, _FIGURES, _WITH_FIGURES, _SIGN, _CARELESS,
) = range(FORMS)  # fmt: skip
"""How a word is written: `word`, `Word`, `WORD`, `W`, `wOrd`, `12`, `a12`, `&`, 中."""
GAPS = 4
_CLOSE, _SPACE, _LINE, _PARAGRAPH = range(GAPS)
"""What stands before a word: nothing, a space, a line's end, a blank line or the text's start."""
MARKS = 1 + FORMS * GAPS
"""So many marks there are; the first is that of tokens which are no part of the text."""
_BLANKS = "[\x0b\x0c\x1c-\x1f\x85\u200b]"
"""White space that the encoder's tokenizer deletes, so that the words around it would be one."""
_SIGNS = r"[^\p{L}\p{N}\p{M}]"
"""Any sign stands alone; the encoder's tokenizer leaves emoji and the like on the word before."""


class Words(NamedTuple):
    """What is read at once."""

    ids: Sequence[int]
    """The tokens, with those that the tokenizer puts around a text."""
    marks: Sequence[int]
    """For each token that of its word: how it is written, and what stands before it."""
    firsts: Sequence[int]
    """Where in `ids` each word begins."""
    starts: Sequence[int]
    """Where in the text each word begins, in code points."""
    ends: Sequence[int]


class Reader:
    """Reads texts with the packaged encoder's tokens, cut at every sign."""

    def __init__(self) -> None:
        definition = json.loads(of_encoder(None, "tokenizer.json"))
        blanks = {"type": "Replace", "pattern": {"Regex": _BLANKS}, "content": " "}
        signs = {
            "type": "Split", "pattern": {"Regex": _SIGNS}, "behavior": "Isolated", "invert": False,
        }  # fmt: skip
        normal, parts = definition["normalizer"], definition["pre_tokenizer"]["pretokenizers"]
        definition["normalizer"] = {"type": "Sequence", "normalizers": [blanks, normal]}
        definition["pre_tokenizer"]["pretokenizers"] = [parts[0], signs, *parts[1:]]
        self._tokens = Tokens(json.dumps(definition).encode())

    def words(self, text: str, most: int | None = None) -> Words:
        """The words of a text, runs of letters and figures or a sign each.

        Of the first `most` tokens, if that is given. The encoder knows no capitals, which tell
        names from other words: so the marks do.
        """
        read = self._tokens.read(text, most)
        firsts, starts, ends = _cut(text, read)
        marks = [0] * len(read.ids)
        after = 0
        for at, first in enumerate(firsts):
            start, end = starts[at], ends[at]
            gap = _gap(text[after:start]) if at else _PARAGRAPH
            mark = 1 + _form(text[start:end]) * GAPS + gap
            for token in range(first, firsts[at + 1] if at + 1 < len(firsts) else len(marks)):
                if read.words[token] is not None:
                    marks[token] = mark
            after = end
        return Words(read.ids, marks, firsts, starts, ends)


def _cut(text: str, read: TokensRead) -> tuple[list[int], list[int], list[int]]:
    firsts: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    last = None
    for at, (word, (start, end)) in enumerate(zip(read.words, read.places, strict=True)):
        if word is None:
            continue
        if word != last:
            firsts.append(at)
            # Parts of one syllable of Hangul can belong to two words.
            starts.append(max(start, ends[-1]) if ends else start)
            ends.append(max(end, starts[-1]))
            last = word
        else:
            ends[-1] = end
    for at, end in enumerate(ends):
        ends[at] = _with_accents(text, end, starts[at + 1] if at + 1 < len(starts) else len(text))
    return firsts, starts, ends


def _with_accents(text: str, end: int, most: int) -> int:
    """The end of a word with the accents and vowel signs that follow, which no token holds."""
    while end < most and unicodedata.category(text[end])[0] == "M":
        end += 1
    return end


def _gap(between: str) -> int:
    if not between:
        return _CLOSE
    if between == " ":
        return _SPACE
    lines = len(f"{between}.".splitlines()) - 1
    return _PARAGRAPH if lines > 1 else _LINE if lines or "\t" in between else _SPACE


def _form(word: str) -> int:
    if word.isalpha():
        if word.islower():
            return _SMALL
        if word.isupper():
            return _CAPITALS if len(word) > 1 else _INITIAL
        if word.istitle():
            return _TITLE
        return _CARELESS if word.lower() == word.upper() else _MIXED
    if word.isdigit():
        return _FIGURES
    return _WITH_FIGURES if any(map(str.isalnum, word)) else _SIGN
