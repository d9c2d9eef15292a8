"""How long a match of a pattern can be, read from the pattern."""

from __future__ import annotations

import re

_REPEAT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_GROUP = re.compile(r"\?(?:P?<[^>]*>|[imsU]*(?:-[imsU]+)?(?P<ends>[:)]))")
_CLASS = re.compile(
    r"\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\.|[^\\\]])*\]", re.DOTALL
)
_ONE = re.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[^0-9ACQzpPx])", re.DOTALL)
_EDGE = re.compile(r"\\[bB]")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)


class _Unbounded(Exception):  # noqa: N818 - not an error: what was asked has no answer
    """No bound can be given."""


def longest(pattern: str) -> int | None:
    """The most characters that a match of a valid RE2 pattern can have, or None.

    None too where a match depends on the beginning or end of the text or of a line, and where the
    pattern is not understood with certainty.
    """
    try:
        length, end = _alternatives(pattern, 0)
    except (_Unbounded, RecursionError):
        return None
    return length if end == len(pattern) else None


def _alternatives(pattern: str, at: int) -> tuple[int, int]:
    most, end = _sequence(pattern, at)
    while end < len(pattern) and pattern[end] == "|":
        length, end = _sequence(pattern, end + 1)
        most = max(most, length)
    return most, end


def _sequence(pattern: str, at: int) -> tuple[int, int]:
    total = 0
    while at < len(pattern) and pattern[at] not in "|)":
        length, at = _atom(pattern, at)
        times, at = _times(pattern, at, length)
        total += length * times
    return total, at


def _times(pattern: str, at: int, length: int) -> tuple[int, int]:
    """How often the atom before `at` can be repeated, and where that ends."""
    times = 1
    if pattern[at : at + 1] in {"*", "+"}:
        if length:
            raise _Unbounded
        at += 1
    elif pattern[at : at + 1] == "?":
        at += 1
    elif repeat := _REPEAT.match(pattern, at):
        least, comma, most = repeat.groups()
        if comma and not most and length:
            raise _Unbounded
        times = int(most or least)
        at = repeat.end()
    else:
        return times, at
    return times, at + (pattern[at : at + 1] == "?")


def _atom(pattern: str, at: int) -> tuple[int, int]:
    character = pattern[at]
    if character == "(":
        return _group(pattern, at + 1)
    if character in "^$":
        raise _Unbounded
    if character == "[":
        return 1, _end(_CLASS, pattern, at)
    if character != "\\":
        return 1, at + 1
    if _EDGE.match(pattern, at):
        return 0, at + 2
    if quoted := _QUOTED.match(pattern, at):
        # What repeats after it would repeat its last character alone.
        if pattern[quoted.end() : quoted.end() + 1] in {"*", "+", "?", "{"}:
            raise _Unbounded
        return len(quoted[1]), quoted.end()
    return 1, _end(_ONE, pattern, at)


def _group(pattern: str, at: int) -> tuple[int, int]:
    if pattern[at : at + 1] == "?":
        opening = _GROUP.match(pattern, at)
        if opening is None:
            raise _Unbounded
        at = opening.end()
        if opening["ends"] == ")":
            return 0, at
    length, end = _alternatives(pattern, at)
    if pattern[end : end + 1] != ")":
        raise _Unbounded
    return length, end + 1


def _end(token: re.Pattern[str], pattern: str, at: int) -> int:
    match = token.match(pattern, at)
    if match is None:
        raise _Unbounded
    return match.end()
