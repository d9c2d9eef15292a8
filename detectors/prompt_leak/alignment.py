"""Where one text repeats another, word for word or nearly so."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.scripts import UNSPACED
from detectors.sentences import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 3
"""So many words in a row are looked up; a repeated part holds them somewhere."""
LEAST_ALIKE = 0.7
"""Of two parts that are compared word by word, edits included; below, they are not the same."""

_GAP = 6  # words that may differ between two runs of one part
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"  # signs without width, that part no words
_LETTER = rf"(?:[^\W_{UNSPACED}]|[\u0300-\u036f{_UNSEEN}])"
_WORD = re.compile(rf"[{UNSPACED}]|{_LETTER}+(?:['\u2019]{_LETTER}+)*")
_HIDDEN = re.compile(f"[{_UNSEEN}]+")
_PLACES = 16  # a run of words that stands more often in the prompt is looked for at these only


@dataclass(frozen=True, slots=True)
class Copy:
    """A part of the answer and what it repeats: code points of each text, half-open.

    `words` are those that are the same in both, `alike` is the share of them, 0 to 1, when both
    parts are aligned with as few insertions and deletions as can be (rapidfuzz's Indel).
    """

    start: int
    end: int
    source_start: int
    source_end: int
    words: int
    alike: float


@dataclass(slots=True)
class _Run:
    at: int
    source: int
    length: int


def folded(text: str) -> list[Word]:
    """The words of a text as compared: case, width and composed letters make no difference."""
    found = ((_folded(match[0]), match) for match in _WORD.finditer(text))
    return [Word(word, *match.span()) for word, match in found if word]


def _folded(word: str) -> str:
    if not word.isascii():
        word = unicodedata.normalize("NFKC", _HIDDEN.sub("", word)).replace("\u2019", "'")
    return word.lower()


class Original:
    """A text that may be repeated, its runs of words indexed."""

    def __init__(self, text: str) -> None:
        self._words = folded(text)
        self._texts = [word.text for word in self._words]
        self._seeds: dict[tuple[str, ...], list[int]] = {}
        for place in range(len(self._texts) - SEED + 1):
            places = self._seeds.setdefault(tuple(self._texts[place : place + SEED]), [])
            if len(places) < _PLACES:
                places.append(place)

    def copies(self, text: str, least: int, known: Sequence[Original] = ()) -> list[Copy]:
        """The parts of `text` that repeat at least `least` words of this one, in reading order.

        What `known` texts hold too is nobody's secret: a part that they account for by half is
        left out.
        """
        said = folded(text)
        texts = [word.text for word in said]
        parts = list(self._parts(texts))
        if not parts:
            return []
        theirs = [
            set().union(*(range(run.at, run.at + run.length) for run in other.runs(texts)), set())
            for other in known
        ]
        copies: list[Copy] = []
        for part in parts:
            own = {place for run in part for place in range(run.at, run.at + run.length)}
            if len(own) >= least and not any(2 * len(own & other) > len(own) for other in theirs):
                copies += self._copy(said, texts, part, len(own))
        return copies

    def holds(self, text: str) -> bool:
        """Whether more than half of the words of a text stand here, in runs."""
        said = [word.text for word in folded(text)]
        return 2 * sum(run.length for run in self.runs(said)) > len(said)

    def runs(self, texts: Sequence[str]) -> Iterator[_Run]:
        """The runs of words that stand here too, each as long as can be, none over another."""
        at = 0
        while at <= len(texts) - SEED:
            best = 0
            found = 0
            for source in self._seeds.get(tuple(texts[at : at + SEED]), ()):
                length = self._common(texts, at, source)
                if length > best:
                    best, found = length, source
            if best:
                yield _Run(at, found, best)
            at += max(best, 1)

    def _common(self, texts: Sequence[str], at: int, source: int) -> int:
        length = SEED
        most = min(len(texts) - at, len(self._texts) - source)
        while length < most and texts[at + length] == self._texts[source + length]:
            length += 1
        return length

    def _parts(self, texts: Sequence[str]) -> Iterator[list[_Run]]:
        """Runs that follow one another in both texts, with small gaps."""
        part: list[_Run] = []
        for run in self.runs(texts):
            if part and not _follows(part[-1], run):
                yield part
                part = []
            part.append(run)
        if part:
            yield part

    def _copy(
        self, said: Sequence[Word], texts: Sequence[str], part: list[_Run], count: int
    ) -> Iterator[Copy]:
        from rapidfuzz.distance import Indel  # noqa: PLC0415 - warming up said if it is missing

        first, last = part[0], part[-1]
        end, source_end = last.at + last.length, last.source + last.length
        alike = Indel.normalized_similarity(
            texts[first.at : end], self._texts[first.source : source_end]
        )
        if alike >= LEAST_ALIKE:
            yield Copy(
                said[first.at].start,
                said[end - 1].end,
                self._words[first.source].start,
                self._words[source_end - 1].end,
                count,
                alike,
            )


def _follows(run: _Run, other: _Run) -> bool:
    skipped = other.source - (run.source + run.length)
    return other.at - (run.at + run.length) <= _GAP and 0 <= skipped <= _GAP
