"""Questions beside sentences that answer them, and beside neighbours that do not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from edits import names, paraphrased
from examples import Example, document_of, rows_of
from pages import told

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pages import Article

_WHERE = frozenset("in at near from".split())


def questions(pages: Sequence[Article], rng: random.Random) -> Iterator[Example]:
    """A sentence with one thing asked for, beside the sentence, and beside others of its page."""
    for page in pages:
        lines = page.lines()
        if len(lines) < 4:
            continue
        asked = _asked(line := rng.choice(lines), rng)
        if asked is not None:
            yield Example("cloze", page.title, (), asked, paraphrased(line, rng), relevant=True)
            others = sorted(
                (one for one in lines if one != line),
                key=lambda one: -len(set(one.lower().split()) & set(asked.split())),
            )
            for one in (rng.choice(others[:3]), rng.choice(others)):
                yield Example("cloze", page.title, (), asked, one, relevant=False)


def _asked(line: str, rng: random.Random) -> str | None:
    found = [(*span, "who" if " " in line[span[0] : span[1]] else "what") for span in names(line)]
    found += [
        (*match.span(), "when") for match in re.finditer(r"\b(?:in )?(?:1[5-9]|20)\d\d\b", line)
    ]
    found += [
        (*match.span(), "how many")
        for match in re.finditer(r"\b\d{1,3}(?:,\d{3})*\b(?! [A-Z])", line)
    ]
    if not found:
        return None
    start, end, word = rng.choice(found)
    before = line[:start].split()
    if word in ("who", "what") and before and before[-1] in _WHERE:
        word = "where"
    rest = (line[:start] + " " + line[end:]).strip(" .")
    parts = rest.split()
    if len(parts) > 14:
        first = rng.randrange(len(parts) - 13)
        parts = parts[first : first + 14]
    return " ".join([word, *parts]).lower() + rng.choice(("", "?"))


def relevance(data: Path, pages: Sequence[Article], rng: random.Random) -> Iterator[Example]:
    """Questions beside what answers them, what stands next to that, and answers to others."""
    asked = [
        Example(
            "qnli", row["query"], (), row["query"], row["answer"], relevant=bool(row["relevant"])
        )
        for row in rows_of(data / "relevancy/train/qnli_v1_dev.jsonl")
    ]
    for name in ("hallurag_qna", "clapnq_dev_answerable"):
        for row in rows_of(data / f"grounding/train/{name}.jsonl"):
            asked += (
                Example(
                    f"{name} question", document_of(row), (), row["query"], text, relevant=relevant
                )
                for text, relevant in _beside(row, rng)
            )
    yield from asked
    answers = {held: [one.answer for one in asked if one.unseen == held] for held in (False, True)}
    for one in asked:
        if one.relevant and rng.random() < OF_ANOTHER:
            answer = rng.choice(answers[one.unseen])
            if answer != one.answer:
                yield replace(one, source="another's answer", answer=answer, relevant=False)
    yield from questions(pages, rng)


OF_ANOTHER = 0.4
"""How often a question stands beside an answer to another one, too."""


def _beside(row: dict[str, Any], rng: random.Random) -> list[tuple[str, bool]]:
    """Sentences of a question's passage, and whether each answers it."""
    lines = [one for text in row["context"] for one in told(text)]
    said = row["response"].lower()
    if row["source"].startswith("hallurag"):
        right = [one for one in lines if said in one.lower()]
        wrong = [one for one in lines if said not in one.lower()]
    else:
        words = set(said.split())
        right = [row["response"]]
        share = {one: len(words & set(one.lower().split())) for one in lines}
        wrong = [one for one in lines if share[one] < 0.3 * len(one.split())]
    asked = set(row["query"].lower().split())
    wrong.sort(key=lambda one: -len(asked & set(one.lower().split())))
    picked = [(rng.choice(right), True)] if right else []
    near = list(dict.fromkeys([*wrong[:1], *rng.sample(wrong, min(1, len(wrong)))]))
    return picked + [(one, False) for one in near]
