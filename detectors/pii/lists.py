"""Lists of the user's own: values that are never reported, and terms that always are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from detectors.keywords.detector import Keywords, KeywordsOptions
from detectors.pii import kinds
from detectors.pii.kinds import PREFIX
from detectors.regex.scanning import Problem, compiled
from policyengine import Finding, Options, Resources, View, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine import Segment, Window

DENIED = "deny_list"
"""The word in the evidence of a finding that a denied term made."""
LONGEST = 200
KNOWN = tuple(entity.name for entity in kinds.ENTITIES)

_EVERY = "every kind"

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]


def _known(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in KNOWN]
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; allowed: {', '.join(KNOWN)}")


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Allowed(Options):
    """A value, a pattern of values, or a value with a few edits; one of the three."""

    value: Text | None = None
    """A value, exactly as it stands in the text."""
    regex: Annotated[str, Field(min_length=1)] | None = None
    """A pattern of the whole value, in the syntax of RE2
    (https://github.com/google/re2/wiki/Syntax)."""
    fuzzy: Text | None = None
    """A value from which others are `distance` edits away; upper and lower case are the same."""
    distance: Annotated[int, Field(ge=1, le=5)] = 1
    """With `fuzzy`: how many edits (insert, delete, replace one character) at most, and no more
    than a third of the value's characters."""
    kinds: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_as_tuple)] | None = None
    """The kinds that it is allowed as, without their prefix `pii.`. Default: all."""

    @field_validator("regex")
    @classmethod
    def _compiles(cls, regex: str | None) -> str | None:
        if regex is None:
            return None
        try:
            ready = compiled(regex, ignore_case=False)
        except ImportError:
            return regex  # warming up says so
        if isinstance(ready, Problem):
            where = "" if ready.at is None else f", at character {ready.at}"
            raise ValueError(f"the pattern does not compile: {ready.reason}{where}")  # noqa: TRY004
        return regex

    @field_validator("kinds")
    @classmethod
    def _known(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        _known(names or ())
        return names

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        given = [one for one in (self.value, self.regex, self.fuzzy) if one is not None]
        if len(given) != 1:
            raise ValueError("give one of value, regex and fuzzy")
        if "distance" in self.model_fields_set and self.fuzzy is None:
            raise ValueError("distance is for fuzzy")
        if self.fuzzy is not None and len(self.fuzzy) < 3 * self.distance:
            raise ValueError(f"{self.distance} edits are too many for so short a value")
        return self


def _listed(value: object) -> object:
    """Bare texts as exact values; tuples, since documents are validated strictly."""
    if not isinstance(value, list | tuple | set | frozenset):
        return value
    return tuple({"value": one} if isinstance(one, str) else one for one in value)


AllowList = Annotated[
    tuple[Allowed, ...],
    BeforeValidator(_listed, json_schema_input_type=list[str | Allowed]),
]
"""Values that are never reported: texts, or objects with `value`, `regex` or `fuzzy`."""


class Denied(Options):
    """A term that is always found, with the kind that it is found as."""

    term: Text
    """The term: a word or a phrase. Upper and lower case, accents and line breaks make no
    difference; it is no part of a longer word."""
    kind: str
    """The kind of its findings, without the prefix `pii.`; their score is 1."""

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        _known([kind])
        return kind


class Allow:
    """An allow list, ready to be asked; raises WarmUpError where a library is missing."""

    def __init__(self, entries: Sequence[Allowed]) -> None:
        self._values: dict[str, set[str]] = {}
        self._patterns: list[tuple[Any, frozenset[str]]] = []
        self._near: dict[int, list[tuple[str, int, frozenset[str]]]] = {}
        self._edits = _edit_distance() if any(one.fuzzy for one in entries) else None
        for entry in entries:
            names = frozenset(entry.kinds or (_EVERY,))
            if entry.value is not None:
                self._values.setdefault(entry.value, set()).update(names)
            elif entry.regex is not None:
                self._patterns.append((_pattern(entry.regex), names))
            elif entry.fuzzy is not None:
                wanted = entry.fuzzy.casefold()
                for size in range(len(wanted) - entry.distance, len(wanted) + entry.distance + 1):
                    near = self._near.setdefault(size, [])
                    near.append((wanted, entry.distance, names))

    def __bool__(self) -> bool:
        return bool(self._values or self._patterns or self._near)

    def covers(self, kind: str, value: str) -> bool:
        """Whether a value that was found as a kind (`pii.email`) is allowed."""
        name = kind.removeprefix(PREFIX)
        names = self._values.get(value)
        if names is not None and (name in names or _EVERY in names):
            return True
        return any(
            (name in names or _EVERY in names) and pattern.fullmatch(_encodable(value))
            for pattern, names in self._patterns
        ) or any(self._is_near(name, value.casefold()))

    def _is_near(self, name: str, value: str) -> Iterator[bool]:
        for wanted, distance, names in self._near.get(len(value), ()):
            if (name in names or _EVERY in names) and self._edits is not None:
                yield self._edits(wanted, value, score_cutoff=distance) <= distance


class Deny:
    """A deny list: finds its terms, thousands in one pass."""

    def __init__(self, entries: Sequence[Denied]) -> None:
        self._kinds = [PREFIX + entry.kind for entry in entries]
        self._keywords = Keywords(KeywordsOptions(terms=tuple(entry.term for entry in entries)))

    @property
    def scope(self) -> Window:
        """How far a finding depends on the text around it."""
        return self._keywords.scope

    def open_from(self, text: str) -> int:
        """Where a term may have begun that has not ended."""
        return self._keywords.open_from(text)

    def warm_up(self, resources: Resources) -> None:
        """Build the automaton, once for all steps with the same terms."""
        self._keywords.warm_up(resources)

    def find(self, segment: Segment) -> list[Finding]:
        """The terms in a segment, with score 1."""
        (found,) = self._keywords.detect([View((segment,))])
        return [
            Finding(
                self._kinds[_index(finding)],
                1.0,
                segment.path,
                finding.span,
                {"recognizer": DENIED},
            )
            for finding in found
        ]


def _index(finding: Finding) -> int:
    index = finding.evidence["term"]
    assert isinstance(index, int)  # noqa: S101 - the keywords' own evidence
    return index


def _pattern(regex: str) -> Any:
    try:
        return compiled(regex, ignore_case=False)
    except ImportError as error:
        raise WarmUpError(_missing(error)) from error


def _edit_distance() -> Callable[..., int]:
    try:
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - loaded when it is needed
    except ImportError as error:
        raise WarmUpError(_missing(error)) from error
    return Levenshtein.distance


def _missing(error: ImportError) -> str:
    return (
        f"the allow list of pii needs the library {error.name!r}: "
        "pip install 'llm-policyengine[detectors]'"
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
