"""What a pipeline marks in code, paths and tables; the marked place is between two brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detectors.pii.ner import KINDS, Pipelines
from detectors.pii.ner.plausible import cells, is_plausible
from policyengine import Memo, Resources

if TYPE_CHECKING:
    from collections.abc import Callable

    Ruled = Callable[..., str]

NAMES = [
    ("person", "Write to ⟦Jane Roe⟧."),
    ("person", "user=⟦jane⟧ logged in"),
    ("person", "Thanks,\n-⟦jane⟧"),
    ("person", "_⟦Jane⟧_ was there"),
    ("person", "⟦jane⟧'s and my friend"),
    ("person", "⟦McDonald⟧ said so"),
    ("person", "⟦DeShawn⟧ said so"),
    ("person", "⟦MaryAnn⟧ said so"),
    ("person", "#⟦AlexFerguson⟧ retires"),
    ("person", "⟦Smith⟧(CEO) and Roe"),
    ("person", "I met ⟦Maria⟧(she/her) there"),
    ("person", "my wife ⟦Anna⟧(nurse) called"),
    ("person", "Dear Mr. ⟦Smith⟧=, hello"),
    ("person", "⟦李⟧さん"),
    ("location", "in ⟦Paris⟧/France"),
    ("location", "the ⟦U. S.⟧ has"),
    ("location", "Springfield, IL ⟦62704⟧"),
    ("location", "⟦Paris⟧[2] is the capital"),
    ("organization", "bought by ⟦3M⟧"),
    ("organization", "⟦OpenAI⟧ says"),
    ("organization", "see the ⟦NHS⟧ about it"),
    ("street_address", "at ⟦12 rue de la paix⟧, paris"),
]
NOTHING = [
    ("organization", "client = ⟦OpenAI⟧()"),
    ("organization", "client = ⟦OpenAI⟧(key=1)"),
    ("location", ">>> ⟦asdict⟧(value)"),
    ("location", "⟦LANG⟧=C make"),
    ("organization", "``⟦uv pip`` ignores the ``PIP_``⟧"),
    ("person", "⟦conda install -c [forge]⟧"),
    ("organization", "⟦WA DEPT::MOON⟧"),
    ("location", "https://github.com/⟦Kludex⟧/uvicorn"),
    ("location", "www.example.org/⟦London⟧"),
    ("location", "conda-forge/⟦feedstock⟧ for it"),
    ("person", "use `⟦granian⟧` here"),
    ("person", "the ⟦codecov⟧/patch check"),
    ("person", "pd.⟦melt⟧ it"),
    ("person", "⟦ö ö ö ö⟧"),
    ("location", "release ⟦v83⟧"),
    ("person", "def copied(self) -> ⟦ReadBody⟧: ..."),
    ("location", "published in ⟦LiteLLM⟧"),
    ("person", "who writes ⟦PESEL⟧ may"),
    ("person", "⟦Kubernetes⟧ runs it"),
    ("organization", "⟦EKS⟧ runs it"),
]


def places(marked: str) -> tuple[str, int, int]:
    before, rest = marked.split("⟦")
    value, after = rest.split("⟧")
    return before + value + after, len(before), len(before) + len(value)


@pytest.mark.parametrize(("kind", "marked"), NAMES)
def test_a_name_stays_whatever_stands_around_it(kind: str, marked: str) -> None:
    assert is_plausible(kind, *places(marked))


@pytest.mark.parametrize(("kind", "marked"), NOTHING)
def test_a_piece_of_code_or_of_a_path_is_no_name(kind: str, marked: str) -> None:
    assert not is_plausible(kind, *places(marked))


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Jane Roe", [(0, "Jane Roe")]),
        ("Madison, WI      | W 20", [(0, "Madison, WI"), (19, "W 20")]),
        ("Jane Roe\n\nSent", [(0, "Jane Roe"), (10, "Sent")]),
        ("Jane\tRoe", [(0, "Jane"), (5, "Roe")]),
        ("12 Elm St\nHull", [(0, "12 Elm St\nHull")]),
        ("| Jane", [(2, "Jane")]),
        ("Jane |", [(0, "Jane")]),
        ("|", []),
    ],
)
def test_a_name_ends_where_its_cell_or_paragraph_does_and_the_next_is_one_of_its_own(
    value: str, parts: list[tuple[int, str]]
) -> None:
    assert list(cells(value)) == parts


def test_a_pipeline_tells_names_by_the_text_around_them(ruled: Ruled) -> None:
    pipelines = Pipelines({"en": ruled(Acme="ORG", Hull="GPE")}, resources=Resources())
    text = "Acme in Hull makes it: client = Acme() at https://acme.example/ Hull"

    (found,) = pipelines.entities([text], Memo())

    assert [(one.start, one.kind) for one in found] == [
        (0, "organization"),
        (8, "location"),
        (64, "location"),
    ]
    assert {one.kind for one in found} <= set(KINDS)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Maria Gonzalez", ["Maria Gonzalez"]),
        ("Maria" + " " * 40 + "Gonzalez", ["Maria", "Gonzalez"]),
        ("Maria \t| Rome", ["Maria", "Rome"]),
        ("★Maria Lopez★", ["Maria Lopez"]),
        ("Maria│Acme 🙂 Rome", ["Maria", "Acme", "Rome"]),
        ("12 Oak Street\nRome", ["12 Oak Street\nRome"]),
        ("Maria" + " " * 20_000, ["Maria"]),
    ],
)
def test_a_name_ends_where_a_cell_or_a_wide_gap_does(value: str, parts: list[str]) -> None:
    found = list(cells(value))

    assert [text for _, text in found] == parts
    assert all(value[start : start + len(text)] == text for start, text in found)
