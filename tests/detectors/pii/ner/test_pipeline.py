from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import spacy

from detectors.pii.ner import FOREIGN_SCORE, Pipeline, load
from detectors.pii.ner.by_spacy import Spacy
from detectors.pii.ner.pipeline import Named
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from spacy.language import Language

    Ruled = Callable[..., str]


def _spacy(pipeline: Pipeline) -> Language:
    assert isinstance(pipeline._finder, Spacy)
    return pipeline._finder._nlp


def pipeline_of(name: str, labels: dict[str, str] | None = None) -> Pipeline:
    return Pipeline(load(name), labels)


def test_labels_of_a_pipeline_become_kinds(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled(Ann="PER", Rome="GPE", Acme="ORG", Danes="NORP", Sunday="DATE"))
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
    pipeline = pipeline_of(ruled(Ann="HERO", Rome="GPE"), {"HERO": "person", "GPE": "organization"})

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
    pipeline = pipeline_of(ruled(**{marked: "PER"}))
    text = f"for {marked} today"

    (found,) = pipeline.entities([text])

    assert [text[one.start : one.end] for one in found] == ([name] if name else [])


class Sure:
    """Finds the values it is given, each with its label, and is sure of none."""

    language, version, revision = "en", "sure-1", "sure"

    def __init__(self, *, knows_codes: bool, **labels: str) -> None:
        self.knows_codes = knows_codes
        self._labels = labels

    def named(self, texts: Sequence[str]) -> list[list[Named]]:
        return [
            sorted(
                Named(match.start(), match.end(), label, 0.25)
                for value, label in self._labels.items()
                for match in re.finditer(value, text)
            )
            for text in texts
        ]

    def score(self, kind: str, chance: float) -> float:
        return chance + (kind == "location") / 2


def test_figures_alone_are_a_place_where_that_was_measured() -> None:
    labels = {"62704": "GPE", "911": "PER", "Rome": "GPE", "9434765919": "GPE"}
    texts = ["Rome 62704 911 9434765919", "Rome, 62704", "Rome is on port 62704"]
    unknowing, knowing = (Pipeline(Sure(knows_codes=so, **labels)) for so in (False, True))

    assert [[one.start for one in each] for each in unknowing.entities(texts)] == [[0]] * 3
    found = knowing.entities(texts)

    assert [(one.start, one.score) for one in found[0]] == [(0, 0.75), (5, 0.75)]
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
    pipeline = pipeline_of(ruled(**{street: "STREET_ADDRESS"}))

    (found,) = pipeline.entities([f"see {street} today"])

    assert [one.kind for one in found] == (["street_address"] if is_one else [])


def test_the_tokeniser_is_the_pipelines_own(ruled: Ruled) -> None:
    folder = ruled(Ann="PER")
    changed = spacy.load(folder)
    changed.tokenizer.add_special_case("Annsaid", [{"ORTH": "Ann"}, {"ORTH": "said"}])
    changed.tokenizer.infix_finditer = re.compile("=").finditer
    changed.to_disk(folder)
    text = "Annsaid=don't, e.g. (U.S.) https://a.example/b :-) 5km"
    whole = spacy.load(folder)

    pipeline = pipeline_of(folder)

    expected = [(token.text, token.norm_) for token in whole.make_doc(text)]
    assert [(token.text, token.norm_) for token in _spacy(pipeline).make_doc(text)] == expected
    assert ("said", "said") in [(one.text, one.norm_) for one in whole.make_doc("Annsaid")]
    assert [one.start for one in pipeline.entities(["x Annsaid"])[0]] == [2]


def test_a_tokeniser_of_another_sort_is_left_alone(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled("zh", 漢="PER"))

    assert [one.text for one in _spacy(pipeline).make_doc("漢字。")] == ["漢", "字", "。"]
    assert [one.start for one in pipeline.entities(["字漢"])[0]] == [1]


def test_only_what_finds_entities_is_loaded(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled("en", "sentencizer", Ann="PER"))

    assert _spacy(pipeline).pipe_names == ["entity_ruler"]


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
        pipeline_of(name)


def test_a_pipeline_without_ner_is_refused(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "plain")

    with pytest.raises(WarmUpError, match=r"has no named entity recogniser"):
        pipeline_of(str(tmp_path / "plain"))


def test_a_broken_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text("[nlp\n")

    with pytest.raises(WarmUpError, match="cannot be loaded"):
        pipeline_of(str(tmp_path))


def test_without_spacy_it_says_what_to_install(
    ruled: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ruled(Ann="PER")
    monkeypatch.setitem(sys.modules, "spacy", None)

    with pytest.raises(WarmUpError, match=r"llm-policyengine\[spacy\]"):
        pipeline_of(folder)


def test_places_count_code_points_whatever_stands_before(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled(Ann="PER"))

    for before in ("", "\ud800 ", "\x00 ", "🙂 ", "עברית ", "x " * 5_000, "[" * 300, "é\u0301 "):
        text = f"{before} Ann "
        (found,) = pipeline.entities([text])
        assert [text[one.start : one.end] for one in found] == ["Ann"], before[:10]


def test_texts_without_words_have_no_entities(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled(Ann="PER"))

    assert pipeline.entities(["", " ", "\n\n", "\ud800", "\x00"]) == [[], [], [], [], []]
    assert pipeline.entities([]) == []


def test_the_vocabulary_does_not_grow(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled(Ann="PER"))
    pipeline.entities(["Ann"])
    before = len(_spacy(pipeline).vocab.strings)

    pipeline.entities([f"word{number} Ann other{number}" for number in range(500)])

    assert len(_spacy(pipeline).vocab.strings) == before


def test_one_call_reads_at_a_time(ruled: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = pipeline_of(ruled(Ann="PER"))
    finder = pipeline._finder
    assert isinstance(finder, Spacy)
    zone, held = finder._nlp.memory_zone, []

    def watched() -> AbstractContextManager[object]:
        held.append(finder._lock.locked())
        return zone()

    monkeypatch.setattr(finder._nlp, "memory_zone", watched)
    pipeline.entities(["Ann"])

    assert held == [True]
    assert not finder._lock.locked()


def test_threads_and_batches_change_nothing(ruled: Ruled) -> None:
    pipeline = pipeline_of(ruled(Ann="PER", Rome="GPE"))
    texts = [f"{'Ann ' * (number % 4)} word{number} Rome" for number in range(40)]
    alone = [pipeline.entities([text])[0] for text in texts]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: pipeline.entities(texts), range(8)))

    assert all(found == alone for found in together)
