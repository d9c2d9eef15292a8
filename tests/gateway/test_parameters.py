"""Every parameter with its bounds, and bodies that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from gateways import CHAT, TEXT, Bench, said

from policyengine.gateway.parameters import ChatParameters, accept
from policyengine.gateway.refusals import Refusal, as_param

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.openai.request import Endpoint

TOOL = {"type": "function", "function": {"name": "f"}}

TAKEN: list[tuple[str, Any]] = [
    ("context", "Hours."),
    ("context", ["Hours.", {"title": "Hours", "text": "From 9.", "id": 7}]),
    ("store", True),
    ("reasoning_effort", "low"),
    ("reasoning_effort", "newer"),
    ("metadata", {"a": "b"}),
    ("frequency_penalty", -2),
    ("frequency_penalty", 2.0),
    ("presence_penalty", 0),
    ("logit_bias", {"50256": -100, "1": 100}),
    ("logprobs", True),
    ("top_logprobs", 0),
    ("top_logprobs", 20),
    ("max_tokens", 1),
    ("max_completion_tokens", 1),
    ("n", 1),
    ("n", 128),
    ("n", 3.0),
    ("modalities", ["text", "audio"]),
    ("prediction", {"type": "content", "content": "x"}),
    ("audio", {"voice": "alloy", "format": "wav"}),
    ("response_format", {"type": "text"}),
    ("response_format", {"type": "json_schema", "json_schema": {"name": "n"}}),
    ("seed", -(2**63)),
    ("seed", 2**63 - 1),
    ("service_tier", "auto"),
    ("stop", "."),
    ("stop", [".", "!", "?", ";"]),
    ("stream_options", {"include_usage": True}),
    ("temperature", 0),
    ("temperature", 2),
    ("top_p", 0),
    ("top_p", 1),
    ("tools", [TOOL] * 128),
    ("functions", [{"name": "f"}] * 128),
    ("tool_choice", "auto"),
    ("tool_choice", {"type": "function"}),
    ("parallel_tool_calls", False),
    ("user", "u"),
    ("function_call", "none"),
    ("function_call", {"name": "f"}),
    ("temperature", None),
    ("unknown", {"deep": [1]}),
]

REFUSED: list[tuple[str, Any, str]] = [
    ("context", 1, "context"),
    ("context", [{"title": "t"}], "context[0].text"),
    ("model", 5, "model"),
    ("messages", [], "messages"),
    ("messages", ["hi"], "messages[0]"),
    ("messages", [{"role": "user", "content": 5}], "messages[0].content"),
    ("messages", [{"content": "x"}], "messages[0].role"),
    ("frequency_penalty", 2.01, "frequency_penalty"),
    ("presence_penalty", -2.01, "presence_penalty"),
    ("logit_bias", {"1": 101}, "logit_bias.1"),
    ("logprobs", 1, "logprobs"),
    ("top_logprobs", 21, "top_logprobs"),
    ("top_logprobs", -1, "top_logprobs"),
    ("n", 0, "n"),
    ("n", 129, "n"),
    ("n", 1.5, "n"),
    ("n", True, "n"),
    ("seed", 2**63, "seed"),
    ("stop", [".", "!", "?", ";", ","], "stop"),
    ("stop", 5, "stop"),
    ("response_format", {"type": "yaml"}, "response_format.type"),
    ("temperature", 2.1, "temperature"),
    ("temperature", -0.1, "temperature"),
    ("temperature", "1", "temperature"),
    ("top_p", 1.1, "top_p"),
    ("tools", [TOOL] * 129, "tools"),
    ("functions", [{"name": "f"}] * 129, "functions"),
    ("stream", "yes", "stream"),
    ("metadata", [], "metadata"),
    ("max_tokens", "many", "max_tokens"),
]


@pytest.mark.parametrize(("name", "value"), TAKEN)
def test_what_is_within_bounds_is_passed_on_untouched(name: str, value: Any) -> None:
    body = {**CHAT, name: value}
    assert accept(body, "chat") is body


@pytest.mark.parametrize(("name", "value", "param"), REFUSED)
def test_what_is_out_of_bounds_is_refused_by_name(
    bench: Callable[..., Bench], name: str, value: Any, param: str
) -> None:
    one = bench()
    response = one.post({**CHAT, name: value})
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["param"]) == (
        400,
        "invalid_request_error",
        param,
    )
    assert error["message"].startswith(f"{param}: ")
    assert one.upstream.asked == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("best_of", 20), ("echo", True), ("suffix", "."), ("logprobs", 5), ("prompt", ["a", "b"])],
)
def test_text_completions_have_parameters_of_their_own(name: str, value: Any) -> None:
    assert accept({**TEXT, name: value}, "text") == {**TEXT, name: value}


@pytest.mark.parametrize(
    ("name", "value", "param"),
    [
        ("best_of", 21, "best_of"),
        ("echo", 1, "echo"),
        ("suffix", 1, "suffix"),
        ("logprobs", 6, "logprobs"),
        ("logprobs", True, "logprobs"),
        ("prompt", 5, "prompt"),
        ("messages", CHAT["messages"], "messages"),
    ],
)
def test_text_completions_have_bounds_of_their_own(name: str, value: Any, param: str) -> None:
    with pytest.raises(Refusal) as caught:
        accept({**TEXT, name: value}, "text")
    assert caught.value.param == param


def test_a_context_that_is_null_under_one_name_leaves_the_other() -> None:
    for context, alias, wanted in ((None, "a", "a"), ("a", None, "a"), (None, None, None)):
        body = accept({**CHAT, "context": context, "enkrypt_context": alias}, "chat")
        assert body == {**CHAT, "context": wanted}


@pytest.mark.parametrize(("endpoint", "needed"), [("chat", "messages"), ("text", "prompt")])
def test_what_is_missing_is_named(endpoint: Endpoint, needed: str) -> None:
    with pytest.raises(Refusal) as caught:
        accept({"model": "m"}, endpoint)
    assert (caught.value.param, caught.value.reason) == (needed, "missing_required_parameter")


@pytest.mark.parametrize("name", sorted(ChatParameters.model_fields))
def test_a_refusal_quotes_nothing_of_the_body(name: str) -> None:
    body = {**CHAT, name: [[{"canary": {"canary": "canary"}}]] * 200}
    with pytest.raises(Refusal) as caught:
        accept(body, "chat")
    assert "canary" not in str(caught.value.body)


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"", 400, "not JSON"),
        (b"canary", 400, "not JSON"),
        (b"[1]", 400, "not a JSON object"),
        (b'{"messages": [], "messages": []}', 400, "twice"),
        (b'{"temperature": NaN}', 400, "NaN"),
        (b'{"temperature": 1e999}', 400, "too large"),
        (b'{"a": "\xff"}', 400, "not UTF-8"),
        (b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", 400, "nested"),
        (b'{"a": ' + b"[" * 4900, 400, "nested"),
        (b'{"a": "' + b"canary" * 1000 + b'"}', 413, "longer than 5000 bytes"),
    ],
)
def test_a_body_that_is_none_is_refused(
    bench: Callable[..., Bench], content: bytes, status: int, told: str
) -> None:
    response = bench(max_body=5000, max_depth=50).post(content)
    assert response.status_code == status
    assert told in response.json()["error"]["message"]
    assert "canary" not in response.text


def test_a_body_of_the_greatest_depth_is_taken(bench: Callable[..., Bench]) -> None:
    deep = b'{"messages": [{"role": "user", "content": "a"}], "a": ' + b"[" * 49 + b"]" * 49 + b"}"
    assert bench(max_depth=50).post(deep).status_code == 200
    assert bench(max_depth=49).post(deep).status_code == 400


def test_lone_surrogates_and_large_numbers_reach_the_upstream_as_they_were(
    bench: Callable[..., Bench],
) -> None:
    one = bench(lambda _: said())
    content = (
        b'{"messages": [{"role": "user", "content": "\\ud800 \\u00e9"}], '
        b'"x": 123456789012345678901}'
    )
    assert one.post(content).status_code == 200
    (body,) = one.upstream.bodies
    assert (body["messages"][0]["content"], body["x"]) == ("\ud800 é", 123456789012345678901)


def test_places_are_named_as_the_api_names_them() -> None:
    assert as_param("/messages/0/content") == "messages[0].content"
    assert as_param("/a~1b/~0") == "a/b.~"
    assert as_param("") is None
