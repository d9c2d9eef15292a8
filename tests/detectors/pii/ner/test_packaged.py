from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from detectors.pii.ner import KINDS, Pipelines
from detectors.pii.ner.pipeline import PACKAGED_PATH
from policyengine import Memo

if TYPE_CHECKING:
    from collections.abc import Callable

    Find = Callable[[str], list[tuple[str, str]]]

DIGEST = "e43f7269229e7c2ddc55e540bc0d3d2110e900769e5c81d335f9febcb68056a7"
"""What `benchmarks/training/pii/package.py` printed."""


def files() -> list[bytes]:
    paths = sorted(path for path in PACKAGED_PATH.rglob("*") if path.is_file())
    return [path.read_bytes() for path in paths]


def test_the_weights_are_those_that_were_measured() -> None:
    assert sha256(b"".join(files())).hexdigest() == DIGEST


def test_the_weights_are_small() -> None:
    assert sum(map(len, files())) < 15_000_000


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Hi, my name is Maria Gonzalez and I need help.", "Maria Gonzalez", "person"),
        ("Best regards,\nPriya Raman", "Priya Raman", "person"),
        ("Dear Mr. Okonkwo, thank you for calling.", "Okonkwo", "person"),
        ('{"name": "John Smith", "status": "active"}', "John Smith", "person"),
        ("She lives in Berlin with her sister.", "Berlin", "location"),
        ("I was born in Kenya.", "Kenya", "location"),
        ("He works for Microsoft as a designer.", "Microsoft", "organization"),
        ("The Danish government said so.", "Danish", "nationality"),
        (
            "Please ship it to 12 Oak Street, Springfield, IL 62704.",
            "12 Oak Street",
            "street_address",
        ),
        ("Please ship it to 12 Oak Street, Springfield, IL 62704.", "Springfield", "location"),
        ("Please ship it to 12 Oak Street, Springfield, IL 62704.", "62704", "location"),
        (
            "Address:\n48 Elm Avenue, Apt 3\nPortland, OR 97201",
            "48 Elm Avenue, Apt 3",
            "street_address",
        ),
    ],
)
def test_it_finds(find: Find, text: str, value: str, kind: str) -> None:
    assert (value, kind) in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The meeting moved from Monday to Friday, the third of May.",
        "for key, value in table.items():\n    print(key, value)",
        "2024-01-15 10:30:00 INFO request 42 completed in 17 ms",
        "Order 1234-5678 went out with version 1.2.3.4.",
        "5f3c1d9e0b7a4c2d8e6f1a0b9c8d7e6f5a4b3c2d",
    ],
)
def test_it_finds_nothing(find: Find, text: str) -> None:
    assert find(text) == []


def test_scores_are_measured_and_kinds_are_ours(packaged: Pipelines) -> None:
    text = "Ann Lee of Acme Ltd moved from Paris, France to 1 Main St, Troy, NY 12180."

    (found,) = packaged.entities([text], Memo())

    assert {one.kind for one in found} <= set(KINDS)
    assert found
    assert all(0 < one.score < 1 for one in found)


def test_one_text_reads_the_same_alone_and_in_a_batch(packaged: Pipelines) -> None:
    texts = [f"{'word ' * number}Maria Gonzalez left Berlin" for number in range(12)]
    alone = [packaged.entities([text], Memo())[0] for text in texts]

    assert packaged.entities(texts, Memo()) == alone
