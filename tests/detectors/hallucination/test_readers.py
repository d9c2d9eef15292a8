"""Readers of other makers: their say counts, and text goes where it is said to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from detectors.hallucination.detector import Hallucination
from detectors.hallucination.findings import CONTRADICTED, UNSUPPORTED
from detectors.hallucination.remote import AnswerError
from policyengine import Cost, Resources, Segment, Source, View, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from policyengine import Finding

    Answer = Callable[[dict[str, Any]], tuple[int, Any]]
    Endpoint = Callable[[Answer], AbstractContextManager[tuple[str, list[dict[str, Any]]]]]

FIRST = "The bridge was opened in the year 1998."
SECOND = "Its toll is paid at the northern gate."
CONTEXT = "The bridge was opened in 1998. Nobody pays anything."


def view() -> View:
    said = Segment("/choices/0/message/content", Source.COMPLETION, f"{FIRST} {SECOND}", "response")
    asked = Segment("/messages/0/content", Source.PROMPT, "Tell me about the bridge.")
    return View((said,), (asked, Segment("/context/0", Source.CONTEXT, CONTEXT)))


def made(**reader: Any) -> Hallucination:
    options = {"layers": ["reader"], "reader": reader}
    detector = Hallucination(Hallucination.Options.model_validate(options))
    detector.warm_up(Resources())
    return detector


def found(detector: Hallucination) -> Sequence[Finding]:
    (findings,) = asyncio.run(detector.adetect([view()]))
    return findings


def fms(url: str, **more: Any) -> Hallucination:
    return made(type="fms", url=url, detector="grounded", **more)


def detection(score: float, word: str = "ungrounded", **place: int) -> dict[str, Any]:
    where = {"start": 0, "end": 10} | place
    return {**where, "detection": word, "detection_type": "groundedness", "score": score}


def test_a_remote_detector_is_asked_for_each_claim_with_the_whole_context(
    endpoint: Endpoint,
) -> None:
    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        return 200, [detection(0.9, start=4, end=8)] if body["content"] == SECOND else []

    with endpoint(answer) as (url, asked):
        findings = found(fms(url))
    assert [one["content"] for one in asked] == [FIRST, SECOND]
    assert {one["path"] for one in asked} == {"/v1/api/v1/text/context/doc"}
    assert [one["context"] for one in asked] == [[CONTEXT], [CONTEXT]]
    assert {one["context_type"] for one in asked} == {"docs"}
    text = f"{FIRST} {SECOND}"
    told = [one for one in findings if one.kind == UNSUPPORTED]
    assert [(one.score, text[one.span.start : one.span.end]) for one in told if one.span] == [
        (0.9, "toll")
    ]


def test_a_detection_that_says_all_is_well_counts_against(endpoint: Endpoint) -> None:
    with endpoint(lambda _: (200, [detection(0.95, "grounded", end=30)])) as (url, _):
        (first, _) = [
            one for one in found(fms(url, supported="grounded")) if one.kind == UNSUPPORTED
        ]
    assert first.score == pytest.approx(0.05)


@pytest.mark.parametrize("places", [[(0, 30), (5, 10)], [(20, 30), (0, 25)]])
def test_detections_that_overlap_are_marked_to_their_end(
    endpoint: Endpoint, places: list[tuple[int, int]]
) -> None:
    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        wrong = [detection(0.9, start=start, end=end) for start, end in places]
        well = detection(0.99, "grounded", end=len(FIRST))
        return 200, [well, *wrong] if body["content"] == FIRST else []

    with endpoint(answer) as (url, _):
        (told, *_) = [
            one for one in found(fms(url, supported="grounded")) if one.kind == UNSUPPORTED
        ]
    assert told.span is not None
    assert (told.score, told.span.start, told.span.end) == (0.9, 0, 30)


@pytest.mark.parametrize(
    "answer",
    [
        (500, []),
        (302, []),
        (204, b""),
        (200, {"no": "list"}),
        (200, {}),
        (200, ""),
        (200, [[]]),
        (200, b"rubbish"),
        (200, b"[" * 100_000),
        (200, b"\xff"),
        (200, b'[{"start": 1e400, "end": 3, "detection": "ungrounded", "score": 0.5}]'),
        (200, b'[{"start": 0, "end": 3, "detection": "ungrounded", "score": 1%s}]' % (b"0" * 400)),
        (200, [{"start": 0}]),
        (200, [detection(1.5)]),
        (200, [detection(0.5, end=10_000)]),
        (200, [detection(0.5, start=7, end=3)]),
        (200, [detection(0.5, start=7, end=7)]),
        (200, [detection(0.5, start=-1)]),
        (200, [detection(-0.5)]),
        (200, [detection(float("nan"))]),
    ],
)
def test_an_answer_that_is_none_fails_without_its_text(
    endpoint: Endpoint, answer: tuple[int, Any]
) -> None:
    with endpoint(lambda _: answer) as (url, _), pytest.raises(AnswerError) as caught:
        found(fms(url))
    assert "bridge" not in str(caught.value)


def test_nobody_there_fails() -> None:
    with pytest.raises(AnswerError, match="not reached"):
        found(fms("http://127.0.0.1:9"))


def test_a_remote_reader_says_where_text_goes_and_wants_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    detector = fms("https://judge.example.org/api")
    assert (detector.sends_text_to, detector.cost) == (("judge.example.org",), Cost.REMOTE)
    monkeypatch.delenv("JUDGE_KEY", raising=False)
    with pytest.raises(WarmUpError, match="JUDGE_KEY holds no key for the reader"):
        fms("https://judge.example.org", api_key_variable="JUDGE_KEY")
    for url in ("judge", "https://me:secret@judge.example.org"):
        with pytest.raises(ValidationError, match="an address"):
            fms(url)


def test_the_packaged_reader_sends_nothing_and_without_it_there_is_no_model() -> None:
    assert Hallucination(Hallucination.Options()).sends_text_to == ()
    alone = Hallucination(Hallucination.Options(layers=("facts", "wording")))
    assert alone.cost is Cost.INLINE


def test_what_says_otherwise_is_not_supported_either() -> None:
    reader = {"type": "transformers", "model": "m", "task": "pairs", "contradicted": "no"}
    for unsupported in (None, ["neutral"]):
        with pytest.raises(ValidationError, match="one of the labels of `unsupported`"):
            Hallucination.Options.model_validate({"reader": {**reader, "unsupported": unsupported}})


torch_only = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("torch") is None, reason="`make test-torch` has it"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A tiny model with random weights, as a folder of the library transformers."""

    def make(task: str, labels: dict[int, str], places: int = 256, bias: float = 0.0) -> Path:
        import torch  # noqa: PLC0415 - only where torch is
        from transformers import (  # noqa: PLC0415
            BertConfig,
            BertForSequenceClassification,
            BertForTokenClassification,
            BertTokenizerFast,
        )

        path = tmp_path_factory.mktemp("model")
        words = sorted(
            {*f"{FIRST} {SECOND} {CONTEXT} tell me about".lower().replace(".", " ").split()}
        )
        known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *words]
        path.joinpath("vocab.txt").write_text("\n".join(known), encoding="utf-8")
        BertTokenizerFast(str(path / "vocab.txt")).save_pretrained(path)
        torch.manual_seed(1)
        config = BertConfig(
            vocab_size=len(known), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16, max_position_embeddings=places, id2label=labels,
            label2id={name: at for at, name in labels.items()},
        )  # fmt: skip
        kinds = {"tokens": BertForTokenClassification, "pairs": BertForSequenceClassification}
        model = kinds[task](config)
        torch.nn.init.constant_(model.classifier.bias, bias)
        model.save_pretrained(path)
        return path

    return make


