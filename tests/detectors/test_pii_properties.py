from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.us import ssn

from detectors.pii.candidates import ADDRESS_LONGEST, DOMAIN_LONGEST, LOCAL_LONGEST
from detectors.pii.checks import Checks, mod_97
from detectors.pii.checks import luhn as fast_luhn
from detectors.pii.detector import Pii
from detectors.pii.phones import Numbering
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.rows import AT, LOCAL
from detectors.pii.scanning import CONTEXT_AFTER, CONTEXT_BEFORE
from detectors.pii.shapes import Standins, shape_of
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detectors.pii.rows import Recognizer
    from policyengine import Detector


PIECES = [
    "jane.roe@example.org", "ü@ö.example", "用户@例子.测试", "a@b", "@", "4111 1111 1111 1111",
    "4111111111111111", "3782-822463-10005", "4222222222222", "1111", "4111", "123",
    "GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "GB82", "+44 20 7946 0958",
    "(415) 555-2671", "415-555-2671", "4155552671", "020 7946 0958", "+1", "555", "2671",
    "536-90-4399", "536 90 4399", "536904399", "203.0.113.7", "8.8.8.8", "1.2", "fe80::1",
    "2001:db8::8a2e:370:7334", "::ffff:192.0.2.128", "12:30:45", "2024-01-15", "00", "07400 123456",
    "phone", "version", "ssn", "card", "ip", " ", " ", " ", "-", ".", ",", ":", "/", "(", ")", "+",
    "_", "=", "\n", "x", "é", "漢", "\ud800", "👩", "５３６", "\u2013", "\u00a0", "\0", "%", "#",
    "$", "\t",
]  # fmt: skip
WHOLE = [piece for piece in PIECES if len(piece) > 5]
PIECE = (
    st.sampled_from(WHOLE)
    | st.sampled_from(PIECES)
    | st.text(st.sampled_from("019.-@:+ aF()"), max_size=12)
)
JOINT = st.sampled_from([" ", " ", " ", "", ", ", "\n", "-", "."])
TEXTS = st.lists(st.tuples(PIECE, JOINT).map("".join), max_size=12).map("".join)


@pytest.fixture(scope="module")
def pii() -> Detector[Any]:
    detector = Pii(Pii.Options())
    detector.warm_up(Resources())
    return detector


@pytest.fixture(scope="module")
def checks() -> Checks:
    return Checks(("US", "GB"))


def found_in(pii: Detector[Any], text: str) -> list[Any]:
    (findings,) = pii.detect([View((Segment("/x", Source.PROMPT, text),))])
    return [
        (f.span.start, f.span.end, f.score, f.evidence["recognizer"], f.evidence.get("context"))
        for f in findings
    ]


def addresses(data: bytes) -> Iterator[tuple[Recognizer, int, int]]:
    """Around every sign, letter by letter."""
    (row,) = (row for row in RECOGNIZERS if row.gate == AT)
    for at in (place for place, byte in enumerate(data) if byte == ord("@")):
        domain = re.compile(f"(?:{row.shapes[0]}){row.after}".encode("latin-1")).match(data, at)
        for characters in (LOCAL, LOCAL + "\xfd"):
            inside = re.compile(f"[{characters}]".encode("latin-1"))
            first = at
            while first and inside.match(data[first - 1 : first]):
                first -= 1
            run = at - first
            while first < at and data[first : first + 1] in b"+%~&'.-":
                first += 1
            if first < at:
                break
        fits = domain and first < at and run <= LOCAL_LONGEST
        if (
            fits
            and domain.end() - at - 1 <= DOMAIN_LONGEST
            and domain.end() - first <= ADDRESS_LONGEST
        ):
            yield row, first, domain.end()


def slowly(checks: Checks, text: str) -> Any:
    """Every recogniser at every place of the text, and every pair compared."""
    data = shape_of(text, Standins())
    words = re.sub(rb"[^a-z\xff]", b" ", data.lower())
    candidates = list(addresses(data))
    for row in RECOGNIZERS:
        for shape in row.shapes if row.gate != AT else ():
            pattern = f"{row.before}(?=({shape}){row.after})".encode("latin-1")
            candidates += [(row, *m.span(1)) for m in re.finditer(pattern, data)]
    hits = []
    for row, start, last in candidates:
        end = last
        if row.validate is not None:
            length = row.validate(checks, data[start:last].decode("latin-1"))
            end = start + length
        before = words[max(start - CONTEXT_BEFORE, 0) : start].decode("latin-1").split()
        after = words[end : end + CONTEXT_AFTER].decode("latin-1").split()
        score, context = row.score, None
        if set(before[-2:]) & set(row.contrary):
            score = row.against
        elif set(before + after) & set(row.context):
            score, context = row.in_context, True
        if end > start and score:
            hits.append((start, end, score, row.name, context))
    hits = sorted(set(hits))
    order = {row.name: place for place, row in enumerate(RECOGNIZERS)}
    return [
        one
        for one in hits
        if not any(
            other[0] <= one[0]
            and one[1] <= other[1]
            and (other[2] > one[2] or (other[2] == one[2] and beats(other, one, order)))
            for other in hits
            if other != one
        )
    ]


def beats(other: Any, one: Any, order: dict[str, int]) -> bool:
    """Equally sure: the longer one, then the earlier row."""
    same = other[:2] == one[:2]
    return order[other[3]] < order[one[3]] if same else True


