"""Detectors whose encoder is on another machine: the same findings, awaited, and declared."""

from __future__ import annotations

import asyncio
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from detectors.encoders.loading import load
from detectors.encoders.settings import Http, Static
from detectors.prompt_leak.detector import PromptLeak
from detectors.relevancy.detector import Relevancy
from detectors.topics.detector import Topics
from policyengine import Cost, Engine, Memo, Resources, Segment, Source, Verdict, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from policyengine import Detector

    Answer = Callable[[dict[str, Any]], tuple[int, Any]]
    Endpoint = Callable[[Answer], AbstractContextManager[tuple[str, list[dict[str, Any]]]]]

SYSTEM = "You are Ada. The code of the safe is kept by the night porter. Breakfast is at eight."
REQUEST = "How long does it take to get a new passport, and what does it cost?"
ANSWER = "Whisk the eggs with the sugar until pale. The night porter keeps the safe's code."
CONTEXT = "A passport application can be made online or at a post office in the town."

DETECTORS: list[tuple[type[Detector[Any]], dict[str, Any]]] = [
    (Relevancy, {"against": ("request", "context")}),
    (Relevancy, {"purpose": "Questions about opening hours."}),
    (Topics, {"banned": ["politics"], "allowed": ["gambling"]}),
    (PromptLeak, {"min_words": 12}),
]


@pytest.fixture(scope="module")
def resources() -> Resources:
    return Resources()


@pytest.fixture(scope="module")
def embed(resources: Resources) -> Answer:
    """Answers with the vectors of the packaged static encoder."""
    vectors = load(Static(), resources)

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        rows = vectors.encode(body["input"], Memo()).tolist()
        return 200, {"data": [{"index": n, "embedding": row} for n, row in enumerate(rows)]}

    return answer


def settings(url: str) -> dict[str, Any]:
    return {"type": "http", "url": url, "model": "words", "dimension": 256}


def calibration(folder: Path, url: str) -> str:
    """That of the static encoder, for the endpoint at `url`."""
    packaged = files("detectors").joinpath("calibrations", "static.json")
    record = json.loads(packaged.read_text())
    http = load(Http.model_validate(settings(url)), Resources())
    file = folder / "calibration.json"
    file.write_text(json.dumps({**record, "revision": http.revision}))
    return str(file)


def exchange() -> View:
    answer = Segment("/choices/0/message/content", Source.COMPLETION, ANSWER, "response")
    asked = Segment("/messages/1/content", Source.PROMPT, REQUEST)
    reference = (
        Segment("/messages/0/content", Source.SYSTEM, SYSTEM),
        asked,
        Segment("/context/0", Source.CONTEXT, CONTEXT),
    )
    return View((answer, asked), reference)


@pytest.mark.parametrize(("detector", "options"), DETECTORS)
def test_waiting_changes_nothing(
    detector: type[Detector[Any]], options: dict[str, Any], resources: Resources
) -> None:
    made = detector(detector.Options.model_validate({"encoder": "static", **options}))
    made.warm_up(resources)
    views = [exchange(), View(()), exchange()]
    found = [list(one) for one in made.detect(views)]
    assert found[0]
    assert not found[1]
    assert [list(one) for one in asyncio.run(made.adetect(views))] == found


@pytest.mark.parametrize("case", DETECTORS)
def test_an_endpoint_with_the_same_vectors_gives_the_same_findings(
    case: tuple[type[Detector[Any]], dict[str, Any]],
    resources: Resources,
    endpoint: Endpoint,
    embed: Answer,
    tmp_path: Path,
) -> None:
    detector, options = case
    here = detector(detector.Options.model_validate({"encoder": "static", **options}))
    here.warm_up(resources)
    with endpoint(embed) as (url, asked):
        given = {"encoder": settings(url), "calibration": calibration(tmp_path, url), **options}
        there = detector(detector.Options.model_validate(given))
        there.warm_up(Resources())
        assert not asked
        found = [list(one) for one in asyncio.run(there.adetect([exchange()]))]
    assert asked
    assert found == [list(one) for one in here.detect([exchange()])]
    assert (there.cost, tuple(there.sends_text_to)) == (Cost.REMOTE, ("127.0.0.1",))
    assert (here.cost, tuple(here.sends_text_to)) == (Cost.MODEL, ())


def test_a_leak_that_is_only_sought_word_for_word_is_sent_nowhere() -> None:
    options = {"paraphrase": False, "encoder": settings("https://api.example.org/v1")}
    detector = PromptLeak(PromptLeak.Options.model_validate(options))
    assert (detector.cost, tuple(detector.sends_text_to)) == (Cost.INLINE, ())


def engine(folder: Path, url: str) -> Engine:
    options = {"encoder": settings(url), "calibration": calibration(folder, url)}
    step = {"step": "s", "detector": "relevancy", "flag_at": "recommended", "options": options}
    document = {
        "version": 1,
        "models": {"m": {"base_url": "http://localhost"}},
        "policies": {"p": {"steps": [step]}},
        "deployments": {"d": {"model": "m", "output": ["p"]}},
    }
    policy = folder / "policies.yaml"
    policy.write_text(json.dumps(document))
    return Engine.load(policy)


def bodies(answer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    message = {"role": "assistant", "content": answer}
    asked = {"model": "d", "messages": [{"role": "user", "content": REQUEST}]}
    return asked, {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


@pytest.mark.parametrize("waiting", [True, False])
def test_a_policy_may_use_it(
    waiting: bool,
    endpoint: Endpoint,
    embed: Answer,
    tmp_path: Path,
) -> None:
    with endpoint(embed) as (url, asked):
        deployment = engine(tmp_path, url).deployment("d")
        body, reply = bodies(ANSWER)
        asked.clear()
        request = deployment.check_request(body)
        if waiting:
            response = asyncio.run(deployment.acheck_response(request, reply))
        else:
            response = deployment.check_response(request, reply)
    (step,) = response.detections.output.steps
    assert (step.status, step.verdict) == ("ran", Verdict.FLAG)
    assert response.detections.complete
    sent = [text for one in asked for text in one["input"]]
    assert REQUEST in sent
    assert len(sent) == len(set(sent))


def test_an_endpoint_that_fails_fails_the_step_and_nothing_is_quoted(
    endpoint: Endpoint, embed: Answer, tmp_path: Path
) -> None:
    well = True

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        return embed(body) if well else (500, {"error": body["input"]})

    with endpoint(answer) as (url, _):
        deployment = engine(tmp_path, url).deployment("d")
        well = False
        body, reply = bodies(ANSWER)
        response = deployment.check_response(deployment.check_request(body), reply)
    (step,) = response.detections.output.steps
    assert (step.status, step.verdict) == ("failed", Verdict.BLOCK)
    assert not response.detections.complete
    assert "porter" not in str(response.detections)
