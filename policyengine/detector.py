"""What the author of a detector implements, and what it is given."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from policyengine.exchange import EVERY_SOURCE, Segment, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence


@dataclass(frozen=True, slots=True, order=True, init=False)
class Span:
    """A half-open range of code points: `text[start:end]`."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        _set_start(self, start)
        _set_end(self, end)


# A text may hold many findings, and the initialiser that `dataclass` writes for what is frozen
# looks `object.__setattr__` up for every field: these take two thirds of its time.
_set_start, _set_end = (vars(Span)[name].__set__ for name in ("start", "end"))


@dataclass(frozen=True, slots=True)
class Position:
    """A place that evidence points to: a segment that the view holds and, in it, a span or none."""

    segment: Segment
    span: Span | None = None


EvidenceValue = bool | int | float | str | Position | None
Evidence = "Mapping[str, EvidenceValue | Sequence[EvidenceValue]]"
_NO_EVIDENCE: Mapping[str, EvidenceValue | Sequence[EvidenceValue]] = {}
"""Stands for a finding's own empty evidence, which no two of them share."""


@dataclass(frozen=True, slots=True, init=False)
class Finding:
    """Something unwanted that a detector saw.

    `score` is the calibrated confidence, 0 to 1, that the unwanted thing is there. `path` is that
    of an examined segment, or None when the finding is about the whole view; `span` is in that
    segment's text. `evidence` holds numbers, positions and the detector's declared `words` only, in
    fields that are named by them: text of the exchange there fails the step.
    """

    kind: str
    score: float
    path: str | None = None
    span: Span | None = None
    evidence: Mapping[str, EvidenceValue | Sequence[EvidenceValue]] = field(default_factory=dict)

    def __init__(
        self,
        kind: str,
        score: float,
        path: str | None = None,
        span: Span | None = None,
        evidence: Mapping[str, EvidenceValue | Sequence[EvidenceValue]] = _NO_EVIDENCE,
    ) -> None:
        _set_kind(self, kind)
        _set_score(self, score)
        _set_path(self, path)
        _set_span(self, span)
        _set_evidence(self, {} if evidence is _NO_EVIDENCE else evidence)

    @classmethod
    def at(
        cls,
        segment: Segment,
        start: int,
        end: int,
        *,
        kind: str,
        score: float,
        **evidence: EvidenceValue | Sequence[EvidenceValue],
    ) -> Finding:
        """A finding in `segment.text[start:end]`."""
        return cls(kind, score, segment.path, Span(start, end), evidence)


