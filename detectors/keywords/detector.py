"""The detector `keywords`: terms that must not occur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator, Field

from detectors.keywords.folding import IGNORED_IN_A_ROW, Folding, ends_word, with_marks
from detectors.keywords.matching import Exact, Match, Near, shortest_near
from detectors.keywords.opening import Opening
from detectors.spans import outermost
from policyengine import (
    Detector,
    Example,
    Finding,
    Kind,
    Options,
    Resources,
    Span,
    View,
    WarmUpError,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine import Segment

KIND = "keywords.banned"
RECOMMENDED_AT = 0.5
LONGEST_TERM = 200

# None of them is a letter; the first that no term holds makes an example without a finding.
_HARMLESS = "·§¤¶†‡◊○"


def _visible(term: str) -> str:
    if not Folding(ignore_case=True, fold=True).of(term).text.strip():
        raise ValueError("this term holds nothing that can be seen")
    return term


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TERM), AfterValidator(_visible)]


class Term(Options):
    """A term with a score of its own."""

    term: Text
    """The term."""
    score: Annotated[float, Field(gt=0, le=1)] = 1.0
    """The score of its findings; with edits it is lowered by their share of the term's length."""


class KeywordsOptions(Options):
    """Which terms, and how exactly."""

    terms: Annotated[tuple[Text | Term, ...], Field(min_length=1)]
    """The terms: words or phrases, or objects with `term` and `score`."""
    whole_word: bool = True
    """Only where a term is not part of a longer word. Scripts without spaces have no such words."""
    ignore_case: bool = True
    """Upper and lower case are the same."""
    fold: bool = True
    """Accents, compatibility forms, line breaks and invisible characters make no difference."""
    fuzzy: Annotated[int, Field(ge=0, le=3)] = 0
    """How many edits (insert, delete, replace one character) a word may be away from a term; for
    terms of at least three characters for each edit and three more, and from word to word only."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A term, placed in the original."""

    start: int
    end: int
    score: float
    term: int
    distance: int


class Keywords(Detector[KeywordsOptions]):
    """Finds terms, thousands in one pass, and tells which by their place in the list.

    An exact match scores 1 (or the term's own score), one that is `n` edits away
    `1 - n / length of the term` of it.
    """

    id: ClassVar[str] = "keywords"
    Options: ClassVar[type[Options]] = KeywordsOptions

    def __init__(self, options: KeywordsOptions) -> None:
        super().__init__(options)
        self._folding = Folding(ignore_case=options.ignore_case, fold=options.fold)
        first: dict[str, int] = {}
        for index, term in enumerate(options.terms):
            first.setdefault(self._folding.of(_text(term)).text, index)
        self._texts = list(first)
        self._indexes = list(first.values())
        self._exact: Exact | None = None
        self._near: Near | None = None
        self._opening: Opening | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """One for all terms."""
        return [Kind(KIND, RECOMMENDED_AT, description="A term that must not occur.")]

    @property
    def scope(self) -> Window:
        """The longest match, what may contain it, and the edges of words around it."""
        reach = self._longest + IGNORED_IN_A_ROW + 1
        return Window(lookbehind=reach, lookahead=reach)

    def open_from(self, text: str) -> int:
        """Where a term has begun that has not ended, or whose edge is not known."""
        if self.options.fuzzy or self._opening is None:
            return 0
        cut = max(0, len(text) - self.scope.lookahead)
        return cut + self._opening.of(text[cut:])

    @property
    def _longest(self) -> int:
        longest = max(map(len, self._texts)) + self.options.fuzzy
        # With folding a match may hold characters that folding drops; so many of them and no more.
        return 4 * longest + 2 * IGNORED_IN_A_ROW if self.options.fold else longest

    @property
    def examples(self) -> Sequence[Example]:
        """The first term, and a sign that is in no term."""
        term = self.options.terms[0]
        finds = [KIND] if isinstance(term, str) or term.score >= RECOMMENDED_AT else []
        known = set().union(*self._texts)
        harmless = [sign for sign in _HARMLESS if not known & {*self._folding.of(sign).text}]
        return [
            *(Example.of(_text(term), kind) for kind in finds),
            *(Example.of(f"{sign} {sign}") for sign in harmless[:1]),
        ]

    def warm_up(self, resources: Resources) -> None:
        """Build the automatons, once for all steps with the same options."""
        key = ("detectors.keywords", self.options)
        self._exact, self._near, self._opening = resources.get(key, self._finders)

    def _finders(self) -> tuple[Exact, Near | None, Opening]:
        fuzzy = self.options.fuzzy
        near = fuzzy and any(len(text) >= shortest_near(fuzzy) for text in self._texts)
        opening = Opening(self._texts, self._folding, whole_word=self.options.whole_word)
        return Exact(self._texts), Near(self._texts, fuzzy) if near else None, opening

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The terms of each view, in reading order."""
        return [
            [finding for segment in view.examined for finding in self._findings(segment)]
            for view in views
        ]

    def _findings(self, segment: Segment) -> list[Finding]:
        if self._exact is None:
            raise WarmUpError("the keywords detector was not warmed up")
        folded = self._folding.of(segment.text)
        hits = [
            hit
            for finder in (self._exact, self._near)
            if finder is not None
            for match in finder.find(folded.text)
            for hit in self._placed(segment.text, folded.origin(match.start, match.end), match)
        ]
        return [_finding(segment, hit) for hit in outermost(_nearest(hits))] if hits else []

    def _placed(self, text: str, place: tuple[int, int] | None, match: Match) -> Iterator[_Hit]:
        if place is None:
            return
        start, end = place
        last = with_marks(text, end) if self.options.fold else end
        if self.options.whole_word or match.distance:
            word_end = ends_word(text, start, end)
            if word_end is None:
                return
            last = max(last, word_end) if self.options.fold else end
        if last - start > self._longest:
            return
        index = self._indexes[match.term]
        term = self.options.terms[index]
        score = 1.0 if isinstance(term, str) else term.score
        score *= 1 - match.distance / len(self._texts[match.term])
        yield _Hit(start, last, round(score, 4), index, match.distance)


def _nearest(hits: Sequence[_Hit]) -> Sequence[_Hit]:
    """Without those around a better match of the same term: an edit can add a word beside it."""
    if not any(hit.distance for hit in hits):
        return hits
    by_start: dict[tuple[int, int], list[_Hit]] = {}
    for hit in hits:
        by_start.setdefault((hit.term, hit.start), []).append(hit)
    return [
        hit
        for hit in hits
        if not any(
            other.end <= hit.end and other.distance < hit.distance
            for start in range(hit.start, hit.end)
            for other in by_start.get((hit.term, start), ())
        )
    ]


def _finding(segment: Segment, hit: _Hit) -> Finding:
    evidence = {"term": hit.term}
    if hit.distance:
        evidence["distance"] = hit.distance
    return Finding(KIND, hit.score, segment.path, Span(hit.start, hit.end), evidence)


def _text(term: str | Term) -> str:
    return term if isinstance(term, str) else term.term
