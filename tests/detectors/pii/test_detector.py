"""What `pii` makes of its parts: shapes, names, cells, lists, addresses and surrogates."""

from __future__ import annotations

import importlib.util
import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from detectors.pii import options
from detectors.pii.addresses import LONGEST, Found, joined
from detectors.pii.detector import Pii
from detectors.pii.ner import languages
from detectors.pii.ner.pipeline import Pipeline
from policyengine import (
    Cost,
    Engine,
    Memo,
    Resources,
    Segment,
    Source,
    View,
    WarmUpError,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from policyengine import Detector, Finding

    Find = Callable[..., list[Finding]]
    Ready = Callable[..., Detector[Any]]

CSV = "name,phone,note\nAnn,none,left a message and asked to be written to\nBob,4155552671,\n"
LETTER = "Dear Maria Gonzalez,\nmail maria.g@example.org, or write to 12 Oak Street."


@pytest.fixture(scope="session")
def names(ready: Ready) -> Detector[Any]:
    return ready(Pii, entities=["person", "email"])


@pytest.fixture
def without() -> Iterator[Callable[[str], None]]:
    """Makes it look as if a library were not installed."""
    with pytest.MonkeyPatch.context() as patch:
        real = importlib.util.find_spec

        def hide(library: str) -> None:
            patch.setattr(
                languages, "find_spec", lambda name: None if name == library else real(name)
            )

        yield hide


def values(findings: list[Finding], text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.span.start : one.span.end]) for one in findings if one.span]


def test_names_and_shapes_are_told_in_reading_order(find: Find, names: Detector[Any]) -> None:
    found = find(names, LETTER)
    assert values(found, LETTER) == [
        ("pii.person", "Maria Gonzalez"),
        ("pii.email", "maria.g@example.org"),
    ]
    assert [one.evidence["recognizer"] for one in found] == ["pipeline", "email"]


def test_by_default_all_that_the_installation_can_find_is_looked_for() -> None:
    told = {kind.name.removeprefix("pii.") for kind in Pii(Pii.Options()).kinds}
    assert told == set(options.ENTITIES)
    assert {"person", "organization", "location", "nationality", "date", "email"} <= told


@pytest.mark.parametrize("library", ["numpy", "onnxruntime", "tokenizers"])
def test_without_what_runs_the_pipeline_the_default_is_what_has_a_shape(
    without: Callable[[str], None], library: str
) -> None:
    without(library)
    detector = Pii(Pii.Options())
    told = {kind.name.removeprefix("pii.") for kind in detector.kinds}
    assert told == options.SHAPED
    assert detector.cost is Cost.INLINE


def test_names_that_were_asked_for_need_their_libraries(without: Callable[[str], None]) -> None:
    without("onnxruntime")
    for asked in ({"models": {"en": "packaged"}}, {"entities": ["person"]}):
        told = {kind.name for kind in Pii(Pii.Options.model_validate(asked)).kinds}
        assert "pii.person" in told


def test_pipelines_of_spacy_alone_need_spacy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.cfg").touch()
    monkeypatch.setitem(sys.modules, "spacy", None)
    Pii(Pii.Options()).warm_up(Resources())
    theirs = Pii.Options.model_validate({"models": {"en": "packaged", "xx": str(tmp_path)}})
    with pytest.raises(WarmUpError, match=r"this pipeline needs spaCy.*llm-policyengine\[spacy\]"):
        Pii(theirs).warm_up(Resources())


def test_without_models_nothing_but_shapes_is_looked_for(ready: Ready, find: Find) -> None:
    detector = ready(Pii, models={})
    assert detector.cost is Cost.INLINE
    assert isinstance(detector.scope, Window)
    assert ("pii.person", "Maria Gonzalez") not in values(find(detector, LETTER), LETTER)
    with pytest.raises(ValidationError, match="no models: nothing finds person"):
        Pii.Options.model_validate({"models": {}, "entities": ["person"]})


def test_a_model_is_a_cost_and_reads_passages(names: Detector[Any]) -> None:
    assert names.cost is Cost.MODEL
    assert names.scope == "passage"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"models": {"english": "packaged"}}, "english"),
        ({"models": {"en": "packaged"}, "language": "fr"}, "fr"),
        ({"labels": {"PER": "human"}}, "should be .person."),
        ({"allow": [{"regex": "("}]}, "does not compile"),
        ({"deny": [{"kind": "ghost", "term": "x"}]}, "unknown: ghost"),
        ({"surrogate_locale": "english"}, "surrogate_locale"),
    ],
)
def test_what_names_nothing_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Pii.Options.model_validate(given)


def test_cells_are_read_in_the_light_of_their_heading(ready: Ready, find: Find) -> None:
    whole, by_cell = ready(Pii, models={}), ready(Pii, models={}, tables=True)
    assert [one for one in find(whole, CSV) if one.score >= 0.5] == []
    headed = [one for one in find(by_cell, CSV) if one.score >= 0.5]
    assert values(headed, CSV) == [("pii.phone", "4155552671")]
    assert by_cell.scope == "passage"


def test_denied_terms_are_told_with_their_kind(ready: Ready, find: Find) -> None:
    denied = [{"kind": "organization", "term": "Project Heron"}]
    detector = ready(Pii, models={}, entities=["email"], deny=denied)
    text = "Ask about project heron: heron@example.org"
    (term, _) = find(detector, text)
    assert (term.kind, term.score) == ("pii.organization", 1.0)
    assert term.evidence == {"recognizer": "deny_list"}
    assert "deny_list" in detector.words
    assert {kind.name for kind in detector.kinds} == {"pii.email", "pii.organization"}


