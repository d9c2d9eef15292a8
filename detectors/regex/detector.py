"""The detector `regex`: patterns of the user's own."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from detectors.regex.bounds import longest
from detectors.regex.scanning import Problem, compiled, matches
from policyengine import (
    Detector,
    Example,
    Finding,
    Kind,
    Options,
    Resources,
    Scope,
    Span,
    View,
    WarmUpError,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine import Segment

KIND = "regex.match"
RECOMMENDED_AT = 0.5

# The first of them that no pattern matches makes an example without a finding.
_HARMLESS = "·§¤¶†‡◊○"


def _compiling(pattern: str) -> str:
    try:
        ready = compiled(pattern, ignore_case=False)
    except ImportError:
        return pattern  # warming up says so
    problem = ready if isinstance(ready, Problem) else None
    if problem is not None:
        where = "" if problem.at is None else f", at character {problem.at}"
        raise ValueError(f"this pattern does not compile: {problem.reason}{where}")
    return pattern


class Pattern(Options):
    """A pattern with its name."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
    """What findings call it."""
    pattern: Annotated[str, Field(min_length=1), AfterValidator(_compiling)]
    """The pattern, in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax)."""
    score: Annotated[float, Field(gt=0, le=1)] = 1.0
    """The score of its findings."""
    example: Annotated[str, Field(min_length=1)] | None = None
    """A text in which it must be found; tried when the detector warms up."""


def _listed(value: object) -> object:
    """Patterns by name, as a list; a tuple, since documents are validated strictly."""
    if not isinstance(value, dict):
        return tuple(value) if isinstance(value, list) else value
    return tuple(
        {"name": name, **(given if isinstance(given, dict) else {"pattern": given})}
        for name, given in value.items()
    )


class RegexOptions(Options):
    """Which patterns, and how they are matched."""

    patterns: Annotated[
        tuple[Pattern, ...],
        Field(min_length=1),
        BeforeValidator(_listed, json_schema_input_type=dict[str, str] | list[Pattern]),
    ]
    """The patterns: by name, or objects with `name`, `pattern`, `score` and `example`."""
    ignore_case: bool = False
    """Upper and lower case are the same."""

    @field_validator("patterns")
    @classmethod
    def _named_apart(cls, patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
        seen: set[str] = set()
        for pattern in patterns:
            if pattern.name in seen:
                raise ValueError(f"two patterns are named {pattern.name!r}")
            seen.add(pattern.name)
        return patterns


class Regex(Detector[RegexOptions]):
    """Finds what matches any of the patterns, in time linear in the text (google-re2).

    Empty matches are no findings. Where the longest match of every pattern can be read from it, the
    scope is so long, and overlapping matches are all found; with `^`, `$`, `*` and the like it is
    the whole text, and a text with more than 10,000 matches of one such pattern fails the step.
    """

    id: ClassVar[str] = "regex"
    Options: ClassVar[type[Options]] = RegexOptions

    def __init__(self, options: RegexOptions) -> None:
        super().__init__(options)
        self._bounds = [longest(pattern.pattern) for pattern in options.patterns]
        self._compiled: Sequence[Any] = ()

    @property
    def kinds(self) -> Sequence[Kind]:
        """One for all patterns."""
        return [Kind(KIND, RECOMMENDED_AT, description="A match of one of the patterns.")]

    @property
    def scope(self) -> Scope:
        """The longest match and the characters beside it, or the whole text."""
        most = 0
        for bound in self._bounds:
            if bound is None:
                return "whole"
            most = max(most, bound)
        return Window(lookbehind=most + 1, lookahead=most + 1)

    @property
    def words(self) -> frozenset[str]:
        """The names of the patterns."""
        return frozenset(pattern.name for pattern in self.options.patterns)

    @property
    def examples(self) -> Sequence[Example]:
        """The examples that were given, and a sign that no pattern matches."""
        given = [
            Example.of(pattern.example, KIND)
            for pattern in self.options.patterns
            if pattern.example is not None and pattern.score >= RECOMMENDED_AT
        ]
        try:
            ready = self._compile()
        except WarmUpError:
            return given
        harmless = (sign for sign in _HARMLESS if not any(one.search(sign) for one in ready))
        return [*given, *(Example.of(sign) for sign in islice(harmless, 1))]

    def warm_up(self, resources: Resources) -> None:
        """Compile the patterns, once for all steps with the same options."""
        self._compiled = resources.get(("detectors.regex", self.options), self._compile)

    def _compile(self) -> Sequence[Any]:
        ignore_case = self.options.ignore_case
        try:
            return [
                compiled(pattern.pattern, ignore_case=ignore_case)
                for pattern in self.options.patterns
            ]
        except ImportError as error:
            raise WarmUpError(
                f"the regex detector needs the library {error.name!r}: "
                "pip install 'llm-policyengine[detectors]'"
            ) from error

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The matches in each view, pattern by pattern."""
        if not self._compiled:
            raise WarmUpError("the regex detector was not warmed up")
        return [
            [finding for segment in view.examined for finding in self._findings(segment)]
            for view in views
        ]

    def _findings(self, segment: Segment) -> list[Finding]:
        findings = []
        for pattern, ready, bound in zip(
            self.options.patterns, self._compiled, self._bounds, strict=True
        ):
            evidence = {"pattern": pattern.name}
            for start, end in matches(ready, segment.text, bounded=bound is not None):
                place = Span(start, end)
                findings.append(Finding(KIND, pattern.score, segment.path, place, evidence))
        return findings
