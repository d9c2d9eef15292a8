"""Small pipelines, made of rules, so that what they find is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy

from detectors.pii.ner import Pipelines
from policyengine import Memo, Resources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detectors.pii.ner import Entity


@pytest.fixture
def ruled(tmp_path: Path) -> Callable[..., str]:
    """Writes a pipeline that finds the given words, each with its label; gives its folder."""

    def make(language: str = "en", *other_pipes: str, **words: str) -> str:
        nlp = spacy.blank(language)
        for pipe in other_pipes:
            nlp.add_pipe(pipe)
        ruler = nlp.add_pipe("entity_ruler")
        rows = [{"label": label, "pattern": word} for word, label in words.items()]
        ruler.add_patterns(rows)  # type: ignore[attr-defined]  # what the factory makes
        folder = tmp_path / f"{language}-{len(list(tmp_path.iterdir()))}"
        nlp.to_disk(folder)
        return str(folder)

    return make


@pytest.fixture(scope="session")
def packaged() -> Pipelines:
    """The pipeline that comes with the distribution."""
    return Pipelines(resources=Resources())


def said(text: str, entities: list[Entity]) -> list[tuple[str, str]]:
    """The text and kind of each entity."""
    return [(text[one.start : one.end], one.kind) for one in entities]


@pytest.fixture(scope="session")
def find(packaged: Pipelines) -> Callable[[str], list[tuple[str, str]]]:
    """What the packaged pipeline finds in one text."""

    def run(text: str) -> list[tuple[str, str]]:
        (entities,) = packaged.entities([text], Memo())
        return said(text, entities)

    return run
