"""What a client is sent when a policy has spoken."""

from __future__ import annotations

from typing import Any

from policyengine.openai import (
    attach,
    blocked_completion,
    blocked_error,
    close_choice,
    read_response,
)

DETECTIONS = {"version": 1}


def test_detections_are_attached_in_place_of_older_ones() -> None:
    body = {"id": "1", "detections": "old"}
    assert attach(body, DETECTIONS) == {"id": "1", "detections": DETECTIONS}
    assert body["detections"] == "old"


def test_a_block_is_an_error_that_says_the_message() -> None:
    assert blocked_error("No.", DETECTIONS) == (
        400,
        {
            "error": {
                "message": "No.",
                "type": "policy_violation",
                "param": None,
                "code": "content_filter",
            },
            "detections": DETECTIONS,
        },
    )


def test_a_block_is_a_completion_of_the_kind_that_was_asked_for() -> None:
    chat: dict[str, Any] = {"model": "m", "messages": []}
    reply = blocked_completion(chat, "No.", DETECTIONS)
    assert reply["object"] == "chat.completion"
    assert reply["model"] == "m"
    assert reply["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "No.", "refusal": None},
            "logprobs": None,
            "finish_reason": "content_filter",
        }
    ]
    assert [segment.text for segment in read_response(reply, chat).segments] == ["No."]
    text: dict[str, Any] = {"prompt": "p"}
    reply = blocked_completion(text, "No.", DETECTIONS)
    assert reply["object"] == "text_completion"
    assert [segment.text for segment in read_response(reply, text).segments] == ["No."]
    assert blocked_completion(text, "No.", DETECTIONS) == reply


def test_a_closed_choice_says_the_message_after_what_is_left() -> None:
    def closed(message: dict[str, Any]) -> Any:
        body = {"choices": [{"message": {"content": "a"}}, {"message": message}]}
        result = close_choice(body, 1, "No.")
        assert result["choices"][0] is body["choices"][0]
        assert body["choices"][1] == {"message": message}
        assert result["choices"][1]["finish_reason"] == "content_filter"
        return result["choices"][1]["message"]["content"]

    assert closed({"content": "left"}) == "left\n\nNo."
    assert closed({"content": ""}) == "No."
    assert closed({"content": None}) == "No."
    assert closed({}) == "No."
    part = {"type": "text", "text": "left"}
    assert closed({"content": [part]}) == [part, {"type": "text", "text": "No."}]


def test_a_closed_plain_completion_says_it_in_its_text() -> None:
    body = {"choices": [{"text": "left", "finish_reason": "stop"}]}
    assert close_choice(body, 0, "No.") == {
        "choices": [{"text": "left\n\nNo.", "finish_reason": "content_filter"}]
    }


def test_a_choice_may_be_closed_without_a_word() -> None:
    body = {"choices": [{"message": {"content": "left"}}]}
    assert close_choice(body, 0) == {
        "choices": [{"message": {"content": "left"}, "finish_reason": "content_filter"}]
    }
