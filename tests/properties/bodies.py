"""OpenAI-shaped bodies with something planted in them, everywhere that a text can be.

All text is ASCII but for what is planted, so that any of its characters, in whatever copy, in
whatever escape, shows.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

PLANTED = "ζωή\U0001d6fc"
"""What must not be delivered: two-byte characters, and one of four bytes and two halves."""

FILLER = st.sampled_from(["a ", "word", "\n", '"', "\\", "{", "x. ", "<tag>", "1.5 ", "[]", "\t"])
SAID = st.lists(FILLER | st.sampled_from([PLANTED, PLANTED]), max_size=6).map("".join)
MAYBE = st.none() | SAID
JSON_LEAVES = SAID | st.sampled_from([1, -2.5, True, None, PLANTED])
ARGUMENTS = st.builds(
    lambda value, ensure_ascii: json.dumps(value, ensure_ascii=ensure_ascii),
    st.dictionaries(SAID, JSON_LEAVES | st.lists(JSON_LEAVES, max_size=2), max_size=3),
    st.booleans(),
)
CALLS = st.fixed_dictionaries(
    {"name": st.sampled_from(["look_up", f"look_{PLANTED}"]), "arguments": ARGUMENTS | SAID}
)
TOOL_CALLS = st.fixed_dictionaries(
    {"id": st.just("call_1"), "type": st.just("function"), "function": CALLS}
)
PARTS = st.lists(
    st.builds(lambda text: {"type": "text", "text": text}, SAID)
    | st.builds(lambda text: {"type": "refusal", "refusal": text}, SAID),
    max_size=2,
)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def _pieces(draw: st.DrawFn, units: str | bytes) -> list[Any]:
    cuts = sorted(draw(st.sets(st.integers(0, len(units)), max_size=len(units))))
    bounds = [0, *cuts, len(units)]
    return [units[start:end] for start, end in pairwise(bounds) if start < end]


@st.composite
def chat_entries(draw: st.DrawFn, text: str) -> list[dict[str, Any]]:
    """A text's logprobs: tokens cut anywhere, or bytes cut anywhere, with alternatives."""
    if draw(st.booleans()):
        pieces = draw(_pieces(text))
        tokens = [(piece, piece.encode()) for piece in pieces]
    else:
        tokens = [(_shown(piece), piece) for piece in draw(_pieces(text.encode()))]
    return [
        {
            "token": token,
            "logprob": -0.5,
            "bytes": list(raw),
            "top_logprobs": [
                {"token": token, "logprob": -0.5, "bytes": list(raw)},
                {"token": "else", "logprob": -2, "bytes": None},
                *({"token": other, "logprob": -3, "bytes": None} for other in draw(_others(text))),
            ],
        }
        for token, raw in tokens
    ]


def _others(text: str) -> st.SearchStrategy[list[str]]:
    """Alternatives that tell what the text says in another place."""
    told = [PLANTED, f" {PLANTED}", PLANTED[:2], PLANTED[-1]] if PLANTED in text else ["other"]
    return st.lists(st.sampled_from(told), max_size=1)


def _shown(piece: bytes) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return "bytes:" + "".join(f"\\x{byte:02x}" for byte in piece)


@st.composite
def legacy_logprobs(draw: st.DrawFn, text: str) -> dict[str, Any]:
    """The lists of `/completions`, with offsets that count from the end of a prompt."""
    tokens = draw(_pieces(text))
    offsets = [7 + sum(map(len, tokens[:at])) for at in range(len(tokens))]
    return {
        "tokens": tokens,
        "token_logprobs": [-0.5 for _ in tokens],
        "top_logprobs": [
            {token: -0.5, "else": -2.0, **dict.fromkeys(draw(_others(text)), -3.0)}
            for token in tokens
        ],
        "text_offset": offsets,
    }


