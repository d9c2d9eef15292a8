from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import (
    ConfigurationError,
    Cost,
    Engine,
    Exchange,
    Finding,
    Kind,
    Registry,
    Segment,
    SelfTestError,
    Source,
    UnknownDeploymentError,
    Verdict,
    WarmUpError,
)
from policyengine.detector import Example
from policyengine.running import POOL_SIZE
from policyengine.testing import plugin, scripted
from policyengine.testing.fakes import Phrases, raises

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = """
version: 1
models: {m: {base_url: "http://localhost"}}
policies:
  p:
    steps:
      - {step: s, detector: DETECTOR, block_at: 0.5}
deployments:
  d: {model: m, input: [p], output: [p]}
  e: {model: m, input: [p]}
"""

HELLO = Exchange((Segment("/messages/0/content", Source.PROMPT, "hello"),))


def engine(tmp_path: Path, text: str, *detectors: Any, **more: Any) -> Engine:
    path = tmp_path / "policies.yaml"
    path.write_text(text, encoding="utf-8")
    return Engine.load(path, registry=Registry.of(test=plugin(*detectors)), **more)


def test_a_deployment_is_compiled_once_and_its_models_are_warmed_up_once(tmp_path: Path) -> None:
    detector = scripted()
    loaded = engine(tmp_path, DOCUMENT.replace("DETECTOR", "scripted"), detector)
    assert detector.warmed_up == []
    first = loaded.deployment("d")
    assert loaded.deployment("d") is first
    loaded.deployment("e")
    assert len(detector.warmed_up) == 1


def test_resources_are_loaded_once_for_all_detectors(tmp_path: Path) -> None:
    loads: list[int] = []
    ready = scripted(warm_up=lambda resources: resources.get("model", lambda: loads.append(1)))
    text = DOCUMENT.replace("DETECTOR", "scripted").replace(
        "block_at: 0.5}", "block_at: 0.5}\n      - {step: t, detector: scripted, block_at: 0.9}"
    )
    engine(tmp_path, text, ready).deployment("d")
    assert loads == [1]


def test_an_unknown_deployment_is_refused_with_those_there_are(tmp_path: Path) -> None:
    loaded = engine(tmp_path, DOCUMENT.replace("DETECTOR", "scripted"), scripted())
    with pytest.raises(UnknownDeploymentError, match="known: d, e"):
        loaded.deployment("x")
    with pytest.raises(UnknownDeploymentError, match="no default"):
        loaded.deployment()


def test_the_default_deployment_is_taken_when_none_is_named(tmp_path: Path) -> None:
    text = DOCUMENT.replace("DETECTOR", "scripted") + "default_deployment: e\n"
    assert engine(tmp_path, text, scripted()).deployment().name == "e"


@pytest.mark.parametrize("error", [OSError("no such file"), SystemExit(1), WarmUpError("gone")])
def test_a_detector_that_cannot_get_ready_refuses_its_deployment(
    tmp_path: Path, error: BaseException
) -> None:
    broken = scripted(warm_up=raises(error))
    loaded = engine(tmp_path, DOCUMENT.replace("DETECTOR", "scripted"), broken)
    with pytest.raises(
        WarmUpError, match=r"policies\.yaml:7:\d+: step 's' of policy 'p' \(detector 'scripted'\)"
    ):
        loaded.deployment("d")


def test_surrogates_are_asked_for_only_where_a_policy_redacts_with_them(tmp_path: Path) -> None:
    asked: list[object] = []
    invents = scripted(
        kinds=(Kind("scripted.found", surrogates=True),),
        surrogates=lambda _self, resources: asked.append(resources),
    )
    text = DOCUMENT.replace("DETECTOR", "scripted")
    engine(tmp_path, text, invents).deployment("d")
    assert asked == []
    engine(
        tmp_path, text.replace("block_at: 0.5", "redact_at: 0.5, redact_with: surrogate"), invents
    ).deployment("d")
    assert len(asked) == 1


def test_surrogates_that_cannot_be_made_refuse_their_deployment(tmp_path: Path) -> None:
    def missing(_self: object, _resources: object) -> None:
        raise WarmUpError("needs a library of names")

    without = scripted(kinds=(Kind("scripted.found", surrogates=True),), surrogates=missing)
    text = DOCUMENT.replace(
        "DETECTOR, block_at: 0.5", "scripted, redact_at: 0.5, redact_with: surrogate"
    )
    with pytest.raises(WarmUpError, match=r"policies\.yaml:7:\d+: step 's'.*a library of names"):
        engine(tmp_path, text, without).deployment("d")


