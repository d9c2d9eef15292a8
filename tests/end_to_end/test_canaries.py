"""No text of an exchange is ever in what is told about it: each field holds a canary of its own."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import re
import threading
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import (
    Cost,
    Engine,
    ExchangeError,
    Finding,
    Position,
    Registry,
    Source,
    Span,
    Truncated,
)
from policyengine.openai import read_exchange
from policyengine.testing import hangs, plugin, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from policyengine import View

MARK = "@zq"
CANARY = re.compile(r"canary \d+ @zq")


class Planter:
    """Gives out canaries: texts that occur nowhere else, and look like nobody's field."""

    def __init__(self) -> None:
        self.planted: list[str] = []

    def __call__(self) -> str:
        self.planted.append(f"canary {len(self.planted)} {MARK}")
        return self.planted[-1]

    def document(self) -> str:
        """JSON in a string."""
        return json.dumps({self(): self(), "list": [self(), {"deep": self()}]})

    def call(self) -> dict[str, Any]:
        """A tool call."""
        return {"id": self(), "type": "function", "function": self.function()}

    def function(self) -> dict[str, Any]:
        return {"name": self(), "arguments": self.document()}


def chat_request(new: Planter) -> dict[str, Any]:
    schema = {
        "type": "object",
        "description": new(),
        "properties": {new(): {"type": "string", "enum": [new()], "default": new()}},
        "required": [new()],
    }
    parts = [
        {"type": "text", "text": new()},
        {
            "type": "image_url",
            "image_url": {"url": f"https://example.org/{new()}", "detail": new()},
        },
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{new()}"}},
        {"type": "input_audio", "input_audio": {"data": new(), "format": new()}},
        {"type": "file", "file": {"filename": new(), "file_data": new(), "file_id": new()}},
        {"type": new(), new(): new()},
    ]
    return {
        "model": new(),
        "messages": [
            {"role": "system", "content": new(), "name": new()},
            {"role": "developer", "content": [{"type": "text", "text": new()}]},
            {"role": "user", "content": new()},
            {
                "role": "assistant",
                "content": new(),
                "refusal": new(),
                "reasoning": new(),
                "reasoning_content": new(),
                "tool_calls": [new.call(), {**new.call(), "function": {"arguments": new()}}],
                "function_call": new.function(),
                "audio": {"id": new()},
            },
            {"role": "tool", "tool_call_id": new(), "content": new.document()},
            {"role": "function", "name": new(), "content": new()},
            {"role": new(), "content": new()},
            {"role": "user", "content": parts},
        ],
        "context": [new(), {"title": new(), "text": new(), "from": new()}],
        "tools": [
            {
                "type": "function",
                "function": {"name": new(), "description": new(), "parameters": schema},
            }
        ],
        "functions": [{"name": new(), "description": new(), "parameters": schema}],
        "tool_choice": {"type": "function", "function": {"name": new()}},
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": new(), "schema": schema},
        },
        "prediction": {"type": "content", "content": new()},
        "metadata": {new(): new()},
        "user": new(),
        "stop": [new()],
        "service_tier": new(),
        "x_unknown": {new(): [new(), {new(): new()}]},
    }


def chat_reply(new: Planter) -> dict[str, Any]:
    content = f"so {new()} is it"
    return {
        "id": new(),
        "object": new(),
        "model": new(),
        "system_fingerprint": new(),
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "reasoning": new(),
                    "reasoning_content": new(),
                    "content": content,
                    "refusal": new(),
                    "annotations": [
                        {
                            "type": "url_citation",
                            "url_citation": {
                                "start_index": 3,
                                "end_index": 9,
                                "url": new(),
                                "title": new(),
                            },
                        }
                    ],
                    "audio": {"id": new(), "data": new(), "transcript": new()},
                    "function_call": new.function(),
                    "tool_calls": [new.call()],
                },
                "logprobs": {
                    "content": [
                        {
                            "token": token,
                            "logprob": -1.0,
                            "bytes": list(token.encode()),
                            "top_logprobs": [{"token": new(), "logprob": -2.0, "bytes": None}],
                        }
                        for token in re.findall(r"\w+\W*", content)
                    ]
                },
                "finish_reason": new(),
            },
            {
                "index": 1,
                "message": {"role": "assistant", "content": new.document(), new(): new()},
                "logprobs": {"content": [{"token": new()}]},
            },
        ],
        "usage": {"note": new()},
        "detections": {"left": new()},
        new(): {new(): new()},
    }


