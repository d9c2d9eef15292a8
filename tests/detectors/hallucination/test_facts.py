"""Which exact facts of a claim stand nowhere in the context, and which only look otherwise."""

from __future__ import annotations

import pytest

from detectors.hallucination.addresses import addresses
from detectors.hallucination.measures import measured
from detectors.hallucination.passages import Context, Digests
from detectors.hallucination.quotations import quotations
from policyengine import Segment, Source

CONTEXT = (
    "The bridge opened in 1998, after World War 2. Its architect was Dr. Jos\u00e9 Garc\u00eda of "
    "Aarhus. Write to help@bridge.org or see https://www.bridge.org/pay. "
    "The queen said: \u201cMay it bring our two peoples closer together for ever.\u201d"
)


def context(text: str = CONTEXT) -> Context:
    return Context([Segment("/context/0", Source.CONTEXT, text)], [], Digests())


def facts(claim: str) -> list[tuple[str, str]]:
    return [(one.sort, claim[one.start : one.end]) for one in measured(claim, context()).facts]


@pytest.mark.parametrize(
    "claim",
    [
        "The architect was Jose Garcia.",
        "The architect was Mr. Garc\u00eda of Aarhus.",
        "It was Dr Garc\u00eda\u2019s bridge.",
        "It opened after World War II.",
        "Write to HELP@bridge.org!",
        "Write to (help@bridge.org).",
        "See **https://bridge.org/pay/**.",
        "See [the page](http://bridge.org/pay).",
        "See bridge.org, or www.bridge.org/pay?",
        "She said \u00abmay it bring our two peoples closer together for ever\u00bb.",
        "She said 'May it bring our two peoples closer together'.",
    ],
)
def test_a_fact_in_another_spelling_stands_in_the_context(claim: str) -> None:
    assert facts(claim) == []


@pytest.mark.parametrize(
    ("claim", "fact"),
    [
        ("The architect was Jose Garza.", ("name", "Garza")),
        ("It opened after World War I and World War IV.", ("number", "IV")),
        ("Write to help@bridge.or today.", ("address", "help@bridge.or")),
        ("Write to elp@bridge.org.", ("address", "elp@bridge.org")),
        ("See https://bridge.org/payments.", ("address", "https://bridge.org/payments")),
        ("See https://bridge.org/pa!", ("address", "https://bridge.org/pa")),
        ("See www.toll.example/pay, too.", ("address", "www.toll.example/pay")),
        ("See toll.com.", ("address", "toll.com")),
    ],
)
def test_a_fact_that_only_begins_or_ends_as_one_of_the_contexts_does_not(
    claim: str, fact: tuple[str, str]
) -> None:
    assert facts(claim) == [fact]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"', '"'),
        ("\u201c", "\u201d"),
        ("\u201e", "\u201c"),
        ("\u00ab", "\u00bb"),
        ("\u2018", "\u2019"),
        ("'", "'"),
        ("\u300c", "\u300d"),
    ],
)
def test_quotations_are_known_by_the_marks_of_many_languages(before: str, after: str) -> None:
    quoted = "Nobody\u2019s toll is worth it" if before != "\u2018" else "No toll is worth it"
    claim = f"He said {before}{quoted}{after} then."
    assert [claim[one.start : one.end] for one in quotations(claim)] == [quoted]
    assert ("quote", quoted) in facts(claim)


def test_an_apostrophe_quotes_nothing() -> None:
    assert quotations("The king's men and the queen's horses didn't like the toll's price.") == []


def test_short_forms_and_file_names_are_no_addresses() -> None:
    assert addresses("The U.S. army, e.g. in v1.2.co-op mode; see notes.txt and 3.5.") == []


def test_a_word_without_its_accents_is_vouched_for() -> None:
    claim = "The architect was Jose Garcia of Aarhus."
    told = [claim[one.start : one.end] for one in context().vouched(claim)]
    assert told == ["Jose", "Garcia"]


def test_a_number_alone_is_a_fact_and_the_marker_of_an_item_is_none() -> None:
    assert facts("1988.") == [("number", "1988")]
    assert facts("7. The bridge opened in 1998.") == []


def test_a_context_of_many_long_texts_is_digested_once() -> None:
    digests = Digests()
    texts = [
        " ".join(f"Gate {at} of site {site} opened in {1000 + at}." for at in range(9000))
        for site in range(4)
    ]
    first = [digests.of(one) for one in texts]
    assert sum(one.size for one in first) > 16_000_000
    assert all(digests.of(text) is known for text, known in zip(texts, first, strict=True))
