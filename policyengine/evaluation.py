"""What one evaluation keeps while it runs: its texts by choice, its calls, what became of steps."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from policyengine.detector import Truncated
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from policyengine.detections import Status
    from policyengine.detector import Memo, Span, View
    from policyengine.exchange import Source, Unexamined
    from policyengine.pieces import Piece, Text
    from policyengine.plan import PlannedStep, StagePlan
    from policyengine.rewriting import Rewriter
    from policyengine.sight import Sight


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step has no findings; the reason never quotes the exchange."""

    status: Status
    reason: str


def failure_of(error: BaseException) -> Failure:
    """The failure that an exception is: its type alone, since its text may quote the exchange."""
    if isinstance(error, Truncated):
        return Failure("failed", "truncated")
    return Failure("failed", f"raised {_importable(type(error)).__name__}")


def _importable(sort: type[BaseException]) -> type[BaseException]:
    """The exception type, or its nearest base that a module holds: any other's name may be text."""
    for base in sort.__mro__:
        known: object = getattr(sys.modules.get(base.__module__), base.__qualname__, None)
        if known is base:
            return base
    return BaseException


@dataclass(frozen=True, slots=True)
class Call:
    """Views for a step's detector, and how many seconds it may take, None for as long as it likes.

    `limit` names what ends the time: `timeout_ms` or `deadline`.
    """

    step: PlannedStep
    views: Sequence[View]
    seconds: float | None
    limit: str


Places = Mapping[str, Sequence[tuple[int, int]]]
"""Places in texts, by their paths."""

Answer = Any
"""What came of a call: a Failure, or whatever the detector returned."""


@dataclass(slots=True)
class Evaluation:
    """What the stages of one evaluation share."""

    clock: Callable[[], float]
    tags: frozenset[str]
    request: Mapping[str, Text]
    rewriter: Rewriter
    memo: Memo
    deadline: float | None = None
    observe: bool = False
    all_findings: bool = False
    forgotten: Places = field(default_factory=dict)

    def is_forgotten(self, path: str, place: int) -> bool:
        """Whether there is no more than a blank at a place of a text as it arrived."""
        places = self.forgotten.get(path, ())
        at = bisect_right(places, place, key=itemgetter(0)) - 1
        return at >= 0 and place < places[at][1]

    @property
    def present(self) -> frozenset[Source]:
        """The sources of which the request holds any text."""
        return frozenset(
            text.segment.source for text in self.request.values() if text.segment.text.strip()
        )


class Choice:
    """One of the alternatives that a stage judges apart: a response's choice, or the request."""

    __slots__ = ("closed", "cut", "index", "message", "texts")

    def __init__(self, index: int, texts: list[Text]) -> None:
        self.index = index
        self.texts = texts
        self.closed = False
        self.cut: tuple[int, int] | None = None
        self.message: str | None = None

    @property
    def blocked(self) -> bool:
        """Whether a step blocked it, at once or from some place on."""
        return self.closed or self.cut is not None

    def close(self, message: str | None) -> None:
        """Deliver nothing of it."""
        self.closed = True
        self.message = message
        for text in self.texts:
            text.drop()

    def cut_at(self, place: tuple[int, int], message: str | None) -> None:
        """Deliver only what comes before a place: a text's order and an offset in it."""
        self.cut = place
        self.message = message
        for text in self.texts:
            if text.order > place[0]:
                text.drop()
            elif text.order == place[0]:
                text.cut(place[1])
        self.closed = not any(text.text and not text.dropped for text in self.texts)


class Judged(NamedTuple):
    """A finding with its verdict.

    `piece` and `within` say where the step saw it, `span` where that is in the text as it arrived,
    and `place` where a block by it cuts its choice: a text's order and an offset, or None for all.
    """

    kind: str
    score: float
    verdict: Verdict
    choice: Choice
    piece: Piece | None
    within: Span | None
    span: Span | None
    place: tuple[int, int] | None
    evidence: Mapping[str, Any]

    @property
    def cut_off(self) -> bool:
        """Whether it lies behind the place where its choice was cut."""
        cut = self.choice.cut
        return cut is not None and self.place is not None and self.place > cut


@dataclass(slots=True)
class StepRecord:
    """What became of a step; `fallback` is the verdict of its failure or of what it missed."""

    step: PlannedStep
    status: Status = "ran"
    reason: str | None = None
    fallback: Verdict = Verdict.ALLOW
    complete: bool = True
    judged: Sequence[Judged] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class StageRun:
    """A stage under way, and in the end its record."""

    plan: StagePlan
    texts: Sequence[Text]
    choices: Sequence[Choice]
    unexamined: Sequence[Unexamined]
    records: list[StepRecord] = field(default_factory=list)

    refused: bool = False
    """Whether all was blocked because content could not be read."""
    sights: dict[Hashable, Sight] = field(default_factory=dict)
    """What steps that see alike are shown, while no text changes."""

    def changed(self) -> None:
        """Let every step look anew."""
        self.sights.clear()

    @property
    def closed(self) -> bool:
        """Whether nothing is left that a step could still look at, because of a block."""
        return self.refused or (
            bool(self.choices) and all(choice.closed for choice in self.choices)
        )

    @property
    def blocked(self) -> bool:
        """Whether every choice was blocked."""
        return self.refused or (
            bool(self.choices) and all(choice.blocked for choice in self.choices)
        )

    @property
    def message(self) -> str | None:
        """What the first blocked choice's step has to say about it."""
        return next((choice.message for choice in self.choices if choice.blocked), None)
