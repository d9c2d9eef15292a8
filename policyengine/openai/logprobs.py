"""Logprobs: a second copy of a text, cut into tokens, with the tokens that were not chosen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from policyengine.openai.structural import LONGEST_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHAT = ("content", "refusal")
"""The lists of entries in a chat choice's logprobs; each accompanies the field of its name.

Some servers write `content` for `/completions`, too; there it accompanies the choice's `text`.
"""

LEGACY = ("tokens", "token_logprobs", "top_logprobs", "text_offset")
"""The parallel lists in the logprobs of `/completions`."""

_ALTERNATIVE = frozenset({"token", "bytes", "logprob", "id"})
"""`id` is the token's number, which llama.cpp tells: it stays and goes with its token."""

_ENTRY = _ALTERNATIVE | {"top_logprobs"}


def accompanied(choice: dict[str, Any], name: str) -> tuple[tuple[str, ...], object]:
    """Where in a choice the text is that one of the `CHAT` lists accompanies, and the text."""
    message = choice.get("message")
    if isinstance(message, dict):
        return ("message", name), message.get(name)
    return ("text",), choice.get("text") if name == "content" else None


def chat_ranges(entries: object, text: object) -> list[tuple[int, int]] | None:
    """Where in the text each entry's token stands.

    None when the entries say anything beyond the text: tokens that do not join to it, bytes that
    are not the tokens', alternatives too long to be one token, fields that nobody documented.
    """
    if not isinstance(entries, list) or not isinstance(text, str):
        return None
    if not all(_is_entry(entry) for entry in entries):
        return None
    tokens = [entry["token"] for entry in entries]
    if "".join(tokens) != text:
        return _byte_ranges(entries, text)
    for entry in entries:
        given = entry.get("bytes")
        if given is not None and bytes(given) != _encode(entry["token"]):
            return None
    return _ranges(len(token) for token in tokens)


def legacy_ranges(logprobs: dict[str, Any], text: object) -> list[tuple[int, int]] | None:
    """The same for the lists of `/completions`."""
    tokens = logprobs.get("tokens")
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        return None
    for name in LEGACY[1:]:
        column = logprobs.get(name)
        if column is None:
            continue
        if not isinstance(column, list) or len(column) != len(tokens):
            return None
        fits = _are_alternatives if name == "top_logprobs" else _is_number
        if not all(value is None or fits(value) for value in column):
            return None
    return _ranges(len(token) for token in tokens) if "".join(tokens) == text else None


def chat_alternatives(entries: Iterable[dict[str, Any]]) -> list[str]:
    """What the tokens that were not chosen say, each text once; `entries` are sound.

    Those that were chosen elsewhere say nothing that the text itself does not.
    """
    entries = list(entries)
    chosen = {entry["token"] for entry in entries}
    said = (form for entry in entries for other in others(entry) for form in forms(other))
    return _distinct(said, chosen)


def legacy_alternatives(logprobs: dict[str, Any]) -> list[str]:
    """The same for the lists of `/completions`."""
    column = logprobs.get("top_logprobs") or ()
    return _distinct((token for tokens in column for token in tokens or ()), {*logprobs["tokens"]})


def others(entry: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """The alternatives of a chat's entry."""
    return entry.get("top_logprobs") or ()


def forms(other: dict[str, Any]) -> list[str]:
    """An alternative's text, and what its bytes say: servers need not agree with themselves."""
    given = other.get("bytes")
    said = [] if given is None else [bytes(given).decode("utf-8", "ignore")]
    return [other["token"], *said]


def _distinct(said: Iterable[str], chosen: set[str]) -> list[str]:
    return [text for text in dict.fromkeys(said) if text.strip() and text not in chosen]


def _byte_ranges(entries: list[dict[str, Any]], text: str) -> list[tuple[int, int]] | None:
    """For tokens that are parts of characters: by their bytes; a part stands for its character."""
    if not all(isinstance(entry.get("bytes"), list) for entry in entries):
        return None
    pieces = [bytes(entry["bytes"]) for entry in entries]
    if b"".join(pieces) != _encode(text):
        return None
    if not all(_shows(entry["token"], piece) for entry, piece in zip(entries, pieces, strict=True)):
        return None
    starts = list(accumulate((len(_encode(character)) for character in text), initial=0))
    return [
        (bisect_right(starts, start) - 1, bisect_left(starts, end)) if start < end else (0, 0)
        for start, end in _ranges(len(piece) for piece in pieces)
    ]


def _shows(token: str, piece: bytes) -> bool:
    """Whether a token is one of the ways in which servers write the bytes of a part."""
    escaped = "".join(f"\\x{byte:02x}" for byte in piece)
    return token in (piece.decode(errors="replace"), "", escaped, f"bytes:{escaped}")


def _ranges(lengths: Iterable[int]) -> list[tuple[int, int]]:
    return list(pairwise(accumulate(lengths, initial=0)))


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not entry.keys() <= _ENTRY or not _is_token(entry):
        return False
    alternatives = entry.get("top_logprobs")
    if alternatives is None:
        return True
    return isinstance(alternatives, list) and all(
        isinstance(other, dict)
        and other.keys() <= _ALTERNATIVE
        and _is_token(other)
        and len(other["token"]) <= LONGEST_TOKEN
        and len(other.get("bytes") or ()) <= 4 * LONGEST_TOKEN
        for other in alternatives
    )


def _is_token(entry: dict[str, Any]) -> bool:
    given = entry.get("bytes")
    return (
        isinstance(entry.get("token"), str)
        and (entry.get("logprob") is None or _is_number(entry["logprob"]))
        and (entry.get("id") is None or isinstance(entry["id"], int))
        and (
            given is None
            or (
                isinstance(given, list)
                and all(isinstance(byte, int) and 0 <= byte <= 255 for byte in given)
            )
        )
    )


def _are_alternatives(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(token, str) and len(token) <= LONGEST_TOKEN and _is_number(logprob)
        for token, logprob in value.items()
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