def text_request(new: Planter) -> dict[str, Any]:
    return {"prompt": [new(), [1, 2, 3]], "suffix": new(), "user": new(), "context": new()}


def text_reply(new: Planter) -> dict[str, Any]:
    text = f"so {new()}"
    logprobs = {"tokens": ["so ", text[3:]], "token_logprobs": [-1.0, -1.0]}
    return {"id": new(), "choices": [{"index": 0, "text": text, "logprobs": logprobs}]}


EXCHANGES: dict[str, tuple[Callable[[Planter], dict[str, Any]], ...]] = {
    "chat": (chat_request, chat_reply),
    "text": (text_request, text_reply),
}


def where(view: View) -> Iterator[tuple[Any, int, int]]:
    for segment in view.examined:
        for match in CANARY.finditer(segment.text):
            yield segment, match.start(), match.end()


def honest(view: View) -> list[Finding]:
    """Where every canary is, pointing at another."""
    return [
        Finding.at(
            segment, start, end, kind="honest.found", score=0.9, where=Position(segment, None)
        )
        for segment, start, end in where(view)
    ]


def quoted(view: View) -> str:
    return "".join(segment.text for segment in (*view.examined, *view.reference))


def raising(error: type[BaseException]) -> Callable[[View], list[Finding]]:
    def act(view: View) -> list[Finding]:
        problem = error(quoted(view))
        problem.add_note(quoted(view))
        raise problem from KeyError(quoted(view))

    return act


async def raising_later(view: View) -> list[Finding]:
    await asyncio.sleep(0)
    raise ValueError(quoted(view))


def lying(**lie: Any) -> Callable[[View], list[Any]]:
    def act(view: View) -> list[Any]:
        said = {name: make(view) for name, make in lie.items()}
        return [Finding(**({"kind": "rogue.found", "score": 1.0} | said))]

    return act


ROGUES: dict[str, dict[str, Any]] = {
    "raises": {"does": raising(ValueError)},
    "exits": {"does": raising(SystemExit)},
    "truncated": {"does": raising(Truncated)},
    "raises-in-the-pool": {"does": raising(RuntimeError), "cost": Cost.MODEL},
    "raises-later": {"does": raising_later, "waits": True},
    "evidence": {"does": lying(evidence=lambda view: {"quote": quoted(view)})},
    "evidence-name": {"does": lying(evidence=lambda view: {quoted(view): 1})},
    "evidence-list": {"does": lying(evidence=lambda view: {"quotes": [quoted(view)]})},
    "kind": {"does": lying(kind=quoted)},
    "path": {"does": lying(path=quoted)},
    "score": {"does": lying(score=quoted)},
    "span": {"does": lying(path=lambda view: view.examined[0].path, span=quoted)},
    "span-outside": {
        "does": lying(path=lambda view: view.examined[0].path, span=lambda _view: Span(0, 10**6))
    },
    "strings": {"does": lambda view: [quoted(view)]},
    "a-string": {"batch": lambda views: "".join(quoted(view) for view in views)},
}

CHECKS = """
version: 1
models: {m: {base_url: "http://localhost"}}
policies:
  redacting:
    steps:
      - {step: flags, detector: honest, flag_at: 0.1, sources: [SOURCES], shadow: true}
      - {step: hides, detector: honest, redact_at: 0.5, redact_with: METHOD, sources: [SOURCES]}
  blocking:
    steps:
      - {step: blocks, detector: honest, block_at: 0.5, sources: [SOURCES], message: Not this.}
  rogues:
    steps:
STEPS
      - {step: hangs, detector: slow, redact_at: 0.5, if_failed: flag, timeout_ms: 10}
deployments:
  redact: {model: m, input: [redacting], output: [redacting], restore: true}
  block-request: {model: m, input: [blocking], output: [blocking]}
  block-reply: {model: m, output: [blocking]}
  block-reply-kindly: {model: m, output: [blocking], on_block: message}
  fail: {model: m, input: [rogues], output: [rogues]}
"""