def test_a_detector_that_fails_its_own_examples_refuses_its_deployment(tmp_path: Path) -> None:
    blind = scripted(examples=(Example.of("find me", "scripted.found"),))
    loaded = engine(tmp_path, DOCUMENT.replace("DETECTOR", "scripted"), blind)
    with pytest.raises(SelfTestError, match="does not find scripted") as caught:
        loaded.deployment("d")
    assert "find me" not in str(caught.value)


def test_a_steps_own_examples_are_tried_too(tmp_path: Path) -> None:
    text = DOCUMENT.replace(
        "DETECTOR, block_at: 0.5",
        "phrases, options: {phrases: {zap: 1.0}}, block_at: 0.5, "
        "examples: [{text: zip, finds: [phrases.found]}]",
    )
    with pytest.raises(SelfTestError, match="the step's example 1"):
        engine(tmp_path, text, Phrases).deployment("d")


def test_an_empty_rewrite_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="rewrite_key is empty"):
        Engine.load(path, rewrite_key=b"")


def test_a_missing_rewrite_key_is_a_placed_mistake(tmp_path: Path) -> None:
    text = DOCUMENT.replace("DETECTOR", "scripted") + "keys: {rewrite: '${KEY}'}\n"
    loaded = engine(tmp_path, text, scripted(), environment={})
    with pytest.raises(ConfigurationError, match=r"policies\.yaml:11:"):
        loaded.deployment("d")


def test_placeholders_are_the_same_across_engines_under_one_key(tmp_path: Path) -> None:
    text = DOCUMENT.replace(
        "DETECTOR, block_at: 0.5", "phrases, options: {phrases: {bob: 1.0}}, redact_at: 0.5"
    )
    body = {"model": "m", "messages": [{"role": "user", "content": "bob"}]}

    def redacted(document: str, **more: Any) -> str:
        checked = engine(tmp_path, document, Phrases, **more).deployment("d").check_request(body)
        assert checked.body is not None
        return str(checked.body["messages"][0]["content"])

    keyed = text + "keys: {rewrite: '${KEY}'}\n"
    assert redacted(keyed, environment={"KEY": "k"}) == redacted(keyed, environment={"KEY": "k"})
    assert redacted(keyed, environment={"KEY": "k"}) != redacted(keyed, environment={"KEY": "l"})
    assert redacted(text, rewrite_key=b"k") == redacted(text, rewrite_key=b"k")
    assert redacted(text) != redacted(text)


def test_clients_tags_count_only_where_they_are_accepted(tmp_path: Path) -> None:
    text = DOCUMENT.replace(
        "DETECTOR, block_at: 0.5", "scripted, block_at: 0.5, unless: {tags: [in]}"
    )
    text = text.replace("d: {model: m,", "d: {model: m, tags: [own], accept_tags: [in],")
    deployment = engine(tmp_path, text, scripted()).deployment("d")
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    checked = deployment.check_request(body, tags=["in", "out", "own"])
    assert checked.detections.tags == ("in", "own")
    assert checked.ignored_tags == 1
    assert checked.detections.input.steps[0].status == "skipped"
    assert deployment.check_request(body).detections.input.steps[0].status == "ran"


def test_observers_hear_of_steps_in_order_and_of_the_whole(tmp_path: Path) -> None:
    heard: list[tuple[Any, ...]] = []

    def step_finished(deployment: str, stage: str, result: Any) -> None:
        heard.append((deployment, stage, result.step))

    def evaluation_finished(detections: Any, seconds: float) -> None:
        heard.append((detections.verdict, seconds >= 0))

    path = tmp_path / "policies.yaml"
    path.write_text(DOCUMENT.replace("DETECTOR", "scripted"), encoding="utf-8")
    hooks = plugin(
        scripted(),
        policyengine_step_finished=step_finished,
        policyengine_evaluation_finished=evaluation_finished,
    )
    deployment = Engine.load(path, registry=Registry.of(test=hooks)).deployment("d")
    response = (Segment("/choices/0/message/content", Source.COMPLETION, "hi", "response"),)
    deployment.evaluate(Exchange(HELLO.request, response))
    assert heard == [("d", "input", "s"), ("d", "output", "s"), (Verdict.ALLOW, True)]


def test_what_nobody_hears_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("policyengine.detections.Detections.copied")
    path = tmp_path / "policies.yaml"
    path.write_text(DOCUMENT.replace("DETECTOR", "scripted"), encoding="utf-8")
    heard: list[str] = []
    hooks = plugin(scripted(), policyengine_step_finished=lambda result: heard.append(result.step))
    deployment = Engine.load(path, registry=Registry.of(test=hooks)).deployment("d")
    assert deployment.evaluate(HELLO).verdict is Verdict.ALLOW
    assert heard == ["s"]


