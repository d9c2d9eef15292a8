"""Wikipedia pages: their paragraphs, and answers made of their sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edits import CONTRADICTED, UNSUPPORTED, Edit, appended, edits, looks_edited, paraphrased
from examples import NOT_SUPPORTED, SUPPORTED, Example, digest, rows_of

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
    """Answers made of a page's own sentences, faithful or changed in a few places."""
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
    wanted = rng.choices(range(len(CHANGES)), CHANGES)[0]
    if not wanted:
        # As often as an edit puts such a word in, it should stand there rightly.
        lines = [one for one in lines if looks_edited(one)] or lines
    length = rng.choice(SENTENCES)
    said = [paraphrased(one, rng) for one in rng.sample(lines, min(len(lines), length))]
    strange = [one for text in rest for one in told(text)] or other.lines()
    if rng.random() < OF_ANOTHER_PAGE:
        kept = [*kept, rng.choice(other.paragraphs)]
        rng.shuffle(kept)
    changed = frozenset(rng.sample(range(len(said)), min(wanted, len(said))))
    parts = [
        (at in changed and _changed(one, kept, strange, rng)) or Edit("", one, (), SUPPORTED)
        for at, one in enumerate(said)
    ]
    labels = {one.label for one in parts} - {SUPPORTED}
    label = labels.pop() if len(labels) == 1 else NOT_SUPPORTED if labels else SUPPORTED
    text, spans = _joined(_dressed(parts, rng))
    conflicts = None if label == NOT_SUPPORTED else label == CONTRADICTED
    yield Example("synthetic", page.title, tuple(kept), None, text, label, spans, conflicts)


CHANGES = (0.43, 0.3, 0.17, 0.1)
"""How often none of the sentences is changed, one, two, three."""
SENTENCES = (1, 1, 2, 2, 3, 4)
OF_ANOTHER_PAGE = 0.15
EDITED, STRANGE = 0.5, 0.8
"""Up to which chance a sentence that is changed is edited, another one stands in its place; else a
clause is added to it."""
OPENED, OPENED_SMALL, LISTED = 0.25, 0.5, 0.15


def _changed(
    said: str, kept: Sequence[str], strange: Sequence[str], rng: random.Random
) -> Edit | None:
    chance = rng.random()
    if chance < EDITED:
        made = edits(said, kept, rng)
        return rng.choice(made) if made else None
    if chance < STRANGE:
        line = paraphrased(rng.choice(strange), rng)
        return Edit("sentence", line, ((0, len(line)),), UNSUPPORTED)
    return appended(said, rng.choice(strange), rng)


def _dressed(parts: list[Edit], rng: random.Random) -> list[Edit]:
    """With an opening, or as a list."""
    if rng.random() < OPENED:
        first = parts[0]
        if rng.random() < OPENED_SMALL:
            first = first._replace(text=first.text[:1].lower() + first.text[1:])
        parts = [_behind(rng.choice(_OPENINGS), first), *parts[1:]]
    if rng.random() < LISTED:
        marker = rng.choice(("- ", "* ", "1. "))
        parts = [_behind(marker, one) for one in parts]
    return parts


def _behind(before: str, part: Edit) -> Edit:
    return part._replace(text=before + part.text, spans=_moved(part.spans, len(before)))


def _joined(parts: Sequence[Edit]) -> tuple[str, Spans]:
    text, spans = "", list[tuple[int, int]]()
    for one in parts:
        begin = len(text) + 1 if text else 0
        text = f"{text} {one.text}" if text else one.text
        spans += _moved(one.spans, begin)
    return text, tuple(spans)


def _moved(spans: Spans, by: int) -> Spans:
    return tuple((start + by, end + by) for start, end in spans)
