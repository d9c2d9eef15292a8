"""What is settled in a text that goes on stays as it is, whatever follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.pii.detector import Pii
from detectors.pii.options import SHAPED
from detectors.pii.recognizers import RECOGNIZERS
from policyengine import Detector, Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Sequence

SPOKEN = (
    "so", "it was", "of the", "for my", "to", "is", "was", "on file,", "ending in", "number", "no",
    "Hello,", "Anna!", "OK", "AND", "I", "Mr.", "(see)", "well-known", "Friday,", "on Monday",
    "March", "3rd", "at", "summer", "2021", "10:30", "p.m.", "UTC", "ext. 12", "x12", "Sri",
    "South", "African", "months old", "Heron", "Heron Blue", "中文", "。", "ü", "+", "-", "as to",
)  # fmt: skip
LABELS = sorted({word for row in RECOGNIZERS for word in (*row.labels, *row.context)})
EXAMPLES = [row.example for row in RECOGNIZERS]
SAID = (
    st.sampled_from(EXAMPLES)
    | st.sampled_from(SPOKEN)
    | st.sampled_from(LABELS)
    | st.text(st.sampled_from('019.-@:+ aFB()/,\n"x'), max_size=12)
    | st.lists(st.sampled_from(SPOKEN), max_size=9).map(" ".join)
)
JOINT = st.sampled_from([" ", " ", " ", " ", "", ", ", ". ", "\n", "-"])
TEXTS = st.lists(st.tuples(SAID, JOINT).map("".join), min_size=1, max_size=14).map("".join)

OPTIONS: dict[str, dict[str, Any]] = {
    "all": {"entities": sorted(SHAPED), "models": {}},
    "usual": {"entities": ["email", "phone", "payment_card", "iban", "ip_address", "us_ssn"]},
    "signs": {"entities": ["email", "url", "ip_address", "device_id", "geo"]},
    "places": {"entities": ["location", "nationality"], "models": {}},
    "dates": {"entities": ["date", "date_of_birth", "age"]},
    "secrets": {"entities": ["password", "username", "driver_license", "bank_account", "vehicle"]},
    "denied": {"entities": ["iban"], "deny": [{"term": "Heron Blue", "kind": "person"}]},
}
DETECTORS: dict[str, Detector[Any]] = {}


def detector(name: str) -> Detector[Any]:
    if name not in DETECTORS:
        DETECTORS[name] = Pii(Pii.Options.model_validate(OPTIONS[name], strict=False))
        DETECTORS[name].warm_up(Resources())
    return DETECTORS[name]


def changed(pii: Detector[Any], text: str, cuts: Sequence[int]) -> list[tuple[str, str]]:
    """Where what is told to be settled is not."""
    ends = [*cuts, len(text)]
    views = [View((Segment("/x", Source.COMPLETION, text[:end], "response"),)) for end in ends]
    *found, whole = pii.detect(views)
    wrong = []
    for end, findings in zip(cuts, found, strict=True):
        place = pii.open_from(text[:end])
        assert 0 <= place <= end
        before = [one for one in findings if one.span and one.span.start < place]
        if before != [one for one in whole if one.span and one.span.start < place]:
            wrong.append((text[:place], text[place:end]))
    return wrong


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("usual", "It is 4155552671 as I said, phone"),
        ("usual", "It is 4155552671, extension 123"),
        ("usual", "Reach us:+ 44 20 7946 0958"),
        ("usual", "a" * 60 + "@example.org"),
        ("usual", "用户@例子.测试 by mail"),
        ("usual", "dead:beef:cafe::ace as of the host"),
        ("signs", "janeroe.com is the site"),
        ("signs", "a" * 60 + ".com"),
        ("signs", "at 40.7128\N{DEGREE SIGN} N, 74.0060\N{DEGREE SIGN} W"),
        ("places", "in IL 62704"),
        ("places", "at SW1A 1AA"),
        ("places", "The Sri Lankan and the South African"),
        ("dates", "in Summer 2019"),
        ("dates", "on Wednesday, September 3"),
        ("dates", "the 3rd of the September 2021 10:30:22.123456789 a.m. UTC"),
        ("dates", "My son is 12 months old"),
        ("secrets", "password to is abcDef is Secret99"),
        ("secrets", "my password is now sunflower. I"),
        ("secrets", "my new password is " + "a" * 64),
        ("secrets", "licence number: A B C D 1 2 3 4 and so on"),
        ("denied", "the Heron Blue"),
    ],
)
def test_whatever_is_settled_stays_as_it_is_at_every_cut(name: str, text: str) -> None:
    assert changed(detector(name), text, range(len(text) + 1)) == []
    longer = f"And so it goes, as it did before, and before, and before that. {text}. "
    assert changed(detector(name), longer * 3, range(3 * len(longer))) == []


@given(st.sampled_from(sorted(OPTIONS)), TEXTS, st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_settled_stays_as_it_is(name: str, text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    assert changed(detector(name), text, cuts) == []


@pytest.mark.parametrize("row", RECOGNIZERS, ids=lambda row: row.name)
def test_examples_are_settled_with_all_of_them(row: Any) -> None:
    text = f"And so on it goes. {row.example} And so on it goes, as it did before. "
    assert changed(detector("all"), text, range(len(text))) == []


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("The customer asked whether the ", ""),
        ("The customer asked whether th", "th"),
        ("Hello, Anna! How are you? ", ""),
        ("Hello, ", ""),
        ("It is 12 o'clock as of no", "12 o'clock as of no"),
        ("It is 12 o'clock as of now, and so on it goes, as it did before, ", ""),
        ("Write to jane.roe@example.o", "jane.roe@example.o"),
        ("Call +44 20 7946 09", "+44 20 7946 09"),
        ("I mean I", "I"),
        ("我们明天去。", ""),
    ],
)
def test_no_more_is_open_than_what_may_go_on(text: str, held: str) -> None:
    assert text[detector("usual").open_from(text) :] == held


def test_where_addresses_are_joined_nothing_is_told() -> None:
    denied = [{"term": "Oak Street", "kind": "street_address"}]
    pii = Pii(Pii.Options.model_validate({"entities": ["email"], "deny": denied}, strict=False))
    pii.warm_up(Resources())
    assert pii.open_from("The customer asked whether the ") == 0
