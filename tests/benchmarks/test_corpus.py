from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("numpy")

from corpus import generated

from detectors.pii.recognizers import RECOGNIZERS

if TYPE_CHECKING:
    from pathlib import Path

    from corpus import Document


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    numbers = [
        {"module": "bitcoin", "number": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "valid": True},
        {"module": "isbn", "number": "978-3-16-148410-0", "valid": True},
        {"module": "isbn", "number": "978-3-16-148410-1", "valid": False},
    ]
    tables = {
        "id_numbers": numbers,
        "iban_examples": [{"iban": "GB82WEST12345698765432"}],
        "phone_examples": [{"e164": "+442079460958"}],
    }
    for name, rows in tables.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


KINDS = {"pii.iban", "pii.us_ssn", "pii.email"}


def made(reference: Path, *names: str) -> list[Document]:
    rows = [row for row in RECOGNIZERS if row.kind in KINDS or row.name in names]
    return list(generated(reference, rows))


def test_a_mark_covers_the_value_and_nothing_else(reference: Path) -> None:
    texts = made(reference)

    ibans = [text for text in texts if any(mark.kind == "iban" for mark in text.marks)]
    values = {text.text[mark.start : mark.end] for text in ibans for mark in text.marks}

    assert values == {"GB82WEST12345698765432"}
    assert {mark.kind for text in texts for mark in text.marks} == {"iban", "us_ssn", "email"}


def test_look_alikes_and_books_carry_no_mark(reference: Path) -> None:
    texts = made(reference)

    assert any("978-3-16-148410-0" in text.text and not text.marks for text in texts)
    assert not any("978-3-16-148410-1" in text.text for text in texts)
    unmarked = [text for text in texts if not text.marks]
    assert len(unmarked) > len([text for text in texts if text.marks]) / 4


def test_the_seed_fixes_the_texts(reference: Path) -> None:
    assert made(reference) == made(reference)


def test_another_recogniser_changes_none_of_the_others_texts(reference: Path) -> None:
    before = [text.text for text in made(reference)]
    after = [text.text for text in made(reference, "phone_international")]

    assert len(after) > len(before)
    assert set(before) <= set(after)


def test_numbers_without_known_examples_are_made(reference: Path) -> None:
    texts = made(reference, "us_itin")
    values = {text.text[one.start : one.end] for text in texts for one in text.marks
              if one.kind == "national_id"}  # fmt: skip

    assert len(values) > 30
    assert {value[0] for value in values} == {"9"}
