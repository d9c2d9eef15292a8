"""The detector `hallucination`: facts and claims, evidence, and what it does with odd input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from detectors.hallucination.detector import Hallucination
from detectors.hallucination.findings import ANSWER, CONTRADICTED, UNSUPPORTED
from policyengine import (
    Engine,
    Exchange,
    Position,
    Resources,
    Segment,
    Source,
    Truncated,
    Verdict,
    View,
)
from policyengine.testing import checks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from policyengine import Detections, Finding

CONTEXT = (
    "The bridge across the sound was opened on 1 July 2000 after five years of work. "
    "It is 7.8 kilometres long and cost 30 billion kroner. "
    "Trains run on the lower deck, and cars pay a toll at the gate in Lernacken. "
    'The queen said: "May it bring our two peoples closer together for ever."'
)


EVEN = 0.5
RESOURCES = Resources()
"""The reader is loaded once for all tests."""


def view(answer: str, *context: str, asked: str = "Tell me about the bridge.") -> View:
    said = Segment("/choices/0/message/content", Source.COMPLETION, answer, "response")
    given = [Segment(f"/context/{at}", Source.CONTEXT, one) for at, one in enumerate(context)]
    return View((said,), (Segment("/messages/0/content", Source.PROMPT, asked), *given))


def found(
    answer: str, *context: str, asked: str = "Tell me about the bridge.", **options: Any
) -> Sequence[Finding]:
    detector = Hallucination(Hallucination.Options.model_validate(options))
    detector.warm_up(RESOURCES)
    (findings,) = detector.detect([view(answer, *(context or (CONTEXT,)), asked=asked)])
    points = {kind.name: kind.recommended_at for kind in detector.kinds}
    return [one for one in findings if one.score >= points[one.kind]]


def spans(findings: Sequence[Finding], answer: str, kind: str = UNSUPPORTED) -> list[str]:
    return [
        answer[one.span.start : one.span.end]
        for one in findings
        if one.kind == kind and one.span is not None
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "The bridge was opened in July 2000.",
        "It opened on 2000-07-01 and is 7.8 kilometres long.",
        "It cost 30bn kroner, and work took 5 years.",
        "Cars pay a toll in Lernacken, while trains run on the lower deck.",
        'The queen said "May it bring our two peoples closer together".',
        "The context does not say who designed it.",
        CONTEXT,
    ],
)
def test_what_follows_from_the_context_is_left_alone(answer: str) -> None:
    assert found(answer) == []


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("The bridge is 9.4 kilometres long and cost 30 billion kroner.", "9.4"),
        ("The bridge cost 30 billion euros.", "30 billion"),
        ("The bridge was opened on 4 July 2000 after five years.", "4 July 2000"),
        ("Cars pay a toll at the gate in Helsingor.", "Helsingor"),
        (
            'The queen said of the bridge: "It was worth every single krone of it."',
            "It was worth every single krone of it.",
        ),
        (
            "Cars pay the toll at https://toll.example.org/pay before.",
            "https://toll.example.org/pay",
        ),
    ],
)
def test_a_fact_that_stands_nowhere_is_told_with_its_place(answer: str, fact: str) -> None:
    assert fact in spans(found(answer, layers=["facts"]), answer)


@pytest.mark.parametrize(
    "address", ["https://bridge.org/payments", "help@bridge.org", "www.toll.example/pay"]
)
def test_an_address_that_stands_nowhere_is_acted_on_by_default(address: str) -> None:
    answer = f"The bridge was opened in July 2000; pay the toll at {address} before."
    told = found(answer, whole_answer=True)
    assert address in spans(told, answer)
    assert ANSWER in {one.kind for one in told}
    assert found(answer, f"{CONTEXT} Pay the toll at {address} before.", whole_answer=True) == []
    assert address not in spans(found(answer, layers=["wording", "reader"]), answer)


def test_a_word_without_end_is_acted_on_by_default() -> None:
    assert found("bridge" * 5000) != []


def test_another_number_in_the_place_of_the_contexts_is_a_contradiction() -> None:
    answer = "The bridge across the sound is 9.4 kilometres long and cost 30 billion kroner."
    (told,) = spans(found(answer, layers=["facts", "wording"]), answer, CONTRADICTED)
    assert told == "9.4"
    findings = found(answer, layers=["facts", "wording"])
    one = next(one for one in findings if one.kind == CONTRADICTED)
    assert isinstance(one.evidence["passage"], Position)
    place = one.evidence["passage"]
    assert place.span is not None
    assert "7.8 kilometres" in place.segment.text[place.span.start : place.span.end]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("Trains do not run on the lower deck.", "not"),
        ("Cars pay a toll at the gate in Helsingor.", "Helsingor"),
        ("Trains run on the upper deck.", "upper"),
    ],
)
def test_what_is_turned_around_is_told_by_its_words(answer: str, words: str) -> None:
    detector = Hallucination(Hallucination.Options())
    detector.warm_up(RESOURCES)
    (findings,) = detector.detect([view(answer, CONTEXT)])
    worst = max(findings, key=lambda one: (one.score, one.kind == UNSUPPORTED))
    assert worst.score > EVEN
    assert any(words in told for told in spans([worst], answer))


def test_an_invented_claim_is_told_whole() -> None:
    invented = "Brass bands and fireworks entertained forty thousand cheering spectators."
    answer = f"The bridge was opened in July 2000. {invented}"
    assert invented in spans(found(answer, layers=["wording"]), answer)


def test_the_request_may_be_repeated() -> None:
    asked = "Who were the architects of the Oresund crossing?"
    assert found("You asked about the Oresund crossing and its architects.", asked=asked) == []
    more = "You asked about the Oresund crossing, which zebras built in 1950."
    assert found(more, asked=asked) != []
    repeated = "Architects of the Oresund crossing are asked for."
    assert found(repeated, asked=asked, layers=["facts", "wording"]) == []
    assert found(repeated, asked="And now?", layers=["facts", "wording"]) != []


def test_the_whole_answer_has_a_score_of_its_own() -> None:
    invented = "Brass bands and fireworks entertained forty thousand cheering spectators. "
    kinds = [one.kind for one in found(invented * 2, whole_answer=True)]
    assert kinds.count("hallucination.answer") == 1
    assert found("The bridge was opened in July 2000.", whole_answer=True) == []


def test_a_context_in_another_language_supports_nothing_unless_it_is_told_otherwise() -> None:
    german = "Die Brücke wurde im Juli eröffnet und ist nicht sehr lang, aber sie ist schön."
    answer = "The bridge opened during July and is beautiful."
    (told,) = spans(found(answer, german), answer)
    assert len(told) > len(answer) / 2
    assert found(answer, german, other_languages="pass") == []
    with pytest.raises(Truncated):
        found(answer, german, other_languages="fail")


def test_a_context_that_is_a_table_is_read() -> None:
    table = "| Bridge | Length |\n|---|---|\n| Sound | 7.8 km |\n| Belt | 6.8 km |"
    assert found("The Sound bridge has a length of 7.8 km.", table) == []
    answer = "The Sound bridge has a length of 9.9 km."
    assert "9.9" in spans(found(answer, table, layers=["facts"]), answer)


def test_either_side_of_a_context_that_contradicts_itself_is_supported() -> None:
    both = "The toll at the gate is 50 kroner. The toll at the gate is 60 kroner."
    assert found("The toll at the gate is 60 kroner.", both) == []
    assert found("The toll at the gate is 50 kroner.", both) == []


def test_code_is_not_judged() -> None:
    assert found("```python\nfrobnicate(quuxes, 9.4)\nprint(zebra)\n```") == []


def test_a_long_context_is_read_to_its_end() -> None:
    long = "Trains run on the lower deck. " * 20_000 + "The last gate is called Zebulon."
    assert found("The last gate is called Zebulon.", long) == []
    answer = "The last gate is called Quixote."
    assert "Quixote" in spans(found(answer, long), answer)


@pytest.mark.parametrize(
    "check",
    [
        *checks(Hallucination, {}, longest=20_000),
        *checks(Hallucination, {"layers": ["facts"]}, longest=20_000),
        *checks(Hallucination, {"whole_answer": True}, longest=20_000),
    ],
    ids=str,
)
def test_conforms(check: Any) -> None:
    check.run()


def evaluated(policy: Path, exchange: Exchange) -> Detections:
    policy.write_text(
        "version: 1\nmodels: {m: {base_url: http://localhost}}\npolicies:\n  p:\n    steps:\n"
        "      - {step: s, detector: hallucination, block_at: 0.5}\n"
        "deployments:\n  d: {model: m, output: [p]}\n"
    )
    return Engine.load(policy).deployment("d").evaluate(exchange)


def test_what_is_not_told_to_anybody_is_left_out_and_coverage_says_so(tmp_path: Path) -> None:
    shown = view("The bridge was opened in July 2000.", CONTEXT)
    thought = "Zebras dance wildly at noon."
    other = Segment("/choices/0/message/reasoning", Source.REASONING, thought, "response")
    exchange = Exchange(shown.reference, (other, *shown.examined))
    detections = evaluated(tmp_path / "policies.yaml", exchange)
    assert detections.output is not None
    assert detections.output.verdict is Verdict.ALLOW
    assert [one.paths for one in detections.coverage.excluded] == [(other.path,)]
    assert detections.coverage.examined == 1
    told = Segment("/choices/0/message/content", Source.COMPLETION, thought, "response")
    detections = evaluated(tmp_path / "policies.yaml", Exchange(shown.reference, (told,)))
    assert detections.output is not None
    assert detections.output.verdict is Verdict.BLOCK


def test_an_exchange_without_context_is_reported(tmp_path: Path) -> None:
    said = view("Zebras dance wildly at noon.")
    exchange = Exchange((said.reference[0],), said.examined)
    detections = evaluated(tmp_path / "policies.yaml", exchange)
    assert detections.output is not None
    assert (detections.output.steps[0].status, detections.complete) == ("skipped", False)