@settings(max_examples=200)
@given(text=TEXTS)
def test_the_fast_scan_finds_what_the_slow_one_finds(
    pii: Detector[Any], checks: Checks, text: str
) -> None:
    assert found_in(pii, text) == slowly(checks, text)


@settings(max_examples=60)
@given(texts=st.lists(TEXTS, max_size=4))
def test_a_batch_gives_what_its_texts_give_one_by_one(pii: Detector[Any], texts: list[str]) -> None:
    views = [View((Segment("/x", Source.PROMPT, text),)) for text in texts]
    assert pii.detect(views) == [pii.detect([view])[0] for view in views]


@settings(max_examples=150)
@given(before=TEXTS, text=TEXTS, after=TEXTS)
def test_what_is_beyond_the_scope_changes_nothing(
    pii: Detector[Any], before: str, text: str, after: str
) -> None:
    scope = pii.scope
    whole = before + " " * scope.lookbehind + text + " " * scope.lookahead + after
    start = len(before) + scope.lookbehind
    inside = [
        (first - start, last - start, *rest)
        for first, last, *rest in found_in(pii, whole)
        if start <= first < start + len(text)
    ]
    alone = " " * scope.lookbehind + text + " " * scope.lookahead
    assert inside == [
        (first - scope.lookbehind, last - scope.lookbehind, *rest)
        for first, last, *rest in found_in(pii, alone)
    ]


@settings(max_examples=50)
@given(texts=st.lists(TEXTS, min_size=20, max_size=40))
def test_a_finding_needs_only_the_text_of_its_scope(pii: Detector[Any], texts: list[str]) -> None:
    text = "".join(texts)
    scope = pii.scope
    for start, end, *rest in found_in(pii, text)[-12:]:
        edge = max(start - scope.lookbehind, 0)
        cut = text[edge : start + scope.lookahead]
        assert (start - edge, end - edge, *rest) in [tuple(f) for f in found_in(pii, cut)]


@given(digits=st.text("0123456789", min_size=1, max_size=19))
def test_the_check_digit_is_the_librarys(digits: str) -> None:
    assert fast_luhn(digits) == luhn.is_valid(digits)


@settings(max_examples=200)
@given(
    country=st.sampled_from(["DE", "GB", "FR", "MT", "NO", "BE", "SA", "BR"]),
    account=st.text("0123456789ABCXYZ", min_size=11, max_size=28),
    right=st.booleans(),
)
def test_bank_accounts_are_the_librarys(
    checks: Checks, country: str, account: str, right: bool
) -> None:
    check = iban.calc_check_digits(f"{country}00{account}") if right else "42"
    number = f"{country}{check}{account}"
    assert mod_97(number) == iban.mod_97_10.is_valid(number[4:] + number[:4])
    assert (checks.iban(number) == len(number)) == iban.is_valid(number, check_country=False)


@given(
    digits=st.text("0123456789", min_size=9, max_size=9)
    | st.sampled_from(["078051120", "457555462", "219099999", "666123456"])
)
def test_social_security_numbers_are_the_librarys(checks: Checks, digits: str) -> None:
    assert bool(checks.us_ssn(digits)) == ssn.is_valid(digits)


@given(octets=st.lists(st.integers(0, 300).map(str) | st.sampled_from(["00", "07"]),
                       min_size=4, max_size=4).map(".".join))  # fmt: skip
def test_addresses_are_the_standard_librarys(checks: Checks, octets: str) -> None:
    try:
        address = ipaddress.IPv4Address(octets)
    except ValueError:
        expected = False
    else:
        nobody = address.is_loopback or address.is_unspecified or octets == "255.255.255.255"
        expected = not nobody
    assert bool(checks.ipv4(octets)) == expected


def test_every_regions_own_examples_are_numbers() -> None:
    numbering = Numbering(())
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            for form in (phonenumbers.PhoneNumberFormat.INTERNATIONAL,
                         phonenumbers.PhoneNumberFormat.E164):  # fmt: skip
                text = phonenumbers.format_number(number, form)
                if sum(map(str.isdigit, text)) >= 7 and not phonenumbers.parse(text).extension:
                    assert numbering.international(text) == len(text), region


@settings(max_examples=200)
@given(
    region=st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    place=st.integers(0, 14),
    digit=st.sampled_from("0123456789"),
)
def test_the_compiled_plans_say_what_the_library_says(region: str, place: int, digit: str) -> None:
    number = phonenumbers.example_number(region)
    digits = list(phonenumbers.national_significant_number(number))
    digits[place % len(digits)] = digit
    changed = "".join(digits)
    if changed[0] != "0":  # a leading zero is told to the library in another way
        number = phonenumbers.PhoneNumber(number.country_code, int(changed))
        expected = phonenumbers.is_valid_number(number)
        assert Numbering(())._valid(number.country_code, changed) == expected


@settings(max_examples=300)
@given(
    code=st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)),
    rest=st.text("0123456789", min_size=4, max_size=12),
)
def test_a_number_with_its_country_code_is_valid_where_the_library_says_so(
    code: int, rest: str
) -> None:
    text = f"+{code}{rest}"
    try:
        expected = phonenumbers.is_valid_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        expected = False
    digits = len(text) - 1
    got = Numbering(()).international(text) == len(text)
    assert got == (expected and 7 <= digits <= 16)