_set_kind, _set_score, _set_path, _set_span, _set_evidence = (
    vars(Finding)[name].__set__ for name in ("kind", "score", "path", "span", "evidence")
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a detector can find.

    `recommended_at` is the score at which its author would act; `spans` says whether its findings
    have a place in the text, without which nothing can be redacted; `surrogates` says whether the
    detector makes replacements that look like the real thing, see `Detector.surrogates`.
    """

    name: str
    recommended_at: float = 0.5
    spans: bool = True
    description: str = ""
    surrogates: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The scope of a detector whose finding depends on so many characters around it, and no more.

    `lookbehind` counts the characters before the finding's start that can matter, `lookahead` the
    characters from its start to the last one that can matter, the finding itself included.
    """

    lookbehind: int
    lookahead: int


Scope = Window | Literal["unit", "passage", "whole"]
"""How much text a finding can depend on: a window, a sentence-like unit, a passage, or all."""


class Cost(StrEnum):
    """Where a detector's work runs: in the caller, in a bounded pool, or on another machine."""

    INLINE = "inline"
    MODEL = "model"
    REMOTE = "remote"


class Memo:
    """Results shared by the steps of one evaluation, so that a text is parsed or embedded once.

    Keys must hold everything that the value depends on, the text included.
    """

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[Hashable, object] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value under `key`, made by `make()` if nobody has made it yet.

        Nobody waits for anybody: a step that was given up may be making it for ever. Two that come
        at once both make it, and use the one that was there first.
        """
        if key in self._values:
            return self._values[key]  # type: ignore[return-value]  # the key fixes the type
        return self._values.setdefault(key, make())  # type: ignore[return-value]  # as above


@dataclass(frozen=True, slots=True)
class View:
    """What a detector is shown: segments to examine, and segments only to read.

    At output there is one view for each choice; `reference` then holds the request's segments
    whose source the detector needs or uses, as the input stage left them.
    """

    examined: tuple[Segment, ...]
    reference: tuple[Segment, ...] = ()
    memo: Memo = field(default_factory=Memo, compare=False)


@dataclass(frozen=True, slots=True)
class Example:
    """A small view and the kinds that must be found in it at their recommended point.

    With no `finds`, nothing may be found at any kind's recommended point.
    """

    examined: tuple[Segment, ...]
    reference: tuple[Segment, ...] = ()
    finds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, *finds: str, source: Source = Source.PROMPT) -> Example:
        """The commonest example: one text, and what must be found in it."""
        body: Literal["request", "response"] = (
            "response" if source is Source.COMPLETION else "request"
        )
        return cls((Segment("/text", source, text, body),), (), frozenset(finds))


class Resources:
    """Models and tables that the engine owns and shares between detectors; loaded once each."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._values: dict[Hashable, object] = {}

    def get(self, key: Hashable, loader: Callable[[], T]) -> T:
        """The resource under `key`, loaded by `loader()` the first time that anybody asks."""
        with self._lock:
            if key not in self._values:
                self._values[key] = loader()
            return self._values[key]  # type: ignore[return-value]  # the key fixes the type


class Truncated(Exception):  # noqa: N818 - it is a fact about the step, named as DESIGN names it
    """Raised by a detector that could not see all of its text; the step counts as failed."""


class Options(BaseModel):
    """The base of every detector's options: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


T = TypeVar("T")
O = TypeVar("O", bound=Options)  # noqa: E741 - the contract's own letter


class Detector(Generic[O]):
    """Looks at segments and reports findings; knows no threshold and no action.

    A subclass sets `id`, `Options` and `kinds`, and implements `detect` (or `adetect`, for work
    that waits). Everything that it declares may depend on its options, so the declarations are
    read from the configured instance. Detectors are observably pure, safe to call from several
    threads, and give each view the same findings whatever stands beside it in the batch.
    """

    id: ClassVar[str]
    Options: ClassVar[type[Options]] = Options

    def __init__(self, options: O) -> None:
        self.options = options

    def __reduce__(self) -> tuple[type[Detector[O]], tuple[O]]:
        """Pickled as its options: whoever unpickles it warms it up again."""
        return type(self), (self.options,)

    @property
    def kinds(self) -> Sequence[Kind]:
        """Every kind that this instance can report."""
        raise NotImplementedError

    @property
    def examines(self) -> frozenset[Source]:
        """Sources whose texts it judges; others are left out of its views, and coverage says so."""
        return EVERY_SOURCE

    @property
    def needs(self) -> frozenset[Source]:
        """Sources without which it can say nothing; one missing from a request is `if_missing`."""
        return frozenset()

    @property
    def uses(self) -> frozenset[Source]:
        """Sources that it reads where they are present."""
        return frozenset()

    @property
    def scope(self) -> Scope:
        """How far a finding depends on the text around it."""
        return "whole"

    def open_from(self, text: str) -> int:  # noqa: ARG002 - without knowing, any may be open
        """From where on a finding could still begin or change if the text went on.

        Whatever follows, the findings that begin before this place stay as they are. A stream lets
        go of what comes before it; at 0, what is told here, it waits for the lookahead of a window.
        Asked of windows alone, with every chunk and in the caller: it should cost next to nothing.
        """
        return 0

    @property
    def cost(self) -> Cost:
        """Where its work should run."""
        return Cost.INLINE

    @property
    def sends_text_to(self) -> Sequence[str]:
        """Hosts that the text of an exchange is sent to; empty for what stays on the machine."""
        return ()

    @property
    def words(self) -> frozenset[str]:
        """The words that its evidence may hold, and the names of its fields.

        Names that any detector may use need no declaration: `vetting.EVIDENCE_FIELDS`.
        """
        return frozenset()

    @property
    def examples(self) -> Sequence[Example]:
        """What the engine tries at warm-up; of both sorts, found and not found."""
        return ()

    @property
    def version(self) -> str | None:
        """The version of the model or table behind it, where that is not its package's."""
        return None

    def warm_up(self, resources: Resources) -> None:
        """Get ready: load models through `resources`. Called once, before the first view."""

    def surrogates(self, resources: Resources) -> Callable[[str, str, int], str | None]:
        """What makes surrogates; asked for once, after `warm_up`, where a policy redacts with them.

        It is given the kind, the value and 256 bits to draw from, and is pure: the same three give
        the same text. That is of the same sort as the value and of the same format, holds nothing
        of it, and is nobody's: an address in a reserved range, a number whose check digit fails.
        None where it has none for this value, which then gets a placeholder.
        """
        raise NotImplementedError

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The findings of each view, in the order of the views."""
        raise NotImplementedError

    async def adetect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The same for detectors that wait for something; implement one of the two.

        Of a detector that implements both, `detect` is asked, unless its `cost` is remote.
        """
        raise NotImplementedError
