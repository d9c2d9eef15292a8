from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy

from detectors.pii.ner import FOREIGN_SCORE, Pipeline
from detectors.pii.ner.entities import shape
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Ruled = Callable[..., str]


def test_labels_of_a_pipeline_become_kinds(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled(Ann="PER", Rome="GPE", Acme="ORG", Danes="NORP", Sunday="DATE"))
    text = "Ann left Rome for Acme on Sunday, as Danes do"

    (found,) = pipeline.entities([text])

    assert [(text[one.start : one.end], one.kind) for one in found] == [
        ("Ann", "person"),
        ("Rome", "location"),
        ("Acme", "organization"),
        ("Danes", "nationality"),
    ]
    assert {one.score for one in found} == {FOREIGN_SCORE}


def test_labels_can_be_mapped_by_the_user(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled(Ann="HERO", Rome="GPE"), {"HERO": "person", "GPE": "organization"})

    (found,) = pipeline.entities(["Ann in Rome"])

    assert [one.kind for one in found] == ["person", "organization"]


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("Mr. Lee", "Lee"),
        ("Prof. Dr. Lee", "Lee"),
        ("dr lee", "lee"),
        ("Drew Lee", "Drew Lee"),
        ("Señora Paz", "Paz"),
        ("Mr.", None),
    ],
)
def test_a_title_is_no_part_of_a_name(ruled: Ruled, marked: str, name: str | None) -> None:
    pipeline = Pipeline(ruled(**{marked: "PER"}))
    text = f"for {marked} today"

    (found,) = pipeline.entities([text])

    assert [text[one.start : one.end] for one in found] == ([name] if name else [])


def test_figures_alone_are_a_place_where_that_was_measured(ruled: Ruled) -> None:
    folder = ruled(**{"62704": "GPE", "911": "PER", "Rome": "GPE", "9434765919": "GPE"})
    assert [one.start for one in Pipeline(folder).entities(["Rome 62704 911 9434765919"])[0]] == [0]

    measured = {"location": {"figures": 0.9, "one word, with capitals": 0.8}}
    Path(folder, "scores.json").write_text(json.dumps({"precision": measured}), "utf-8")
    texts = ["Rome 62704 911 9434765919", "Rome, 62704", "Rome is on port 62704"]
    found = Pipeline(folder).entities(texts)

    assert [(one.start, one.score) for one in found[0]] == [(0, 0.8), (5, 0.9)]
    assert [len(one) for one in found] == [2, 2, 1]


@pytest.mark.parametrize(
    ("street", "is_one"),
    [
        ("12 oak street", True),
        ("lindenstraße 4", True),
        ("po box 77", True),
        ("12 Oakfield", True),
        ("8192 tokens", False),
        ("41 pages and 12 annexes", False),
    ],
)
def test_in_small_letters_a_street_needs_a_word_for_one(
    ruled: Ruled, street: str, *, is_one: bool
) -> None:
    pipeline = Pipeline(ruled(**{street: "STREET_ADDRESS"}))

    (found,) = pipeline.entities([f"see {street} today"])

    assert [one.kind for one in found] == (["street_address"] if is_one else [])


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("62704", "figures"),
        ("75-001", "figures"),
        ("SW1A", "one word and figures, upper case"),
        ("12 Oak Street", "several words and figures, with capitals"),
        ("berlin", "one word, lower case"),
        ("Acme of the north", "several words, mixed case"),
        ("Ludwig van Beethoven", "several words, with capitals"),
    ],
)
def test_scores_are_measured_by_form(value: str, form: str) -> None:
    assert shape(value) == form


