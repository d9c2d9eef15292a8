"""Responses: which texts they hold, where, whose, and in which choice."""

from __future__ import annotations

from typing import Any

import pytest

from policyengine import ExchangeError
from policyengine.openai import read_exchange, read_response

CHAT: dict[str, Any] = {"messages": []}
TEXT = {"prompt": "p"}


def reply(*messages: Any, **choice: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [
            {"index": index, "message": message, "finish_reason": "stop", **choice}
            for index, message in enumerate(messages)
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens_details": {"reasoning_tokens": 0}},
    }


def says(content: Any, **fields: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **fields}


def texts(body: Any, request: Any = None) -> list[tuple[str, str, str]]:
    return [(s.path, s.source.value, s.text) for s in read_response(body, request).segments]


def unexamined(body: Any) -> list[tuple[str, str]]:
    return [(entry.path, entry.media) for entry in read_response(body).unexamined]


def entry(token: str, **fields: Any) -> dict[str, Any]:
    return {"token": token, "logprob": -0.1, "bytes": list(token.encode()), **fields}


def test_the_texts_of_a_choice_stand_in_the_order_in_which_it_is_judged() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "i", "arguments": "{}"}}
    message = {
        "vendor_field": "k",
        "tool_calls": [call],
        "function_call": {"name": "g", "arguments": "h"},
        "audio": {"id": "audio_1", "data": "AAAA", "transcript": "f", "expires_at": 1},
        "annotations": [
            {
                "type": "url_citation",
                "url_citation": {"title": "d", "url": "e", "start_index": 0, "end_index": 1},
            }
        ],
        "refusal": "c",
        "content": "b",
        "reasoning_content": "a",
        "role": "assistant",
    }
    body = reply(message)
    at = "/choices/0/message"
    assert texts(body, CHAT) == [
        (f"{at}/reasoning_content", "reasoning", "a"),
        (f"{at}/content", "completion", "b"),
        (f"{at}/refusal", "refusal", "c"),
        (f"{at}/annotations/0/url_citation/title", "completion", "d"),
        (f"{at}/annotations/0/url_citation/url", "completion", "e"),
        (f"{at}/audio/transcript", "transcript", "f"),
        (f"{at}/function_call/name", "tool_arguments", "g"),
        (f"{at}/function_call/arguments", "tool_arguments", "h"),
        (f"{at}/tool_calls/0/function/name", "tool_arguments", "i"),
        (f"{at}/tool_calls/0/function/arguments", "tool_arguments", "{}"),
        (f"{at}/vendor_field#", "metadata", "vendor_field"),
        (f"{at}/vendor_field", "metadata", "k"),
    ]
    assert unexamined(body) == [(f"{at}/audio/data", "audio")]


def test_a_text_knows_its_choice_by_its_place_in_the_list() -> None:
    body = reply(says("a"), says("b"))
    body["choices"][1]["index"] = 7
    body["citations"] = ["c"]
    assert [(s.text, s.choice) for s in read_response(body).segments] == [
        ("a", 0),
        ("b", 1),
        ("c", 0),
    ]


def test_what_nobody_can_read_knows_its_choice() -> None:
    audio = {"data": "AAAA"}
    body = reply(says("a"), says("b", audio=audio))
    assert [(entry.choice, entry.media) for entry in read_response(body).unexamined] == [
        (1, "audio")
    ]


def test_parts_of_a_completion_are_read() -> None:
    body = reply(says([{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}]))
    assert texts(body) == [
        ("/choices/0/message/content/0/text", "completion", "a"),
        ("/choices/0/message/content/1/refusal", "refusal", "b"),
    ]


def test_plain_completions_are_read() -> None:
    body = {"object": "text_completion", "choices": [{"text": "a"}, {"text": "b", "index": 1}]}
    assert texts(body, TEXT) == [
        ("/choices/0/text", "completion", "a"),
        ("/choices/1/text", "completion", "b"),
    ]


def test_an_echoed_prompt_is_part_of_the_completion() -> None:
    request = {"prompt": "ask", "echo": True}
    assert texts({"choices": [{"text": "ask, answered"}]}, request) == [
        ("/choices/0/text", "completion", "ask, answered")
    ]


def test_the_texts_of_an_error_are_completions() -> None:
    body = {"error": {"message": "a", "type": "b", "param": None, "code": "c"}}
    assert texts(body, CHAT) == [
        ("/error/message", "completion", "a"),
        ("/error/type", "completion", "b"),
        ("/error/code", "completion", "c"),
    ]


def test_completions_are_json_only_where_json_was_asked_for() -> None:
    body = reply(says('{"a": 1}'), says('{"a": '))

    def formats(request: Any) -> list[str]:
        return [segment.format for segment in read_response(body, request).segments]

    assert formats(CHAT) == ["text", "text"]
    assert formats(CHAT | {"response_format": {"type": "text"}}) == ["text", "text"]
    assert formats(CHAT | {"response_format": {"type": "json_object"}}) == ["json", "text"]
    assert formats(CHAT | {"response_format": {"type": "json_schema"}}) == ["json", "text"]


