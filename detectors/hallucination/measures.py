"""What is measured of a claim beside its context, in the order in which the models weigh it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.hallucination.addresses import addresses
from detectors.hallucination.numbers import Number, agree, numbers
from detectors.hallucination.quotations import quotations
from detectors.hallucination.wording import TITLES, Word, folded, negations, telling
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detectors.hallucination.passages import Context, Passage

CLAIM = ("novelty", "conflict")
"""A claim: how much in it is new (`novelty`), and whether a passage says otherwise."""
READ = ("worst", "unsupported")
"""A claim by the reader alone: the logits of its least supported words, and of the whole."""
BOTH = (*CLAIM, *READ)
AGAINST = ("unsupported", "contradicted")
"""Whether the context says otherwise, by the reader."""
WORD = ("logit",)
"""A word by the reader."""
ANSWER = ("novelty",)
"""A whole answer: that of its worst claim, and a part of the two that follow it."""
ANSWER_READ = ("novelty", "claims")
"""The same, and so of the log-odds of its claims."""
FACT = ("number", "name", "quote", "apart", "conflict")
"""An exact fact that the context does not hold: its sort, the share of its claim that no one
passage holds, and whether a passage has another such number in its place."""

_MARKED = re.compile(r"[.)]\s+\S")
_CLOSE = 0.6
"""A passage that holds so much of a claim speaks of the same thing."""
_SAME = 0.85
_SURE = 0.001
_ENOUGH = 4
"""A claim of fewer words and numbers weighs less."""
_ALIKE = 93.0
"""Names that are spelt so much alike, by rapidfuzz's ratio, are one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An exact fact of a claim that the context does not hold, in the claim's coordinates."""

    sort: str
    start: int
    end: int
    inputs: tuple[float, ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A claim beside its context: inputs for its model, its facts, and the nearest passage."""

    inputs: tuple[float, ...]
    facts: tuple[Fact, ...]
    passage: Passage | None


def measured(claim: str, context: Context) -> Measured:
    """A claim beside its context."""
    said = telling(claim)
    stems = frozenset(word.stem for word in said)
    passage, held = context.nearest(stems)
    told = numbers(claim)
    figures = [one for one in told if not context.knows(one)]
    known = [one for one in told if one not in figures]
    new = [one for one in said if one.stem not in context.stems and not _is_part_of(one, known)]
    strangers = _strangers([one for one in new if not _is_part_of(one, figures)], context)
    instead = {one: _is_instead(one, passage, held) for one in figures}
    denied = passage is not None and held >= _SAME and _denies(claim, passage)
    conflict = denied or any(instead.values())
    inputs = (novelty(len(said), len(new), len(figures), len(strangers)), float(conflict))
    facts = [
        *(
            _fact("number", one.start, one.end, held, conflict=instead[one])
            for one in figures
            if not _is_list_marker(one, claim)
        ),
        *(_fact("name", one.start, one.end, held) for one in strangers),
        *(_fact(sort, start, end, held) for sort, start, end in _verbatim(claim, context)),
    ]
    return Measured(inputs, tuple(sorted(facts, key=lambda one: one.start)), passage)


def novelty(said: int, new: int, figures: int, strangers: int) -> float:
    """How much in a claim is new: of so many telling words, and its new numbers and names.

    The formula that a study of this project's found to tell most of what is invented
    (AUROC .85 on answers from passages): a number weighs more than a name, and a claim of few
    words less. Weights learned on pairs of one sentence each did worse on answers.
    """
    share = new / (said + 2) + 0.15 * min(figures, 2) + 0.1 * min(strangers, 2)
    return share * min(1.0, (said + figures) / _ENOUGH)


def of_answer(claims: Sequence[float]) -> float:
    """How far a whole answer goes: its worst claim, and a part of the two after it.

    Of novelties or log-odds; what speaks for an answer in one claim does not weigh up another.
    """
    ordered = sorted(claims, reverse=True)
    return ordered[0] + 0.3 * sum(max(0.0, one) for one in ordered[1:3])


def log_odds(probability: float) -> float:
    """Those of a probability, which is never quite 0 or 1."""
    held = min(max(probability, _SURE), 1 - _SURE)
    return math.log(held / (1 - held))


def _fact(sort: str, start: int, end: int, held: float, *, conflict: bool = False) -> Fact:
    inputs = (*(float(sort == one) for one in FACT[:3]), 1 - held, float(conflict))
    return Fact(sort, start, end, inputs, conflict)


def _strangers(new: Sequence[Word], context: Context) -> list[Word]:
    """The names that stand nowhere, neighbours as one; those that are only spelt otherwise do."""
    names = [
        one
        for one in new
        if one.name and one.stem not in TITLES and not _is_alike(one.stem, context)
    ]
    joined: list[Word] = []
    for word in names:
        if joined and word.start - joined[-1].end <= 1:
            joined[-1] = joined[-1]._replace(end=word.end)
        else:
            joined.append(word)
    return joined


def _is_alike(stem: str, context: Context) -> bool:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where there are new names

    if folded(stem) in context.folded:
        return True
    near = [one for one in context.beginning(stem[0]) if abs(len(one) - len(stem)) <= 1]
    scorer: Callable[..., Any] = fuzz.ratio
    return process.extractOne(stem, near, scorer=scorer, score_cutoff=_ALIKE) is not None


def _is_part_of(word: Word, figures: Sequence[Number]) -> bool:
    """Whether a word is a number, or a part of one: forty, May, XIV."""
    return any(one.start <= word.start and word.end <= one.end for one in figures)


def _is_instead(number: Number, passage: Passage | None, held: float) -> bool:
    """Whether the nearest passage speaks of the same thing, with another number of that sort."""
    return (
        passage is not None
        and held >= _CLOSE
        and any(known.sort == number.sort and not agree(number, known) for known in passage.numbers)
    )


def _denies(claim: str, passage: Passage) -> bool:
    return (negations(claim) % 2) != (negations(passage.text) % 2)


def _verbatim(claim: str, context: Context) -> list[tuple[str, int, int]]:
    """Quotations and addresses that stand nowhere as they are given."""
    found = [
        ("quote", one.start, one.end)
        for one in quotations(claim)
        if not _stands(claim[one.start : one.end], context)
    ]
    found += [
        ("address", one.start, one.end)
        for one in addresses(claim)
        if one.plain not in context.addresses
    ]
    return found


def _stands(quoted: str, context: Context) -> bool:
    plain = " ".join(quoted.lower().split()).strip(" .,;:!?…")
    if plain in context.lower:
        return True
    from rapidfuzz import fuzz  # noqa: PLC0415 - only where there are quotations

    return bool(fuzz.partial_ratio(plain, context.lower, score_cutoff=90.0))


def _is_list_marker(number: Number, claim: str) -> bool:
    return number.start == 0 and _MARKED.match(claim, number.end) is not None


def span_of(fact: Fact, claim: Span) -> Span:
    """Where a fact of a claim is in the claim's text."""
    return Span(claim.start + fact.start, claim.start + fact.end)
