"""The detector `pii`: personal data, by its shape, by the words around it, and by a pipeline."""

from __future__ import annotations

from itertools import filterfalse
from typing import TYPE_CHECKING, ClassVar

from detectors.pii import examples, kinds
from detectors.pii.addresses import ADDRESS, Found, joined
from detectors.pii.cells import cells
from detectors.pii.checks import Checks
from detectors.pii.kinds import PREFIX
from detectors.pii.lists import DENIED, Allow, Deny
from detectors.pii.ner import Entity, Pipelines
from detectors.pii.options import PiiOptions
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.scanning import MARGIN, Scanner
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.surrogates import KINDS as INVENTED
from detectors.pii.surrogates import Surrogates
from detectors.pii.vocabulary import CONTEXT_AFTER, CONTEXT_BEFORE
from detectors.spans import outermost
from policyengine import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Memo,
    Options,
    Resources,
    Span,
    View,
    WarmUpError,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from detectors.pii.scanning import Hit
    from policyengine import Scope, Segment

PIPELINE = "pipeline"
"""The word in the evidence of a finding that a pipeline made."""
_BY_PIPELINE = {"recognizer": PIPELINE}
_BY_LIST = {"recognizer": DENIED}


class Pii(Detector[PiiOptions]):
    """Finds personal data by shape, check digits and the words around it, and names by a pipeline.

    A score is how often such a finding was right when it was measured; a shape scores higher where
    a word such as "phone" stands within 50 characters before or 20 after it, or in the name of the
    field or column that holds it. Of findings within one another the longest stays, unless one in
    it is surer.
    """

    id: ClassVar[str] = "pii"
    Options: ClassVar[type[Options]] = PiiOptions

    def __init__(self, options: PiiOptions) -> None:
        super().__init__(options)
        wanted = {PREFIX + entity for entity in options.looks_for}
        # Held, since options look for libraries each time, and these are asked for each name.
        self._names = options.names
        self._asks = options.asks
        self._recognizers = tuple(row for row in RECOGNIZERS if row.kind in wanted)
        self._deny = Deny(options.deny) if options.deny else None
        self._deny_joins = any(PREFIX + one.kind == ADDRESS for one in options.deny)
        self._allow: Allow | None = None
        self._tables = options.looks_into_tables
        self._scope = self._reach()
        self._standins = Standins()
        self._scanner: Scanner | None = None
        self._pipelines: Pipelines | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """One for each kind that is looked for, or denied."""
        wanted = {*self.options.looks_for, *(one.kind for one in self.options.deny)}
        return [
            Kind(
                PREFIX + entity.name,
                entity.recommended_at,
                description=entity.description,
                surrogates=entity.name in INVENTED,
            )
            for entity in kinds.ENTITIES
            if entity.name in wanted
        ]

    @property
    def scope(self) -> Scope:
        """A passage for names and tables; else the longest match and what may stand around it."""
        return self._scope

    def _reach(self) -> Scope:
        if self.options.names or self._tables:
            return "passage"
        longest = max((row.longest for row in self._recognizers), default=0)
        shapes = Window(
            lookbehind=longest + CONTEXT_BEFORE + MARGIN,
            lookahead=longest + CONTEXT_AFTER + MARGIN,
        )
        terms = self._deny.scope if self._deny else Window(0, 0)
        return Window(
            max(shapes.lookbehind, terms.lookbehind), max(shapes.lookahead, terms.lookahead)
        )

    def open_from(self, text: str) -> int:
        """After the last plain word, where no digit or sign stands and nothing is announced."""
        scope = self._scope
        if self._scanner is None or not isinstance(scope, Window) or self._deny_joins:
            return 0
        cut = max(0, len(text) - scope.lookahead)
        place = cut + self._scanner.open_from(shape_of(text[cut:], self._standins))
        return min(place, self._deny.open_from(text)) if self._deny else place

    @property
    def cost(self) -> Cost:
        """A pipeline is a model; all else runs in the caller."""
        return Cost.MODEL if self.options.names else Cost.INLINE

    @property
    def words(self) -> frozenset[str]:
        """The names of the recognisers, of the pipeline and of the deny list."""
        named = {PIPELINE} if self.options.names else set()
        denied = {DENIED} if self.options.deny else set()
        return frozenset({row.name for row in self._recognizers} | named | denied)

    @property
    def version(self) -> str | None:
        """The pipelines', where they are not the packaged one."""
        return None if self._pipelines is None else self._pipelines.version

    @property
    def examples(self) -> Sequence[Example]:
        """One for each kind that is looked for, and texts that only look like personal data."""
        finds = examples.found_by(self.options, self._recognizers)
        return [*(one for one in finds if not self._is_allowed(one)), *examples.QUIET]

    def warm_up(self, resources: Resources) -> None:
        """Load the numbering plans and the pipelines, and compile the recognisers."""
        options = self.options
        checks = resources.get(
            ("detectors.pii.checks", options.phone_regions),
            lambda: Checks(options.phone_regions),
        )
        self._scanner = Scanner(self._recognizers, checks)
        self._allow = Allow(options.allow) if options.allow else None
        if self._deny:
            self._deny.warm_up(resources)
        if options.names:
            self._pipelines = Pipelines(
                options.models,
                resources=resources,
                language=options.language,
                labels=options.labels,
            )

    def surrogates(self, resources: Resources) -> Callable[[str, str, int], str | None]:
        """What makes surrogates of all kinds."""
        locale = self.options.surrogate_locale
        return resources.get(
            ("detectors.pii.surrogates", locale, self.options.looks_for),
            lambda: Surrogates(locale, self._holds),
        )

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The personal data of each view, in reading order."""
        allow = self._allow
        return [
            [
                Finding(kind, score, segment.path, Span(start, end), {**evidence})
                for segment, found in self._found(view)
                for start, end, score, kind, evidence, *_ in found
                if allow is None or not allow.covers(kind, segment.text[start:end])
            ]
            for view in views
        ]

    def _is_allowed(self, example: Example) -> bool:
        """Whether the user allows what the example would have found."""
        allow = self._allow
        return allow is not None and any(
            allow.covers(one.kind, segment.text[one.start : one.end])
            for segment, found in self._found(View(example.examined))
            for one in found
        )

    def _found(self, view: View) -> Iterator[tuple[Segment, Sequence[Found | Hit]]]:
        for segment, others in zip(view.examined, self._others(view), strict=True):
            hits = self._shapes(segment.text, segment.label)
            yield segment, self._told(segment.text, hits, others) if others else hits

    def _told(self, text: str, hits: Sequence[Hit], others: Sequence[Found]) -> list[Found]:
        found = outermost([*map(_same, hits), *filterfalse(self._is_unasked, others)])
        found += filter(self._is_unasked, others)
        told = joined(text, found, whole=self.options.addresses == "whole")
        return list(filterfalse(self._is_unasked, told))

    def _shapes(self, text: str, label: str) -> Sequence[Hit]:
        if self._scanner is None:
            raise WarmUpError("the pii detector was not warmed up")
        standins = self._standins
        return self._scanner.scan(
            shape_of(text, standins), shape_of(label, standins) if label else b""
        )

    def _others(self, view: View) -> Iterable[Sequence[Found]]:
        """What each segment holds besides shapes: names, what is in cells, and denied terms."""
        if not (self._pipelines or self._deny or self._tables):
            return [()] * len(view.examined)
        names = self._pipelines.entities if self._pipelines else _none
        named = names([segment.text for segment in view.examined], view.memo)
        return [
            [*self._named(entities), *self._in_cells(segment.text), *self._denied(segment)]
            for segment, entities in zip(view.examined, named, strict=True)
        ]

    def _named(self, entities: Sequence[Entity]) -> Iterator[Found]:
        for one in entities:
            if one.kind in self._asks:
                yield Found(one.start, one.end, one.score, PREFIX + one.kind, _BY_PIPELINE)

    def _is_unasked(self, one: Found) -> bool:
        """Whether a name is looked for only to make an address whole."""
        return one.evidence is _BY_PIPELINE and one.kind[len(PREFIX) :] not in self._names

    def _in_cells(self, text: str) -> Iterator[Found]:
        for cell in cells(text) if self._tables else ():
            if self._scanner is not None and self._scanner.knows(cell.label):
                for hit in self._shapes(text[cell.start : cell.end], cell.label):
                    start, end = hit.start + cell.start, hit.end + cell.start
                    yield Found(start, end, hit.score, hit.kind, hit.evidence)

    def _denied(self, segment: Segment) -> Iterator[Found]:
        for finding in self._deny.find(segment) if self._deny else ():
            if finding.span is not None:
                start, end = finding.span.start, finding.span.end
                yield Found(start, end, finding.score, finding.kind, _BY_LIST)

    def _holds(self, kind: str, text: str) -> bool:
        """Whether a text is a valid number of a kind."""
        label = kind.removeprefix(PREFIX).replace("_", " ")
        return any(
            hit.kind == kind and hit.row.recognizer.checksum and hit.end - hit.start == len(text)
            for hit in self._shapes(text, label)
        )


def _same(hit: Hit) -> Found:
    return Found(hit.start, hit.end, hit.score, hit.kind, hit.evidence)


def _none(texts: Sequence[str], _memo: Memo) -> list[list[Entity]]:
    return [[] for _ in texts]
