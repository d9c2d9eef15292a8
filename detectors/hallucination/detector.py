"""The detector `hallucination`: every claim of an answer, held against the context."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

from detectors.hallucination.claims import claims, told_of_request
from detectors.hallucination.findings import (
    ANSWER,
    CLAIMED,
    CONTRADICTED,
    SORTS,
    UNSUPPORTED,
    JudgedClaim,
    told,
)
from detectors.hallucination.judging import Judge, Marks
from detectors.hallucination.measures import measured
from detectors.hallucination.options import HallucinationOptions
from detectors.hallucination.passages import Context, Digests
from detectors.hallucination.readers import Packaged, load
from detectors.hallucination.reading import ClaimReader, RemoteClaimReader, Said
from detectors.relevancy.reading import ANSWERS
from detectors.relevancy.shapes import is_foreign
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

    from detectors.hallucination.reading import Claimed

    _Heard = list[Claimed | None]


class Hallucination(Detector[HallucinationOptions]):
    """Finds claims that the context does not bear out, and facts that it says otherwise.

    A score is the probability, fitted on claims with passages, that the claim is not supported.
    Evidence is the passage that comes nearest. Greetings, questions, refusals, code, and "the
    context does not say" claim nothing; what stands behind them in a sentence is judged.
    """

    id: ClassVar[str] = "hallucination"
    Options: ClassVar[type[Options]] = HallucinationOptions

    def __init__(self, options: HallucinationOptions) -> None:
        super().__init__(options)
        self._judge: Judge | None = None
        self._digests: Digests | None = None
        self._reader: ClaimReader | RemoteClaimReader | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """Claims and facts; the whole answer where it is asked for."""
        points = self._points()
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

    def _points(self) -> dict[str, float]:
        """Where to act, chosen for the layers there are; even odds for a reader of other makers."""
        known: dict[str, dict[str, float]] = _weights()["recommended_at"]
        if self.options.reads and not isinstance(self.options.reader, Packaged):
            return dict.fromkeys(known["read"], 0.5)
        if self.options.reads:
            return known["read"]
        return known["wording" if "wording" in self.options.layers else "facts"]

    @property
    def examines(self) -> frozenset[Source]:
        """What is told to a person: neither thoughts, nor refusals, nor what goes to tools."""
        return ANSWERS

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
        """The reader's; in the caller without one."""
        return self.options.reader.cost if self.options.reads else Cost.INLINE

    @property
    def sends_text_to(self) -> Sequence[str]:
        """The reader's host, if it has one."""
        return self.options.reader.sends_text_to if self.options.reads else ()

    @property
    def words(self) -> frozenset[str]:
        """What a finding is about."""
        return frozenset({*SORTS, CLAIMED})

    @property
    def examples(self) -> Sequence[Example]:
        """An answer that follows from its context, and one that does not."""
        wanted = {UNSUPPORTED, *({ANSWER} if self.options.whole_answer else ())}
        return [_example(_INVENTED, *wanted), _example(_FAITHFUL)]

    def warm_up(self, resources: Resources) -> None:
        """Read the fitted weights, and load the reader."""
        weights = resources.get("detectors.hallucination", _weights)
        if self.options.reads:
            self._reader = load(self.options.reader, resources)
        self._digests = resources.get("detectors.hallucination.digests", Digests)
        fitted = isinstance(self.options.reader, Packaged)
        self._judge = Judge(
            weights["models"], Marks(**weights["marks"]), self.options.layers, fitted=fitted
        )

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """What is not borne out in each view."""
        answers = []
        for view in views:
            context, said = self._said(view)
            heard: list[_Heard] = [self._alone(one) for one in said]
            answers.append(list(self._findings(context, said, heard)))
        return answers

    async def adetect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The same with a reader that waits."""
        answers = []
        for view in views:
            context, said = self._said(view)
            heard: list[_Heard] = []
            for one in said:
                if one.claims and isinstance(self._reader, RemoteClaimReader):
                    heard.append(await self._reader.aread_claims(one))
                else:
                    heard.append(self._alone(one))
            answers.append(list(self._findings(context, said, heard)))
        return answers

    def _alone(self, said: Said) -> _Heard:
        if said.claims and isinstance(self._reader, ClaimReader):
            return self._reader.read_claims(said)
        return [None] * len(said.claims)

    def _said(self, view: View) -> tuple[Context, list[Said]]:
        """What is to be judged, each with its claims."""
        if self._digests is None:
            raise WarmUpError("the hallucination detector was not warmed up")
        said = view.examined
        context = _context(view, self._digests)
        if self.options.other_languages != "judge" and self._is_foreign(said, context):
            return context, []
        return context, [
            Said(
                one,
                tuple(span for span in claims(one.text) if not _repeats(one.text, span, context)),
                context.segments,
                context.request,
                context.vouched(one.text) if self.options.reads else (),
            )
            for one in said
        ]

    def _findings(
        self, context: Context, said: Sequence[Said], heard: Sequence[_Heard]
    ) -> Iterator[Finding]:
        if self._judge is None:
            raise WarmUpError("the hallucination detector was not warmed up")
        novelties, scores = [], []
        for one, of_claims in zip(said, heard, strict=True):
            for claim, claimed in zip(one.claims, of_claims, strict=True):
                held = measured(one.answer.text[claim.start : claim.end], context)
                score = self._judge.claim(held, claimed)
                novelties.append(held.inputs[0])
                exact = self._judge.exact(held) if "facts" in self.options.layers else 0.0
                scores.append(max(score, exact))
                judged = JudgedClaim(one.answer, claim, held, claimed, score)
                yield from told(self._judge, judged, self.options.layers)
        if self.options.whole_answer and scores:
            yield Finding(ANSWER, self._judge.answer(novelties, scores, heard=self.options.reads))

    def _is_foreign(self, said: Sequence[Segment], context: Context) -> bool:
        texts = [one.text for one in said] + [one.text for one in context.segments]
        if not any(map(is_foreign, texts)):
            return False
        if self.options.other_languages == "fail":
            raise Truncated("a text is in another language than English")
        return True


def _repeats(answer: str, claim: Span, context: Context) -> bool:
    """Whether a claim tells what was asked, and nothing else."""
    told = told_of_request(answer[claim.start : claim.end])
    return told is not None and context.was_asked(told)


def _context(view: View, digests: Digests) -> Context:
    given = tuple(one for one in view.reference if one.source is Source.CONTEXT)
    asked = tuple(one for one in view.reference if one.source in (Source.PROMPT, Source.HISTORY))
    return view.memo.get(
        ("detectors.hallucination", given, asked), lambda: Context(given, asked, digests)
    )


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
