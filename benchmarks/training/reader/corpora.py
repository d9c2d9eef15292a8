"""What the reader learns from: rows of the sets, and what is made of them."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

from edits import CONTRADICTED, UNSUPPORTED, edits
from examples import NOT_SUPPORTED, SUPPORTED, Example, digest, document_of, rows_of
from pages import articles, synthetic
from questions import relevance
from twins_of import spans_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ROWS = {
    "mnli_dev": 13000, "infotabs_train_dev": 5000, "cad_nli_train": 5000, "climate_fever": 3000,
    "conjnli_adversarial_train": 3000, "esnli_dev": 1500, "covidfact_train": 3261,
    "rte_train_dev": 2765, "scitail_dev": 2126, "fever_symmetric": 1416,
    "add_one_rte_train_dev": 2500, "mpe_train_dev": 1500, "cg2c_doc": 2060, "cg2c_musique": 700,
    "wice_oracle_dev": 1023, "wice_tokens": 498, "fib_half": 3581, "summedits_half": 1948,
    "clapnq_dev_answerable": 476, "hallurag_qna": 2058,
}  # fmt: skip
"""So many rows of each set, those with the smallest sha256."""
TWICE = frozenset({
    "summedits_half", "fever_symmetric", "cg2c_doc", "clapnq_dev_answerable", "wice_oracle_dev",
})  # fmt: skip
EDITED = {
    "cg2c_doc": 1028, "wice_oracle_dev": 337, "fib_half": 900, "summedits_half": 711,
    "clapnq_dev_answerable": 476, "covidfact_train": 1033, "mnli_dev": 2000,
    "infotabs_train_dev": 2000, "rte_train_dev": 1200, "climate_fever": 1500,
    "conjnli_adversarial_train": 1500,
}  # fmt: skip
"""So many supported rows of each set are edited too."""
SYNTHETIC = 13000


def labelled(data: Path, *, again: bool = True) -> Iterator[Example]:
    """The rows of the sets as they are, with exact spans where a faithful twin gives them.

    A few sets come `again`, if that is wanted: they are small and like what is to be learned.
    """
    for name, most in ROWS.items():
        rows = sorted(
            rows_of(data / f"grounding/train/{name}.jsonl"), key=lambda row: digest(row["id"])
        )[:most]
        faithful: dict[str, list[str]] = {}
        for row in rows:
            if row["label"] == SUPPORTED:
                faithful.setdefault(document_of(row), []).append(row["response"])
        for row in rows:
            label = row["label"] or NOT_SUPPORTED
            spans: Sequence[tuple[int, int]] | None = () if label == SUPPORTED else None
            if row["spans"]:
                spans = tuple((one["start"], one["end"]) for one in row["spans"])
            elif label != SUPPORTED:
                spans = spans_of(row["response"], faithful.get(document_of(row), []))
            conflicts = {CONTRADICTED: True, UNSUPPORTED: False}.get(label)
            context, query = tuple(row["context"]), row["query"]
            text = _clean(row["response"])
            if text != row["response"] and label != SUPPORTED:
                spans = None
            made = Example(
                name, document_of(row), context, query, text, label,
                None if spans is None else tuple(spans), conflicts,
            )  # fmt: skip
            yield made
            if again and name in TWICE and not made.unseen:
                yield made


def _clean(text: str) -> str:
    return (
        re.sub(r"\s+", " ", text.replace("<t>", " ").replace("</t>", " ")).strip()
        if "<t>" in text
        else text
    )


def edited(data: Path, rng: random.Random) -> Iterator[Example]:
    """Supported rows with one thing changed, beside the row as it is."""
    for name, most in EDITED.items():
        rows = [
            row
            for row in rows_of(data / f"grounding/train/{name}.jsonl")
            if row["label"] == SUPPORTED and len(row["response"].split()) >= 5
        ]
        for row in sorted(rows, key=lambda row: digest("edit" + row["id"]))[:most]:
            text = _clean(row["response"])
            made = edits(text, row["context"], rng)
            if made:
                one = rng.choice(made)
                yield Example(
                    f"edited {name}", document_of(row), tuple(row["context"]), row["query"],
                    one.text, one.label, one.spans, one.label == CONTRADICTED,
                )  # fmt: skip


def answers_swapped(data: Path, rng: random.Random) -> Iterator[Example]:
    """Short answers to questions: another answer from the same passage contradicts."""
    by_document: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(data / "grounding/train/hallurag_qna.jsonl"):
        by_document.setdefault(document_of(row), []).append(row)
    for document, rows in by_document.items():
        for row in rows:
            others = [one["response"] for one in rows if one["query"] != row["query"]]
            made = [one.text for one in edits(row["response"], row["context"], rng)]
            pool = [*others, *made, *made]
            pool = [one for one in pool if one.lower() not in row["response"].lower()]
            if pool:
                said = rng.choice(pool)
                yield Example(
                    "swapped answers", document, tuple(row["context"]), row["query"], said,
                    CONTRADICTED, ((0, len(said)),), conflicts=True,
                )  # fmt: skip


def everything(data: Path, seed: int) -> list[Example]:
    """All examples, shuffled."""
    rng = random.Random(seed)
    pages = articles(data)
    found = [
        *labelled(data),
        *edited(data, rng),
        *synthetic(pages, rng, SYNTHETIC),
        *relevance(data, pages, rng),
        *answers_swapped(data, rng),
    ]
    rng.shuffle(found)
    return found
