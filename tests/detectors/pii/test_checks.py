"""The checks are the libraries', however fast they are."""

from __future__ import annotations

import ipaddress
import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.us import ssn

from detectors.pii.checks import Checks, mod_97
from detectors.pii.checks import luhn as fast_luhn
from detectors.pii.phones import _DATE, Numbering


@pytest.fixture(scope="module")
def checks() -> Checks:
    return Checks(("US", "GB"))


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


@pytest.mark.parametrize("number", ["US82000011112222", "ZZ82000011112222", "\xff\xff82000011"])
def test_a_country_without_such_numbers_has_no_account(checks: Checks, number: str) -> None:
    assert checks.iban(number) == checks.iban(number) == 0


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


def test_a_number_over_which_a_library_trips_is_nobodys(checks: Checks) -> None:
    number = "454111111111111111"  # in the table there is a province for it, and no county
    with pytest.raises(KeyError):
        ric.is_valid(number)
    check = checks.check("cn.ric")
    assert check is not None
    assert check(number) == 0


REGIONS = ["US", "GB", "DE", "FR", "IT", "ES", "AU", "MX", "AR", "BR", "JP", "IN", "CI", "HU", "SG"]


@settings(max_examples=400)
@given(
    region=st.sampled_from(REGIONS),
    groups=st.lists(st.text("0123456789", min_size=2, max_size=5), min_size=1, max_size=5),
    known=st.integers(0, 9),
    gap=st.sampled_from([" ", "-", "."]),
)
def test_a_number_inside_a_region_is_valid_where_the_library_says_so(
    region: str, groups: list[str], known: int, gap: str
) -> None:
    example = phonenumbers.example_number(region)
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    if known < len(written):  # a number of the plan with one digit changed, or something at random
        digits = [place for place, sign in enumerate(written) if sign.isdigit()]
        place = digits[known % len(digits)]
        text = f"{written[:place]}{groups[0][0]}{written[place + 1 :]}"
    else:
        text = gap.join(groups)
    assert Numbering((region,)).national(text) == slowly_national(region, text)


def slowly_national(region: str, text: str) -> int:
    """The longest beginning, up to a space, that the library calls valid and people would write."""
    if _DATE.match(text):
        return 0
    plan = Numbering((region,))._plans[0]
    ends = [len(text), *(place for place, sign in reversed([*enumerate(text)]) if sign == " ")]
    for end in ends:
        digits = "".join(filter(str.isdigit, text[:end]))
        groups = re.findall("[0-9]+", text[:end])
        begins = plan.begin(groups, len(digits)) if len(digits) >= 7 else ""
        if begins and digits[0] in begins:
            try:
                number = phonenumbers.parse(digits, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return end
    return 0