def test_an_observer_that_writes_into_what_it_hears_changes_no_outcome(tmp_path: Path) -> None:
    def spoil(results: Any) -> None:
        for result in results:
            object.__setattr__(result, "verdict", Verdict.ALLOW)
            result.findings[0].evidence.clear()

    def evaluation_finished(detections: Any) -> None:
        object.__setattr__(detections, "verdict", Verdict.ALLOW)
        spoil(detections.input.steps)

    finds = scripted(does=lambda _: [Finding("scripted.found", 1.0, evidence={"term": 3})])
    path = tmp_path / "policies.yaml"
    path.write_text(DOCUMENT.replace("DETECTOR", "scripted"), encoding="utf-8")
    outcomes = []
    for hooks in (
        {},
        {"policyengine_step_finished": lambda result: spoil([result])},
        {"policyengine_evaluation_finished": evaluation_finished},
    ):
        registry = Registry.of(test=plugin(finds, **hooks))
        deployment = Engine.load(path, registry=registry).deployment("e")
        checked = deployment.check_request({"messages": [{"role": "user", "content": "hi"}]})
        outcomes.append((checked.detections.as_dict(), checked.reply, checked.verdict))
        outcomes.append(deployment.evaluate(HELLO).as_dict())
    assert outcomes[0][2] is Verdict.BLOCK
    assert outcomes[0][0]["input"]["steps"][0]["findings"][0]["evidence"] == {"term": 3}
    assert outcomes[2:] == outcomes[:2] * 2


def test_one_deployment_serves_many_threads(tmp_path: Path) -> None:
    text = DOCUMENT.replace(
        "DETECTOR, block_at: 0.5", "phrases, options: {phrases: {bob: 1.0}}, redact_at: 0.5"
    )
    deployment = engine(tmp_path, text, Phrases).deployment("d")
    barrier = threading.Barrier(4)
    seen: list[bool] = []

    def work(number: int) -> None:
        barrier.wait()
        for _ in range(50):
            text = f"{'x' * number}bob"
            exchange = Exchange((Segment("/messages/0/content", Source.PROMPT, text),))
            (finding,) = deployment.evaluate(exchange).input.steps[0].findings
            seen.append(finding.span is not None and finding.span.start == number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 200


def test_a_kind_without_a_place_cannot_be_redacted(tmp_path: Path) -> None:
    text = DOCUMENT.replace("DETECTOR, block_at: 0.5", "scripted, redact_at: 0.5")
    placeless = scripted(kinds=(Kind("scripted.found", spans=False),))
    with pytest.raises(ConfigurationError, match="redact"):
        engine(tmp_path, text, placeless)


def test_a_deadline_is_each_exchanges_own_in_a_batch_too(tmp_path: Path) -> None:
    now = [0.0]

    def takes_a_while(_view: object) -> list[Finding]:
        now[0] += 0.03
        return []

    slow = scripted(does=takes_a_while, cost=Cost.MODEL)
    text = DOCUMENT.replace("DETECTOR", "scripted").replace(
        "e: {model: m, input: [p]}", "e: {model: m, input: [p], deadline_ms: 200}"
    )
    loaded = engine(tmp_path, text, slow, clock=lambda: now[0])
    results = loaded.deployment("e").evaluate_many([HELLO] * 12)
    assert [result.verdict for result in results] == [Verdict.ALLOW] * 12


def test_a_step_that_hangs_over_a_shared_result_holds_up_nobody_else(tmp_path: Path) -> None:
    until = threading.Event()
    first = scripted(
        "hanging",
        does=lambda view: view.memo.get("key", lambda: until.wait() or []),
        cost=Cost.MODEL,
    )
    second = scripted("other", does=lambda view: view.memo.get("key", list))
    text = DOCUMENT.replace(
        "- {step: s, detector: DETECTOR, block_at: 0.5}",
        "- {step: s, detector: hanging, block_at: 0.5, timeout_ms: 1, if_failed: flag}\n"
        "      - {step: t, detector: other, block_at: 0.5}",
    )
    result = engine(tmp_path, text, first, second).deployment("e").evaluate(HELLO)
    until.set()
    assert [step.status for step in result.input.steps] == ["timeout", "ran"]


def test_calls_that_were_given_up_in_a_loop_that_is_gone_hold_no_room(tmp_path: Path) -> None:
    async def wait_forever(_view: object) -> list[Finding]:
        await asyncio.Event().wait()
        return []

    waiting = scripted(does=wait_forever, waits=True)
    text = DOCUMENT.replace("block_at: 0.5", "block_at: 0.5, timeout_ms: 1, if_failed: flag")
    deployment = engine(tmp_path, text.replace("DETECTOR", "scripted"), waiting).deployment("e")
    for _ in range(10):
        loop = asyncio.new_event_loop()
        result = loop.run_until_complete(deployment.aevaluate(HELLO))
        loop.close()
        assert result.input.steps[0].status == "timeout"


def test_a_waiting_detector_that_was_given_up_is_cancelled_and_leaves_room(tmp_path: Path) -> None:
    over = threading.Semaphore(0)
    begun: list[object] = []  # on a busy machine, a call may be given up before it begins

    async def wait_forever(view: object) -> list[Finding]:
        begun.append(view)
        try:
            await asyncio.Event().wait()
        finally:
            over.release()
        return []

    waiting = scripted(does=wait_forever, waits=True)
    text = DOCUMENT.replace("block_at: 0.5", "block_at: 0.5, timeout_ms: 20, if_failed: flag")
    loaded = engine(tmp_path, text.replace("DETECTOR", "scripted"), waiting)
    deployment, reasons, ended = loaded.deployment("e"), [], 0
    while len(begun) < 3 * POOL_SIZE:
        reasons.append(deployment.evaluate(HELLO).input.steps[0].reason)
        for ended in range(ended + 1, len(begun) + 1):  # noqa: B020 - goes on where it was
            assert over.acquire(timeout=60), ended
    assert reasons == ["timeout_ms"] * len(reasons)


BODY = {"messages": [{"role": "user", "content": "hi"}]}
SAID = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "ok"}}]}


