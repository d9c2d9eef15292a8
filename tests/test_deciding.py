from __future__ import annotations

import pytest

from policyengine import Kind, Verdict
from policyengine.deciding import KindRule, covers, rule_for
from policyengine.policy import Step

A, F, R, B = Verdict

ALL = KindRule(flag_at=0.2, redact_at=0.5, block_at=0.8)


@pytest.mark.parametrize(
    ("rule", "score", "has_span", "verdict"),
    [
        (ALL, 0.0, True, A),
        (ALL, 0.1999, True, A),
        (ALL, 0.2, True, F),
        (ALL, 0.5, True, R),
        (ALL, 0.7999, True, R),
        (ALL, 0.8, True, B),
        (ALL, 1.0, True, B),
        (ALL, 0.2, False, F),
        (ALL, 0.5, False, B),
        (KindRule(flag_at=0.0), 0.0, True, F),
        (KindRule(flag_at=0.9), 1.0, False, F),
        (KindRule(redact_at=0.5), 0.4, False, A),
        (KindRule(block_at=1.0), 0.9999, True, A),
        (KindRule(block_at=1.0), 1.0, True, B),
        (KindRule(), 1.0, True, A),
        (KindRule(), 1.0, False, A),
    ],
)
def test_a_finding_takes_the_hardest_threshold_that_it_reaches(
    rule: KindRule, score: float, has_span: bool, verdict: Verdict
) -> None:
    assert rule.verdict(score, has_span=has_span) is verdict


EMAIL = Kind("pii.email", recommended_at=0.6)
CARD = Kind("pii.card.visa", recommended_at=0.4)


def step(**rule: object) -> Step:
    return Step.model_validate({"step": "s", "detector": "d", **rule})


def test_recommended_is_the_kinds_own_point() -> None:
    rules = [rule_for(step(redact_at="recommended"), kind) for kind in (EMAIL, CARD)]
    assert [rule.redact_at for rule in rules] == [0.6, 0.4]


def test_thresholds_are_rounded_as_scores_are() -> None:
    rule = rule_for(
        step(flag_at="recommended", block_at=0.66666), Kind("k", recommended_at=0.33334)
    )
    assert rule.thresholds == (0.3333, 0.6667)


def test_a_longer_prefix_overrides_a_shorter_one_and_what_it_leaves_out_stays() -> None:
    rule = rule_for(
        step(
            flag_at=0.1,
            redact_at=0.5,
            redact_with="hash",
            kinds={
                "pii.card": {"redact_with": "mask", "keep_last": 4},
                "pii": {"redact_at": 0.7, "redact_with": "remove"},
                "pii.card.visa": {"block_at": 0.9},
            },
        ),
        CARD,
    )
    assert rule == KindRule(0.1, 0.7, 0.9, "mask", 4)


def test_an_explicit_null_switches_a_threshold_off() -> None:
    rule = rule_for(
        step(flag_at=0.2, redact_at=0.5, kinds={"pii.email": {"redact_at": None}}), EMAIL
    )
    assert rule.thresholds == (0.2,)


def test_a_kind_that_no_prefix_covers_keeps_the_steps_rule() -> None:
    document = step(flag_at=0.2, kinds={"pii.em": {"flag_at": 0.9}, "pii.phone": {"flag_at": 0.8}})
    assert rule_for(document, EMAIL).flag_at == 0.2


@pytest.mark.parametrize(
    ("prefix", "kind", "expected"),
    [
        ("pii", "pii.email", True),
        ("pii.email", "pii.email", True),
        ("pii.email", "pii.emails", False),
        ("pii.email", "pii", False),
        ("", "pii", False),
    ],
)
def test_prefixes_are_dotted(prefix: str, kind: str, expected: bool) -> None:
    assert covers(prefix, kind) is expected
