"""From what the layers say of a claim to probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from detectors.calibration import Logistic
from detectors.hallucination.measures import (
    AGAINST,
    ANSWER,
    ANSWER_READ,
    BOTH,
    CLAIM,
    FACT,
    READ,
    WORD,
    log_odds,
    of_answer,
)
from policyengine import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from detectors.hallucination.measures import Fact, Measured
    from detectors.hallucination.reading import Claimed

EXACT, CERTAIN = frozenset({"address"}), 0.99
"""Sorts of facts that are given as they stand or made up: nobody paraphrases an address. The train
sets hold none, so that nothing could be fitted."""
INPUTS = {
    "claim": CLAIM, "read": READ, "both": BOTH, "against": AGAINST, "word": WORD, "fact": FACT,
    "answer": ANSWER, "answer_read": ANSWER_READ,
}  # fmt: skip
"""The models of weights.json, each with its inputs in order."""


class Marks(NamedTuple):
    """Which words of a claim are marked."""

    novelty: float
    """A claim that is as new as this is rather invented than edited."""
    invented: float
    """A word of an invented claim is marked if it is at least so likely wrong as the likeliest."""
    edited: float
    """The same in an edited one, of which mostly a word or two are wrong."""
    whole: float
    """A claim of which so much is marked is marked as a whole."""


class Judge:
    """The fitted models."""

    def __init__(
        self,
        models: Mapping[str, Any],
        marks: Marks,
        layers: Collection[str],
        *,
        fitted: bool = True,
    ) -> None:
        """`fitted`: the models were fitted for the reader that is asked."""
        self._marks = marks
        self._models = {
            name: Logistic(
                models[name]["bias"], tuple(models[name]["weights"][one] for one in inputs)
            )
            for name, inputs in INPUTS.items()
        }
        self._worded = "wording" in layers
        self._fitted = fitted

    def claim(self, found: Measured, claimed: Claimed | None) -> float:
        """That a claim is not supported, by the layers there are."""
        if claimed is None:
            return self._models["claim"].probability(found.inputs)
        heard = (claimed.worst, claimed.unsupported)
        if not self._fitted:
            own = Logistic(0.0, (1.0,)).probability((claimed.unsupported,))
            worded = self._models["claim"].probability(found.inputs) if self._worded else 0.0
            return max(own, worded)
        if not self._worded:
            return self._models["read"].probability(heard)
        return self._models["both"].probability((*found.inputs, *heard))

    def against(self, claimed: Claimed) -> float:
        """That the context says otherwise."""
        if not self._fitted:
            return Logistic(0.0, (1.0,)).probability((claimed.contradicted,))
        return self._models["against"].probability((claimed.unsupported, claimed.contradicted))

    def fact(self, fact: Fact) -> float:
        """That a fact which stands nowhere is wrong."""
        if fact.sort in EXACT:
            return CERTAIN
        return self._models["fact"].probability(fact.inputs)

    def exact(self, found: Measured) -> float:
        """What the claim's exact facts say for the whole answer."""
        return CERTAIN if any(fact.sort in EXACT for fact in found.facts) else 0.0

    def answer(self, novelties: Sequence[float], scores: Sequence[float], *, heard: bool) -> float:
        """That an answer holds something unsupported."""
        inputs = (of_answer(novelties), of_answer([log_odds(one) for one in scores]))
        if heard:
            return self._models["answer_read"].probability(inputs)
        return self._models["answer"].probability(inputs[:1])

    def marked(self, claim: Span, claimed: Claimed, novelty: float) -> list[Span]:
        """The part of a claim that is least supported, in runs of words; maybe all of it."""
        if not claimed.words:
            return [claim]
        chances = [
            (start, end, self._models["word"].probability((logit,)))
            for start, end, logit in claimed.words
        ]
        is_invented = novelty >= self._marks.novelty
        share = self._marks.invented if is_invented else self._marks.edited
        least = share * max(chance for *_, chance in chances)
        runs: list[Span] = []
        before = -2
        for at, (start, end, chance) in enumerate(chances):
            if chance < least:
                continue
            if runs and at - before <= 2:
                runs[-1] = Span(runs[-1].start, min(end, claim.end))
            else:
                runs.append(Span(max(start, claim.start), min(end, claim.end)))
            before = at
        covered = sum(one.end - one.start for one in runs)
        return [claim] if covered >= self._marks.whole * (claim.end - claim.start) else runs
