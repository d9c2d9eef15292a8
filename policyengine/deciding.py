"""Findings and thresholds in, verdicts out; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine.policy import RECOMMENDED, Rule, Step
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.detector import Kind
    from policyengine.policy import RedactWith

SCORE_DECIMALS = 4
"""Scores are rounded to this many decimals before any threshold sees them."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """What one step does with the findings of one kind; a threshold of None is never reached."""

    flag_at: float | None = None
    redact_at: float | None = None
    block_at: float | None = None
    redact_with: RedactWith = "placeholder"
    keep_last: int | None = None

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The thresholds that are set, in the order of their verdicts."""
        return tuple(at for at in (self.flag_at, self.redact_at, self.block_at) if at is not None)

    def verdict(self, score: float, *, has_span: bool) -> Verdict:
        """The hardest verdict whose threshold the score reaches.

        A finding that would be redacted but has no place in the text blocks.
        """
        if self.block_at is not None and score >= self.block_at:
            return Verdict.BLOCK
        if self.redact_at is not None and score >= self.redact_at:
            return Verdict.REDACT if has_span else Verdict.BLOCK
        if self.flag_at is not None and score >= self.flag_at:
            return Verdict.FLAG
        return Verdict.ALLOW


def rule_for(step: Step, kind: Kind) -> KindRule:
    """The rule that a step has for a kind.

    The step's own rule, then the `kinds` whose prefix fits, the longest last: what one gives
    (`null` included) replaces what stood there before, what it leaves out stays.
    """
    given: dict[str, Any] = {}
    for rule in (step, *_overrides(step, kind.name)):
        given |= {name: getattr(rule, name) for name in _RULE_FIELDS & rule.model_fields_set}
    for name in ("flag_at", "redact_at", "block_at"):
        at = given.get(name)
        if at is not None:
            at = kind.recommended_at if at == RECOMMENDED else at
            given[name] = round(at, SCORE_DECIMALS)  # as the scores that it is held against
    if given.get("redact_with") is None:
        given["redact_with"] = "placeholder"
    return KindRule(**given)


_RULE_FIELDS = frozenset(Rule.model_fields)


def _overrides(step: Step, kind: str) -> Iterator[Rule]:
    for prefix in sorted(step.kinds, key=len):
        if covers(prefix, kind):
            yield step.kinds[prefix]


def covers(prefix: str, kind: str) -> bool:
    """Whether a dotted prefix stands for a kind: `pii` for `pii.email`, but not for `piix`."""
    return kind == prefix or kind.startswith(prefix + ".")