def listening(heard: list[Any]) -> object:
    """A plugin that keeps all that observers are told."""

    def step_finished(deployment: str, stage: str, result: Any, seconds: float) -> None:
        heard.append((deployment, stage, result, result.as_dict(), seconds))

    def evaluation_finished(deployment: str, detections: Any, seconds: float) -> None:
        heard.append((deployment, detections, detections.as_dict(), seconds))

    return plugin(
        policyengine_step_finished=step_finished,
        policyengine_evaluation_finished=evaluation_finished,
    )


def clumsy(detections: Any) -> None:
    """An observer that fails, and says with what."""
    raise RuntimeError(f"{detections!r} and what it knows besides: {MARK}")


def loaded(
    folder: Path, heard: list[Any], until: threading.Event, method: str = "placeholder"
) -> Engine:
    rogues = [
        scripted(f"rogue-{name}", **rogue, kinds=scripted("rogue").kinds)
        for name, rogue in ROGUES.items()
    ]
    steps = "\n".join(
        f"      - {{step: {name}, detector: rogue-{name}, redact_at: 0.5, if_failed: flag}}"
        for name in ROGUES
    )
    text = CHECKS.replace("STEPS", steps).replace("METHOD", method)
    path = folder / "policies.yaml"
    path.write_text(text.replace("SOURCES", ", ".join(Source)), encoding="utf-8")
    registry = Registry.of(
        detectors=plugin(
            scripted("honest", honest, uses=frozenset({Source.PROMPT})),
            scripted("slow", hangs(until), cost=Cost.MODEL),
            *rogues,
        ),
        listening=listening(heard),
        failing=plugin(policyengine_evaluation_finished=clumsy),
    )
    return Engine.load(path, registry=registry, rewrite_key=b"key")


def use(engine: Engine, name: str, request: Any, reply: Any) -> Iterator[Any]:
    """Every way to judge an exchange; what each has to say besides the bodies."""
    deployment = engine.deployment(name)
    exchange = read_exchange(request, reply)
    yield deployment.evaluate(exchange)
    yield deployment.evaluate(exchange, observe=True, all_findings=True)
    yield from deployment.evaluate_many([exchange, exchange])
    checked = deployment.check_request(request)
    yield checked.detections
    yield repr(checked)
    yield from said_instead(checked.reply)
    if checked.body is not None:
        answered = deployment.check_response(checked, reply)
        yield answered.detections
        yield repr(answered)
        yield from said_instead(answered.reply)

    async def waiting() -> Any:
        return await deployment.aevaluate(exchange)

    yield asyncio.run(waiting(), debug=True)


def said_instead(reply: Any) -> Iterator[Any]:
    """A reply of our own, without the choices that are the model's."""
    if reply is not None:
        yield {name: value for name, value in reply[1].items() if name in ("error", "detections")}


def without_canaries(*told: Any) -> None:
    for one in told:
        spoken = one.as_dict() if hasattr(one, "as_dict") else one
        for text in (repr(one), repr(spoken), json.dumps(spoken, default=repr)):
            assert MARK not in text


