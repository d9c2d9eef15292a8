from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from detectors.pii.ner import KINDS, Pipelines, load, packaged
from policyengine import Memo, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detectors.pii.ner.words import Words

    Find = Callable[[str], list[tuple[str, str]]]

MODULES = ("detectors.encoders", "detectors.pii.ner.packaged", "detectors.pii.ner.words")
"""Those that import what runs the pipeline."""


def test_the_weights_are_small() -> None:
    files = [path for path in packaged.FOLDER.rglob("*") if path.is_file()]

    assert {path.name for path in files} == {*packaged.RELEASED, "README.md"}
    assert sum(path.stat().st_size for path in files) < 15_000_000


@pytest.mark.parametrize("name", sorted(packaged.RELEASED))
def test_weights_that_are_not_the_released_ones_are_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in packaged.RELEASED:
        data = (packaged.FOLDER / one).read_bytes()
        (tmp_path / one).write_bytes(data[:-1] if one == name else data)
    monkeypatch.setattr(packaged, "FOLDER", tmp_path)

    with pytest.raises(WarmUpError, match=f"{name} is not the one that was released"):
        load("packaged")
    (tmp_path / name).unlink()
    with pytest.raises(WarmUpError, match=f"{name} is missing"):
        load("packaged")


@pytest.mark.parametrize("library", ["numpy", "onnxruntime", "tokenizers"])
def test_without_its_libraries_it_says_what_to_install(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.startswith(MODULES)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(WarmUpError, match=rf"the library '{library}'.*llm-policyengine\[ner\]"):
        load("packaged")


def test_spacy_is_not_imported() -> None:
    code = (
        "import sys; from policyengine import Resources; from detectors.pii.detector import Pii; "
        "Pii(Pii.Options()).warm_up(Resources()); sys.exit('spacy' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own words
    assert done.returncode == 0


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
        ("Mi nombre es Juan Pérez y vivo en Madrid.", "Juan Pérez", "person"),
        ("Ich heiße Anna Schmidt und wohne in Hamburg.", "Anna Schmidt", "person"),
        ("Je m'appelle Claire Dubois et j'habite à Lyon.", "Lyon", "location"),
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
        "Der Techniker hat gestern den Router, das Netzteil und die Leitung geprüft.",
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


def test_a_score_is_what_was_measured_of_names_that_were_as_sure() -> None:
    finder = load("packaged")
    measured = json.loads((packaged.FOLDER / "scores.json").read_text("utf-8"))["scores"]

    assert set(measured) == set(KINDS)
    for kind, steps in measured.items():
        assert finder.score(kind, 0.0) == steps[0][1]
        assert finder.score(kind, 1.0) == steps[-1][1]
        for (chance, share), (_, below) in zip(steps[1:], steps, strict=False):
            assert finder.score(kind, chance) == share > below
            assert finder.score(kind, chance - 1e-6) == below


def test_threads_change_nothing() -> None:
    finder = load("packaged")
    texts = [f"{'word ' * number}Maria Gonzalez left Berlin" for number in range(40)]
    alone = finder.named(texts)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: finder.named(texts[::-1])[::-1], range(8)))

    assert all(found == alone for found in together)


def test_one_text_reads_the_same_alone_and_in_a_batch(packaged: Pipelines) -> None:
    texts = [f"{'word ' * number}Maria Gonzalez left Berlin" for number in range(12)]
    alone = [packaged.entities([text], Memo())[0] for text in texts]

    assert packaged.entities(texts, Memo()) == alone


def test_a_name_at_the_end_of_a_long_text_is_found(find: Find) -> None:
    for filler in ("The report was read by all of them. ", "and then they went on "):
        text = filler * 300 + "Then Maria Gonzalez signed it."
        assert ("Maria Gonzalez", "person") in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks Maria😊 see you tomorrow",
        "Many thanks to €Maria€ from us",
        "👋Maria from Spain called",
        "signed\x0cMaria",
        "Dear\x0bMaria,",
        "Dear\u200bMaria\u200bhow are you",
        "Maria© 2024",
        "x" * 5_000 + " I met Maria today.",
        "[" * 3_000 + " I met Maria today.",
        "\ud800 I met Maria today. \x00",
    ],
)
def test_what_touches_a_name_does_not_hide_it(find: Find, text: str) -> None:
    assert ("Maria", "person") in find(text)


def test_a_name_is_whole_with_its_accents(find: Find) -> None:
    assert ("Jose\u0301", "person") in find("My friend Jose\u0301 lives in Berlin")


def test_names_do_not_overlap_where_words_share_a_syllable() -> None:
    finder = load("packaged")
    for length in (30, 100, 400):
        (found,) = finder.named(["Dr. " + "김강" * length + " in Berlin"])
        assert all(one.end <= two.start for one, two in pairwise(found))


def test_a_window_without_letters_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    network = packaged.Network((packaged.FOLDER / "names.onnx").read_bytes())
    read: list[int] = []
    run = network._run

    def counted(words: Words, first: int, end: int) -> object:
        read.append(first)
        return run(words, first, end)

    monkeypatch.setattr(network, "_run", counted)
    text = "I met Maria Gonzalez today. " + "123 456. " * 400

    assert "Maria Gonzalez" in [text[one.start : one.end] for one in network.named(text)]
    assert len(read) == 1
