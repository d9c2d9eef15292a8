"""Requests: which texts they hold, where, and whose."""

from __future__ import annotations

from typing import Any

import pytest

from policyengine import ExchangeError
from policyengine.openai import Change, read_request, write
from policyengine.openai.structural import NAMES


def chat(*messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": list(messages), **fields}


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def texts(body: Any) -> list[tuple[str, str, str]]:
    return [(s.path, s.source.value, s.text) for s in read_request(body).segments]


def sources(body: Any) -> dict[str, str]:
    return {path: source for path, source, _ in texts(body)}


def unexamined(body: Any) -> list[tuple[str, str]]:
    return [(entry.path, entry.media) for entry in read_request(body).unexamined]


def test_every_role_has_its_source() -> None:
    assert sources(
        chat(
            {"role": "system", "content": "a"},
            {"role": "developer", "content": "b"},
            user("c"),
            {"role": "assistant", "content": "d"},
            {"role": "tool", "tool_call_id": "call_1", "content": "e"},
            {"role": "function", "name": "f", "content": "g"},
            user("h"),
        )
    ) == {
        "/messages/0/content": "system",
        "/messages/1/content": "system",
        "/messages/2/content": "history",
        "/messages/3/content": "history",
        "/messages/4/content": "tool_result",
        "/messages/5/name": "metadata",
        "/messages/5/content": "tool_result",
        "/messages/6/content": "prompt",
    }


def test_all_user_messages_since_the_last_answer_are_the_prompt() -> None:
    body = chat(user("a"), {"role": "assistant", "content": "b"}, user("c"), user("d"))
    assert list(sources(body).values()) == ["history", "history", "prompt", "prompt"]


def test_a_question_stays_the_prompt_while_its_tools_are_called() -> None:
    calls = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    body = chat(
        user("a"),
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "1", "content": "b"},
    )
    assert sources(body) == {
        "/messages/0/content": "prompt",
        "/messages/1/tool_calls/0/function/name": "tool_arguments",
        "/messages/1/tool_calls/0/function/arguments": "tool_arguments",
        "/messages/2/content": "tool_result",
    }


def test_an_undocumented_role_may_speak_for_the_user_and_is_a_text_itself() -> None:
    assert texts(chat({"role": "critic", "content": "a"})) == [
        ("/messages/0/content", "prompt", "a"),
        ("/messages/0/role", "metadata", "critic"),
    ]


def test_what_the_assistant_said_is_history_in_all_its_fields() -> None:
    message = {
        "role": "assistant",
        "content": [{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}],
        "refusal": "c",
        "reasoning_content": "d",
        "reasoning": "e",
        "audio": {"id": "audio_1", "transcript": "f"},
        "function_call": {"name": "g", "arguments": "h"},
        "tool_calls": [{"id": "1", "type": "custom", "custom": {"name": "i", "input": "j"}}],
    }
    assert texts(chat(message)) == [
        ("/messages/0/reasoning", "history", "e"),
        ("/messages/0/reasoning_content", "history", "d"),
        ("/messages/0/content/0/text", "history", "a"),
        ("/messages/0/content/1/refusal", "history", "b"),
        ("/messages/0/refusal", "history", "c"),
        ("/messages/0/audio/transcript", "history", "f"),
        ("/messages/0/function_call/name", "tool_arguments", "g"),
        ("/messages/0/function_call/arguments", "tool_arguments", "h"),
        ("/messages/0/tool_calls/0/custom/name", "tool_arguments", "i"),
        ("/messages/0/tool_calls/0/custom/input", "tool_arguments", "j"),
    ]


