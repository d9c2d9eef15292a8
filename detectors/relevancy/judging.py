"""Readings and vectors to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from detectors.calibration import Logistic
from detectors.relevancy.addressing import addressed
from detectors.relevancy.measures import (
    ANSWER,
    ANSWER_READ,
    CONTEXT,
    STRAY,
    answered,
    rows_of,
    strays,
    supported,
)
from detectors.relevancy.reading import Reading, read
from detectors.relevancy.shapes import Shape, leans, request_shape_of, shape_of
from detectors.topics.scope import SCOPE, nearest_of, stacked
from policyengine import Finding, Segment, Source, Span, Truncated, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detectors.encoders.vectors import Vectors as Encoder
    from detectors.reader.reader import Reader
    from detectors.relevancy.measures import Measured, Vectors
    from detectors.relevancy.options import RelevancyOptions

OFF_TOPIC_ANSWER = "relevancy.off_topic_answer"
OFF_CONTEXT_ANSWER = "relevancy.off_context_answer"
OFF_TOPIC_REQUEST = "relevancy.off_topic_request"

_LEAST_TOLD = 0.01
_FEW_WORDS = 4
_UNJUDGED = frozenset({Shape.EMPTY, Shape.GREETING, Shape.SHORT, Shape.AGREEMENT})
_UNJUDGED_ANSWERS = frozenset(
    {Shape.EMPTY, Shape.SHORT, Shape.AGREEMENT, Shape.REFUSAL, Shape.QUESTION, Shape.CODE}
)


class Texts(NamedTuple):
    """What is compared in a view; a reading without pieces is compared with nothing."""

    answer: Reading
    request: Reading
    context: Reading

    def wanted(self) -> list[str]:
        """The texts whose vectors are needed, each once."""
        return list(dict.fromkeys(text for one in self if one.pieces for text in one.wanted()))


_NOTHING = Reading((), ())


class Judge:
    """The models of one encoder, and what they say."""

    def __init__(
        self, options: RelevancyOptions, encoder: Encoder, reader: Reader | None = None
    ) -> None:
        self._options = options
        self._reader = reader

        def model(name: str, inputs: Sequence[str]) -> Logistic:
            return Logistic.of(name, encoder, inputs, options.calibration)

        if reader is None:
            self._answer = model("relevancy.answer", ANSWER)
        else:
            self._answer = model("relevancy.answer_read", ANSWER_READ)
        self._context = model("relevancy.context", CONTEXT)
        self._stray = model("relevancy.stray", STRAY)
        self._scope = model("topics.scope", SCOPE)

    def texts(self, view: View) -> Texts:
        """What is to be compared, after what needs no comparison is left out."""
        if self._options.purposes:
            request = read(view.examined)
            return Texts(_NOTHING, self._judged(request, _UNJUDGED), _NOTHING)
        said = read(view.examined)
        asked, context = _NOTHING, _NOTHING
        answer = self._judged(said, _UNJUDGED_ANSWERS)
        if "request" in self._options.against and answer.pieces:
            asked = self._request(view.reference)
        if "context" in self._options.against and answer.pieces:
            context = self._judged(
                read(one for one in view.reference if one.source is Source.CONTEXT), _UNJUDGED
            )
        return Texts(answer, asked, context)

    def _request(self, segments: Iterable[Segment]) -> Reading:
        """The last turn; with those before it where it says little by itself ("And in May?")."""
        known = tuple(segments)
        asked = read(one for one in known if one.source is Source.PROMPT)
        earlier = [one for one in known if one.source is Source.HISTORY][-2:]
        shape = request_shape_of(asked.text)
        is_full = shape not in _UNJUDGED and (shape is not Shape.QUESTION or _is_full(asked.text))
        if is_full and not (earlier and leans(asked.text)):
            return self._judged(asked, _UNJUDGED)
        return self._judged(read((*earlier, *asked.segments)), _UNJUDGED) if earlier else _NOTHING

    def _judged(self, reading: Reading, unjudged: frozenset[Shape]) -> Reading:
        shape = (shape_of if Shape.REFUSAL in unjudged else request_shape_of)(reading.text)
        if shape is Shape.FOREIGN:
            if self._options.other_languages == "fail":
                raise Truncated("a text is in another language than the encoder's")
            return reading if self._options.other_languages == "judge" else _NOTHING
        return _NOTHING if shape in unjudged else reading

    def findings(self, texts: Texts, vectors: Vectors, purpose: Sequence[str]) -> list[Finding]:
        """What is off topic, off context, or beside the purpose."""
        if purpose:
            return self._requests(texts.request, vectors, purpose)
        found: list[Finding] = []
        if texts.answer.pieces and texts.request.pieces:
            found += self._answers(texts, vectors)
        if texts.answer.pieces and texts.context.pieces:
            measured = supported(texts.context, texts.answer, vectors)
            score = self._context.probability(measured.inputs)
            found += _about(OFF_CONTEXT_ANSWER, score, texts.answer, measured)
        return found

    def _answers(self, texts: Texts, vectors: Vectors) -> Iterable[Finding]:
        measured = answered(texts.request, texts.answer, vectors)
        inputs = measured.inputs
        if self._reader is not None:
            inputs = (inputs[0], addressed(self._reader, texts.request, measured.near))
        score = self._answer.probability(inputs)
        whole = _about(OFF_TOPIC_ANSWER, score, texts.answer, measured)
        stray = [
            Finding(
                OFF_TOPIC_ANSWER,
                probability,
                piece.segment.path,
                piece.span,
                {"similarity": round(clues[0], 4), "stray": True},
            )
            for piece, clues in strays(texts.request, texts.answer, vectors)
            if (probability := self._stray.probability(clues)) >= _LEAST_TOLD
        ]
        return [*whole, *stray]

    def _requests(
        self, request: Reading, vectors: Vectors, purpose: Sequence[str]
    ) -> list[Finding]:
        if not request.pieces:
            return []
        near = nearest_of(rows_of(request, vectors), stacked(vectors, purpose))
        score = self._scope.probability(near.inputs)
        if score < _LEAST_TOLD:
            return []
        evidence = {"similarity": round(near.similarity, 4), "nearest": near.place}
        return [_finding(OFF_TOPIC_REQUEST, score, request, evidence)]


def _is_full(question: str) -> bool:
    """Whether a question says enough by itself."""
    return len(question.split()) > _FEW_WORDS


def _about(kind: str, score: float, answer: Reading, measured: Measured) -> list[Finding]:
    evidence = {
        "similarity": round(measured.similarity, 4),
        "best": measured.best.position,
        "worst": measured.worst.position,
    }
    return [_finding(kind, score, answer, evidence)] if score >= _LEAST_TOLD else []


def _finding(kind: str, score: float, reading: Reading, evidence: dict[str, Any]) -> Finding:
    """About all of the text: with its place where it is in one segment."""
    if len(reading.segments) > 1:
        return Finding(kind, score, evidence=evidence)
    (segment,) = reading.segments
    span = Span(0, len(segment.text))
    return Finding(kind, score, segment.path, span, evidence)
