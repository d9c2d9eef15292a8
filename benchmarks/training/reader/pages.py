"""Wikipedia pages: their paragraphs, and answers made of their sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edits import CONTRADICTED, UNSUPPORTED, Edit, appended, edits, looks_edited, paraphrased
from examples import SUPPORTED, Example, digest, rows_of

from detectors.sentences import sentences

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Spans = tuple[tuple[int, int], ...]


@dataclass
class Article:
    """The paragraphs of one page."""

    title: str
    paragraphs: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Its sentences that say something by themselves."""
        return [one for text in self.paragraphs for one in told(text)]


def told(text: str) -> list[str]:
    """The sentences of a text, without scraps."""
    found = [text[one.start : one.end] for one in sentences(text)]
    return [one for one in found if 5 <= len(one.split()) <= 45 and one[-1:] in ".!?\"'"]


def articles(data: Path) -> list[Article]:
    """The pages, in the order of their titles' sha256."""
    by_title: dict[str, Article] = {}
    for row in rows_of(data / "grounding/train/passages_wikipedia.jsonl"):
        by_title.setdefault(row["title"], Article(row["title"])).paragraphs.append(row["text"])
    return sorted(by_title.values(), key=lambda one: digest(one.title))


_OPENINGS = (
    "Based on the context, ", "According to the passage, ", "Based on the given passages, ",
    "The passage says that ", "According to the text, ", "As mentioned in the context, ",
)  # fmt: skip


def synthetic(pages: Sequence[Article], rng: random.Random, count: int) -> Iterator[Example]:
    """Answers made of a page's own sentences, faithful or changed in one place."""
    good = [page for page in pages if len(page.lines()) >= 4]
    for _ in range(count):
        yield from answer(rng.choice(good), rng.choice(good), rng)


def answer(page: Article, other: Article, rng: random.Random) -> Iterator[Example]:
    """One answer from the page's sentences; what is invented comes from the rest of the page."""
    texts = list(page.paragraphs)
    rng.shuffle(texts)
    kept, rest = texts[: rng.randint(1, 4)], texts[4:]
    lines = [one for text in kept for one in told(text)]
    if not lines:
        return
    chance = rng.random()
    if chance >= GROWN:
        # As often as an edit puts such a word in, it should stand there rightly.
        lines = [one for one in lines if looks_edited(one)] or lines
    said = [paraphrased(one, rng) for one in rng.sample(lines, min(len(lines), rng.randint(1, 2)))]
    strange = [one for text in rest for one in told(text)] or other.lines()
    if rng.random() < OF_ANOTHER_PAGE:
        kept = [*kept, rng.choice(other.paragraphs)]
        rng.shuffle(kept)
    at = rng.randrange(len(said))
    made = _changed(said[at], chance, kept, strange, rng)
    label, spans = SUPPORTED, ()
    if made is not None:
        said[at], label, spans = made.text, made.label, made.spans
    said, spans = _dressed(said, spans, rng, first=at == 0)
    before = sum(len(one) + 1 for one in said[:at])
    yield Example(
        "synthetic", page.title, tuple(kept), None, " ".join(said), label,
        tuple((start + before, end + before) for start, end in spans), label == CONTRADICTED,
    )  # fmt: skip


OF_ANOTHER_PAGE, EDITED, STRANGE, GROWN = 0.15, 0.3, 0.47, 0.57
"""Up to which chance a paragraph comes from another page, a sentence is edited, another one stands
in its place, a clause is added to it."""
OPENED, OPENED_SMALL, LISTED = 0.25, 0.5, 0.15


def _changed(
    said: str, chance: float, kept: Sequence[str], strange: Sequence[str], rng: random.Random
) -> Edit | None:
    if chance < EDITED:
        made = edits(said, kept, rng)
        return rng.choice(made) if made else None
    if chance < STRANGE:
        line = paraphrased(rng.choice(strange), rng)
        return Edit("sentence", line, ((0, len(line)),), UNSUPPORTED)
    return appended(said, rng.choice(strange), rng) if chance < GROWN else None


def _dressed(
    said: list[str], spans: Spans, rng: random.Random, *, first: bool
) -> tuple[list[str], Spans]:
    """With an opening, or as a list; the spans are those of one sentence, maybe the `first`."""
    if rng.random() < OPENED:
        opening = rng.choice(_OPENINGS)
        small = rng.random() < OPENED_SMALL
        said[0] = opening + (said[0][:1].lower() + said[0][1:] if small else said[0])
        if first:
            spans = _moved(spans, len(opening))
    if rng.random() < LISTED:
        marker = rng.choice(("- ", "* ", "1. "))
        said = [marker + one for one in said]
        spans = _moved(spans, len(marker))
    return said, spans


def _moved(spans: Spans, by: int) -> Spans:
    return tuple((start + by, end + by) for start, end in spans)
