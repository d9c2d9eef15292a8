"""Terms in a folded text: all of them in one pass, exactly or nearly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a folded text, `distance` edits away."""

    term: int
    start: int
    end: int
    distance: int = 0


class Exact:
    """Finds every occurrence of every term, overlapping ones too."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._find = _automaton(terms).find_matches_as_indexes

    def find(self, text: str) -> Iterator[Match]:
        """The occurrences in `text`."""
        for term, start, end in self._find(text, overlapping=True):
            yield Match(term, start, end)


class Near:
    """Finds terms with up to `distance` edits (insert, delete, replace), from word to word.

    Of a term cut into `distance + 1` pieces, one is left whole by so many edits. The pieces are
    found in one pass, and the words around each are compared with the term.
    """

    def __init__(self, terms: Sequence[str], distance: int) -> None:
        self._terms = terms
        self._distance = distance
        self._places: dict[str, list[tuple[int, int]]] = {}
        for index, term in enumerate(terms):
            if len(term) >= shortest_near(distance):
                for offset, piece in _pieces(term, distance + 1):
                    self._places.setdefault(piece, []).append((index, offset))
        self._pieces = list(self._places)
        self._find = _automaton(self._pieces).find_matches_as_indexes if self._pieces else None
        self._edits = _edit_distance()

    def find(self, text: str) -> Iterator[Match]:
        """The occurrences in `text` that are not exact."""
        if self._find is None:
            return
        tried: set[tuple[int, int]] = set()
        for piece, start, _ in self._find(text, overlapping=True):
            for term, offset in self._places[self._pieces[piece]]:
                if (term, start - offset) not in tried:
                    tried.add((term, start - offset))
                    yield from self._around(text, term, start - offset)

    def _around(self, text: str, term: int, start: int) -> Iterator[Match]:
        wanted, distance = self._terms[term], self._distance
        for first in range(max(start - distance, 0), start + distance + 1):
            if not _edge(text, first, first, wanted[0]):
                continue
            nearest = first + len(wanted)
            for last in range(nearest - distance, min(nearest + distance, len(text)) + 1):
                if not _edge(text, last, last - 1, wanted[-1]):
                    continue
                edits = self._edits(wanted, text[first:last], score_cutoff=distance)
                if 0 < edits <= distance:
                    yield Match(term, first, last, edits)


def shortest_near(distance: int) -> int:
    """How long a term must be to be found with so many edits; in shorter ones they are too much."""
    return 3 * (distance + 1)


def _edge(text: str, place: int, inside: int, wanted: str) -> bool:
    """Whether a match can begin or end at `place`: a word does there, or the term's own sign."""
    if inside >= len(text) or not (text[inside].isalnum() or text[inside] == wanted):
        return False
    if not 0 < place < len(text):
        return True
    return not (text[place - 1].isalnum() and text[place].isalnum())


def _pieces(term: str, count: int) -> Iterator[tuple[int, str]]:
    size, longer = divmod(len(term), count)
    offset = 0
    for number in range(count):
        end = offset + size + (number < longer)
        yield offset, term[offset:end]
        offset = end


def _automaton(patterns: Sequence[str]) -> Any:
    try:
        import ahocorasick_rs  # noqa: PLC0415 - a library of the extra, loaded when it is needed
    except ImportError as error:
        raise WarmUpError(_missing(error)) from error
    return ahocorasick_rs.AhoCorasick(patterns, store_patterns=False)


def _edit_distance() -> Any:
    try:
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - the same
    except ImportError as error:
        raise WarmUpError(_missing(error)) from error
    return Levenshtein.distance


def _missing(error: ImportError) -> str:
    return (
        f"the keywords detector needs the library {error.name!r}: "
        "pip install 'llm-policyengine[detectors]'"
    )