def test_parts_are_read_or_reported() -> None:
    body = chat(
        user(
            [
                {"type": "text", "text": "a"},
                {"type": "image_url", "image_url": {"url": "https://b/c.png", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                {"type": "file", "file": {"filename": "d.pdf", "file_data": "AAAA"}},
                {"type": "file", "file": {"file_id": "file-1"}},
                {"type": "video", "caption": "e", "frames": [{"alt": "f"}]},
            ]
        )
    )
    assert texts(body) == [
        ("/messages/0/content/0/text", "prompt", "a"),
        ("/messages/0/content/1/image_url/url", "metadata", "https://b/c.png"),
        ("/messages/0/content/4/file/filename", "metadata", "d.pdf"),
        ("/messages/0/content/6/type", "prompt", "video"),
        ("/messages/0/content/6/caption#", "prompt", "caption"),
        ("/messages/0/content/6/caption", "prompt", "e"),
        ("/messages/0/content/6/frames#", "prompt", "frames"),
        ("/messages/0/content/6/frames/0/alt#", "prompt", "alt"),
        ("/messages/0/content/6/frames/0/alt", "prompt", "f"),
    ]
    assert unexamined(body) == [
        ("/messages/0/content/1/image_url/url", "image"),
        ("/messages/0/content/2/image_url/url", "image"),
        ("/messages/0/content/3/input_audio/data", "audio"),
        ("/messages/0/content/4/file/file_data", "file"),
        ("/messages/0/content/5/file/file_id", "file"),
        ("/messages/0/content/6", "unknown"),
    ]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (None, []),
        ("a", [("/context", "context", "a")]),
        (["a", "b"], [("/context/0", "context", "a"), ("/context/1", "context", "b")]),
        (
            [{"title": "t", "text": "a", "url": "https://u"}, {"text": "b"}],
            [
                ("/context/0/title", "context", "t"),
                ("/context/0/text", "context", "a"),
                ("/context/0/url", "metadata", "https://u"),
                ("/context/1/text", "context", "b"),
            ],
        ),
    ],
)
def test_context_is_a_string_or_a_list_of_documents(context: Any, expected: Any) -> None:
    assert texts(chat(context=context)) == expected


def test_definitions_of_tools_and_answers_are_tool_definitions() -> None:
    schema = {
        "type": "object",
        "properties": {"type": {"type": "string", "description": "a"}, "b": {"enum": ["c"]}},
        "required": ["b"],
    }
    function = {"name": "f", "description": "d", "parameters": schema, "strict": True}
    body = chat(
        tools=[{"type": "function", "function": function}],
        functions=[{"name": "g"}],
        response_format={"type": "json_schema", "json_schema": {"name": "h", "schema": {}}},
    )
    at = "/tools/0/function"
    assert texts(body) == [
        (f"{at}/name", "tool_definition", "f"),
        (f"{at}/description", "tool_definition", "d"),
        (f"{at}/parameters/properties/type#", "tool_definition", "type"),
        (f"{at}/parameters/properties/type/description", "tool_definition", "a"),
        (f"{at}/parameters/properties/b#", "tool_definition", "b"),
        (f"{at}/parameters/properties/b/enum/0", "tool_definition", "c"),
        (f"{at}/parameters/required/0", "tool_definition", "b"),
        ("/functions/0/name", "tool_definition", "g"),
        ("/response_format/json_schema/name", "tool_definition", "h"),
    ]


def test_what_is_said_about_the_request_is_metadata_keys_included() -> None:
    body = chat(
        user="a",
        metadata={"b": "c", "model": "d"},
        stop=["e"],
        safety_identifier="f",
        tool_choice={"type": "function", "function": {"name": "g"}},
        service_tier="auto",
        new_field={"id": "h"},
    )
    assert texts(body) == [
        ("/user", "metadata", "a"),
        ("/metadata/b#", "metadata", "b"),
        ("/metadata/b", "metadata", "c"),
        ("/metadata/model#", "metadata", "model"),
        ("/metadata/model", "metadata", "d"),
        ("/stop/0", "metadata", "e"),
        ("/safety_identifier", "metadata", "f"),
        ("/tool_choice/function/name", "metadata", "g"),
        ("/new_field#", "metadata", "new_field"),
        ("/new_field/id#", "metadata", "id"),
        ("/new_field/id", "metadata", "h"),
    ]
    labels = {segment.path: segment.label for segment in read_request(body).segments}
    assert labels["/metadata/b"] == "b"


