from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from detectors.pii.checks import Checks
from detectors.pii.detector import Pii
from detectors.pii.options import ENTITIES
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.scanning import Scanner
from detectors.pii.shapes import Standins, shape_of
from policyengine import Resources, Segment, Source, View, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.pii.rows import Recognizer
    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]


# Each with the page that says what it is.
VALID = [
    # RFC 5321 4.1.2, RFC 5322 3.4.1; the domains of RFC 2606
    ("email", "write to jane.roe@example.org.", "jane.roe@example.org"),
    ("email", "<first+tag@sub.example.co.uk>", "first+tag@sub.example.co.uk"),
    ("email", "email=o'brien@example.com&x=1", "o'brien@example.com"),
    ("email", "**jane@example.com**", "jane@example.com"),
    ("email", "mail a@b.example", "a@b.example"),
    # RFC 6531, and the test domains of https://www.iana.org/domains/reserved
    ("email", "an jürgen@münchen.example, bitte", "jürgen@münchen.example"),
    ("email", "почта@пример.испытание", "почта@пример.испытание"),
    ("email", "用户@例子.测试", "用户@例子.测试"),
    ("email", "请联系john@example.com谢谢", "john@example.com"),
    ("email", "x@xn--fsqu00a.xn--0zwm56d", "x@xn--fsqu00a.xn--0zwm56d"),
    # https://docs.stripe.com/testing, https://docs.adyen.com/development-resources/test-cards
    ("payment_card", "4242424242424242", "4242424242424242"),
    ("payment_card", "card 5555-5555-5555-4444 ok", "5555-5555-5555-4444"),
    ("payment_card", "3782 822463 10005", "3782 822463 10005"),
    ("payment_card", "6011 1111 1111 1117", "6011 1111 1111 1117"),
    ("payment_card", "3056 9309 0259 04", "3056 9309 0259 04"),
    ("payment_card", "3566002020360505", "3566002020360505"),
    ("payment_card", "2223003122003222", "2223003122003222"),
    ("payment_card", "cc-4111111111111111", "4111111111111111"),
    ("payment_card", "1,4111111111111111,12/26", "4111111111111111"),
    ("payment_card", "4111 1111 1111 1111 5555 5555 5555 4444", "4111 1111 1111 1111"),
    ("payment_card", "卡号４１１１１１１１１１１１１１１１。", "４１１１１１１１１１１１１１１１"),
    ("payment_card_rare_length", "card 4222222222222", "4222222222222"),
    ("payment_card_rare_length", "I have 4222222222222 here", "4222222222222"),
    # Made up, each with a range of the issuers' page that `checks.py` names, and Luhn's digit
    ("payment_card_rare_length", "we kept 501800000009.", "501800000009"),
    ("payment_card_rare_length", "5018 0000 0009 is it", "5018 0000 0009"),
    ("payment_card_rare_length", "4000000000000000006", "4000000000000000006"),
    ("payment_card", "3500 0000 0000 0009", "3500 0000 0000 0009"),
    # https://www.iban.com/structure
    ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "DE89370400440532013000", "DE89370400440532013000"),
    ("iban", "to DE89 3704 0044 0532 0130 00 and", "DE89 3704 0044 0532 0130 00"),
    ("iban", "BE68 5390 0754 7034 then more", "BE68 5390 0754 7034"),
    ("iban", "fr1420041010050500013m02606", "fr1420041010050500013m02606"),
    ("iban", "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
    ("iban", "NO93-8601-1117-947", "NO93-8601-1117-947"),
    # Numbers kept for fiction: https://www.ofcom.org.uk (drama numbers); and libphonenumber's own
    ("phone_international", "+44 20 7946 0958", "+44 20 7946 0958"),
    ("phone_international", "(+44) 20 7946 0958", "(+44) 20 7946 0958"),
    ("phone_international", "at (+57)3042345678,", "(+57)3042345678"),
    ("phone_international", "tel:+14155552671", "+14155552671"),
    ("phone_international", "+49 (0) 30 123456", "+49 (0) 30 123456"),
    ("phone_international", "+1-415-555-2671", "+1-415-555-2671"),
    ("phone_international", "+290 22158", "+290 22158"),
    ("phone_international", "(+683 4002)", "+683 4002"),
    ("phone_international", "+39 06 1234 5678", "+39 06 1234 5678"),
    ("phone_international", "+1 415 555 2671 2024 12", "+1 415 555 2671"),
    ("phone_international", "\u202a+1 415 555 2671\u202c", "+1 415 555 2671"),
    ("phone_international", "+44\u00a020\u00a07946\u00a00958", "+44\u00a020\u00a07946\u00a00958"),
    ("phone_national", "(415) 555-2671", "(415) 555-2671"),
    ("phone_national", "call 415.555.2671 now", "415.555.2671"),
    ("phone_national", "1-415-555-2671", "1-415-555-2671"),
    ("phone_national", "020 7946 0958", "020 7946 0958"),
    ("phone_national", "07400 123456", "07400 123456"),
    ("phone_digits", "my mobile is 4155552671", "4155552671"),
    ("phone_digits", "电话 4155552671 phone", "4155552671"),
    # https://www.ssa.gov/history/ssn/geocard.html, SSA POMS RM 10201.035
    ("us_ssn", "536-90-4399", "536-90-4399"),
    ("us_ssn", "SSN:001-01-0001.", "001-01-0001"),
    ("us_ssn_spaced", "social security 536 90 4399", "536 90 4399"),
    ("us_ssn_spaced", "ssn 536.90.4399", "536.90.4399"),
    ("us_ssn_digits", "her SSN is 536904399", "536904399"),
    # RFC 5737, RFC 3849, RFC 4291 2.2
    ("ipv4", "from 203.0.113.7:8080", "203.0.113.7"),
    ("ipv4", "http://198.51.100.23/x", "198.51.100.23"),
    ("ipv4", "10.0.0.1-10.0.0.9", "10.0.0.1"),
    ("ipv4", "8.8.8.8.", "8.8.8.8"),
    ("ipv6", "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
    ("ipv6", "[2001:DB8:0:0:8:800:200C:417A]:443", "2001:DB8:0:0:8:800:200C:417A"),
    ("ipv6", "IPv6:2001:db8::1:2.", "2001:db8::1:2"),
    ("ipv6", "::ffff:192.0.2.128", "::ffff:192.0.2.128"),
    ("ipv6_short", "the host's ip is fe80::1", "fe80::1"),
]


@pytest.fixture(scope="session")
def pii(ready: Ready) -> Detector[Any]:
    """By shape alone: names are tested with their pipeline."""
    return ready(Pii, models={})


@cache
def checks() -> Checks:
    return Checks(("US", "GB"))


def alone(row: Recognizer, text: str) -> list[str]:
    """What one recogniser finds where there is no other."""
    hits = Scanner([row], checks()).scan(shape_of(text, Standins()))
    return [text[hit.start : hit.end] for hit in hits]


def told(find: Find, pii: Detector[Any], text: str, label: str = "") -> list[Any]:
    return [
        (finding.evidence["recognizer"], text[finding.span.start : finding.span.end])
        for finding in find(pii, text, label)
    ]


@pytest.mark.parametrize(("recognizer", "text", "value"), VALID)
def test_what_has_the_shape_and_holds_is_found_where_it_stands(
    find: Find, pii: Detector[Any], recognizer: str, text: str, value: str
) -> None:
    (row,) = (row for row in RECOGNIZERS if row.name == recognizer)
    assert value in alone(row, text)
    assert (row.kind, value) in [
        (finding.kind, text[finding.span.start : finding.span.end]) for finding in find(pii, text)
    ]


INVALID = [
    ("email", "jane@localhost"),
    ("email", "jane @ example.com"),
    ("email", "@example.com"),
    ("email", "lodash@4.17.21"),
    ("email", f"{'a' * 65}@example.com"),  # RFC 5321 4.5.3.1.1: 64 octets
    ("email", f"a@{'b' * 64}.com"),  # RFC 1035 2.3.4: 63 octets a label
    ("email", f"a@{'b.' * 130}com"),  # RFC 5321 4.5.3.1.2: 255 octets, 254 with the rest
    ("payment_card", "4242424242424241"),  # check digit
    ("payment_card", "1234567812345670"),  # nobody issues 1
    ("payment_card", "x4242424242424242"),
    ("payment_card", "0.4242424242424242"),
    ("payment_card", "4242424242424242.5"),
    ("payment_card", "4242-4242-4242-4242-4242"),
    ("iban", "GB82 WEST 1234 5698 7654 33"),  # check digits
    ("iban", "GB82 WEST 1234 5698 7654 3"),
    ("iban", "ZZ82 WEST 1234 5698 7654 32"),  # no such country
    ("iban", "XGB82WEST12345698765432"),
    ("iban", "GB82WEST123456987654321"),
    ("phone_international", "+999 123 456 789"),
    ("phone_international", "1+14155552671"),
    ("phone_national", "123-456-7890"),  # no area code begins with 1
    ("phone_national", "555-2671"),
    ("phone_national", "#415-555-2671"),
    ("phone_national", "$415 555 2671"),
    ("phone_national", "415-555-2671-99"),
    ("us_ssn", "000-12-3456"),
    ("us_ssn", "666-12-3456"),
    ("us_ssn", "900-12-3456"),
    ("us_ssn", "123-00-4567"),
    ("us_ssn", "123-45-0000"),
    ("us_ssn", "078-05-1120"),  # Woolworth's: https://www.ssa.gov/history/ssn/misused.html
    ("us_ssn", "1-123-45-6789"),
    ("us_ssn_digits", "536904399"),  # bare digits say nothing without a word
    ("ipv4", "256.1.1.1"),
    ("ipv4", "1.2.3"),
    ("ipv4", "1.2.3.4.5"),
    ("ipv4", "01.2.3.4"),
    ("ipv4", "v1.2.3.4"),
    ("ipv4", "127.0.0.1"),
    ("ipv4", "0.0.0.0"),  # noqa: S104 - nothing is bound
    ("ipv6", "12:30:45"),
    ("ipv6", "00:1A:2B:3C:4D:5E"),
    ("ipv6", "01:23:45:67:89:ab:cd:ef"),
    ("ipv6", "1:2:3:4:5:6:7:8:9"),
    ("ipv6_short", "::1"),
    ("ipv6_short", "std::abs"),
]


@pytest.mark.parametrize(("recognizer", "text"), INVALID)
def test_what_only_looks_like_it_is_not_found(
    find: Find, pii: Detector[Any], recognizer: str, text: str
) -> None:
    assert recognizer not in [name for name, _ in told(find, pii, text)]


BENIGN = [
    "Order 1234-5678-9012 shipped, tracking 1Z999AA10123456784.",
    "550e8400-e29b-41d4-a716-446655440000 and 123e4567-e89b-12d3-a456-426614174000",
    "commit 5f3c1d9e0b7a4c2d8e6f1a0b9c8d7e6f5a4b3c2d merged as e83c5163316f89bfbde7",
    "2024-01-15T10:30:45.123456Z 2024-01-15 10:30:45,123 INFO worker 12345 took 0.4532015112830366",
    "2024 01 15 10 30, 10:30:15, 11.15, 2024/25",
    "1700000000 1700000000000 1700000000000000 1700000000000000000",
    "v1.2.3.4, version 1.2.3.4, release 10.0.19041.1, lib-1.2.3.4.tar.gz, Chrome/120.0.0.0",
    "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2, EAN 4006381333931",
    "pages 12-15, 3.14159265358979, 1,234,567.89, 10 000 000, 99.99%",
    "std::vector<int> a::b::c Foo::bar 12:30:45 4:3:2 sha256:9f86d081884c7d659a2feaa0c55ad015",
    "npm i lodash@4.17.21 @types/node@20.1.0, follow @jane, cron */5 * * * *",
    "serial 9876543210, part 353219100588732",
    "width=1920 height=1080 size=1048576 id=9007199254740991",
    "Invoice 2023-000123 for 1 250,00 EUR, customer no. 4711, PO 4500012345.",
    "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] (1234) (5678) 100-200-300",
]


@pytest.mark.parametrize("text", BENIGN)
def test_ordinary_numbers_stay_below_the_recommended_point(
    find: Find, pii: Detector[Any], text: str
) -> None:
    assert [finding for finding in find(pii, text) if finding.score >= 0.5] == []


@pytest.mark.parametrize("row", RECOGNIZERS, ids=lambda row: row.name)
def test_each_row_finds_its_own_example(find: Find, pii: Detector[Any], row: Recognizer) -> None:
    assert len(alone(row, row.example)) == 1
    points = {kind.name: kind.recommended_at for kind in pii.kinds}
    told_of = [f.kind for f in find(pii, row.example) if f.score >= points[f.kind]]
    assert row.kind in told_of


@pytest.mark.parametrize("row", RECOGNIZERS, ids=lambda row: row.name)
def test_each_row_says_where_its_rule_comes_from(row: Recognizer) -> None:
    assert row.source
    assert row.kind.removeprefix("pii.") in ENTITIES
    assert 0 <= row.against <= row.score < row.in_context <= 1


def test_examples_cover_what_is_configured_and_what_is_not(ready: Ready) -> None:
    for entity in ENTITIES:
        detector = ready(Pii, entities=[entity], phone_regions=["DE"])
        found = [example.finds for example in detector.examples if example.finds]
        assert found == [frozenset({f"pii.{entity}"})]
        for example in detector.examples:
            (findings,) = detector.detect([View(example.examined)])
            assert {f.kind for f in findings if f.score >= 0.5} == example.finds


@pytest.mark.parametrize(
    ("plain", "in_context"),
    [
        ("4155552671", "call me at 4155552671"),
        ("4155552671", "4155552671 (mobile)"),
        ("536 90 4399", "ssn: 536 90 4399"),
        ("no 4222222222222", "card 4222222222222"),
        ("203.0.113.7", "login from 203.0.113.7"),
    ],
)
def test_a_word_nearby_raises_the_score(
    find: Find, pii: Detector[Any], plain: str, in_context: str
) -> None:
    (before,), (after,) = find(pii, plain), find(pii, in_context)
    assert before.score < after.score
    assert "context" not in before.evidence
    assert after.evidence["context"] is True


def test_the_name_of_the_field_is_context(find: Find, pii: Detector[Any]) -> None:
    assert find(pii, "4155552671")[0].score < 0.5
    assert find(pii, "4155552671", label="phone_number")[0].score >= 0.5
    assert find(pii, "4155552671", label="homePhone")[0].score >= 0.5
    assert find(pii, "536904399") == []
    assert find(pii, "536904399", label="customerSSN")[0].kind == "pii.us_ssn"


def test_context_reaches_fifty_characters_back_and_no_further(
    find: Find, pii: Detector[Any]
) -> None:
    assert find(pii, "phone " + "." * 44 + " 4155552671")[0].score < 0.5
    assert find(pii, "phone" + "," * 44 + " 4155552671")[0].score > 0.5


def test_a_version_is_told_from_an_address(find: Find, pii: Detector[Any]) -> None:
    assert find(pii, "version 1.2.3.4")[0].score < 0.5
    assert find(pii, "after version 2 the client was 1.2.3.4")[0].score > 0.5


def test_of_two_in_the_same_place_the_one_that_holds_the_other_is_told(
    find: Find, pii: Detector[Any]
) -> None:
    assert told(find, pii, "GB82 WEST 1234 5698 7654 32") == [
        ("iban", "GB82 WEST 1234 5698 7654 32")
    ]
    assert told(find, pii, "x.4111111111111111@example.com") == [
        ("email", "x.4111111111111111@example.com")
    ]
    assert told(find, pii, "+1 415 555 2671") == [("phone_international", "+1 415 555 2671")]


def test_spans_are_code_points_whatever_stands_before(find: Find, pii: Detector[Any]) -> None:
    for before in ("é", "👩\u200d👩\u200d👧 ", "\ud800 ", "e\u0301 ", "\u202e", "\0", "𝔘 ", "漢字"):
        for text in (
            f"{before} a@example.org {before} 203.0.113.7",
            f"{before * 50} a@example.org",
        ):
            values = [value for _, value in told(find, pii, text)]
            assert values[0] == "a@example.org"
            assert values[1:] in ([], ["203.0.113.7"])


def test_digits_and_dashes_of_other_scripts_are_read(find: Find, pii: Detector[Any]) -> None:
    assert told(find, pii, "٥٣٦-٩٠-٤٣٩٩") == [("us_ssn", "٥٣٦-٩٠-٤٣٩٩")]
    assert told(find, pii, "536\u201390\u20134399") == [("us_ssn", "536\u201390\u20134399")]
    assert told(find, pii, "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｏｒｇ") == [
        ("email", "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｏｒｇ")
    ]


def test_letters_of_other_scripts_belong_to_words(find: Find, pii: Detector[Any]) -> None:
    assert told(find, pii, "é536-90-4399") == []
    assert told(find, pii, "536-90-4399ж") == []


@pytest.mark.parametrize(
    "unit",
    ["a", "1", "@", ":", "+", "(", " ", "\0", "\ud800", "漢", "é", "\u0301"],
)
def test_a_megabyte_of_one_character_is_looked_through(
    find: Find, pii: Detector[Any], unit: str
) -> None:
    text = unit * 1_000_000 + " jane@example.org"
    assert [value for _, value in told(find, pii, text)][-1:] == ["jane@example.org"]


@pytest.mark.parametrize(
    "unit", ["1 ", "11 ", "12-", "1.", "a@a.", "DE89 ", "a:", "4111 ", "+1 ", "1::", "(415) "]
)
def test_a_text_made_of_beginnings_is_looked_through(
    find: Find, pii: Detector[Any], unit: str
) -> None:
    text = unit * (100_000 // len(unit)) + " jane@example.org"
    assert [value for _, value in told(find, pii, text)][-1:] == ["jane@example.org"]


def test_allowed_values_are_not_told_and_nothing_of_them_is(find: Find, ready: Ready) -> None:
    address = "x.4111111111111111@example.org"
    pii = ready(Pii, models={}, allow=["+1 415 555 2671", "info@example.org", address])
    assert told(find, pii, address) == []
    assert told(find, pii, "info@example.org, +1 415 555 2671") == []
    assert told(find, pii, "xinfo@example.org") == [("email", "xinfo@example.org")]


def test_only_the_configured_entities_are_told(find: Find, ready: Ready) -> None:
    pii = ready(Pii, entities=["email"])
    assert told(find, pii, "a@example.org 4111 1111 1111 1111 203.0.113.7") == [
        ("email", "a@example.org")
    ]
    assert [kind.name for kind in pii.kinds] == ["pii.email"]
    assert pii.words == {"email"}


def test_regions_say_whose_national_numbers_are_found(find: Find, ready: Ready) -> None:
    def at(*regions: str) -> Detector[Any]:
        return ready(Pii, models={}, phone_regions=regions)

    german, american, spanish = at("DE"), at("US"), at("ES")
    assert told(find, american, "415 555 2671") == [("phone_national", "415 555 2671")]
    assert "phone_national" not in dict(told(find, german, "415 555 2671"))
    # what begins with the zero of most countries is one anywhere
    assert told(find, german, "030 12345678") == [("phone_national", "030 12345678")]
    assert told(find, american, "030 12345678") == [("phone_from_zero", "030 12345678")]
    assert "phone_national" not in dict(told(find, german, "(415) 555-2671"))
    assert "phone_national" not in dict(told(find, at(), "(415) 555-2671"))
    # no trunk prefix
    assert told(find, spanish, "9123 45678") == [("phone_national", "9123 45678")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"entities": ["mail"]}, "should be .email., .phone., .url."),
        ({"entities": []}, "at least 1"),
        ({"phone_regions": ["XX"]}, "no numbering plan is known for: XX"),
        ({"phone_regions": ["us"]}, "should match pattern"),
        ({"entity": []}, "Extra inputs are not permitted"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Pii.Options.model_validate(options)


@pytest.mark.parametrize("library", ["phonenumbers", "stdnum", "tldextract", "ahocorasick_rs"])
def test_without_its_libraries_warming_up_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(WarmUpError, match=r"llm-policyengine\[detectors\]"):
        Pii(Pii.Options()).warm_up(Resources())


def test_nothing_is_found_in_nothing(find: Find, pii: Detector[Any]) -> None:
    assert find(pii, "") == []
    assert list(pii.detect([])) == []
    assert [list(found) for found in pii.detect([View(())])] == [[]]


def test_findings_name_the_segment_they_are_in(pii: Detector[Any]) -> None:
    segments = tuple(Segment(f"/{i}", Source.PROMPT, f"x{i}@example.org") for i in range(3))
    (findings,) = pii.detect([View(segments)])
    assert [finding.path for finding in findings] == ["/0", "/1", "/2"]