def test_a_request_is_answered_by_the_deployment_that_checked_it(tmp_path: Path) -> None:
    text = DOCUMENT.replace("DETECTOR", "scripted")
    loaded = engine(tmp_path, text, scripted())
    other, own = loaded.deployment("e"), loaded.deployment("d")
    changed = engine(tmp_path, text.replace("block_at: 0.5", "flag_at: 0.5"), scripted())
    again = engine(tmp_path, text, scripted())
    request = own.check_request(BODY)
    for stranger in (other, changed.deployment("d")):
        for answer in (
            lambda: stranger.check_response(request, SAID),  # noqa: B023 - called here
            lambda: asyncio.run(stranger.acheck_response(request, SAID)),  # noqa: B023
            lambda: stranger.stream(request),  # noqa: B023
            lambda: stranger.astream(request),  # noqa: B023
        ):
            with pytest.raises(ValueError, match="checked by another deployment or revision"):
                answer()
    assert again.deployment("d").check_response(request, SAID).body == SAID


def test_a_text_in_place_of_tags_is_refused(tmp_path: Path) -> None:
    deployment = engine(tmp_path, DOCUMENT.replace("DETECTOR", "scripted"), scripted()).deployment(
        "e"
    )
    for ask in (
        lambda: deployment.evaluate(HELLO, tags="internal"),
        lambda: deployment.evaluate_many([HELLO], tags="internal"),
        lambda: deployment.check_request(BODY, tags="internal"),
        lambda: asyncio.run(deployment.acheck_request(BODY, tags="internal")),
    ):
        with pytest.raises(TypeError, match="give a list of tags"):
            ask()


FORKING = """
import os, sys, threading
from concurrent.futures import wait
from policyengine.running import Pool
pool = Pool(1)
assert pool.submit(lambda: 1).result() == 1
child = os.fork()
if child == 0:
    os._exit(pool.submit(lambda: 7).result(60))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_pool_works_in_a_forked_process_too() -> None:
    command = [sys.executable, "-c", FORKING]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603 - our own text
    assert result.stdout == "7\n"


def test_an_engine_that_is_let_go_leaves_neither_its_threads_nor_its_models(
    tmp_path: Path,
) -> None:
    class Model:
        pass

    asked_in: list[threading.Thread] = []
    models: list[weakref.ref[Model]] = []

    def look(_: object) -> list[Finding]:
        asked_in.append(threading.current_thread())
        return []

    def warm_up(resources: Any) -> None:
        models.append(weakref.ref(resources.get("model", Model)))

    detector = scripted(does=look, warm_up=warm_up, cost=Cost.MODEL)
    loaded = engine(tmp_path, DOCUMENT.replace("DETECTOR", "scripted"), detector)
    asyncio.run(loaded.deployment("d").aevaluate(HELLO))
    del loaded
    gc.collect()
    (thread,), (model,) = asked_in, models
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert model() is None