def test_tokens_that_were_not_chosen_are_one_text_of_each_list() -> None:
    first = [entry("Hé"), entry("Heron", bytes=None), entry(" Heron", bytes=list(b"crow"))]
    second = [entry("Heron"), entry("llo"), entry(" \n"), entry("AI")]
    content = [entry("Hé", top_logprobs=first), entry("llo", top_logprobs=second)]
    logprobs = {"content": content, "refusal": [entry("no", top_logprobs=[entry("yes")])]}
    body = reply(says("Héllo", refusal="no"), logprobs=logprobs)
    assert [one for one in texts(body) if "logprobs" in one[0]] == [
        ("/choices/0/logprobs/content", "metadata", "Heron\n Heron\ncrow\nAI"),
        ("/choices/0/logprobs/refusal", "metadata", "yes"),
    ]
    columns = {"tokens": ["a", "b"], "top_logprobs": [{"a": -1, "Heron": -2}, None]}
    legacy = {"choices": [{"index": 0, "text": "ab", "logprobs": columns}]}
    assert ("/choices/0/logprobs/top_logprobs", "metadata", "Heron") in texts(legacy)


def test_logprobs_that_repeat_their_text_need_no_reading() -> None:
    alternatives = [{"token": "x" * 32, "logprob": -1.0, "bytes": [120]}]
    logprobs = {
        "content": [entry("Hé"), entry("llo", top_logprobs=alternatives)],
        "refusal": None,
    }
    assert unexamined(reply(says("Héllo"), logprobs=logprobs)) == []


def test_tokens_that_are_parts_of_characters_are_put_together_by_their_bytes() -> None:
    whole = list("é".encode())
    parts = [
        {"token": "\\xc3", "logprob": 0, "bytes": whole[:1]},
        {"token": "\ufffd", "logprob": 0, "bytes": whole[1:]},
    ]
    assert unexamined(reply(says("é"), logprobs={"content": parts})) == []


@pytest.mark.parametrize(
    "entries",
    [
        [entry("other")],
        [entry("Hello", bytes=list(b"other"))],
        [entry("Hello", note="other")],
        [entry("Hello", top_logprobs=[entry("o" * 33)])],
        [entry("Hello", top_logprobs=[entry("o", note="other")])],
        [{"token": "other", "bytes": list(b"Hello")}],
        ["Hello"],
        "Hello",
    ],
)
def test_logprobs_that_say_more_than_their_text_are_reported(entries: Any) -> None:
    body = reply(says("Hello"), logprobs={"content": entries})
    assert unexamined(body) == [("/choices/0/logprobs/content", "logprobs")]


def test_a_servers_own_numbers_of_tokens_say_nothing_more() -> None:
    entries = [{**entry("Hé", top_logprobs=[{**entry("He"), "id": 7}]), "id": 5}, entry("llo")]
    assert unexamined(reply(says("Héllo"), logprobs={"content": entries})) == []
    named = [{**entry("Héllo"), "id": "Heron"}]
    reported = [("/choices/0/logprobs/content", "logprobs")]
    assert unexamined(reply(says("Héllo"), logprobs={"content": named})) == reported


def test_entries_as_of_a_chat_may_accompany_a_plain_completion() -> None:
    def answer(name: str, *tokens: str) -> dict[str, Any]:
        logprobs = {name: [entry(token) for token in tokens]}
        return {"choices": [{"text": "Hello", "logprobs": logprobs}]}

    assert unexamined(answer("content", "He", "llo")) == []
    reported = [("/choices/0/logprobs/content", "logprobs")]
    assert unexamined(answer("content", "He", "ron")) == reported
    assert unexamined(answer("refusal", "Hello")) != []


def test_times_that_a_server_tells_are_no_numbers_of_anybody() -> None:
    timings = {"prompt_n": 12345678, "prompt_ms": 4111111111111111.0, "predicted_n": 4}
    assert texts({**reply(says("Hi.")), "timings": timings}) == texts(reply(says("Hi.")))


def test_the_logprobs_of_plain_completions_are_held_to_the_same() -> None:
    def answer(tokens: list[str], **columns: Any) -> dict[str, Any]:
        logprobs = {"tokens": tokens, "token_logprobs": [None] * len(tokens), **columns}
        return {"choices": [{"text": "Hello", "logprobs": logprobs}]}

    offsets = {"text_offset": [5, 8], "top_logprobs": [None, {"lo": -0.1, "la": -3.0}]}
    assert unexamined(answer(["Hel", "lo"], **offsets)) == []
    reported = [("/choices/0/logprobs", "logprobs")]
    assert unexamined(answer(["other"])) == reported
    assert unexamined(answer(["Hello"], top_logprobs=[{"o" * 33: 0.0}])) == reported
    assert unexamined(answer(["Hello"], text_offset=[0, 1])) == reported
    assert unexamined(answer(["Hello"], token_logprobs=["other"])) == reported


