"""One exchange with its findings in place: what `policyengine explain` shows; pure."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from policyengine.offline.jsonl import BadLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policyengine.deployment import CompiledDeployment
    from policyengine.detections import Detections, ReportedFinding, StageResult
    from policyengine.exchange import Segment
    from policyengine.offline.evaluating import Settings
    from policyengine.phases import Phase

OK = 200


class Run(NamedTuple):
    """A stretch of text, or the place where a finding begins or ends.

    `covered` are the findings that a stretch belongs to, or the one that begins or ends.
    """

    sort: Literal["text", "begin", "end"]
    text: str
    covered: tuple[ReportedFinding, ...]


class Place(NamedTuple):
    """A place of the exchange that evidence points to, and its name there."""

    name: str
    body: str
    path: str
    start: int
    end: int


class Beside(NamedTuple):
    """A place, what stands there, and the findings whose evidence points to it."""

    place: Place
    text: str
    findings: tuple[ReportedFinding, ...]


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text of the exchange as it arrived and as it was delivered, None if it was not.

    `runs` are the text cut at its findings; `whole` are those about all of it; `beside` is what
    they were held against.
    """

    segment: Segment
    delivered: str | None = field(repr=False)
    runs: tuple[Run, ...] = field(repr=False)
    whole: tuple[ReportedFinding, ...]
    beside: tuple[Beside, ...] = field(repr=False, default=())

    @property
    def differs(self) -> bool:
        """Whether it was delivered otherwise than it arrived."""
        return self.delivered != self.segment.text


@dataclass(frozen=True, slots=True)
class Explanation:
    """An exchange, text by text, and all that was decided about it.

    `reply` is what the client is sent instead when everything was blocked.
    """

    detections: Detections
    texts: tuple[ShownText, ...]
    reply: tuple[int, Mapping[str, Any]] | None = field(repr=False)


def explain(
    deployment: CompiledDeployment, line: Mapping[str, Any], settings: Settings
) -> Explanation:
    """Evaluate the exchange of a line; raises BadLine and ExchangeError."""
    if "request" not in line:
        raise BadLine("no `request`")
    request = deployment.check_request(
        line["request"],
        tags=settings.tags,
        observe=settings.observe,
        all_findings=settings.all_findings,
    )
    known: dict[tuple[str, str], Segment] = {
        (one.segment.body, one.segment.path): one.segment for one in request.phase.run.texts
    }
    asked = tuple(_shown(request.phase, known, blocked=request.body is None))
    reply = line.get("response")
    if request.body is None or reply is None:
        return Explanation(request.detections, asked, request.reply)
    response = deployment.check_response(request, reply)
    # A reply that keeps what came before the block is no error: its texts are delivered.
    blocked = response.reply is not None and response.reply[0] != OK
    known.update(
        ((one.segment.body, one.segment.path), one.segment) for one in response.phase.run.texts
    )
    answered = tuple(_shown(response.phase, known, blocked=blocked))
    return Explanation(response.detections, asked + answered, response.reply)


def findings_of(stage: StageResult) -> Iterator[ReportedFinding]:
    """Every finding of a stage, in the order of its steps."""
    for step in stage.steps:
        yield from step.findings


def _shown(
    phase: Phase, known: Mapping[tuple[str, str], Segment], *, blocked: bool
) -> Iterator[ShownText]:
    found: dict[str | None, list[ReportedFinding]] = {}
    for finding in findings_of(phase.result):
        found.setdefault(finding.path, []).append(finding)
    for text in phase.run.texts:
        segment = text.segment
        left = phase.delivered[text][0] if text in phase.delivered else text.text
        here = found.get(segment.path, ())
        yield ShownText(
            segment=segment,
            delivered=None if blocked or text.dropped else left,
            runs=tuple(runs(segment.text, [one for one in here if one.span is not None])),
            whole=tuple(one for one in here if one.span is None),
            beside=tuple(_beside(here, known)),
        )


def _beside(
    findings: Sequence[ReportedFinding], known: Mapping[tuple[str, str], Segment]
) -> Iterator[Beside]:
    """The places that the findings' evidence points to, each once, in the findings' order."""
    held: dict[Place, list[ReportedFinding]] = {}
    for finding in findings:
        for place in dict.fromkeys(_places(finding)):
            held.setdefault(place, []).append(finding)
    for place, those in held.items():
        segment = known.get((place.body, place.path))
        if segment is not None:
            yield Beside(place, segment.text[place.start : place.end], tuple(those))


def _places(finding: ReportedFinding) -> Iterator[Place]:
    for name, value in finding.evidence.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and isinstance(one.get("span"), dict):
                span = one["span"]
                yield Place(
                    name, one.get("body", ""), one.get("path", ""), span["start"], span["end"]
                )


def runs(text: str, findings: Sequence[ReportedFinding]) -> Iterator[Run]:
    """The text cut wherever a finding begins or ends; the stretches together are the text.

    At one place findings end before others begin, and the longer begin first. The work is linear
    in the findings, but for those that a stretch belongs to together.
    """
    spans = {number: one.span for number, one in enumerate(findings) if one.span is not None}
    begin: dict[int, list[int]] = {}
    end: dict[int, list[int]] = {}
    for number, span in spans.items():
        begin.setdefault(span.start, []).append(number)
        if span.start < span.end:
            end.setdefault(span.end, []).append(number)
    places = sorted({0, len(text), *begin, *end})
    covering: list[int] = []  # in the order of the findings
    for place, following in zip(places, [*places[1:], len(text)], strict=True):
        for number in end.get(place, ()):
            covering.remove(number)
            yield Run("end", "", (findings[number],))
        for number in sorted(begin.get(place, ()), key=lambda each: -spans[each].end):
            yield Run("begin", "", (findings[number],))
            if spans[number].end == place:
                yield Run("end", "", (findings[number],))
            else:
                insort(covering, number)
        if place < following:
            yield Run("text", text[place:following], tuple(findings[n] for n in covering))
