"""The object that a transport attaches to a response: verdicts, findings, and what was not seen.

It holds positions, kinds and numbers, never text of the exchange, and neither times nor ids: the
same exchange under the same revision gives the same bytes. `as_dict` is the wire format, version 1,
whose JSON Schema is published as `policyengine/schemas/detections.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from policyengine.detector import Span
    from policyengine.exchange import Body

VERSION = 1

Stage = Literal["input", "output"]
Status = Literal["ran", "failed", "timeout", "skipped", "not_reached"]


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding with its verdict, in the coordinates of the body as it arrived.

    `path` is relative to the stage's body; `released_span` is the place in the delivered text, None
    where a cut or a redaction left nothing of it; the place is told even where the transport then
    delivers nothing at all (`on_block: error`). `evidence` is plain JSON.
    """

    kind: str
    score: float
    verdict: Verdict
    path: str | None
    span: Span | None
    released_span: Span | None
    evidence: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The wire format."""
        return {
            "kind": self.kind,
            "score": self.score,
            "verdict": self.verdict.word,
            "path": self.path,
            "span": _span(self.span),
            "released_span": _span(self.released_span),
            "evidence": dict(self.evidence),
        }

    def copied(self) -> ReportedFinding:
        """The same, for somebody who may write into it."""
        return ReportedFinding(
            self.kind,
            self.score,
            self.verdict,
            self.path,
            _copied(self.span),
            _copied(self.released_span),
            _plain(self.evidence),
        )


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one configured step."""

    step: str
    policy: str
    detector: str
    detector_version: str
    status: Status
    verdict: Verdict = Verdict.ALLOW
    enforced: bool = True
    reason: str | None = None
    findings: tuple[ReportedFinding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The wire format."""
        return {
            "step": self.step,
            "policy": self.policy,
            "detector": self.detector,
            "detector_version": self.detector_version,
            "status": self.status,
            "verdict": self.verdict.word,
            "enforced": self.enforced,
            "reason": self.reason,
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def copied(self) -> StepResult:
        """The same, for somebody who may write into it."""
        return StepResult(
            self.step,
            self.policy,
            self.detector,
            self.detector_version,
            self.status,
            self.verdict,
            self.enforced,
            self.reason,
            tuple([finding.copied() for finding in self.findings]),
        )


@dataclass(frozen=True, slots=True)
class StageResult:
    """One side of an exchange: its verdict, and every configured step in order."""

    verdict: Verdict
    steps: tuple[StepResult, ...]

    def as_dict(self) -> dict[str, Any]:
        """The wire format."""
        return {"verdict": self.verdict.word, "steps": [step.as_dict() for step in self.steps]}

    def copied(self) -> StageResult:
        """The same, for somebody who may write into it."""
        return StageResult(self.verdict, tuple([step.copied() for step in self.steps]))


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Segments that a step did not examine, by its `sources` or by what its detector examines."""

    stage: Stage
    policy: str
    step: str
    paths: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The wire format."""
        return {
            "stage": self.stage,
            "policy": self.policy,
            "step": self.step,
            "paths": list(self.paths),
        }


@dataclass(frozen=True, slots=True)
class UnexaminedContent:
    """Content that no detector could read."""

    body: Body
    path: str
    media: str

    def as_dict(self) -> dict[str, Any]:
        """The wire format."""
        return {"body": self.body, "path": self.path, "media": self.media}


@dataclass(frozen=True, slots=True)
class Coverage:
    """The account of what was looked at.

    `segments` counts the texts of the stages that were evaluated, `examined` those that at least
    one step looked at in full.
    """

    segments: int = 0
    examined: int = 0
    excluded: tuple[Exclusion, ...] = ()
    unexamined: tuple[UnexaminedContent, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The wire format."""
        return {
            "segments": self.segments,
            "examined": self.examined,
            "excluded": [entry.as_dict() for entry in self.excluded],
            "unexamined": [entry.as_dict() for entry in self.unexamined],
        }


@dataclass(frozen=True, slots=True)
class Detections:
    """Everything that was decided about one exchange.

    `output` is None while there is no response to judge. `complete` is false when an enforced step
    failed, timed out or missed what it needs, or when content could not be read.
    """

    deployment: str
    revision: str
    tags: tuple[str, ...]
    verdict: Verdict
    complete: bool
    input: StageResult
    output: StageResult | None
    coverage: Coverage = field(default_factory=Coverage)

    def as_dict(self) -> dict[str, Any]:
        """The wire format, version 1: plain JSON values in a fixed order of keys."""
        return {
            "version": VERSION,
            "deployment": self.deployment,
            "revision": self.revision,
            "tags": list(self.tags),
            "verdict": self.verdict.word,
            "complete": self.complete,
            "input": self.input.as_dict(),
            "output": None if self.output is None else self.output.as_dict(),
            "coverage": self.coverage.as_dict(),
        }

    def copied(self) -> Detections:
        """The same, for somebody who may write into it."""
        output = None if self.output is None else self.output.copied()
        return replace(
            self, input=self.input.copied(), output=output, coverage=deepcopy(self.coverage)
        )


def _span(span: Span | None) -> dict[str, int] | None:
    return None if span is None else {"start": span.start, "end": span.end}


def _copied(span: Span | None) -> Span | None:
    return None if span is None else type(span)(span.start, span.end)


def _plain(value: Any) -> Any:
    """A copy of plain JSON."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
