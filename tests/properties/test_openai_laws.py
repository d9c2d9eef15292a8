"""Laws of the OpenAI shapes: nothing is unseen, nothing is changed but what was asked for."""

from __future__ import annotations

import copy
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policyengine import ExchangeError
from policyengine.embedded import leaves
from policyengine.openai import Change, ReadBody, read_request, read_response, write
from policyengine.openai.logprobs import LEGACY
from policyengine.openai.structural import REPLACED
from policyengine.pointer import KEY, is_told, join, split

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "canary-7f3a"
WORDS = st.text("ab#~/ é\n\U0001f600", max_size=6)
NAMES = st.text("abc#~/-", min_size=1, max_size=4) | st.sampled_from(
    ["id", "type", "content", "properties", "metadata", "model"]
)
FREE = st.recursive(
    WORDS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def record(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of its fields, and sometimes one that nobody documented."""
    known = st.fixed_dictionaries(required, optional=optional)
    unknown = st.dictionaries(NAMES.map(lambda name: f"x_{name}"), FREE, max_size=1)
    return st.tuples(known, unknown).map(lambda both: both[0] | both[1])


def listed(of: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(of, max_size=2)


JSON_TEXT = st.dictionaries(NAMES, FREE, max_size=3).map(json.dumps)
MAYBE = st.none() | WORDS
URL = st.sampled_from(["https://example.org/a.png", "data:image/png;base64,AAAA"])
PART = st.one_of(
    record({"type": st.just("text"), "text": WORDS}),
    record({"type": st.just("refusal"), "refusal": WORDS}),
    record({"type": st.just("image_url"), "image_url": record({"url": URL}, detail=WORDS) | URL}),
    record({"type": st.just("input_audio"), "input_audio": record({"data": WORDS})}),
    record({"type": st.just("file"), "file": record({}, filename=WORDS, file_id=WORDS)}),
    record({"type": WORDS, "content": FREE}),
)
CONTENT = MAYBE | listed(PART)
CALL = record({"name": WORDS, "arguments": JSON_TEXT | WORDS})
TOOL_CALL = record(
    {"id": WORDS, "type": st.just("function")},
    function=CALL,
    custom=record({"name": WORDS, "input": WORDS}),
)
AUDIO = record({"id": WORDS}, transcript=WORDS, data=WORDS, expires_at=st.integers())
PLACE = st.integers(0, 8)
ANNOTATION = record(
    {"type": st.just("url_citation")},
    url_citation=record({"start_index": PLACE, "end_index": PLACE}, title=WORDS, url=URL),
)
SAID = {
    "refusal": MAYBE,
    "reasoning": MAYBE,
    "reasoning_content": MAYBE,
    "tool_calls": listed(TOOL_CALL),
    "function_call": CALL,
    "audio": AUDIO,
    "annotations": listed(ANNOTATION),
}
MESSAGE = record(
    {
        "role": st.sampled_from(
            ["system", "developer", "user", "assistant", "tool", "function", "x"]
        ),
        "content": CONTENT,
    },
    name=WORDS,
    tool_call_id=WORDS,
    id=WORDS,
    **SAID,
)
FUNCTION = record({"name": WORDS}, description=WORDS, parameters=FREE)
REQUESTS = record(
    {},
    messages=listed(MESSAGE),
    prompt=WORDS | st.lists(WORDS, max_size=2) | st.lists(st.integers(), max_size=3),
    model=WORDS,
    context=WORDS | listed(WORDS | record({"text": WORDS}, title=WORDS)),
    tools=listed(record({"type": st.just("function"), "function": FUNCTION})),
    functions=listed(FUNCTION),
    response_format=record({"type": st.just("json_schema")}, json_schema=FREE),
    prediction=record({"type": st.just("content"), "content": WORDS | listed(PART)}),
    user=WORDS,
    id=WORDS,
    metadata=st.dictionaries(NAMES, FREE, max_size=2),
    stop=WORDS | st.lists(WORDS, max_size=2),
    tool_choice=FREE,
    service_tier=WORDS,
    logit_bias=st.dictionaries(NAMES, st.integers(), max_size=2),
).filter(lambda body: "messages" in body or "prompt" in body)


def entries(text: str | None, cuts: list[int]) -> list[dict[str, Any]]:
    """Logprobs for a text cut into tokens."""
    text = text or ""
    bounds = sorted({0, len(text), *(at for at in cuts if at < len(text))})
    return [
        {
            "token": text[start:end],
            "logprob": -0.5,
            "bytes": list(text[start:end].encode()),
            "top_logprobs": [{"token": "alt", "logprob": -1.0}],
        }
        for start, end in pairwise(bounds)
    ]


@st.composite
def choices(draw: st.DrawFn) -> dict[str, Any]:
    message = draw(record({"role": st.just("assistant"), "content": CONTENT}, **SAID))
    choice = draw(record({"message": st.just(message)}, finish_reason=WORDS))
    if draw(st.booleans()):
        cuts = draw(st.lists(st.integers(0, 6), max_size=3))
        content = message["content"] if isinstance(message["content"], str) else None
        choice["logprobs"] = {
            "content": entries(content, cuts),
            "refusal": entries(message.get("refusal"), cuts),
        }
    return choice


RESPONSES = record(
    {"choices": listed(choices())},
    id=WORDS,
    object=WORDS,
    model=WORDS,
    system_fingerprint=WORDS,
    detections=FREE,
    usage=st.just({"prompt_tokens": 1}),
)
BODIES = st.tuples(st.just("request"), REQUESTS) | st.tuples(st.just("response"), RESPONSES)


def read(kind: str, body: Any) -> ReadBody:
    return read_request(body) if kind == "request" else read_response(body)


def read_or_refuse(kind: str, body: Any) -> ReadBody | ExchangeError:
    try:
        return read(kind, body)
    except ExchangeError as error:
        return error


def places(value: Any, path: str = "") -> Any:
    """Every place where a string stands, as a path; keys end in `#`."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, f"{path}/{index}")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield join(path, name) + KEY
            yield from places(member, join(path, name))


def planted(value: Any, place: str, path: str = "") -> Any:
    """A copy of a body with the canary at a place."""
    if path == place:
        return CANARY
    if isinstance(value, list):
        return [planted(item, place, f"{path}/{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {
            CANARY if join(path, name) + KEY == place else name: planted(
                member, place, join(path, name)
            )
            for name, member in value.items()
        }
    return value


MESSAGES = r"/(messages/\d+|choices/\d+/message)"
STRUCTURAL = {
    "request": rf"/model|{MESSAGES}/(tool_call_id|tool_calls/\d+/id|audio/id)",
    "response": rf"/(id|model|system_fingerprint)|{MESSAGES}/(tool_calls/\d+/id|audio/id)"
    rf"|{MESSAGES}/tool_call_id|/detections(#|/.*)?",
}
"""The places that are not examined, in so many words; beside the tables, to hold them in check."""


def is_structural(kind: str, place: str) -> bool:
    return re.fullmatch(STRUCTURAL[kind], place) is not None


def seen(body: ReadBody, place: str) -> bool:
    for segment in body.segments:
        decoded = leaves(segment.text) if segment.format == "json" else None
        if CANARY in segment.text or any(CANARY in leaf.text for leaf in decoded or ()):
            return True
    return any(
        place == entry.path or place.startswith(f"{entry.path}/") for entry in body.unexamined
    )


@given(BODIES)
@settings(max_examples=150)
def test_a_string_planted_anywhere_is_seen_or_reported(body: tuple[str, dict[str, Any]]) -> None:
    kind, value = body
    for place in places(value):
        found = read_or_refuse(kind, planted(value, place))
        if isinstance(found, ExchangeError):
            assert CANARY not in str(found)
        else:
            assert seen(found, place) or is_structural(kind, place)


def alternatives(column: list[Any]) -> Iterator[str]:
    """The tokens of a list of logprobs that were not chosen."""
    for entry in column:
        others = entry.get("top_logprobs", entry) if isinstance(entry, dict) else ()
        for other in others:
            yield other["token"] if isinstance(other, dict) else other


@given(BODIES)
@settings(max_examples=200)
def test_a_path_leads_to_its_text_and_none_occurs_twice(body: tuple[str, dict[str, Any]]) -> None:
    kind, value = body
    segments = read(kind, value).segments
    assert len({segment.path for segment in segments}) == len(segments)
    for segment in segments:
        found: Any = value
        name: str | int = ""
        for name in split(segment.path)[0]:
            if isinstance(found, list):
                found = found[int(name)]
            else:
                untold = [own for own in found if not is_told(own)]
                name = untold[name] if isinstance(name, int) else name  # noqa: PLW2901
                found = found[name]
        if re.fullmatch(r"/choices/\d+/logprobs/\w+", segment.path):
            assert set(segment.text.split("\n")) <= {*alternatives(found)}
        else:
            assert segment.text == (name if segment.path.endswith(KEY) else str(found))
        assert segment.body == kind


@given(BODIES, st.data())
@settings(max_examples=200)
def test_writing_changes_what_was_asked_for_and_nothing_else(
    body: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    kind, value = body
    before = copy.deepcopy(value)
    segments = [s for s in read(kind, value).segments if not s.path.endswith(KEY)]
    # Roles and types decide what a field is; a policy that rewrites them gets another body.
    segments = [s for s in segments if s.path.rsplit("/", 1)[-1] not in ("role", "type")]
    # Tokens that were not chosen are one text that is written nowhere.
    segments = [s for s in segments if "/logprobs/" not in s.path]
    chosen = [s.path for s in segments if data.draw(st.booleans())]
    texts = {path: data.draw(WORDS.map(lambda word: f"<{word}>")) for path in chosen}
    written = write(value, {path: Change(text) for path, text in texts.items()})
    assert value == before
    assert write(value, {}) == {n: v for n, v in before.items() if n not in REPLACED}
    expected = [(s.path, texts.get(s.path, s.text)) for s in segments]
    reread = {s.path: s.text for s in read(kind, written).segments}
    for path, text in expected:
        if "/annotations/" not in path:
            assert reread[path] == text


ODD = st.recursive(
    st.sampled_from([None, "x", "", 0, 1, -1, 2.5, True, 300, [], {}, [72, 105], {"token": "x"}]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                (
                    *LEGACY,
                    "content",
                    "token",
                    "bytes",
                    "token_ids",
                    "start_index",
                    "end_index",
                    "a@b",
                )
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@st.composite
def odd_choices(draw: st.DrawFn) -> dict[str, Any]:
    """A choice whose logprobs, annotations and sound are anything at all."""
    chat = draw(st.booleans())
    said = draw(st.sampled_from(["x", "xx", "Hi", "", None]))
    more = draw(st.fixed_dictionaries({}, optional={"logprobs": ODD, "token_ids": ODD, "z": ODD}))
    if not chat:
        return {"text": said} | more
    fields = {"annotations": ODD | st.lists(ODD), "audio": ODD, "tool_calls": ODD, "b@c": ODD}
    return {"message": {"content": said} | draw(st.fixed_dictionaries({}, optional=fields))} | more


@given(st.lists(odd_choices(), min_size=1, max_size=2), ODD, st.data())
@settings(max_examples=300)
def test_whatever_was_read_can_be_written(
    answered: list[dict[str, Any]], beside: Any, data: st.DataObject
) -> None:
    body = {"choices": answered, "prompt_token_ids": beside, "x_beside": beside}
    try:
        found = read_response(body)
    except ExchangeError:
        return
    before = copy.deepcopy(body)
    length = {segment.path: len(segment.text) for segment in found.segments}
    changes = {
        path: data.draw(st.sampled_from([Change(None), Change("[X]", ((0, length[path]),))]))
        for path in length
        if data.draw(st.booleans())
    }
    gone = [one.path for one in found.unexamined if data.draw(st.booleans())]
    write(body, changes, gone)
    assert body == before


@given(st.dictionaries(NAMES, FREE, max_size=4), st.data())
@settings(max_examples=100)
def test_renaming_keys_loses_no_member(metadata: dict[str, Any], data: st.DataObject) -> None:
    body = {"prompt": "", "metadata": metadata}
    keys = [s.path for s in read_request(body).segments if s.path.endswith(KEY)]
    changes = {
        path: Change(data.draw(st.sampled_from(["*", "[X]"])))
        for path in keys
        if data.draw(st.booleans())
    }
    written = write(body, changes)

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return [shape(member) for member in value.values()]
        return [shape(item) for item in value] if isinstance(value, list) else value

    assert shape(written) == shape(body)


@given(RESPONSES, st.data())
@settings(max_examples=200)
def test_no_copy_of_a_rewritten_text_is_left(body: dict[str, Any], data: st.DataObject) -> None:
    texts = [
        (index, name)
        for index, choice in enumerate(body["choices"])
        for name in ("content", "refusal")
        if isinstance(choice["message"].get(name), str)
    ]
    assume(texts)
    index, name = data.draw(st.sampled_from(texts))
    body = copy.deepcopy(body)
    choice = body["choices"][index]
    secret, before, after = "Q0Q1Q2Q3", *(data.draw(WORDS) for _ in range(2))
    text = before + secret + after
    choice["message"][name] = text
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=4))
    choice["logprobs"] = {name: entries(text, cuts)}
    start, end = len(before), len(before) + len(secret)
    written = write(
        body,
        {f"/choices/{index}/message/{name}": Change(before + "[X]" + after, ((start, end),))},
    )
    left = json.dumps(written)
    assert not any(f"Q{digit}" in left for digit in range(4))
    kept = [entry["token"] for entry in written["choices"][index]["logprobs"][name] or ()]
    bounds = sorted({0, len(text), *(at for at in cuts if at < len(text))})
    outside = [text[a:b] for a, b in pairwise(bounds) if b <= start or a >= end]
    assert kept == outside
