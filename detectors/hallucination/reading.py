"""What a reader says of an answer's claims, beside the passages that bear on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from detectors.encoders.cache import ContentCache
from detectors.hallucination.wording import stems
from detectors.reader.pieces import CHOSEN, chosen, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine import Segment, Span

CACHE_BYTES = 48_000_000
_PIECE_BYTES, _STEM_BYTES = 300, 80


class Said(NamedTuple):
    """A part of an answer, and what it is to be held against."""

    answer: Segment
    claims: tuple[Span, ...]
    context: tuple[Segment, ...]
    request: tuple[Segment, ...]
    vouched: tuple[Span, ...] = ()
    """Parts of the answer that are known to stand in the context in another form: a date, an
    amount. A reader takes them for something new."""


class Claimed(NamedTuple):
    """What a reader says of one claim: logits, higher where something is wrong."""

    worst: float
    """Of its two words that are least supported."""
    unsupported: float
    contradicted: float
    """That the context says otherwise, if it is not supported."""
    words: tuple[tuple[int, int, float], ...]
    """Each token's place in the segment, and its logit; empty where the reader tells no words."""


@runtime_checkable
class ClaimReader(Protocol):
    """Holds claims against a context on this machine."""

    def read_claims(self, said: Said) -> list[Claimed | None]:
        """For each claim what it says; None where no word of it was read."""


@runtime_checkable
class RemoteClaimReader(Protocol):
    """The same on another machine."""

    async def aread_claims(self, said: Said) -> list[Claimed | None]:
        """As `read_claims`; raises where the other machine does not answer well."""


class Piece(NamedTuple):
    """A few sentences of a text that are read together."""

    span: Span
    stems: frozenset[str]


class Pieces:
    """Texts in pieces, remembered; `places` gives those of a text's tokens."""

    def __init__(self, places: Callable[[str], Sequence[tuple[int, int]]]) -> None:
        self._places = places
        self._cache: ContentCache[tuple[Piece, ...]] = ContentCache(CACHE_BYTES)

    def of(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a text, in order."""
        known = self._cache.get(text)
        if known is None:
            known = tuple(
                Piece(span, stems(text[span.start : span.end]))
                for span in cut(text, self._places(text))
            )
            size = sum(_PIECE_BYTES + _STEM_BYTES * len(one.stems) for one in known)
            self._cache.put(text, known, size)
        return known

    def everywhere(self, said: Said) -> frozenset[str]:
        """The telling stems of the whole context."""
        return frozenset[str]().union(
            *(piece.stems for one in said.context for piece in self.of(one.text))
        )

    def parts(self, said: Said, most: int = CHOSEN) -> Iterator[tuple[Span, list[str]]]:
        """Each piece of the answer that holds a claim, with the passages that bear on it."""
        shelf = [(one.text, piece) for one in said.context for piece in self.of(one.text)]
        known = [piece.stems for _, piece in shelf]
        for part in self.of(said.answer.text) if shelf else ():
            if any(one.start < part.span.end and part.span.start < one.end for one in said.claims):
                near = (shelf[at] for at in chosen(part.stems, known, most))
                yield part.span, [text[one.span.start : one.span.end] for text, one in near]

    def asked(self, said: Said) -> str | None:
        """The end of what was asked, where the question mostly stands."""
        for segment in reversed(said.request):
            pieces = self.of(segment.text)
            if pieces:
                span = pieces[-1].span
                return segment.text[span.start : span.end]
        return None


class Heard(NamedTuple):
    """What was said of a part of an answer that was read at once."""

    span: Span
    unsupported: float
    contradicted: float
    words: tuple[tuple[int, int, float], ...]
    """As those of `Claimed`."""


def of_claim(claim: Span, heard: Sequence[Heard], vouched: Sequence[Span] = ()) -> Claimed | None:
    """What was said of a claim; None where no word of it was read."""
    parts = [one for one in heard if one.span.start < claim.end and claim.start < one.span.end]
    words = [
        word for one in parts for word in one.words if word[0] < claim.end and claim.start < word[1]
    ]
    doubted = [word for word in words if not any(_within(word, one) for one in vouched)]
    if not doubted:
        return None
    top = sorted((logit for *_, logit in doubted), reverse=True)[:2]
    unsupported = max(one.unsupported for one in parts)
    if len(doubted) < len(words):
        unsupported = min(unsupported, top[0])  # it may have meant what is vouched for
    return Claimed(
        sum(top) / len(top),
        unsupported,
        max(one.contradicted for one in parts),
        tuple(doubted),
    )


def _within(word: tuple[int, int, float], span: Span) -> bool:
    return span.start <= word[0] and word[1] <= span.end