def test_the_tokeniser_is_the_pipelines_own(ruled: Ruled) -> None:
    folder = ruled(Ann="PER")
    changed = spacy.load(folder)
    changed.tokenizer.add_special_case("Annsaid", [{"ORTH": "Ann"}, {"ORTH": "said"}])
    changed.tokenizer.infix_finditer = re.compile("=").finditer
    changed.to_disk(folder)
    text = "Annsaid=don't, e.g. (U.S.) https://a.example/b :-) 5km"
    whole = spacy.load(folder)

    pipeline = Pipeline(folder)

    expected = [(token.text, token.norm_) for token in whole.make_doc(text)]
    assert [(token.text, token.norm_) for token in pipeline._nlp.make_doc(text)] == expected
    assert ("said", "said") in [(one.text, one.norm_) for one in whole.make_doc("Annsaid")]
    assert [one.start for one in pipeline.entities(["x Annsaid"])[0]] == [2]


def test_a_tokeniser_of_another_sort_is_left_alone(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled("zh", 漢="PER"))

    assert [one.text for one in pipeline._nlp.make_doc("漢字。")] == ["漢", "字", "。"]
    assert [one.start for one in pipeline.entities(["字漢"])[0]] == [1]


def test_only_what_finds_entities_is_loaded(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled("en", "sentencizer", Ann="PER"))

    assert pipeline._nlp.pipe_names == ["entity_ruler"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no_such_pipeline", "no pipeline 'no_such_pipeline' is installed"),
        ("no/such/folder", "no pipeline 'no/such/folder' is installed"),
        ("../x", "no pipeline"),
        ("", "no pipeline"),
        ("json", "holds no spaCy pipeline"),
        ("sys", "is installed"),
    ],
)
def test_a_name_without_a_pipeline_is_refused(name: str, says: str) -> None:
    with pytest.raises(WarmUpError, match=says):
        Pipeline(name)


def test_a_pipeline_without_ner_is_refused(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "plain")

    with pytest.raises(WarmUpError, match=r"has no named entity recogniser"):
        Pipeline(str(tmp_path / "plain"))


def test_a_broken_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text("[nlp\n")

    with pytest.raises(WarmUpError, match="cannot be loaded"):
        Pipeline(str(tmp_path))


def test_without_spacy_it_says_what_to_install(
    ruled: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ruled(Ann="PER")
    monkeypatch.setitem(sys.modules, "spacy", None)

    with pytest.raises(WarmUpError, match=r"llm-policyengine\[ner\]"):
        Pipeline(folder)


def test_places_count_code_points_whatever_stands_before(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled(Ann="PER"))

    for before in ("", "\ud800 ", "\x00 ", "🙂 ", "עברית ", "x " * 5_000, "[" * 300, "é\u0301 "):
        text = f"{before} Ann "
        (found,) = pipeline.entities([text])
        assert [text[one.start : one.end] for one in found] == ["Ann"], before[:10]


def test_texts_without_words_have_no_entities(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled(Ann="PER"))

    assert pipeline.entities(["", " ", "\n\n", "\ud800", "\x00"]) == [[], [], [], [], []]
    assert pipeline.entities([]) == []


def test_the_vocabulary_does_not_grow(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled(Ann="PER"))
    pipeline.entities(["Ann"])
    before = len(pipeline._nlp.vocab.strings)

    pipeline.entities([f"word{number} Ann other{number}" for number in range(500)])

    assert len(pipeline._nlp.vocab.strings) == before


def test_one_call_reads_at_a_time(ruled: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline(ruled(Ann="PER"))
    zone, held = pipeline._nlp.memory_zone, []

    def watched() -> AbstractContextManager[object]:
        held.append(pipeline._lock.locked())
        return zone()

    monkeypatch.setattr(pipeline._nlp, "memory_zone", watched)
    pipeline.entities(["Ann"])

    assert held == [True]
    assert not pipeline._lock.locked()


def test_threads_and_batches_change_nothing(ruled: Ruled) -> None:
    pipeline = Pipeline(ruled(Ann="PER", Rome="GPE"))
    texts = [f"{'Ann ' * (number % 4)} word{number} Rome" for number in range(40)]
    alone = [pipeline.entities([text])[0] for text in texts]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: pipeline.entities(texts), range(8)))

    assert all(found == alone for found in together)
