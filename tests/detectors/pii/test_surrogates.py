"""Surrogates of personal data: the same kind and format, nobody's, and never valid."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, imei, luhn
from stdnum.gb import nhs
from stdnum.us import itin, ssn

from detectors.pii.surrogates import KINDS, Surrogates
from policyengine import WarmUpError
from policyengine.offsets import apply
from policyengine.redactions import Redaction
from policyengine.rewriting import Rewriter

SURROGATES = Surrogates()
DRAWS = st.integers(2**200, 2**256 - 1)

# A value of each kind, and forms that a surrogate of it has too.
VALUES = {
    "person": ("Anna Schmidt", r"[A-Z][\w'-]+ [A-Z][\w' -]+"),
    "location": ("London", r"[A-Z][\w .'-]+"),
    "organization": ("Acme Corp.", r"[A-Z][\w .,'-]+"),
    "street_address": ("12 High St, Springfield", r"\d+ [\w .']+, [\w .'-]+"),
    "nationality": ("German", r"[A-Z][a-z]+"),
    "email": ("anna@acme.com", r"[a-z]+\.[a-z]+\d\d@example\.(org|com|net)"),
    "username": ("@anna_s", r"@[a-z]+\d\d"),
    "url": ("https://acme.com/x?y=1", r"https://example\.com/[a-z]+\d\d"),
    "phone": ("(415) 867-5309", r"\(\d{3}\) 555-01\d\d"),
    "payment_card": ("4111 1111 1111 1111", r"4\d{3} \d{4} \d{4} \d{4}"),
    "iban": ("DE89 3704 0044 0532 0130 00", r"DE\d\d \d{4} \d{4} \d{4} \d{4} \d\d"),
    "us_ssn": ("536-90-4399", r"9\d\d-[1-4]\d-\d{4}"),
    "ip_address": ("10.1.2.3", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
    "device_id": ("00:1A:2B:3C:4D:5E", r"00:00:5E:00:53:[0-9A-F]{2}"),
    "bic": ("DEUTDEFF500", r"[A-Z]{4}ZZ[A-Z]{2}XXX"),
    "crypto_wallet": ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", r"1[1-9A-HJ-NP-Za-km-z]{33}"),
    "vehicle": ("1HGCM82633A004352", r"[0-9A-Z]{17}"),
    "password": ("hunter2", r"[0-9A-Za-z]{10}"),
    "geo": ("40.7128, -74.0060", r"-[45]\d\.\d{4}, -1[123]\d\.\d{4}"),
    "date": ("17/03/2024", r"\d\d/\d\d/20\d\d"),
    "date_of_birth": ("12 March 1984", r"\d\d [A-Z][a-z]+ 19\d\d"),
    "age": ("37 years old", r"\d\d years old"),
    "bank_account": ("12-345678", r"\d\d-\d{6}"),
    "national_id": ("AB123456C", r"[A-Z]{2}\d{6}[A-Z]"),
    "passport": ("C01X00T47", r"[A-Z]\d\d[A-Z]\d\d[A-Z]\d\d"),
    "driver_license": ("MORGA657054SM9IJ", r"[A-Z]{5}\d{6}[A-Z]{2}\d[A-Z]{2}"),
    "medical_record": ("MRN-123456", r"[A-Z]{3}-\d{6}"),
}


def made(kind: str, value: str, draw: int | None = None) -> str:
    number = int.from_bytes(hashlib.sha256(value.encode()).digest()) if draw is None else draw
    surrogate = SURROGATES("pii." + kind, value, number)
    assert surrogate is not None
    return surrogate


def test_every_kind_has_a_row_here() -> None:
    assert set(VALUES) == KINDS


@given(st.sampled_from(sorted(VALUES)), DRAWS)
def test_a_surrogate_is_of_the_same_form_and_another_value(kind: str, draw: int) -> None:
    value, form = VALUES[kind]
    surrogate = made(kind, value, draw)
    assert re.fullmatch(form, surrogate), surrogate
    if kind not in {"nationality", "date", "date_of_birth"}:  # few are drawn again by the core
        assert surrogate != value


@given(st.sampled_from(sorted(VALUES)), DRAWS)
def test_the_same_number_draws_the_same(kind: str, draw: int) -> None:
    value, _ = VALUES[kind]
    assert made(kind, value, draw) == made(kind, value, draw)


def test_threads_draw_the_same() -> None:
    tasks = [(kind, value) for kind, (value, _) in VALUES.items()] * 8
    alone = [made(*task) for task in tasks]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda task: made(*task), tasks)) == alone


@given(DRAWS, st.sampled_from(["4111 1111 1111 1111", "378282246310005", "30569309025904"]))
def test_no_card_is_valid(draw: int, value: str) -> None:
    assert not luhn.is_valid(re.sub(r"\D", "", made("payment_card", value, draw)))


@given(DRAWS, st.sampled_from(["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"]))
def test_no_iban_is_valid(draw: int, value: str) -> None:
    surrogate = made("iban", value, draw)
    assert surrogate[:2] == value[:2]
    assert not iban.is_valid(surrogate, check_country=False)


@given(DRAWS, st.sampled_from(["536-90-4399", "536904399"]))
def test_no_social_security_number_is_valid(draw: int, value: str) -> None:
    surrogate = made("us_ssn", value, draw)
    assert not ssn.is_valid(surrogate)
    assert not itin.is_valid(surrogate)


@given(DRAWS, st.sampled_from(["912-90-3456", "111000025"]))
def test_no_number_of_nine_digits_is_one_of_social_security(draw: int, value: str) -> None:
    surrogate = made("national_id", value, draw)
    assert not ssn.is_valid(surrogate)
    assert not itin.is_valid(surrogate)


@given(DRAWS)
def test_no_health_number_is_valid(draw: int) -> None:
    assert not nhs.is_valid(made("medical_record", "943 476 5870", draw))


@given(DRAWS)
def test_no_device_or_vehicle_is_valid(draw: int) -> None:
    assert not imei.is_valid(made("device_id", "490154203237518", draw))
    assert "O" in made("vehicle", "1HGCM82633A004352", draw)


@given(DRAWS, st.sampled_from(["10.1.2.3", "fe80::1"]))
def test_addresses_are_for_documentation(draw: int, value: str) -> None:
    address = ipaddress.ip_address(made("ip_address", value, draw))
    kept = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    networks = map(ipaddress.ip_network, kept)
    assert any(address in one for one in networks if one.version == address.version)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("+1 415 867 5309", r"\+1 \d{3} 555 01\d\d"),
        ("1-415-867-5309", r"1-\d{3}-555-01\d\d"),
        ("867-5309", r"555-01\d\d"),
        ("+33 1 42 68 53 00", r"\+33 (1 99 00|6 39 98) \d\d \d\d"),
        ("0033142685300", r"0033(19900|63998)\d{4}"),
        ("+61 2 9374 4000", r"\+61 [23] (5550|7010) \d{4}"),
        ("020 7946 1234", r"0(20 7946 0\d{3}|77 0090 0\d{3}|16 3296 0\d{3}|16 1496 0\d{3})"),
        ("+44 20 79", r"\+44 (7700 900\d{3}|20 7946 0\d{3}|1632 960\d{3}|161 496 0\d{3})"),
    ],
)
def test_telephone_numbers_are_from_ranges_for_fiction(value: str, form: str) -> None:
    assert re.fullmatch(form, made("phone", value))


@given(
    DRAWS,
    st.sampled_from(["+31 6 12345678", "+390669821234", "+91 98765 43210", "+55 11 91234-5678"]),
)
def test_where_there_are_none_for_fiction_no_plan_has_the_number(draw: int, value: str) -> None:
    surrogate = made("phone", value, draw)
    assert surrogate[:3] == value[:3]
    assert not phonenumbers.is_valid_number(phonenumbers.parse(surrogate))


@given(DRAWS, st.sampled_from(["123456789", "79927398713", "12-345678"]))
def test_numbers_of_unknown_checks_are_asked_about(draw: int, value: str) -> None:
    asked: list[tuple[str, str]] = []

    def holds(kind: str, text: str) -> bool:
        asked.append((kind, text))
        return len(asked) < 3

    surrogate = Surrogates(holds=holds)("pii.national_id", value, draw)
    assert surrogate == asked[-1][1]
    assert len(asked) == 3
    assert not luhn.is_valid(re.sub(r"\D", "", surrogate or ""))
    assert Surrogates(holds=lambda *_: True)("pii.national_id", value, draw) is None


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("Dr. Anna Schmidt", r"Dr\. [\w'-]+ [\w' -]+"),
        ("SCHMIDT, ANNA", r"[A-Z' -]+, [A-Z' -]+"),
        ("j. smith", r"[a-z]\. [a-z' -]+"),
        ("Ludwig van Beethoven", r"\w+ van [\w' -]+"),
        ("Иван Петров", r"[а-яА-ЯёЁ]+ [а-яА-ЯёЁ-]+"),
        ("王伟", r"[\u4e00-\u9fff]{2,4}"),
        ("김민준", r"[\uac00-\ud7af]{2,4}"),
    ],
)
def test_names_keep_their_form_case_and_script(value: str, form: str) -> None:
    surrogate = made("person", value)
    assert re.fullmatch(form, surrogate), surrogate


@given(DRAWS)
def test_no_part_of_a_name_is_left(draw: int) -> None:
    surrogate = made("person", "Mary Ann Garcia-Lopez", draw).split()
    assert {"Mary", "Ann", "Garcia-Lopez"}.isdisjoint(surrogate)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2024-03-17", r"20\d\d-\d\d-(1[3-9]|2[0-8])"),
        ("2024-03-17T10:30:00Z", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("3/5/24", r"\d{1,2}/\d{1,2}/\d\d"),
        ("March 12, 2024", r"[A-Z][a-z]+ \d\d, 20\d\d"),
        ("Tues 5 May", r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]+"),
        ("20240317", r"20\d{6}"),
        ("DEC 2020", r"[A-Z]{3} 20\d\d"),
    ],
)
def test_dates_keep_their_format(value: str, form: str) -> None:
    for draw in range(2**200, 2**200 + 50):
        assert re.fullmatch(form, made("date", value, draw))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "yesterday"),
        ("date", "John, 3 May"),
        ("date", "12345"),
        ("age", "John, 37"),
        ("age", "elderly"),
        ("phone", "John: 415 867 5309"),
        ("phone", "12"),
        ("payment_card", "John 4111 1111 1111 1111"),
        ("payment_card", "4111"),
        ("geo", "at Ann's: 40.7128, -74.0060"),
        ("geo", "here"),
        ("passport", "none"),
        ("person", "Dr."),
        ("nationality", "中国"),
        ("unknown", "x"),
    ],
)
def test_what_would_keep_a_part_of_something_else_has_none(kind: str, value: str) -> None:
    assert SURROGATES("pii." + kind, value, 2**250) is None


@given(
    st.sampled_from(sorted(KINDS)),
    DRAWS,
    st.text(max_size=12) | st.text("0123456789 -/:.+()ABab@", max_size=24),
)
def test_any_text_may_be_asked_about(kind: str, draw: int, value: str) -> None:
    surrogate = SURROGATES("pii." + kind, value, draw)
    assert surrogate is None or isinstance(surrogate, str)


@given(st.binary(min_size=1, max_size=8), st.sampled_from(["{}", "to {}, please", "({})"]))
def test_each_stands_in_for_its_value_and_comes_back(key: bytes, around: str) -> None:
    said: list[str] = []
    rewriter = Rewriter(key, lambda: said)
    values = [(kind, value) for kind, (value, _) in VALUES.items()]
    said += [around.format(value) for _, value in values]
    sent = []
    for kind, value in values:
        redaction = Redaction(0, 1, "pii." + kind, 1.0, "surrogate", draw=SURROGATES)
        sent.append(around.format(rewriter.replacement(redaction, value)))
    assert not any(one in text for text in said for one in rewriter.issued)
    for text, original in zip(sent, said, strict=True):
        back, _ = apply(text, [edit for edit, _ in rewriter.issued.found_in(text)])
        assert back == original
    assert sum("[" not in text for text in sent) >= len(values) - 2  # few places to draw from


def test_without_the_library_of_names_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    with pytest.raises(WarmUpError, match=r"needs? the library .*\[surrogates\]"):
        Surrogates()
