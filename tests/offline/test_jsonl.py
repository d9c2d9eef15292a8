from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.offline import BadLine, dump, parse

# A high and a low surrogate side by side are one character in JSON, whatever Python holds.
TEXT = st.text(st.characters(), max_size=5).filter(
    lambda text: not re.search("[\ud800-\udbff][\udc00-\udfff]", text)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
JSON = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(TEXT, SCALARS, max_size=3)


@settings(max_examples=100)
@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_an_object_survives_being_written_and_read(value: dict[str, object]) -> None:
    written = dump(value)
    assert parse(written) == value
    assert written.index(b"\n") == len(written) - 1
    assert json.loads(written.decode()) == value


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc00\ud800", "\U0001f600", "\u2028\x85é"])
def test_every_character_survives(text: str) -> None:
    assert parse(dump({text: text})) == {text: text}


def test_text_is_written_as_itself() -> None:
    assert dump({"é": "日本 \U0001f600"}) == '{"é": "日本 \U0001f600"}\n'.encode()


def test_integers_of_any_common_size_stay_exact() -> None:
    line = b'{"n": 123456789012345678901234567890}\n'
    assert dump(parse(line)) == line


@pytest.mark.parametrize(
    "literal",
    [
        "0.1234567890123456789",
        "123456789012345678.5",
        "1e-400",
        "1.00000000000000000001E+2",
        "-4111111111111111.25",
        "1e-99999999999999999999",
    ],
)
def test_decimals_keep_every_digit_wherever_they_stand(literal: str) -> None:
    line = f'{{"exact": [{literal}, {{"n": {literal}}}], "t": "exact:7", "f": 0.5}}\n'.encode()
    assert dump(parse(line)) == line


def test_numbers_that_a_double_holds_are_plain() -> None:
    assert [type(one) for one in parse(b'{"n": [1.5, 1e2, 0.1, 1.10, -0.0]}')["n"]] == [float] * 5


def test_a_byte_order_mark_and_a_carriage_return_are_no_content() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}\r\n') == {"a": 1}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"canary": 1', "not JSON: Expecting ',' delimiter at column 13"),
        (b"canary", "not JSON: Expecting value at column 1"),
        (b'{"canary": "\xff"}', "not UTF-8: byte 13"),
        (b'{"canary": "\xed\xa0\x80"}', "not UTF-8: byte 13"),
        (b'["canary"]', "not a JSON object"),
        (b"7", "not a JSON object"),
        (b'{"canary": 1, "canary": 2}', "an object has a key twice"),
        (b'{"a": [{"canary": 1, "canary": 1}]}', "an object has a key twice"),
        (b'{"canary": NaN}', "NaN and Infinity are not JSON"),
        (b'{"canary": -Infinity}', "NaN and Infinity are not JSON"),
        (b'{"canary": 1e999}', "a number is too large"),
        (b'{"canary": ' + b"9" * 5000 + b"}", "a number has too many digits"),
        (b'{"canary": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    ],
)
def test_what_is_no_strict_json_object_is_refused_without_quoting_it(
    content: bytes, problem: str
) -> None:
    with pytest.raises(BadLine) as caught:
        parse(content)
    assert str(caught.value) == problem
