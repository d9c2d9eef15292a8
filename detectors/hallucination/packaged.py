"""The packaged reader as a reader of claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.hallucination.reading import Heard, Pieces, of_claim
from detectors.reader.loading import load_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detectors.hallucination.reading import Claimed, Said
    from detectors.reader.texts import Read
    from policyengine import Resources


class PackagedClaims:
    """Reads a few sentences of the answer at a time beside what bears on them."""

    def __init__(self, threads: int, resources: Resources) -> None:
        self._reader = load_reader(resources, threads)
        self.pieces = Pieces(self._reader.tokens.places)

    def read_claims(self, said: Said) -> list[Claimed | None]:
        """For each claim what it says."""
        asked = self.pieces.asked(said)
        request = None if asked is None else self._reader.read(asked)
        everywhere = self.pieces.everywhere(said)
        heard = []
        for span, passages in self.pieces.parts(said):
            read = self._reader.read(said.answer.text[span.start : span.end])
            beside = [self._reader.read(one) for one in passages]
            judged = self._reader.judge(read, beside, request, everywhere)
            words = tuple(_words(read, judged.wrong, span.start))
            heard.append(Heard(span, judged.unsupported, judged.contradicted, words))
        return [of_claim(claim, heard, said.vouched) for claim in said.claims]


def _words(read: Read, logits: Sequence[float], at: int) -> Iterator[tuple[int, int, float]]:
    """Each word's place in the segment, and the highest logit of its tokens."""
    held: tuple[int, int, float] | None = None
    before = ""
    for start, end, word, logit in zip(read.starts, read.ends, read.words, logits, strict=True):
        if not word:
            continue
        if held is not None and word == before and held[1] == at + start:
            held = (held[0], at + end, max(held[2], logit))
            continue
        if held is not None:
            yield held
        held, before = (at + start, at + end, logit), word
    if held is not None:
        yield held
