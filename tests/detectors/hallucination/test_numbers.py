"""Numbers, dates and amounts: equal ones have one form, and others do not agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.hallucination.numbers import agree, numbers


def one(text: str) -> tuple[str, tuple[float, ...]]:
    (found,) = numbers(text)
    return found.sort, found.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000 people", 1000),
        ("1k people", 1000),
        ("one thousand people", 1000),
        ("1.5 million", 1_500_000),
        ("US$5m", 5_000_000),
        ("5 million dollars", 5_000_000),
        ("twenty-five", 25),
        ("two hundred and seven", 207),
        ("the 3rd time", 3),
        ("the third time", 3),
        ("-4 degrees", -4),
        ("\u22124 degrees", -4),
        ("1 000 people", 1000),
        ("1\u00a0000\u00a0000 people", 1_000_000),
        ("1.000.000 people", 1_000_000),
        ("1,00,000 people", 100_000),
        ("2,5 litres", 2.5),
        ("3\u00bd litres", 3.5),
        ("\u00bd of it", 0.5),
        ("3/4 of it", 0.75),
        ("three quarters", 0.75),
        ("a third of it", 1 / 3),
        ("the twelfth time", 12),
        ("the twenty-first time", 21),
        ("the thirtieth time", 30),
        ("Louis XIV", 14),
        ("World War II", 2),
        ("a 10km run", 10),
        ("100mg", 100),
    ],
)
def test_equal_amounts_have_one_form(text: str, value: float) -> None:
    assert one(text)[1] == (value,)


@pytest.mark.parametrize(
    "text",
    ["2024-05-03", "3 May 2024", "May 3, 2024", "3rd of May 2024", "May 3rd 2024", "3 may 2024"],
)
def test_equal_dates_have_one_form(text: str) -> None:
    assert one(text) == ("date", (2024, 5, 3))


@pytest.mark.parametrize(
    ("claimed", "known", "agrees"),
    [
        ("in 2024", "on 3 May 2024", True),
        ("in May 2024", "on 3 May 2024", True),
        ("on 3 May", "on 2024-05-03", True),
        ("on 4 May", "on 2024-05-03", False),
        ("in May 2024", "in 2024", False),
        ("12%", "twelve percent", True),
        ("12%", "12 people", False),
        ("$5m", "5,000,000", True),
        ("0.3", "0.30", True),
        ("8", "7.8", False),
        ("1.000", "1,000", True),
        ("1,000", "1.000", True),
        ("1.500", "1.5", True),
        ("1,000", "1", False),
        ("03/05/2024", "3 May 2024", True),
        ("03/05/2024", "March 5, 2024", True),
        ("03/05/2024", "4 May 2024", False),
        ("3.5.2024", "3 May 2024", True),
        ("3.5.2024", "5 March 2024", False),
        ("2024/05/03", "2024-05-03", True),
        ("50%", "half", True),
        ("0.05", "5%", True),
        ("66%", "two thirds", True),
        ("60%", "half", False),
        ("6 pm", "18:00", True),
        ("6pm", "6:00", True),
        ("6 p.m.", "6 am", False),
        ("12:30 pm", "12.30", True),
        ("12:30", "12:45", False),
        ("12 am", "0:00", True),
        ("9 am", "nine", True),
        ("18:00", "8", False),
        ("30", "12:30", False),
        ("10km", "10 kilometres", True),
        ("10 km", "12 km", False),
        ("10 km", "10 miles", False),
        ("10 km", "10-kilometre", True),
        ("$5", "5 dollars", True),
        ("$5", "\u20ac5", False),
        ("5 million euros", "\u20ac5m", True),
        ("5 m", "5 metres", True),
        ("1,000 euros", "1,000 kroner", False),
        ("1,000 euros", "\u20ac1,000", True),
        ("one euro", "one krone", False),
        ("a thousand euros", "a thousand yen", False),
        ("$5", "5 pesos", False),
        ("5 \u20ac", "5 kr", False),
        ("1,000 kroner", "1,000", True),
        ("1,000", "1,000 kroner", True),
        ("1,000 Danish kroner", "1,000 euros", False),
        ("1,000 kroner", "DKK 1,000", True),
        ("NOK 1,000", "DKK 1,000", False),
        ("Rs. 500", "500 rupees", True),
        ("Rs. 500", "500 dollars", False),
        ("\u00a5500", "500 yen", True),
        ("\u00a5500", "500 yuan", True),
        ("500 yen", "500 yuan", False),
        ("180 pounds", "180 lb", True),
        ("180 pounds", "\u00a3180", True),
        ("180 pounds", "180 kg", False),
        ("180 pounds", "$180", False),
        ("\u20b9500", "\u20bd500", False),
        ("1 zloty", "1 rouble", False),
    ],
)
def test_what_says_a_part_agrees_and_what_says_more_does_not(
    claimed: str, known: str, agrees: bool
) -> None:
    ((first,), (second,)) = numbers(claimed), numbers(known)
    assert agree(first, second) is agrees


def test_a_unit_is_no_part_of_a_numbers_place() -> None:
    text = "It is 10 km long, 5kg and $5m."
    assert [text[one.start : one.end] for one in numbers(text)] == ["10", "5", "$5m"]
    assert [one.unit for one in numbers(text)] == ["km", "kg", "dollar"]


def test_names_of_versions_and_words_are_no_numbers() -> None:
    assert [found.sort for found in numbers("v1.2.3 of IPv6 in room B12, once")] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("桥长9.4公里\uff0c于1998年通车。", ["9.4", "1998"]),
        ("長さは9.4キロ、1998年に開通した。", ["9.4", "1998"]),
        ("길이는9.4킬로미터이고1998년에", ["9.4", "1998"]),
        ("สะพานยาว9.4กิโลเมตรเปิดปี1998", ["9.4", "1998"]),
        ("ปี๑๙๙๘", ["๑๙๙๘"]),
        ("增长12%到1,000元", ["12%", "1,000"]),
        ("从7.8km到\u0e3f500", ["7.8", "\u0e3f500"]),
        ("用MP3和B2B的v2版打印3D, 快10x的", []),
    ],
)
def test_letters_of_scripts_without_spaces_are_no_part_of_a_number(
    text: str, told: list[str]
) -> None:
    assert [text[found.start : found.end] for found in numbers(text)] == told


def test_letters_of_other_scripts_are() -> None:
    assert numbers("An MP3 of v2 for B2B is 10x as good in 3D; \u00e93 and \u04113 too") == []


@pytest.mark.parametrize(
    "text", ["2000年7月1日", "2000年7月1号", "2000년 7월 1일", "于2000年07月01日"]
)
def test_dates_of_the_east_are_dates(text: str) -> None:
    assert one(text) == ("date", (2000, 7, 1))


@given(
    st.text(st.sampled_from("0123456789,.:/-% kmone thousandMay$XIV\u00bdp年月日長ปี"), max_size=60)
)
def test_places_are_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for found in numbers(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert agree(found, found)


@given(st.integers(0, 10**12))
def test_digits_with_and_without_commas_are_one_number(number: int) -> None:
    assert one(f"{number}")[1] == one(f"{number:,}")[1] == (number,)