IDS = [9906, 11, 1917, 0, 220]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (reply(says("a"), token_ids=[9906]), "/choices/0/token_ids"),
        (reply(says("a"), x_ids=IDS), "/choices/0/x_ids"),
        (reply(says("a", x_more={"ids": [IDS]})), "/choices/0/message/x_more/ids/0"),
        (reply(says("a"), logprobs={"x_ids": IDS}), "/choices/0/logprobs/x_ids"),
        (reply(says("a")) | {"prompt_token_ids": [1]}, "/prompt_token_ids"),
        (reply(says("a")) | {"prompt": IDS}, "/prompt"),
    ],
)
def test_token_ids_are_reported(body: Any, path: str) -> None:
    assert unexamined(body) == [(path, "token_ids")]


def test_a_few_numbers_are_no_token_ids() -> None:
    body = reply(says("a"), x_box=IDS[:4], x_scores=[0.5] * 9, x_flags=[True] * 9, token_ids=[])
    assert unexamined(body) == []


def test_the_sound_and_pictures_of_unknown_fields_are_reported() -> None:
    def picture(kind: str) -> dict[str, Any]:
        return {"type": "image_url", "image_url": {"url": f"data:{kind};base64,iVBORw0KGg+/=="}}

    kinds = ["image/png", "audio/wav; codecs=1", "AUDIO/wav;codecs=1", "application/pdf"]
    at = "/choices/0/message/images"
    body = reply(says("a", images=[picture(kind) for kind in kinds]))
    assert unexamined(body) == [
        (f"{at}/0/image_url/url", "image"),
        (f"{at}/2/image_url/url", "audio"),
        (f"{at}/3/image_url/url", "file"),
    ]
    assert (f"{at}/1/image_url/url", "metadata") in {
        (where, whose) for where, whose, _ in texts(body)
    }
    said = "data:image/png;base64,mail bob@acme.org"
    assert ("/choices/0/x_note", "metadata", said) in texts(reply(says("a"), x_note=said))


def test_an_identifier_that_looks_like_none_is_examined() -> None:
    call = {"id": "call bob", "type": "function", "function": {"name": "f", "arguments": ""}}
    audio = {"id": "a@b"}
    body = reply(says(None, tool_calls=[call], audio=audio, tool_call_id="x" * 129))
    body |= {"id": "bob@acme.org", "model": "org/model-1.5:free+x=1", "system_fingerprint": "é"}
    at = "/choices/0/message"
    assert texts(body) == [
        (f"{at}/audio/id", "metadata", "a@b"),
        (f"{at}/tool_calls/0/function/name", "tool_arguments", "f"),
        (f"{at}/tool_calls/0/id", "metadata", "call bob"),
        (f"{at}/tool_call_id", "metadata", "x" * 129),
        ("/id", "metadata", "bob@acme.org"),
        ("/system_fingerprint", "metadata", "é"),
    ]


def test_an_earlier_evaluation_is_not_read_again() -> None:
    assert texts(reply(says("a")) | {"detections": {"version": "b"}}) == [
        ("/choices/0/message/content", "completion", "a")
    ]


@pytest.mark.parametrize(
    ("body", "request_body", "path", "problem"),
    [
        ("secret", CHAT, "", "expected an object, found a string"),
        ({"id": "secret"}, CHAT, "", "expected `choices`"),
        ({"choices": "secret"}, CHAT, "/choices", "expected an array, found a string"),
        ({"choices": ["secret"]}, CHAT, "/choices/0", "expected an object, found a string"),
        ({"choices": [{"text": "secret"}]}, CHAT, "/choices/0", "expected `message`"),
        (reply(says("secret")), TEXT, "/choices/0", "expected `text`"),
        ({"choices": [{"delta": {}}]}, None, "/choices/0", "expected `text`"),
        (reply(None), CHAT, "/choices/0/message", "expected an object, found null"),
        (
            reply(says("a", refusal=["secret"])),
            CHAT,
            "/choices/0/message/refusal",
            "expected a string, found an array",
        ),
        (
            reply(says("a", annotations=["secret"])),
            CHAT,
            "/choices/0/message/annotations/0",
            "expected an object, found a string",
        ),
    ],
)
def test_another_shape_is_refused_with_its_place(
    body: Any, request_body: Any, path: str, problem: str
) -> None:
    with pytest.raises(ExchangeError) as caught:
        read_response(body, request_body)
    assert caught.value.path == path
    assert problem in caught.value.problem
    assert caught.value.body == "response"
    assert "secret" not in str(caught.value)


def test_an_exchange_holds_both_bodies_or_the_request_alone() -> None:
    request = {"messages": [{"role": "user", "content": "a"}]}
    alone = read_exchange(request)
    assert [segment.text for segment in alone.request] == ["a"]
    assert alone.response is None
    both = read_exchange(request, reply(says("b")))
    assert [segment.text for segment in both.response or ()] == ["b"]
