"""What is fitted on: examples, and what each layer says of their claims."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).parents[1] / "reader"))

from corpora import edited, labelled
from examples import Example, held
from pages import articles, synthetic

from detectors.hallucination.claims import claims
from detectors.hallucination.measures import Measured, measured
from detectors.hallucination.passages import Context, Digests
from detectors.hallucination.reading import Claimed, Said
from policyengine import Segment, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detectors.hallucination.packaged import PackagedClaims

SETS = frozenset({
    "summedits_half", "cg2c_doc", "wice_oracle_dev", "wice_tokens", "fib_half", "covidfact_train",
    "fever_symmetric", "climate_fever", "conjnli_adversarial_train", "rte_train_dev",
    "clapnq_dev_answerable", "hallurag_qna", "synthetic",
})  # fmt: skip
"""Sets of passages and claims; those of single sentences and captions are unlike answers. What was
made by editing them counts too."""
SYNTHETIC, SYNTHETIC_HELD = 600, 700
MOST = 700
"""So many examples of a set, and as many that the reader did not learn from."""
SEED = 3


@dataclass(frozen=True)
class Judged:
    """A claim as the layers see it, and whether it is wrong; None where nobody said."""

    measured: Measured
    claimed: Claimed | None
    wrong: bool | None
    conflicts: bool | None
    words: tuple[tuple[float, bool], ...]
    span: Span
    marked: tuple[Span, ...]
    """What of the claim is wrong, if that is known."""
    facts: tuple[bool | None, ...]


@dataclass(frozen=True)
class Answer:
    """An example and its claims."""

    source: str
    document: str
    wrong: bool
    claims: tuple[Judged, ...]


def examples(data: Path) -> Iterator[Example]:
    """What is fitted on."""
    rng = random.Random(SEED)
    pages = articles(data)
    unseen = [page for page in pages if held(page.title)]
    made = (
        *labelled(data, again=False),
        *edited(data, rng),
        *synthetic(pages, rng, SYNTHETIC),
        *synthetic(unseen, rng, SYNTHETIC_HELD),
    )
    found: dict[tuple[str, bool], int] = {}
    for one in made:
        if one.source.removeprefix("edited ") in SETS:
            key = (one.source, one.unseen)
            found[key] = found.get(key, 0) + 1
            if found[key] <= MOST:
                yield one


def answers(made: Iterable[Example], reader: PackagedClaims) -> Iterator[Answer]:
    """Each example, judged by every layer."""
    digests = Digests()
    for one in made:
        said = Segment("/choices/0/message/content", Source.COMPLETION, one.answer, "response")
        given = [
            Segment(f"/context/{n}", Source.CONTEXT, text) for n, text in enumerate(one.context)
        ]
        asked = [Segment("/messages/0/content", Source.PROMPT, one.request)] if one.request else []
        context = Context(given, asked, digests)
        spans = claims(one.answer)
        heard: list[Claimed | None] = [None] * len(spans)
        if one.unseen:
            shown = Said(
                said, tuple(spans), tuple(given), tuple(asked), context.vouched(one.answer)
            )
            heard = reader.read_claims(shown)
        found = []
        for claim, claimed in zip(spans, heard, strict=True):
            wrong: bool | None = None
            if one.spans is not None and (one.spans or one.label == "supported"):
                wrong = any(a < claim.end and claim.start < b for a, b in one.spans)
            elif len(spans) == 1:
                wrong = one.label != "supported"
            found_in = measured(one.answer[claim.start : claim.end], context)
            words = (
                [
                    (logit, any(a < end and start < b for a, b in one.spans))
                    for start, end, logit in (claimed.words if claimed else ())
                    if one.spans
                ]
                if one.spans
                else []
            )
            facts = [
                any(a < claim.start + f.end and claim.start + f.start < b for a, b in one.spans)
                if one.spans else wrong
                for f in found_in.facts
            ]  # fmt: skip
            found.append(
                Judged(
                    found_in,
                    claimed,
                    wrong,
                    one.conflicts,
                    tuple(words),
                    claim,
                    tuple(_within(one.spans or (), claim)),
                    tuple(facts),
                )
            )
        if found:
            yield Answer(one.source, one.document, one.label != "supported", tuple(found))


def _within(spans: Iterable[tuple[int, int]], claim: Span) -> Iterator[Span]:
    for start, end in spans:
        if start < claim.end and claim.start < end:
            yield Span(max(start, claim.start), min(end, claim.end))