def test_only_the_ids_that_the_api_knows_are_passed_over() -> None:
    call = {"id": "a", "type": "function", "function": {"name": "f", "id": "b"}}
    message = {"role": "assistant", "id": "c", "tool_call_id": "d", "tool_calls": [call]}
    assert texts(chat(message, id="e", system_fingerprint="f")) == [
        ("/messages/0/tool_calls/0/function/name", "tool_arguments", "f"),
        ("/messages/0/tool_calls/0/function/id", "metadata", "b"),
        ("/messages/0/id", "metadata", "c"),
        ("/id", "metadata", "e"),
        ("/system_fingerprint", "metadata", "f"),
    ]


def test_a_prediction_is_prompt() -> None:
    body = chat(prediction={"type": "content", "content": [{"type": "text", "text": "a"}]})
    assert texts(body) == [("/prediction/content/0/text", "prompt", "a")]


@pytest.mark.parametrize(
    ("prompt", "expected", "unread"),
    [
        ("a", [("/prompt", "prompt", "a")], []),
        (["a", "b"], [("/prompt/0", "prompt", "a"), ("/prompt/1", "prompt", "b")], []),
        ([1, 2, 3], [], [("/prompt", "token_ids")]),
        ([[1, 2], [3]], [], [("/prompt/0", "token_ids"), ("/prompt/1", "token_ids")]),
    ],
)
def test_prompts_are_texts_or_token_ids(prompt: Any, expected: Any, unread: Any) -> None:
    body = {"model": "m", "prompt": prompt, "echo": True}
    assert texts(body) == expected
    assert unexamined(body) == unread


def test_the_suffix_is_prompt() -> None:
    assert sources({"prompt": "a", "suffix": "b"}) == {"/prompt": "prompt", "/suffix": "prompt"}