def test_allowed_names_are_not_told(ready: Ready, find: Find, names: Detector[Any]) -> None:
    detector = ready(Pii, entities=["person", "email"], allow=["Maria Gonzalez"])
    assert len(find(names, LETTER)) == 2
    assert values(find(detector, LETTER), LETTER) == [("pii.email", "maria.g@example.org")]


def test_allowing_what_its_own_examples_hold_leaves_the_detector_usable(
    ready: Ready, find: Find
) -> None:
    allow = [{"fuzzy": "Maria Gonzales", "distance": 2}, {"regex": r".+@example\.org"}]
    detector = ready(Pii, entities=["person", "email", "phone"], allow=allow)
    finds = [example.finds for example in detector.examples if example.finds]
    assert finds == [frozenset({"pii.phone"})]
    text = "Mail jane@example.org or joe@example.com."
    assert values(find(detector, text), text) == [("pii.email", "joe@example.com")]


def test_a_document_is_read_once_for_all_steps_of_an_exchange(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resources = Resources()
    read: list[str] = []
    steps = [
        Pii(Pii.Options.model_validate({"entities": [kind]})) for kind in ("person", "location")
    ]
    for step in steps:
        step.warm_up(resources)
    real = Pipeline.entities
    monkeypatch.setattr(
        Pipeline, "entities", lambda self, texts: read.extend(texts) or real(self, texts)
    )
    memo = Memo()
    segment = Segment("/messages/0/content", Source.PROMPT, "Maria Gonzalez lives in Lisbon.")
    for step in steps:
        step.detect([View((segment,), memo=memo)])
    assert read == [segment.text]


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("12 Oak Street, Lyon", [(0, 19)], [(0, 13), (15, 19)]),
        ("12 Oak Street\nLyon", [(0, 18)], [(0, 13), (14, 18)]),
        ("12 Oak Street is in Lyon", [(0, 13), (20, 24)], [(0, 13), (20, 24)]),
    ],
)
def test_a_place_directly_after_a_street_is_a_part_of_the_whole_address(
    text: str, whole: list[tuple[int, int]], parts: list[tuple[int, int]]
) -> None:
    place = text.index("Lyon")
    found = [
        Found(place, place + 4, 0.9, "pii.location", {}),
        Found(0, 13, 0.7, "pii.street_address", {}),
    ]
    assert [(one.start, one.end) for one in joined(text, found, whole=True)] == whole
    assert [(one.start, one.end) for one in joined(text, found, whole=False)] == parts


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        ("12 Oak Street", "Apt 4", True),
        ("12 Oak Street", "# 4b", True),
        ("Flat 24", "199 Hill Road", True),
        ("12 Oak Street", "14 Elm Street", False),
        ("12 Oak Street", "Northgate", False),
    ],
)
def test_a_street_and_its_unit_are_one_and_two_streets_are_two(
    first: str, second: str, *, are_one: bool
) -> None:
    text = f"{first}, {second}"
    found = [
        Found(0, len(first), 0.7, "pii.street_address", {}),
        Found(len(first) + 2, len(text), 0.7, "pii.street_address", {}),
    ]
    told = joined(text, found, whole=False)
    assert len(told) == (1 if are_one else 2)


def test_a_joined_address_has_a_longest_length() -> None:
    places = [Found(at, at + 9, 0.9, "pii.location", {}) for at in range(10, 600, 10)]
    text = " ".join(["x" * 9] * 60)
    street = Found(0, 9, 0.7, "pii.street_address", {})
    (first, *rest) = joined(text, [street, *places], whole=True)
    assert first.end <= LONGEST
    assert len(rest) == len(places) - 24


ADDRESSED = "Please ship it to 12 Oak Street, Apt 4, Springfield. I moved from Berlin."
STREET, ALL = "12 Oak Street, Apt 4", "12 Oak Street, Apt 4, Springfield"


@pytest.mark.parametrize(
    ("addresses", "entities", "told"),
    [
        ("parts", ["street_address"], [STREET]),
        ("whole", ["street_address"], [ALL]),
        ("parts", ["street_address", "location"], [STREET, "Springfield", "Berlin"]),
        ("whole", ["street_address", "location"], [ALL, "Berlin"]),
    ],
)
def test_an_address_is_told_in_parts_or_whole(
    ready: Ready, find: Find, addresses: str, entities: list[str], told: list[str]
) -> None:
    detector = ready(Pii, entities=entities, addresses=addresses)
    assert [value for _, value in values(find(detector, ADDRESSED), ADDRESSED)] == told


SURROGATES = """
    version: 1
    models: {gpt: {base_url: "https://api.openai.com/v1"}}
    policies:
      private:
        steps:
          - step: personal-data
            detector: pii
            options: {entities: [person, email]}
            redact_at: recommended
            redact_with: surrogate
    deployments:
      support: {model: gpt, input: [private], restore: true}
    """


def test_surrogates_are_real_looking_consistent_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(dedent(SURROGATES), encoding="utf-8")
    support = Engine.load(path, rewrite_key=b"k").deployment("support")
    messages = [
        {"role": "user", "content": LETTER},
        {"role": "user", "content": "Is Maria Gonzalez at maria.g@example.org?"},
    ]
    request = support.check_request({"model": "gpt", "messages": messages})
    first, second = (message["content"] for message in request.body["messages"])
    assert "Maria" not in first + second
    assert "[" not in first
    stand_in = first.removeprefix("Dear ").partition(",")[0]
    assert len(stand_in.split()) == 2
    assert second.startswith(f"Is {stand_in} at ")
    assert "maria" not in second
    reply = {"choices": [{"index": 0, "message": {"role": "assistant", "content": second}}]}
    response = support.check_response(request, reply)
    told = response.body["choices"][0]["message"]["content"]
    assert told == "Is Maria Gonzalez at maria.g@example.org?"