DEPLOYMENTS = ["redact", "block-request", "block-reply", "block-reply-kindly", "fail"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
@pytest.mark.parametrize("kind", EXCHANGES)
def test_nothing_that_is_told_about_an_exchange_holds_its_text(
    kind: str,
    name: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    new, until = Planter(), threading.Event()
    heard: list[Any] = []
    request, reply = (make(new) for make in EXCHANGES[kind])
    engine = loaded(tmp_path, heard, until)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            told = list(use(engine, name, request, reply))
        finally:
            until.set()
    without_canaries(*told, *heard)
    assert heard
    assert MARK not in caplog.text
    assert "observer failing raised RuntimeError" in caplog.text
    assert all(MARK not in str(one.message) for one in warned)
    printed = capfd.readouterr()
    assert MARK not in printed.out + printed.err


@pytest.mark.parametrize("method", ["placeholder", "mask", "label", "remove"])
@pytest.mark.parametrize("kind", EXCHANGES)
def test_every_canary_that_is_text_is_seen_and_none_reaches_the_model(
    kind: str, method: str, tmp_path: Path
) -> None:
    new = Planter()
    request = EXCHANGES[kind][0](new)
    deployment = loaded(tmp_path, [], threading.Event(), method).deployment("redact")
    checked = deployment.check_request(request)
    assert checked.body is not None
    left = set(CANARY.findall(json.dumps(checked.body)))
    told = {entry["path"] for entry in checked.detections.as_dict()["coverage"]["unexamined"]}
    assert left == set(CANARY.findall(json.dumps(list(unread(request, told)))))


def unread(request: dict[str, Any], told: set[str]) -> Iterator[Any]:
    """What is no text of the exchange: content that has no words."""
    for at, message in enumerate(request.get("messages", ())):
        parts = message["content"] if isinstance(message["content"], list) else ()
        for number, part in enumerate(parts):
            here = f"/messages/{at}/content/{number}"
            if part.get("image_url", {}).get("url", "").startswith("data:"):
                assert f"{here}/image_url/url" in told
                yield part["image_url"]["url"]
            for name, field_ in (
                ("input_audio", "data"),
                ("file", "file_data"),
                ("file", "file_id"),
            ):
                if field_ in part.get(name, ()):
                    assert f"{here}/{name}/{field_}" in told
                    yield part[name][field_]


@pytest.mark.parametrize("kind", EXCHANGES)
def test_an_error_about_a_body_of_the_wrong_shape_holds_none_of_its_text(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    new = Planter()
    request, reply = (make(new) for make in EXCHANGES[kind])
    refused = 0
    for broken in broken_versions(request, new):
        refused += is_refused_quietly(broken, reply)
    for broken in broken_versions(reply, new):
        refused += is_refused_quietly(request, broken)
    for whole in (new(), [new()], None, 7):
        refused += is_refused_quietly(whole, reply) + is_refused_quietly(request, whole)
    assert refused > 20
    assert MARK not in caplog.text


def is_refused_quietly(request: Any, reply: Any) -> bool:
    try:
        read_exchange(request, reply)
    except ExchangeError as error:
        refused = error
    else:
        return False
    assert MARK not in "".join(traceback.format_exception(refused)) + repr(refused) + refused.path
    return True


def broken_versions(body: dict[str, Any], new: Planter) -> Iterator[Any]:
    """The body with each of its values, in turn, of each wrong type."""
    for place in list(places(body)):
        for wrong in (new(), [new(), [new()]], {new(): new()}, 7, True, None, {1: new()}, object()):
            broken = copy.deepcopy(body)
            holder = broken
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = wrong
            yield broken


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        yield (*here, name)
        if isinstance(member, dict | list):
            yield from places(member, (*here, name))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("heron", True),
        ("account_manager", True),
        ("anna@example.com", False),
        ("Anna Miller", False),
        ("4111111111111111", False),
        ("zürich", False),
    ],
)
def test_a_name_that_a_client_chose_is_told_only_where_it_looks_like_a_field_s(
    tmp_path: Path, name: str, *, told: bool
) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(NAMING, encoding="utf-8")
    found = scripted(
        does=lambda view: [
            Finding("scripted.found", 1.0, one.path, Span(0, 1)) for one in view.examined
        ]
    )
    deployment = Engine.load(path, registry=Registry.of(test=plugin(found))).deployment("d")
    body = {"messages": [{"role": "user", "content": "hi"}], "metadata": {name: "value"}}
    detections = json.dumps(deployment.check_request(body).detections.as_dict(), ensure_ascii=False)
    # Decision 11: a word that could be a field's name stays readable, whoever chose it.
    assert (name in detections) is told
    assert ("/metadata/~30" in detections) is not told


NAMING = """
version: 1
models: {m: {base_url: "http://localhost"}}
policies:
  p:
    steps:
      - {step: s, detector: scripted, flag_at: 0.5}
deployments:
  d: {model: m, input: [p]}
"""
