"""Writing rewritten texts back, with everything that repeats them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from policyengine import ExchangeError
from policyengine.openai import Change, read_request, read_response, write

CONTENT = "/choices/0/message/content"


def reply(message: dict[str, Any], **choice: Any) -> dict[str, Any]:
    return {"id": "1", "choices": [{"index": 0, "message": message, **choice}], "usage": {}}


def rewritten(old: str, start: int, end: int, new: str) -> Change:
    """The change that replaces `old[start:end]` by `new`."""

    def to_new(begin: int, finish: int) -> tuple[int, int]:
        moved = len(new) - (end - start) if begin >= end else 0
        return begin + moved, finish + moved

    return Change(old[:start] + new + old[end:], ((start, end),), to_new)


def cut(old: str, at: int) -> Change:
    return Change(old[:at], ((at, len(old)),))


def message_of(body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = body["choices"][0]["message"]
    return message


def entry(token: str) -> dict[str, Any]:
    return {
        "token": token,
        "logprob": -0.1,
        "bytes": list(token.encode()),
        "top_logprobs": [{"token": token, "logprob": -0.1, "bytes": list(token.encode())}],
    }


def tokens(body: dict[str, Any], name: str = "content") -> list[str] | None:
    entries = body["choices"][0]["logprobs"][name]
    return None if entries is None else [given["token"] for given in entries]


def test_the_body_is_not_changed_and_what_stays_is_shared() -> None:
    body = reply({"content": "ask bob", "tool_calls": [{"id": "1"}], "new": {"x": [1, 2.5]}})
    before = copy.deepcopy(body)
    result = write(body, {CONTENT: rewritten("ask bob", 4, 7, "[X]")})
    assert body == before
    assert message_of(result)["content"] == "ask [X]"
    assert message_of(result)["tool_calls"] is message_of(body)["tool_calls"]
    assert message_of(result)["new"] is message_of(body)["new"]
    assert result["usage"] is body["usage"]
    assert list(message_of(result)) == list(message_of(body))


def test_several_changes_go_to_their_own_places() -> None:
    body = {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}],
        "metadata": {"x/y": "b", "z": ["c", "d"]},
    }
    changes = {
        "/messages/0/content/0/text": Change("A"),
        "/metadata/x~1y": Change("B"),
        "/metadata/z/1": Change("D"),
    }
    assert write(body, changes) == {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "A"}]}],
        "metadata": {"x/y": "B", "z": ["c", "D"]},
    }


def test_a_key_is_renamed_in_its_place_and_its_value_may_change_too() -> None:
    body = {"metadata": {"a": 1, "bob@x.y": {"bob@x.y": "v"}, "c": 3}}
    changes = {
        "/metadata/bob@x.y#": Change("[X]"),
        "/metadata/bob@x.y/bob@x.y#": Change("[X]"),
        "/metadata/bob@x.y/bob@x.y": Change("w"),
    }
    result = write(body, changes)
    assert list(result["metadata"].items()) == [("a", 1), ("[X]", {"[X]": "w"}), ("c", 3)]


def test_keys_made_equal_lose_no_member() -> None:
    body = {"metadata": {"bob": 1, "eve": 2, "***": 3}}
    changes = {"/metadata/bob#": Change("***"), "/metadata/eve#": Change("***")}
    assert write(body, changes)["metadata"] == {"*** (2)": 1, "*** (3)": 2, "***": 3}


def test_what_was_dropped_is_empty_or_gone() -> None:
    body = reply(
        {
            "content": "a",
            "refusal": "b",
            "reasoning": "c",
            "reasoning_content": "d",
            "audio": {"transcript": "e", "data": "AAAA"},
            "function_call": {"name": "f", "arguments": "g"},
            "annotations": [{"url": "h"}, {"url": "i"}],
            "new": {"key": "j", "other": "k"},
        }
    )
    at = "/choices/0/message"
    paths = ["content", "refusal", "reasoning", "reasoning_content", "audio/transcript"]
    paths += ["function_call/arguments", "annotations/0/url", "new/key#", "new/other"]
    result = write(body, {f"{at}/{path}": Change(None) for path in paths})
    assert message_of(result) == {
        "content": "",
        "annotations": [{"url": "i"}],
        "new": {"other": ""},
    }


def test_a_tool_call_goes_with_its_dropped_name_or_arguments() -> None:
    def call(name: str) -> dict[str, Any]:
        return {"id": name, "function": {"name": name, "arguments": "{}"}}

    body = reply({"content": None, "tool_calls": [call("a"), call("b"), call("c")]})
    at = "/choices/0/message/tool_calls"
    some = {f"{at}/0/function/name": Change(None), f"{at}/2/function/arguments": Change(None)}
    assert message_of(write(body, some))["tool_calls"] == [call("b")]
    every = {
        **some,
        f"{at}/1/function/name": Change(None),
        f"{at}/0/function/arguments": Change(""),
    }
    assert message_of(write(body, every)) == {"content": None}


def test_dropped_plain_text_is_empty() -> None:
    assert write({"choices": [{"text": "a"}]}, {"/choices/0/text": Change(None)}) == {
        "choices": [{"text": ""}]
    }


@pytest.mark.parametrize("name", ["content", "refusal"])
def test_logprobs_over_a_rewritten_range_are_dropped(name: str) -> None:
    text = "ask bob now"
    entries = [entry(token) for token in ("ask", " b", "ob", " now")]
    body = reply({name: text}, logprobs={name: entries})
    result = write(body, {f"/choices/0/message/{name}": rewritten(text, 4, 7, "[X]")})
    assert tokens(result, name) == ["ask", " now"]


def test_entries_as_of_a_chat_follow_the_text_of_a_plain_completion() -> None:
    text = "ask bob now"
    entries = [{**entry(token), "id": 7} for token in ("ask", " b", "ob", " now")]
    body = {"choices": [{"text": text, "logprobs": {"content": entries}}]}
    result = write(body, {"/choices/0/text": rewritten(text, 4, 7, "[X]")})
    assert tokens(result) == ["ask", " now"]


def test_logprobs_of_a_cut_text_end_with_it() -> None:
    text = "ask bob now"
    body = reply(
        {"content": text},
        logprobs={"content": [entry(token) for token in ("ask", " b", "ob", " now")]},
    )
    assert tokens(write(body, {CONTENT: cut(text, 5)})) == ["ask", " b"]
    assert tokens(write(body, {CONTENT: cut(text, 4)})) == ["ask"]
    assert tokens(write(body, {CONTENT: Change(None)})) is None


def test_every_part_of_a_rewritten_character_is_dropped() -> None:
    text = "aé"
    whole = list("é".encode())
    entries = [entry("a")]
    entries += [{"token": "\ufffd", "logprob": 0, "bytes": [byte]} for byte in whole]
    body = reply({"content": text}, logprobs={"content": entries})
    assert tokens(write(body, {CONTENT: rewritten(text, 1, 2, "")})) == ["a"]
    assert tokens(write(body, {CONTENT: rewritten(text, 0, 1, "")})) == ["\ufffd", "\ufffd"]


def test_logprobs_that_say_more_than_their_text_go_with_any_change_of_the_choice() -> None:
    arguments = {"function": {"name": "f", "arguments": '{"a": "bob"}'}}
    message = {"content": None, "tool_calls": [arguments]}
    body = reply(message, logprobs={"content": [entry('{"a": "bob"}')]})
    path = "/choices/0/message/tool_calls/0/function/arguments"
    assert tokens(write(body, {path: Change('{"a": "[X]"}')})) is None
    odd = reply({"content": "bob"}, logprobs=["bob"])
    assert write(odd, {CONTENT: Change("[X]")})["choices"][0]["logprobs"] is None


def test_logprobs_of_a_text_that_stays_stay() -> None:
    body = reply({"content": "hello", "reasoning": "bob"}, logprobs={"content": [entry("hello")]})
    result = write(body, {"/choices/0/message/reasoning": Change("[X]")})
    assert result["choices"][0]["logprobs"] is body["choices"][0]["logprobs"]


def test_the_lists_of_plain_completions_are_cut_together_and_offsets_moved() -> None:
    text = "ask bob now"
    logprobs = {
        "tokens": ["ask", " bob", " now"],
        "token_logprobs": [-1, -2, -3],
        "top_logprobs": [{"ask": -1}, {" bob": -2}, None],
        "text_offset": [100, 103, 107],
    }
    body = {"choices": [{"text": text, "logprobs": logprobs}]}
    result = write(body, {"/choices/0/text": rewritten(text, 4, 7, "[NAME]")})
    assert result["choices"][0]["logprobs"] == {
        "tokens": ["ask", " now"],
        "token_logprobs": [-1, -3],
        "top_logprobs": [{"ask": -1}, None],
        "text_offset": [100, 110],
    }
    both = {"choices": [{"text": text, "logprobs": {**logprobs, "tokens": ["x"], "content": [1]}}]}
    result = write(both, {"/choices/0/text": Change("")})
    assert result["choices"][0]["logprobs"] is None


def test_annotations_move_with_the_text_and_go_with_what_was_rewritten() -> None:
    text = "bob said it [1] twice [2]"

    def citation(start: Any, end: Any) -> dict[str, Any]:
        place = {"start_index": start, "end_index": end, "title": "t"}
        return {"type": "url_citation", "url_citation": place}

    flat = {"start_index": 22, "end_index": 25}
    annotations = [
        citation(0, 8),
        citation(12, 15),
        flat,
        {"type": "file_citation", "file_citation": {"title": "t"}},
        citation(20, 400),
        citation("12", 15),
    ]
    body = reply({"content": text, "annotations": annotations})
    result = message_of(write(body, {CONTENT: rewritten(text, 0, 3, "[NAME]")}))
    assert result["annotations"] == [
        citation(15, 18),
        {"start_index": 25, "end_index": 28},
        annotations[3],
    ]
    shorter = message_of(write(body, {CONTENT: cut(text, 15)}))
    assert shorter["annotations"] == [citation(0, 8), citation(12, 15), annotations[3]]
    assert body["choices"][0]["message"]["annotations"][1] == citation(12, 15)


def test_annotations_of_changed_parts_point_nowhere_and_go() -> None:
    place = {"start_index": 0, "end_index": 1}
    parts = [{"type": "text", "text": "bob"}]
    body = reply({"content": parts, "annotations": [place]})
    result = message_of(write(body, {f"{CONTENT}/0/text": Change("[X]")}))
    assert result["annotations"] == []


def test_the_sound_of_a_changed_transcript_is_removed() -> None:
    audio = {"id": "audio_1", "data": "AAAA", "transcript": "bob"}
    changed = {"id": "audio_1", "transcript": "[X]"}
    result = write(reply({"audio": audio}), {"/choices/0/message/audio/transcript": Change("[X]")})
    assert message_of(result)["audio"] == changed
    result = write(
        {"messages": [{"audio": audio}]}, {"/messages/0/audio/transcript": Change("[X]")}
    )
    assert result["messages"][0]["audio"] == changed
    theirs = {"metadata": {"audio": {"transcript": "bob", "data": "mine"}}}
    result = write(theirs, {"/metadata/audio/transcript": Change("[X]")})
    assert result["metadata"]["audio"] == {"transcript": "[X]", "data": "mine"}


@pytest.mark.parametrize("path", ["", "/secret", "/messages/7/content", "/messages/x", "/user/0"])
def test_a_change_for_no_place_is_refused_without_repeating_it(path: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        write({"messages": [], "user": "a"}, {path: Change("")})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("logprobs", "change"),
    [
        ({"tokens": "x", "content": [1]}, None),
        ({"tokens": "x", "content": [1], "bob@acme.org": "v"}, None),
        ({"tokens": "x", "bob@acme.org": "v"}, "[X]"),
        ({"tokens": "x", "more": {"bob@acme.org": "v"}}, "[X]"),
    ],
)
def test_what_stands_below_a_dropped_place_goes_with_it(logprobs: Any, change: str | None) -> None:
    body = reply({"content": "bob@acme.org"}, logprobs=logprobs)
    read = read_response(body)
    changes = {segment.path: Change(change) for segment in read.segments}
    gone = [entry.path for entry in read.unexamined]
    for removed in ([], gone):
        choice = write(body, changes, removed)["choices"][0]
        assert choice.get("logprobs") is None
        assert choice["message"]["content"] == (change or "")


def test_a_list_of_calls_is_dropped_only_where_it_is_one() -> None:
    theirs = {"x_field": {"tool_calls": {"bob": "v"}}}
    body = reply({"content": "a", **theirs})
    paths = [s.path for s in read_response(body).segments if s.path.endswith("#")]
    assert message_of(write(body, dict.fromkeys(paths, Change(None)))) == {"content": "a"}
    assert message_of(write(body, {paths[-1]: Change(None)}))["x_field"] == {"tool_calls": {}}


def test_a_field_of_a_request_that_is_named_choices_is_just_a_field() -> None:
    body = {"messages": [], "choices": [["bob"], {"logprobs": {"tokens": "x"}, "text": "bob"}]}
    changes = {
        segment.path: Change("[X]")
        for segment in read_request(body).segments
        if segment.text == "bob"
    }
    assert len(changes) == 2
    written = write(body, changes, follows=False)["choices"]
    assert written == [["[X]"], {"logprobs": {"tokens": "x"}, "text": "[X]"}]


IDS = [9906, 11, 1917, 0, 220]


def test_token_ids_go_with_any_change_beside_them() -> None:
    own = {"token_ids": [1], "x_more": {"ids": [IDS], "few": IDS[:4]}}
    body = reply({"content": "bob", "x_ids": IDS}, **own, logprobs={"x_ids": IDS})
    body["choices"].append({"message": {"content": "ann"}, "token_ids": IDS})
    body |= {"prompt_token_ids": IDS}
    result = write(body, {CONTENT: Change("[X]", ((0, 3),))})
    assert result == {
        "id": "1",
        "choices": [
            {
                "index": 0,
                "message": {"content": "[X]"},
                "x_more": {"ids": [], "few": IDS[:4]},
                "logprobs": {},
            },
            body["choices"][1],
        ],
        "usage": {},
    }
    assert write(body, {}) == body


def test_the_token_ids_of_a_request_go_with_any_change_beside_them() -> None:
    said: list[dict[str, Any]] = [
        {"role": "user", "content": "bob", "token_ids": IDS},
        {"role": "user", "content": "ann", "token_ids": IDS},
    ]
    schema = [{"type": "function", "function": {"parameters": {"enum": IDS}}}]
    body = {"messages": said, "tools": schema, "prompt_token_ids": IDS}
    result = write(body, {"/messages/0/content": Change("[X]", ((0, 3),))}, follows=False)
    assert result == {
        "messages": [{"role": "user", "content": "[X]"}, said[1]],
        "tools": schema,
    }


def test_offsets_and_bytes_of_logprobs_are_no_token_ids() -> None:
    text = "ask bob now ok then"
    pieces = ["ask", " bob", " now", " ok", " then", "", "", ""]
    logprobs: dict[str, Any] = {"tokens": pieces, "text_offset": [0, 3, 7, 11, 14, 19, 19, 19]}
    body = {"choices": [{"text": text, "logprobs": logprobs}]}
    result = write(body, {"/choices/0/text": rewritten(text, 4, 7, "[X]")})
    assert result["choices"][0]["logprobs"]["text_offset"] == [0, 7, 11, 14, 19, 19, 19]
    chat = reply({"content": text}, logprobs={"content": [entry("ask bob now"), entry(" ok then")]})
    assert tokens(write(chat, {CONTENT: rewritten(text, 4, 7, "[X]")})) == [" ok then"]


ALTERNATIVES = {
    "bob@acme.org": False,
    " Bob": False,
    "acme": False,
    "@": False,
    "(bob@acme.org)": False,
    "ask": True,
    " ": True,
    "bobby": True,
    "ann@acme.org": True,
}


def test_alternatives_beside_a_rewritten_text_that_tell_it_are_dropped() -> None:
    text = "ask bob@acme.org"
    others: list[dict[str, Any]] = [{"token": token, "logprob": -1} for token in ALTERNATIVES]
    others += [{"token": "", "bytes": list(b"bob@")}, {"token": "", "bytes": list(b"eve")}]
    entries = [{**entry("ask"), "top_logprobs": others}, entry(" bob@acme.org")]
    body = reply({"content": text}, logprobs={"content": entries})
    result = write(body, {CONTENT: rewritten(text, 4, 16, "[X]")})
    [left] = result["choices"][0]["logprobs"]["content"]
    kept = [token for token, stays in ALTERNATIVES.items() if stays]
    assert [other["token"] for other in left["top_logprobs"]] == [*kept, ""]
    assert left["top_logprobs"][-1]["bytes"] == list(b"eve")


def test_the_same_holds_for_the_alternatives_of_plain_completions() -> None:
    text = "ask bob@acme.org"
    column = [dict.fromkeys(ALTERNATIVES, -1.0), None]
    logprobs = {"tokens": ["ask", " bob@acme.org"], "top_logprobs": column}
    body = {"choices": [{"text": text, "logprobs": logprobs}]}
    result = write(body, {"/choices/0/text": rewritten(text, 4, 16, "[X]")})
    kept = {token: -1.0 for token, stays in ALTERNATIVES.items() if stays}
    assert result["choices"][0]["logprobs"]["top_logprobs"] == [kept]


@pytest.mark.parametrize("dropped", [False, True])
def test_alternatives_that_tell_a_text_of_another_field_are_dropped(*, dropped: bool) -> None:
    others = [{"token": "bob"}, {"token": "eve"}]
    entries = [{**entry("ask"), "top_logprobs": others}]
    body = reply({"content": "ask", "reasoning": "bob!"}, logprobs={"content": entries})
    change = Change(None) if dropped else rewritten("bob!", 0, 3, "[X]")
    result = write(body, {"/choices/0/message/reasoning": change})
    assert result["choices"][0]["logprobs"]["content"][0]["top_logprobs"] == others[1:]


def test_stretches_too_short_to_tell_anything_are_not_looked_for() -> None:
    entries = [{**entry("ask"), "top_logprobs": [{"token": "b"}, {"token": "xbobx"}]}, entry("bo")]
    body = reply({"content": "askbo"}, logprobs={"content": entries})
    result = write(body, {CONTENT: rewritten("askbo", 3, 5, "")})
    assert result["choices"][0]["logprobs"]["content"] == entries[:1]


def test_what_a_response_says_of_its_own_detections_is_not_delivered() -> None:
    body = reply({"content": "ok"}) | {"detections": {"note": "anna@example.com"}}
    assert write(body, {}) == reply({"content": "ok"})
    assert write(body, {}, follows=False) == body


def alternatives(body: dict[str, Any]) -> list[list[str]]:
    content = body["choices"][0]["logprobs"]["content"]
    return [[other["token"] for other in one["top_logprobs"]] for one in content]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (rewritten("AI\nHeron\ncrow", 0, 2, "[X]"), [["Heron"], ["crow", "a", "Heron"]]),
        (rewritten("AI\nHeron\ncrow", 5, 6, "*"), [["AI"], ["crow", "a"]]),
        (cut("AI\nHeron\ncrow", 3), [["AI"], ["a"]]),
        (Change(None), [[], ["a"]]),
    ],
)
def test_alternatives_that_were_rewritten_are_dropped_and_no_others(
    change: Change, left: list[list[str]]
) -> None:
    told = [["AI", "Heron"], ["crow", "a", "Heron"]]
    content = [
        {"token": token, "top_logprobs": [{"token": other, "bytes": None} for other in others]}
        for token, others in zip("ab", told, strict=True)
    ]
    body = reply({"content": "ab"}, logprobs={"content": content})
    assert [s.text for s in read_response(body).segments] == ["ab", "AI\nHeron\ncrow"]
    written = write(body, {"/choices/0/logprobs/content": change})
    assert message_of(written) == message_of(body)
    assert alternatives(written) == left


def test_the_alternatives_of_plain_completions_are_dropped_as_well() -> None:
    columns = {
        "tokens": ["a", "b"],
        "top_logprobs": [{"a": -1.0, "AI": -2.0}, {"crow": -3.0, "AI": -4.0}],
    }
    body = {"choices": [{"text": "ab", "logprobs": columns}]}
    written = write(body, {"/choices/0/logprobs/top_logprobs": rewritten("AI\ncrow", 0, 2, "")})
    assert written["choices"][0]["logprobs"] == {
        "tokens": ["a", "b"],
        "top_logprobs": [{"a": -1.0}, {"crow": -3.0}],
    }
