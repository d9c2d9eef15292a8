"""The detector `pii`: personal data that has a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, field_validator

from detectors.pii import kinds
from detectors.pii.calibrated import RECOMMENDED
from detectors.pii.checks import Checks
from detectors.pii.kinds import PREFIX
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.scanning import MARGIN, Scanner
from detectors.pii.shapes import Standins, shape_of
from detectors.pii.vocabulary import CONTEXT_AFTER, CONTEXT_BEFORE
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
    from collections.abc import Sequence

    from detectors.pii.rows import Recognizer
    from detectors.pii.scanning import Hit
    from policyengine import Segment

ENTITIES = tuple(entity.name for entity in kinds.ENTITIES)


class PiiOptions(Options):
    """What the detector `pii` looks for."""

    entities: Annotated[tuple[str, ...], Field(min_length=1)] = ENTITIES
    """The kinds to look for, without their prefix `pii.`; all of them by default."""
    phone_regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ("US", "GB")
    """Regions (ISO 3166-1 alpha-2) whose numbers are found without a country code."""
    allow: frozenset[str] = frozenset()
    """Values that are never reported, exactly as they stand in the text."""

    @field_validator("entities")
    @classmethod
    def _known(cls, entities: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [entity for entity in entities if entity not in ENTITIES]
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}; allowed: {', '.join(ENTITIES)}")
        return entities

    @field_validator("phone_regions")
    @classmethod
    def _supported(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        try:
            from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - heavy, and may be missing
        except ImportError:
            return regions  # warming up says so
        unknown = [region for region in regions if region not in SUPPORTED_REGIONS]
        if unknown:
            raise ValueError(f"no numbering plan is known for: {', '.join(unknown)}")
        return regions


class Pii(Detector[PiiOptions]):
    """Finds personal data by shape, check digits and the words around it.

    A score is the recogniser's confidence, higher where a word such as "phone" stands within 50
    characters before or 20 after the match, or in the name of the field that holds the text.
    """

    id: ClassVar[str] = "pii"
    Options: ClassVar[type[Options]] = PiiOptions

    def __init__(self, options: PiiOptions) -> None:
        super().__init__(options)
        wanted = {PREFIX + entity for entity in options.entities}
        self._recognizers = tuple(row for row in RECOGNIZERS if row.kind in wanted)
        self._standins = Standins()
        self._scanner: Scanner | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """One for each configured entity."""
        return [
            Kind(
                PREFIX + entity.name,
                RECOMMENDED.get(PREFIX + entity.name, entity.recommended_at),
                description=entity.description,
            )
            for entity in kinds.ENTITIES
            if entity.name in self.options.entities
        ]

    @property
    def scope(self) -> Window:
        """The longest match with what may contain it, and the reach of context words."""
        longest = max(row.longest for row in self._recognizers)
        return Window(
            lookbehind=longest + CONTEXT_BEFORE + MARGIN,
            lookahead=longest + CONTEXT_AFTER + MARGIN,
        )

    @property
    def words(self) -> frozenset[str]:
        """The names of the recognisers."""
        return frozenset(row.name for row in self._recognizers)

    @property
    def examples(self) -> Sequence[Example]:
        """One for each configured entity, and texts that only look like personal data."""
        found = {row.kind: row for row in reversed(self._examples())}
        return (
            *(Example.of(row.example, row.kind) for row in found.values()),
            Example.of("Order 1234-5678 went out at 10:30 with version 1.2.3.4."),
            Example.of("Commit 5f3c1d9e0b7a4c2d8e6f1a0b9c8d7e6f5a4b3c2d, run 12:30:45."),
        )

    def _examples(self) -> list[Recognizer]:
        foreign = not {"US"} & set(self.options.phone_regions)
        return [
            row
            for row in self._recognizers
            if row.example and not (foreign and row.name in {"phone_national", "phone_digits"})
        ]

    def warm_up(self, resources: Resources) -> None:
        """Load the numbering plans and compile the recognisers."""
        checks = resources.get(
            ("detectors.pii.checks", self.options.phone_regions),
            lambda: Checks(self.options.phone_regions),
        )
        self._scanner = Scanner(self._recognizers, checks)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The personal data of each view, in reading order."""
        return [
            [finding for segment in view.examined for finding in self._findings(segment)]
            for view in views
        ]

    def _findings(self, segment: Segment) -> list[Finding]:
        if self._scanner is None:
            raise WarmUpError("the pii detector was not warmed up")
        text = segment.text
        hits = self._scanner.scan(
            shape_of(text, self._standins),
            shape_of(segment.label, self._standins) if segment.label else b"",
        )
        allowed = self.options.allow
        if allowed:
            hits = [hit for hit in hits if text[hit.start : hit.end] not in allowed]
        return [_finding(segment.path, hit) for hit in hits]


def _finding(path: str, hit: Hit) -> Finding:
    start, end, score, row, in_context = hit
    evidence = row.evidence_in_context if in_context else row.evidence
    return Finding(row.kind, score, path, Span(start, end), evidence.copy())
