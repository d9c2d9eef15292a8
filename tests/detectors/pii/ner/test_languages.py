from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from detectors.pii.ner import Pipelines, checked
from policyengine import Memo, Resources, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from detectors.pii.ner.pipeline import Named

    Ruled = Callable[..., str]

ENGLISH = "This is what the weather was like yesterday when Kim came to see us at home"
GERMAN = "Das Wetter war gestern ganz anders, als Kim zu uns nach Hause gekommen ist"
FRENCH = "Le temps était très différent hier quand Kim est venu nous voir à la maison"


@pytest.mark.parametrize(
    ("models", "language", "says"),
    [
        ({}, None, "at least one language"),
        ({"english": "packaged"}, None, "no language has the code 'english'"),
        ({"en": "packaged", "zz": "packaged"}, None, "'zz'"),
        ({"EN": "packaged"}, None, "'EN'"),
        ({"en": "packaged"}, "de", "'de' has no pipeline in models; there are: en"),
    ],
)
def test_wrong_language_codes_are_refused(
    models: dict[str, str], language: str | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        checked(models, language)
    with pytest.raises(WarmUpError, match=says):
        Pipelines(models, resources=Resources(), language=language)


def test_a_pipeline_of_another_language_is_refused(ruled: Ruled) -> None:
    with pytest.raises(WarmUpError, match="is a pipeline for 'de', not 'en'"):
        Pipelines({"en": ruled("de", Kim="PER")}, resources=Resources())


def kinds(pipelines: Pipelines, *texts: str) -> list[list[str]]:
    return [[one.kind for one in found] for found in pipelines.entities(texts, Memo())]


def test_each_text_is_read_in_its_language(ruled: Ruled) -> None:
    models = {"en": ruled("en", Kim="PER"), "de": ruled("de", Kim="ORG")}

    found = kinds(Pipelines(models, resources=Resources()), ENGLISH, GERMAN, ENGLISH)

    assert found == [["person"], ["organization"], ["person"]]


def test_a_hint_settles_the_language(ruled: Ruled) -> None:
    models = {"en": ruled("en", Kim="PER"), "de": ruled("de", Kim="ORG")}

    pipelines = Pipelines(models, resources=Resources(), language="de")

    assert kinds(pipelines, ENGLISH, GERMAN) == [["organization"], ["organization"]]


def test_xx_takes_the_languages_without_their_own(ruled: Ruled) -> None:
    models = {"en": ruled("en", Kim="PER"), "xx": ruled("xx", Kim="GPE")}

    found = kinds(Pipelines(models, resources=Resources()), ENGLISH, GERMAN, FRENCH)

    assert found == [["person"], ["location"], ["location"]]


def test_one_language_needs_no_detection(ruled: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    one = {"en": ruled("en", Kim="PER")}

    assert kinds(Pipelines(one, resources=Resources()), GERMAN) == [["person"]]
    with pytest.raises(WarmUpError, match="py3langid"):
        Pipelines({**one, "de": ruled("de", Kim="PER")}, resources=Resources())


def test_a_pipeline_is_loaded_once_for_all_who_share_resources(ruled: Ruled) -> None:
    models, resources = {"en": ruled("en", Kim="PER")}, Resources()

    first = Pipelines(models, resources=resources)
    second = Pipelines(models, resources=resources, labels={"HERO": "person"})

    assert first._pipelines["en"]._finder is second._pipelines["en"]._finder


def test_a_text_is_read_once_for_each_memo(ruled: Ruled, monkeypatch: pytest.MonkeyPatch) -> None:
    models, resources = {"en": ruled("en", Kim="PER")}, Resources()
    first, second = (Pipelines(models, resources=resources) for _ in "ab")
    read: list[Any] = []
    finder = first._pipelines["en"]._finder
    named = finder.named

    def counted(texts: list[str]) -> list[list[Named]]:
        read.extend(texts)
        return named(texts)

    monkeypatch.setattr(finder, "named", counted)
    memo = Memo()

    found = first.entities(["a Kim", "b", "a Kim"], memo)
    again = second.entities(["c", "a Kim"], memo)
    first.entities(["b"], Memo())

    assert read == ["a Kim", "b", "c", "b"]
    assert found[0] == found[2] == again[1] != []


def test_the_packaged_pipeline_is_for_english_or_for_what_has_no_other() -> None:
    checked({"xx": "packaged"})
    with pytest.raises(ValueError, match="'packaged' is a pipeline for 'en', not 'de'"):
        checked({"en": "packaged", "de": "packaged"})
