"""Questions beside sentences that answer them, and beside neighbours that do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
        for line in rng.sample(lines, min(2, len(lines))):
            asked = _asked(line, rng)
            if asked is None:
                continue
            yield Example("cloze", page.title, (), asked, paraphrased(line, rng), relevant=True)
            others = sorted(
                (one for one in lines if one != line),
                key=lambda one: -len(set(one.lower().split()) & set(asked.split())),
            )
            for one in {rng.choice(others[:3]), rng.choice(others)}:
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
    """Questions beside sentences that answer them, and beside neighbours that do not."""
    for row in rows_of(data / "relevancy/train/qnli_v1_dev.jsonl"):
        for _ in range(3):
            yield Example(
                "qnli",
                row["query"],
                (),
                row["query"],
                row["answer"],
                relevant=bool(row["relevant"]),
            )
    for name in ("hallurag_qna", "clapnq_dev_answerable"):
        for row in rows_of(data / f"grounding/train/{name}.jsonl"):
            lines = [one for text in row["context"] for one in told(text)]
            words = set(row["response"].lower().split())
            if name == "hallurag_qna":
                right = [one for one in lines if row["response"].lower() in one.lower()]
                wrong = [one for one in lines if row["response"].lower() not in one.lower()]
            else:
                right = [row["response"]]
                share = {one: len(words & set(one.lower().split())) for one in lines}
                wrong = [one for one in lines if share[one] < 0.3 * len(one.split())]
            asked = set(row["query"].lower().split())
            wrong.sort(key=lambda one: -len(asked & set(one.lower().split())))
            picked = [(rng.choice(right), True)] if right else []
            picked += [(one, False) for one in {*wrong[:1], *rng.sample(wrong, min(1, len(wrong)))}]
            for text, relevant in picked:
                yield Example(
                    f"{name} question", document_of(row), (), row["query"], text, relevant=relevant
                )
    yield from questions(pages, rng)
