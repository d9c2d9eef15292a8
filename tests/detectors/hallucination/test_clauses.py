"""A hedge hides no claim behind it, and a hedge alone is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.hallucination.claims import claims
from detectors.hallucination.clauses import claimed


def told(text: str) -> list[str]:
    return [text[span.start : span.end] for span in claims(text)]


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("I am happy to help: the bridge opened in 1988.", "the bridge opened in 1988."),
        ("I think the library opens at nine.", "the library opens at nine."),
        ("I believe that the king signed it in 1450.", "the king signed it in 1450."),
        ("Please note that I found the fee is $30.", "the fee is $30."),
        (
            "I'm sorry to hear that, your refund of $500 was sent on 3 May.",
            "your refund of $500 was sent on 3 May.",
        ),
        ("Let me know if you need more, the store closes at 6 pm.", "the store closes at 6 pm."),
        (
            "Unfortunately, the document does not say when, but it was 1998.",
            "it was 1998.",
        ),
        ("I'm afraid the library is closed on Sundays.", "the library is closed on Sundays."),
        ("I\u2019m afraid that the pool is closed.", "the pool is closed."),
        ("The text does not mention the toll; it is $5.", "it is $5."),
        ("The text does not say who built it (it was John Smith).", "it was John Smith"),
        ("It opened in 1988, but the text does not say who built it.", "It opened in 1988"),
        (
            "I cannot issue a refund because the return window closed on 3 May.",
            "the return window closed on 3 May.",
        ),
        (
            "While the text does not give its length, the bridge is 9 km long.",
            "the bridge is 9 km long.",
        ),
        (
            "She is the girl in the play, and the network is not specified in the passages.",
            "She is the girl in the play",
        ),
        ("Thank you for asking, the fee is $30.", "the fee is $30."),
        ("Did you know that the bridge opened in 1988?", "the bridge opened in 1988?"),
        ("The bridge opened in 1988, would you like to know more?", "The bridge opened in 1988"),
        ("The bridge opened in 1988, right?", "The bridge opened in 1988"),
        (
            "I'm happy to confirm your appointment is on Tuesday.",
            "your appointment is on Tuesday.",
        ),
        ("I hope this helps, and remember the code is 4711.", "the code is 4711."),
        ("I'm sorry, but the shop was sold to Acme.", "the shop was sold to Acme."),
        ("As an AI I cannot be sure, but the fee is $30.", "the fee is $30."),
        (
            "I'm unable to check your order, though it usually ships within two days.",
            "it usually ships within two days.",
        ),
        ("Sure, I can help with that - the capital is Paris.", "the capital is Paris."),
    ],
)
def test_a_claim_behind_a_hedge_is_judged_without_it(said: str, claim: str) -> None:
    assert told(said) == [claim]
    assert told(f"It is long. {said} It is old.") == ["It is long.", claim, "It is old."]


@pytest.mark.parametrize(
    "said",
    [
        "I don't think the museum opens on Mondays.",
        "I do not recommend more than 400 mg a day.",
        "If you are pregnant, avoid raw fish.",
        "We cannot ship to Alaska.",
        "Contact support at 555-0100 for a refund.",
        "Contact was the most expensive film of its director.",
        "The sales agent provides information on plans, but does not mention any discounts.",
        "Information about sales has no effect on distribution.",
        "There is no clear beginning and end, it's a continuous cycle.",
        "The documents are not signed by the king.",
        "The king signed the document and did not say why.",
        "The library opens at nine, and it is free.",
    ],
)
def test_what_only_sounds_like_a_hedge_is_a_claim_as_a_whole(said: str) -> None:
    assert told(said) == [said]


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry, I cannot help with that.",
        "I'm sorry, but I can't share medical, legal or tax advice.",
        "Sorry for the inconvenience!",
        "I hope this helps!",
        "Let me know if you have any other questions.",
        "Feel free to ask me anything else, I'm here to help.",
        "If you have questions, let me know.",
        "Please consult a doctor or a lawyer.",
        "Thank you for your patience.",
        "I understand your frustration.",
        "I don't think so.",
        "I don't think I can help with that.",
        "I'm not sure.",
        "I'm afraid I can't do that.",
        "I'm just a virtual assistant, so I can't open tickets.",
        "As an AI language model, I do not have access to real-time data.",
        "I cannot help with that because it's against my policy.",
        "The context does not say when it opened.",
        "Based on the passages, the text does not mention tolls, ferries, or trains.",
        "Unfortunately, the document does not say when it opened, who built it, or how long it is.",
        "The passages do not provide any information on its cost, or the year in which it opened.",
        "According to the information provided, the answer is not given in the passages.",
        "It is not clear from the text when it opened.",
        "There is no information about tolls in the text.",
        "Its price is not mentioned in the text.",
        "Unable to answer based on given passages.",
        "To answer your question, I cannot find it in the documents.",
        "Could you tell me which bridge you mean, and when you want to cross?",
        "I couldn't find anything in the documents; please contact our support team.",
        "I apologize for the confusion, and thank you for pointing it out.",
    ],
)
def test_a_hedge_alone_is_no_claim(said: str) -> None:
    assert told(said) == []
    assert told(f"It is long. {said} It is old.") == ["It is long.", "It is old."]


_PIECES = (
    "I think that ",
    "I'm sorry, ",
    "the fee is $5",
    ", but ",
    "(",
    ")",
    "; ",
    "? ",
    "I can't ",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_what_is_claimed_is_in_the_sentence_in_order(said: str) -> None:
    end = 0
    for span in claimed(said):
        assert end <= span.start <= span.end <= len(said)
        end = span.end