@st.composite
def chat_choices(draw: st.DrawFn, index: int) -> dict[str, Any]:
    message: dict[str, Any] = draw(
        some(
            reasoning=MAYBE,
            reasoning_content=MAYBE,
            refusal=MAYBE,
            tool_calls=st.lists(TOOL_CALLS, max_size=2),
            function_call=CALLS,
            audio=some(transcript=SAID, data=st.just("UklGRg=="), id=st.just("audio_1")),
            x_unknown=SAID,
        )
    )
    content = draw(MAYBE | PARTS)
    message |= {"role": "assistant", "content": content}
    logprobs: dict[str, Any] | None = None
    if isinstance(content, str):
        place = st.integers(0, len(content))
        message |= draw(some(annotations=st.lists(_citations(place), max_size=2)))
        if draw(st.booleans()):
            logprobs = {"content": draw(chat_entries(content)), "refusal": None}
    return {"index": index, "message": message, "logprobs": logprobs, "finish_reason": "stop"}


def _citations(place: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, Any]]:
    spans = st.tuples(place, place).map(sorted)
    return st.builds(
        lambda span, title, url: {
            "type": "url_citation",
            "url_citation": {
                "start_index": span[0],
                "end_index": span[1],
                "title": title,
                "url": url,
            },
        },
        spans,
        SAID,
        st.sampled_from(["https://example.org/", f"https://example.org/?q={PLANTED}"]),
    )


@st.composite
def text_choices(draw: st.DrawFn, index: int) -> dict[str, Any]:
    text = draw(SAID)
    logprobs = draw(legacy_logprobs(text)) if draw(st.booleans()) else None
    return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": "stop"}


@st.composite
def replies(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A short request of either endpoint, and a reply to it with up to two choices."""
    chat = draw(st.sampled_from([True, True, False]))
    request: dict[str, Any] = (
        {"messages": [{"role": "user", "content": "say it"}]} if chat else {"prompt": "say it"}
    )
    one = chat_choices if chat else text_choices
    choices = [draw(one(index)) for index in range(draw(st.integers(1, 2)))]
    kind = "chat.completion" if chat else "text_completion"
    return request, {"id": "1", "object": kind, "created": 1, "model": "m", "choices": choices}


@st.composite
def chat_requests(draw: st.DrawFn) -> dict[str, Any]:
    # Only what tools say is read as JSON: anywhere else, an escape is what it looks like.
    roles = st.sampled_from(["system", "user", "assistant", "tool"])
    messages = []
    for role in draw(st.lists(roles, min_size=1, max_size=3)):
        content = draw(MAYBE | PARTS | ARGUMENTS if role == "tool" else MAYBE | PARTS)
        more = draw(some(name=SAID, tool_calls=st.lists(TOOL_CALLS, max_size=2)))
        messages.append({"role": role, "content": content, **more})
    body: dict[str, Any] = {"messages": messages}
    return body | draw(
        some(
            context=SAID | st.lists(SAID, max_size=2),
            metadata=st.dictionaries(SAID, SAID, max_size=2),
            user=SAID,
            stop=st.lists(SAID, max_size=2),
            tools=st.lists(
                st.builds(
                    lambda text: {
                        "type": "function",
                        "function": {"name": "f", "description": text},
                    },
                    SAID,
                ),
                max_size=1,
            ),
            x_unknown=SAID | st.dictionaries(SAID, SAID, max_size=2),
        )
    )


def traces(value: Any, key: str = "") -> Iterator[str]:
    """Whatever of the planted text is in a value, decoded as deep as it is packed."""
    if isinstance(value, str):
        yield from _in_string(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _in_string(name)
            yield from traces(member, name)
    elif isinstance(value, list):
        for item in value:
            if key == "bytes" and isinstance(item, int) and item > 127:
                yield f"byte {item}"
            yield from traces(item, key)


_ESCAPE = re.compile(r"\\x[89a-f][0-9a-f]|\\u03|\\ud8", re.IGNORECASE)


def _in_string(text: str) -> Iterator[str]:
    if not text.isascii():
        yield text
    if _ESCAPE.search(text):
        yield text
    try:
        document = json.loads(text)
    except ValueError:
        return
    if isinstance(document, dict | list):
        yield from traces(document)
