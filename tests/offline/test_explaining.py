from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from policyengine import Span, Verdict
from policyengine.detections import ReportedFinding
from policyengine.offline import Settings
from policyengine.offline.explaining import explain, runs

if TYPE_CHECKING:
    from policyengine.deployment import CompiledDeployment

TEXT = "0123456789"


def finding(span: tuple[int, int]) -> ReportedFinding:
    return ReportedFinding("k", 1.0, Verdict.FLAG, "/p", Span(*span), None, {})


SPANS = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(lambda two: (min(two), max(two)))


@given(st.lists(SPANS, max_size=6))
def test_the_stretches_are_the_text_and_each_finding_covers_its_span(
    spans: list[tuple[int, int]],
) -> None:
    findings = [finding(span) for span in spans]
    cut = list(runs(TEXT, findings))
    assert "".join(run.text for run in cut) == TEXT
    for one, (start, end) in zip(findings, spans, strict=True):
        covered = "".join(
            r.text for r in cut if any(other is one for other in r.covered) and r.text
        )
        assert covered == TEXT[start:end]
        begins = [i for i, r in enumerate(cut) if r.sort == "begin" and r.covered[0] is one]
        ends = [i for i, r in enumerate(cut) if r.sort == "end" and r.covered[0] is one]
        assert len(begins) == len(ends) == 1
        assert begins < ends


class Place(int):
    """A number that counts how often any is compared."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Place.compared += 1
        return int(self) < int(other)

    def __gt__(self, other: int) -> bool:
        return Place.__lt__(Place(other), self)

    def __le__(self, other: int) -> bool:
        return not Place.__lt__(Place(other), self)

    def __eq__(self, other: object) -> bool:
        Place.compared += 1
        return isinstance(other, int) and int(self) == int(other)

    __hash__ = int.__hash__


def test_findings_apart_from_each_other_are_not_compared_one_by_one() -> None:
    def work(findings: int) -> int:
        given = [finding((Place(4 * n), Place(4 * n + 2))) for n in range(findings)]
        before = Place.compared
        assert len(list(runs("x" * (4 * findings), given))) == 4 * findings
        return Place.compared - before

    assert work(400) < 6 * work(100)  # sorting takes somewhat more than four times the work


def told(deployment: CompiledDeployment, asked: str, said: str | None) -> list[tuple[Any, ...]]:
    line: dict[str, Any] = {"request": {"messages": [{"role": "user", "content": asked}]}}
    if said is not None:
        line["response"] = {"choices": [{"message": {"role": "assistant", "content": said}}]}
    return [
        (text.segment.body, text.delivered, text.differs)
        for text in explain(deployment, line, Settings()).texts
    ]


def test_texts_are_told_as_they_were_delivered(deployment: CompiledDeployment) -> None:
    assert told(deployment, "hello", "you") == [
        ("request", "hello", False),
        ("response", "you", False),
    ]
    assert told(deployment, "hello", None) == [("request", "hello", False)]
    assert told(deployment, "crow", "you") == [("request", None, True)]
    assert told(deployment, "hello", "a crow") == [
        ("request", "hello", False),
        ("response", None, True),
    ]
    (asked, answered) = told(deployment, "a heron", "it is")
    assert asked[1].startswith("a [FOUND_")
    assert answered == ("response", "it is", False)
