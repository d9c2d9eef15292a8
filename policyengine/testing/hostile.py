"""Texts that break careless code, each under the name of what it tries."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTILE: Mapping[str, str] = MappingProxyType(
    {
        "empty text": "",
        "white space only": " \t\r\n\u00a0\u2028\u3000",
        "NUL": "a\x00b\x00",
        "control characters": "\x01\x1b[31m\x7f\x9b",
        "lone high surrogate": "a\ud800b",
        "lone low surrogate": "\udfff",
        "surrogates in the wrong order": "\udc00\ud800",
        "combining marks": "e" + "\u0301\u0323" * 60,
        "combining mark first": "\u0301a",
        "right-to-left override": "abc\u202egpj.exe\u202c",
        "right-to-left script": "\u05e9\u05dc\u05d5\u05dd 123 \u0645\u0631\u062d\u0628\u0627",
        "ZWJ emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "flag": "\U0001f1e9\U0001f1ea",
        "outside the basic plane": "\U0001d7d8\U0001d7d9 \U00020000 \U0010ffff",
        "noncharacters": "\ufffe\uffff\ufdd0",
        "byte order mark": "\ufeffa",
        "invisible characters": "a\u200bb\u00adc\u2060d\U000e0041",
        "case that changes the length": "\u0130\u00df\ufb03\u1e9e\u0390",
        "compatibility forms": "\uff21\uff20\uff22 \u2460 \ufdfa \u2126",
        "digits of other scripts": "\u0664\u0662\u0664\u0662 \u0967\u0968\u0969 \uff14\uff12",
        "numbers that are none": "NaN -0 1e999 0x1p-3 1_000 " + "9" * 400,
        "open brackets": "[" * 200 + "{" * 200 + "(" * 200,
        "patterns and formats": r"(a+)+$ \1 %s %n {0.__class__} ${PATH} {{x}} \\",
        "quotes and ends of line": '"\'`\\" \r\r\n\n\x0b\x0c\x85',
    }
)
"""By name; all short, so that they can be tried in every place."""

REPEATED = ("a", "1", " ", "\u0301")
"""Characters that make a long text of one character: a letter, a digit, a space, a mark."""