def test_tool_arguments_and_results_that_are_json_say_so() -> None:
    def call(arguments: str) -> dict[str, Any]:
        return {"id": "1", "type": "function", "function": {"name": "{}", "arguments": arguments}}

    body = chat(
        user('{"a": 1}'),
        {"role": "assistant", "tool_calls": [call('{"a": 1}'), call('{"a": ')]},
        {"role": "tool", "tool_call_id": "1", "content": "[1]"},
        {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": " {}"}]},
    )
    formats = {segment.path: segment.format for segment in read_request(body).segments}
    assert [path for path, written in formats.items() if written == "json"] == [
        "/messages/1/tool_calls/0/function/arguments",
        "/messages/2/content",
        "/messages/3/content/0/text",
    ]


@pytest.mark.parametrize(
    ("body", "path", "problem"),
    [
        ([], "", "expected an object, found an array"),
        ("secret", "", "expected an object, found a string"),
        ({}, "", "expected `messages` or `prompt`"),
        ({"messages": None}, "/messages", "expected an array, found null"),
        ({"messages": {"secret": 1}}, "/messages", "expected an array, found an object"),
        (chat("secret"), "/messages/0", "expected an object, found a string"),  # type: ignore[arg-type]  # on purpose
        (chat({"content": "secret"}), "/messages/0/role", "expected a string, found null"),
        (chat(user(5)), "/messages/0/content", "a string, an array of parts or null, found a num"),
        (chat(user(["secret"])), "/messages/0/content/0", "expected an object, found a string"),
        (
            chat(user([{"type": "text", "text": ["secret"]}])),
            "/messages/0/content/0/text",
            "expected a string, found an array",
        ),
        (
            chat(user([{"type": "image_url", "image_url": {"url": 1}}])),
            "/messages/0/content/0/image_url/url",
            "expected a string, found a number",
        ),
        (
            chat({"role": "assistant", "tool_calls": [{"function": {"arguments": {"secret": 1}}}]}),
            "/messages/0/tool_calls/0/function/arguments",
            "expected a string, found an object",
        ),
        (chat(context=5), "/context", "expected a string or an array, found a number"),
        (chat(context=[{"title": "secret"}]), "/context/0/text", "found null"),
        (chat(metadata="secret"), "/metadata", "expected an object, found a string"),
        (chat(user=True), "/user", "expected a string, found a boolean"),
        (chat(stop=[1]), "/stop/0", "expected a string, found a number"),
        (chat(tools=["secret"]), "/tools/0", "expected an object, found a string"),
        ({"prompt": [1, "secret"]}, "/prompt/0", "found a number"),
        ({"prompt": 5}, "/prompt", "expected a string or an array, found a number"),
        (chat(extra={"secret": b"secret"}), "", "found a Python bytes"),
        (chat(extra={1: "secret"}), "", "expected names that are strings"),
    ],
)
def test_a_wrong_type_is_placed_and_its_value_never_repeated(
    body: Any, path: str, problem: str
) -> None:
    with pytest.raises(ExchangeError) as caught:
        read_request(body)
    assert caught.value.path == path
    assert problem in caught.value.problem
    assert caught.value.body == "request"
    assert "secret" not in str(caught.value)


NO_FIELDS = ["bob@x.com", "4111111111111111", "a b", "", "x" * 41, "é", "a/b", "a\n"]
NO_FIELDS += ["DE89370400440532013000", "sk-a1b2c3d4", "AKIA" + "1234", "x123", "a1b", "1", "-a"]


@pytest.mark.parametrize("name", NO_FIELDS)
def test_a_name_that_is_no_fields_is_told_by_its_place(name: str) -> None:
    body = chat(metadata={"known": "a", "other one": "b", name: "c"})
    paths = {segment.path: segment.text for segment in read_request(body).segments}
    assert paths["/metadata/known"] == "a"
    assert paths["/metadata/~30"] == "b"
    assert paths["/metadata/~31"] == "c"
    assert len(name) < 2 or not any(name in path for path in paths)
    written = write(body, {"/metadata/~31": Change("d"), "/metadata/~30#": Change("e")})
    assert written["metadata"] == {"known": "a", "e": "b", name: "d"}


@pytest.mark.parametrize("name", [*sorted(NAMES), "x" * 40, "x" * 38 + "12", "x_y-z.a", "item7"])
def test_a_name_that_looks_like_a_fields_is_told(name: str) -> None:
    paths = [segment.path for segment in read_request(chat(metadata={name: "a"})).segments]
    assert f"/metadata/{name}" in paths


def test_long_numbers_that_anybody_may_put_are_examined() -> None:
    numbers = {"a": 4915112345678, "b": [-1234567, 123456], "c": 0.123456, "d": True, "e": 1e300}
    body = chat(metadata=numbers, seed=1234567890, x_more={"at": 12345.67})
    assert [entry for entry in texts(body) if not entry[0].endswith("#")] == [
        ("/metadata/a", "metadata", "4915112345678"),
        ("/metadata/b/0", "metadata", "-1234567"),
        ("/metadata/c", "metadata", "0.123456"),
        ("/x_more/at", "metadata", "12345.67"),
    ]
    written = write(body, {"/metadata/a": Change("[X]"), "/metadata/b/0": Change(None)})
    assert written["metadata"] == numbers | {"a": "[X]", "b": ["", 123456]}


def test_a_number_longer_than_python_converts_is_refused() -> None:
    with pytest.raises(ExchangeError, match="too many digits"):
        read_request(chat(metadata={"a": 10**5000}))


def test_the_numbers_of_a_schema_are_no_token_ids() -> None:
    numbers = {"enum": [1, 2, 3, 4, 5, 6], "maximum": 12345678}
    function = {"name": "f", "parameters": {"properties": {"x": numbers}}}
    body = chat(tools=[{"type": "function", "function": function}])
    assert unexamined(body) == []
    assert "12345678" not in [text for _, _, text in texts(body)]
    assert unexamined(chat(metadata=numbers)) == [("/metadata/enum", "token_ids")]


def test_deep_nesting_is_no_crash() -> None:
    deep: Any = "a"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ExchangeError, match="longer than"):
        read_request(chat(extra=deep))
