"""When a text can be a surrogate, and where it is found again."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import QUICK

from policyengine.surrogates import LONGEST, Finder, Surrogates, is_apart, is_usable


def surrogates(*texts: str) -> Surrogates:
    return Surrogates(lambda: texts)


def found(text: str, *wanted: str) -> list[str]:
    return [text[start:end] for start, end in Finder(wanted).find(text)]


@pytest.mark.parametrize(
    "drawn",
    [
        "Maria Lopez",
        "maria@example.org",
        "(212) 555-0142",
        "王伟",
        "김서연",
        "O'Brien & Söhne",
        "12/03/2021",
    ],
)
def test_what_looks_like_the_real_thing_can_be_a_surrogate(drawn: str) -> None:
    assert is_usable(drawn, "Ada")


@pytest.mark.parametrize(
    "drawn",
    [
        None,
        7,
        "",
        "37",
        "Anna",
        "王",
        " Maria Lopez",
        "Maria Lopez\n",
        "Maria\tLopez",
        'Maria "Mia" Lopez',
        "Maria\\Lopez",
        "[PERSON_ABCDEF]",
        "[Maria Lopez]",
        "WORD_ABCDEF",
        "-----",
        "x" * (LONGEST + 1),
        "Maria Ada Lopez",
        "maria.ADA@example.org",
        "Maria \ud800 Lopez",
    ],
)
def test_what_is_short_odd_or_holds_the_value_cannot(drawn: object) -> None:
    assert not is_usable(drawn, "Ada")


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Maria Lopez", 1),
        ("to Maria Lopez, and Maria Lopez!", 2),
        ("Maria Lopezes", 0),
        ("AnnaMaria Lopez", 0),
        ("Maria Lope\u0301z Maria Lopez\u0301", 0),
        ("Maria Lopez2", 0),
        ("Maria  Lopez", 0),
        ("maria lopez", 0),
        ("他叫Maria Lopez吗", 1),
        ("Maria Lope", 0),
        ("", 0),
    ],
)
def test_a_surrogate_is_found_as_whole_words(text: str, standing: int) -> None:
    assert found(text, "Maria Lopez") == ["Maria Lopez"] * standing


def test_in_scripts_without_spaces_words_have_no_edges() -> None:
    assert found("我叫王伟，他不是王伟明。", "王伟") == ["王伟"] * 2


def test_the_longest_is_found_and_none_beyond_the_end() -> None:
    both = ("4111-WORD", "4111-Lovelace")
    assert list(Finder(both).find("4111-Lovelace")) == [(0, 13)]
    assert list(Finder(both).find("4111-WORD")) == [(0, 9)]
    assert found("+1 212 and (212) 5", "+1 212", "(212) 5") == ["+1 212", "(212) 5"]


@given(st.lists(st.sampled_from(["ab", "b", "1", "王", " ", "-", "+"]), max_size=12).map("".join))
@QUICK
def test_every_place_that_is_found_holds_what_was_looked_for(text: str) -> None:
    wanted = ["ab-ab", "+1 b", "ab b", "王1", "b"]
    spans = list(Finder(wanted).find(text))
    assert all(text[start:end] in wanted for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    missed = text
    for start, end in reversed(spans):
        missed = missed[:start] + "\0" + missed[end:]
    assert not [one for one in wanted if found(missed, one)]


def test_a_surrogate_stands_apart_from_the_words_beside_it() -> None:
    assert is_apart("to Ada, now", 3, 6)
    assert is_apart("Ada", 0, 3)
    assert is_apart("我Ada们", 1, 4)
    assert not is_apart("xAda", 1, 4)
    assert not is_apart("Adas", 0, 3)
    assert not is_apart("Ada\u0301", 0, 3)


def test_what_the_exchange_says_is_not_issued() -> None:
    assert not surrogates("I am Maria Lopez.").take("Maria Lopez")
    assert not surrogates("Maria: Lopez").take("Maria Lopez")
    assert surrogates("Maria Chen met Ana Lopez.").take("Maria Lopez")
    assert not surrogates("Jennifer").take("Jennifer")
    assert surrogates("Jennifers").take("Jennifer")


def test_no_surrogate_is_part_of_another() -> None:
    issued = surrogates()
    assert issued.take("Maria Lopez")
    assert not issued.take("Maria Lopez")
    assert not issued.take("Ana Maria Lopez")
    assert issued.take("Maria Chen Garcia")
    assert not issued.take("Chen Garcia")
    assert not issued.take("Garcia")
    assert issued.take("Jennifer")
    assert not issued.take("Jennifer Hall")


def test_no_surrogate_comes_about_where_another_meets_a_word() -> None:
    issued = surrogates()
    assert issued.take("Maria Lopez")
    assert not issued.take("Lopez Kim Chen")  # "Maria" + "Lopez Kim Chen"
    assert not issued.take("Kim Chen Maria")  # "Kim Chen Maria" + "Lopez"
    assert issued.take("Kim Lopez Chen")
    assert not issued.take("Maria Maria")
    issued = surrogates()
    assert issued.take("Lopez Kim")
    assert not issued.take("Maria Lopez")  # "Maria" + "Lopez Kim"
    assert not issued.take("Kim Chen")  # "Lopez Kim" + "Chen"


def test_many_addresses_have_surrogates_beside_each_other() -> None:
    issued = surrogates()
    assert all(issued.take(f"ana.lopez{number}@example.org") for number in range(1000))
    assert all(issued.take(f"({area}) 555-01{area % 97:02}") for area in range(200, 290))
    assert sum(issued.take(f"198.51.100.{host}") for host in range(1, 200)) > 190


def test_a_fork_keeps_away_from_what_was_issued_and_leaves_the_first_as_it_was() -> None:
    first = surrogates()
    assert first.take("Maria Lopez")
    fork = first.fork(lambda: ("Jo Hall",))
    assert not fork.take("Maria Lopez")
    assert not fork.take("Jo Hall")
    assert fork.take("Kim Chen")
    assert list(fork.finder.find("Maria Lopez, Kim Chen")) == [(0, 11), (13, 21)]
    assert list(first.finder.find("Maria Lopez, Kim Chen")) == [(0, 11)]
    assert first.take("Jo Hall")
