"""The detector `hallucination`: every claim of an answer, held against the context."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

from detectors.calibration import Logistic
from detectors.hallucination.claims import claims
from detectors.hallucination.measures import ANSWER as ANSWER_OF
from detectors.hallucination.measures import CLAIM, CONFLICT, FACT, measured, of_answer, span_of
from detectors.hallucination.options import HallucinationOptions
from detectors.hallucination.passages import Context
from detectors.relevancy.shapes import is_code, is_foreign
from policyengine import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Options,
    Resources,
    Scope,
    Segment,
    Source,
    Span,
    Truncated,
    View,
    WarmUpError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detectors.hallucination.measures import Fact, Measured

UNSUPPORTED = "hallucination.unsupported"
CONTRADICTED = "hallucination.contradicted"
ANSWER = "hallucination.answer"

_SORTS = ("number", "name", "quote", "address")
_CLAIMED = "claim"
_JUDGED = frozenset({Source.COMPLETION, Source.TRANSCRIPT})
_LEAST_TOLD = 0.01


class Hallucination(Detector[HallucinationOptions]):
    """Finds claims that the context does not bear out, and facts that it says otherwise.

    A score is the probability, fitted on claims with passages, that the claim is not supported.
    Evidence is the passage that comes nearest. Greetings, questions, refusals, code, and "the
    context does not say" claim nothing.
    """

    id: ClassVar[str] = "hallucination"
    Options: ClassVar[type[Options]] = HallucinationOptions

    def __init__(self, options: HallucinationOptions) -> None:
        super().__init__(options)
        self._models: dict[str, Logistic] = {}

    @property
    def kinds(self) -> Sequence[Kind]:
        """Claims and facts; the whole answer where it is asked for."""
        points = _weights()["recommended_at"]
        kinds = [
            Kind(
                UNSUPPORTED,
                points[UNSUPPORTED],
                description="A claim or a fact that stands nowhere in the context.",
            ),
            Kind(
                CONTRADICTED,
                points[CONTRADICTED],
                description="A claim of which the context says something else.",
            ),
        ]
        if self.options.whole_answer:
            about = "An answer that holds unsupported claims, as a whole."
            kinds.append(Kind(ANSWER, points[ANSWER], spans=False, description=about))
        return kinds

    @property
    def needs(self) -> frozenset[Source]:
        """An answer, and what it should rest on."""
        return frozenset({Source.COMPLETION, Source.CONTEXT})

    @property
    def uses(self) -> frozenset[Source]:
        """What was asked may be repeated."""
        return frozenset({Source.PROMPT, Source.HISTORY})

    @property
    def scope(self) -> Scope:
        """Paragraphs, since each claim is judged by itself; everything for the whole answer."""
        return "whole" if self.options.whole_answer else "passage"

    @property
    def cost(self) -> Cost:
        """In the caller: no model is asked."""
        return Cost.INLINE

    @property
    def words(self) -> frozenset[str]:
        """What a finding is about."""
        return frozenset({*_SORTS, _CLAIMED})

    @property
    def examples(self) -> Sequence[Example]:
        """An answer that follows from its context, and one that does not."""
        wanted = {UNSUPPORTED, *({ANSWER} if self.options.whole_answer else ())}
        return [_example(_INVENTED, *wanted), _example(_FAITHFUL)]

    def warm_up(self, resources: Resources) -> None:
        """Read the fitted weights."""
        models = resources.get("detectors.hallucination", _weights)["models"]
        names = {"claim": CLAIM, "fact": FACT, "conflict": CONFLICT, "answer": ANSWER_OF}
        self._models = {
            name: Logistic(
                models[name]["bias"], tuple(models[name]["weights"][one] for one in inputs)
            )
            for name, inputs in names.items()
        }

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """What is not borne out in each view."""
        if not self._models:
            raise WarmUpError("the hallucination detector was not warmed up")
        return [list(self._findings(view)) for view in views]

    def _findings(self, view: View) -> Iterator[Finding]:
        said = [one for one in view.examined if one.source in _JUDGED]
        context = _context(view)
        if self.options.other_languages != "judge" and self._is_foreign(said, context):
            return
        novelties: list[float] = []
        for segment in said:
            if is_code(segment.text):
                continue
            for claim in claims(segment.text):
                found = measured(segment.text[claim.start : claim.end], context)
                score = self._models["claim"].probability(found.inputs)
                novelties.append(found.inputs[0])
                yield from self._told(segment, claim, found, score)
        if self.options.whole_answer and novelties:
            score = self._models["answer"].probability([of_answer(novelties)])
            yield Finding(ANSWER, score)

    def _is_foreign(self, said: Sequence[Segment], context: Context) -> bool:
        texts = [one.text for one in said] + [one.text for one in context.segments]
        if not any(map(is_foreign, texts)):
            return False
        if self.options.other_languages == "fail":
            raise Truncated("a text is in another language than English")
        return True

    def _told(
        self, segment: Segment, claim: Span, found: Measured, score: float
    ) -> Iterator[Finding]:
        near: dict[str, Any] = {} if found.passage is None else {"passage": found.passage.position}
        if "facts" in self.options.layers:
            for fact in found.facts:
                yield from self._fact(segment, span_of(fact, claim), fact, near)
        if "wording" in self.options.layers and score >= _LEAST_TOLD:
            yield Finding(UNSUPPORTED, score, segment.path, claim, {"about": _CLAIMED, **near})

    def _fact(
        self, segment: Segment, span: Span, fact: Fact, near: dict[str, Any]
    ) -> Iterator[Finding]:
        evidence = {"about": fact.sort, **near}
        score = self._models["fact"].probability(fact.inputs)
        yield Finding(UNSUPPORTED, score, segment.path, span, evidence)
        if fact.conflict:
            apart = [fact.inputs[FACT.index(name)] for name in CONFLICT]
            score = self._models["conflict"].probability(apart)
            yield Finding(CONTRADICTED, score, segment.path, span, evidence)


def _context(view: View) -> Context:
    given = tuple(one for one in view.reference if one.source is Source.CONTEXT)
    asked = tuple(one for one in view.reference if one.source in (Source.PROMPT, Source.HISTORY))
    return view.memo.get(("detectors.hallucination", given, asked), lambda: Context(given, asked))


def _weights() -> Any:
    path = files("detectors").joinpath("hallucination", "weights.json")
    return json.loads(path.read_text(encoding="utf-8"))


_ASKED = "When was the bridge opened, and how long is it?"
_GIVEN = "The bridge across the sound was opened in 1998. It is 7.8 kilometres long."
_FAITHFUL = "The bridge was opened in 1998 and is 7.8 kilometres long."
_INVENTED = "Queen Margrethe inaugurated the tunnel with a brass band before 40,000 spectators."


def _example(answer: str, *finds: str) -> Example:
    return Example(
        (Segment("/choices/0/message/content", Source.COMPLETION, answer, "response"),),
        (
            Segment("/messages/0/content", Source.PROMPT, _ASKED),
            Segment("/context/0", Source.CONTEXT, _GIVEN),
        ),
        frozenset(finds),
    )