class TestTransformers:
    pytestmark = torch_only

    def test_a_token_classifier_marks_words(self, folder: Any) -> None:
        path = folder("tokens", {0: "fine", 1: "invented"})
        detector = made(
            type="transformers", model=str(path), task="tokens", unsupported=["invented"]
        )
        findings = found(detector)
        assert {one.kind for one in findings} == {UNSUPPORTED}
        assert all(one.span and 0 < one.score < 1 for one in findings)
        assert found(detector) == findings

    def test_a_classifier_of_pairs_judges_each_claim_and_tells_contradictions(
        self, folder: Any
    ) -> None:
        path = folder("pairs", {0: "entailment", 1: "neutral", 2: "contradiction"})
        labels = {"unsupported": ["neutral", "contradiction"], "contradicted": "contradiction"}
        findings = found(made(type="transformers", model=str(path), task="pairs", **labels))
        assert {one.kind for one in findings} == {UNSUPPORTED, CONTRADICTED}
        spans = {(one.span.start, one.span.end) for one in findings if one.span}
        assert spans == {(0, len(FIRST)), (len(FIRST) + 1, len(FIRST) + 1 + len(SECOND))}

    def test_one_output_is_the_probability_that_all_is_well(self, folder: Any) -> None:
        path = folder("pairs", {0: "consistent"})
        findings = found(made(type="transformers", model=str(path), task="pairs"))
        assert [one.kind for one in findings] == [UNSUPPORTED, UNSUPPORTED]

    def test_one_output_that_is_named_is_the_probability_that_it_is_not(self, folder: Any) -> None:
        path = str(folder("pairs", {0: "wrong"}, bias=4.0))
        asked = {"type": "transformers", "model": path, "task": "pairs"}
        assert max(one.score for one in found(made(**asked))) < 0.1
        assert min(one.score for one in found(made(**asked, unsupported=["wrong"]))) > 0.9

    def test_a_model_of_another_task_is_refused(self, folder: Any) -> None:
        path = str(folder("tokens", {0: "fine", 1: "invented"}))
        with pytest.raises(WarmUpError, match="no weights for the task 'pairs'"):
            made(type="transformers", model=path, task="pairs", unsupported=["invented"])

    @pytest.mark.parametrize("task", ["tokens", "pairs"])
    def test_no_more_is_read_than_the_model_has_places_for(self, folder: Any, task: str) -> None:
        path = str(folder(task, {0: "fine", 1: "invented"}, places=64))
        detector = made(type="transformers", model=path, task=task, unsupported=["invented"])
        (answer,), (asked, given) = view().examined, view().reference
        long = replace(given, text=" ".join(f"The toll is {at} {at}." for at in range(200)))
        findings = asyncio.run(detector.adetect([View((answer,), (asked, long))]))[0]
        assert len({one.span for one in findings}) == 2

    def test_a_device_that_is_not_there_is_refused(self, folder: Any) -> None:
        path = str(folder("tokens", {0: "fine", 1: "invented"}))
        with pytest.raises(WarmUpError, match="device 'zebra'"):
            made(
                type="transformers", model=path, task="tokens", unsupported=["invented"],
                device="zebra",
            )  # fmt: skip

    def test_labels_that_the_model_does_not_have_are_refused_with_those_it_has(
        self, folder: Any
    ) -> None:
        path = str(folder("tokens", {0: "fine", 1: "invented"}))
        with pytest.raises(WarmUpError, match="labels are fine, invented"):
            made(type="transformers", model=path, task="tokens", unsupported=["wrong"])
        with pytest.raises(WarmUpError, match="labels are fine, invented"):
            made(type="transformers", model=path, task="tokens")

    def test_a_model_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(WarmUpError, match="cannot be loaded"):
            made(type="transformers", model=str(tmp_path / "none"), task="pairs")
