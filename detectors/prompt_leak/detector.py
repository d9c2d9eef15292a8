"""The detector `prompt_leak`: the answer gives the system prompt away."""

from __future__ import annotations

import math
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple

from pydantic import Field

from detectors.calibration import Logistic
from detectors.encoders.loading import load
from detectors.encoders.settings import EncoderSettings, Onnx
from detectors.prompt_leak.alignment import Original
from detectors.prompt_leak.paraphrase import INPUTS, clues
from detectors.sentences import sentences, words
from policyengine import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Options,
    Position,
    Resources,
    Segment,
    Source,
    Span,
    View,
    WarmUpError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from detectors.encoders.vectors import Vectors
    from detectors.prompt_leak.alignment import Copy

VERBATIM = "prompt_leak.verbatim"
PARAPHRASE = "prompt_leak.paraphrase"
CALIBRATION = "prompt_leak"

_LEAST_WORDS = 4  # shorter sentences say too little to be recognised by their meaning
_LEAST_TOLD = 0.05
_KNOWN = frozenset({Source.PROMPT, Source.HISTORY, Source.CONTEXT, Source.TOOL_RESULT})


class PromptLeakOptions(Options):
    """What counts as giving the system prompt away."""

    min_words: Annotated[int, Field(ge=3, le=100)] = 8
    """A part that repeats so many words of the system prompt has the recommended score of 0.5."""
    paraphrase: bool = True
    """Also look for sentences that say the same in other words; needs the encoder."""
    encoder: EncoderSettings = Onnx()
    """What turns text into vectors, for paraphrases."""
    calibration: Annotated[str, Field(min_length=1)] | None = None
    """A file with the calibration of an encoder of your own."""


class _Piece(NamedTuple):
    segment: Segment
    span: Span

    @property
    def text(self) -> str:
        return self.segment.text[self.span.start : self.span.end]


class PromptLeak(Detector[PromptLeakOptions]):
    """Finds parts of the answer that repeat the system prompt, word for word or by meaning.

    A repeated part of n words scores 1 - 2^(-n / min_words), less by its edits. What the user, the
    context or a tool's result says as well is nobody's secret and no finding.
    """

    id: ClassVar[str] = "prompt_leak"
    Options: ClassVar[type[Options]] = PromptLeakOptions

    def __init__(self, options: PromptLeakOptions) -> None:
        super().__init__(options)
        self._vectors: Vectors | None = None
        self._calibration: Logistic | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """Word for word, and by meaning where that is asked for."""
        verbatim = Kind(
            VERBATIM, description="A part of the system prompt, (nearly) word for word."
        )
        by_meaning = Kind(PARAPHRASE, description="A sentence of the system prompt in other words.")
        return [verbatim, by_meaning] if self.options.paraphrase else [verbatim]

    @property
    def needs(self) -> frozenset[Source]:
        """The two texts to compare."""
        return frozenset({Source.SYSTEM, Source.COMPLETION})

    @property
    def uses(self) -> frozenset[Source]:
        """What everybody in the conversation knows."""
        return _KNOWN

    @property
    def cost(self) -> Cost:
        """That of the encoder, if it is used."""
        return self.options.encoder.cost if self.options.paraphrase else Cost.INLINE

    @property
    def sends_text_to(self) -> Sequence[str]:
        """The encoder's host, if it has one and is used."""
        return self.options.encoder.sends_text_to if self.options.paraphrase else ()

    @property
    def examples(self) -> Sequence[Example]:
        """A prompt given away, and one obeyed."""
        return [
            _example(_PROMPT, f"Sure, here it is: {_PROMPT}", VERBATIM),
            _example(_PROMPT, "The library opens at nine. Shall I reserve the book for you?"),
        ]

    def warm_up(self, resources: Resources) -> None:
        """Load the encoder and the calibration that belongs to it."""
        if find_spec("rapidfuzz") is None:
            raise WarmUpError(
                "the prompt_leak detector needs the library 'rapidfuzz': "
                "pip install 'llm-policyengine[detectors]'"
            )
        if self.options.paraphrase:
            self._vectors = load(self.options.encoder, resources)
            named = self.options.calibration
            self._calibration = Logistic.of(CALIBRATION, self._vectors, INPUTS, named)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The parts given away in each view, verbatim ones first."""
        return [self._findings(view, self._encoded(view)) for view in views]

    async def adetect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The same with an encoder that waits."""
        answers = []
        for view in views:
            wanted = self._wanted(view)
            rows = await self._vectors.aencode(wanted, view.memo) if self._vectors else ()
            answers.append(self._findings(view, dict(zip(wanted, rows, strict=False))))
        return answers

    def _encoded(self, view: View) -> dict[str, Any]:
        wanted = self._wanted(view)
        rows = self._vectors.encode(wanted, view.memo) if self._vectors and wanted else ()
        return dict(zip(wanted, rows, strict=False))

    def _wanted(self, view: View) -> list[str]:
        if self._vectors is None:
            return []
        pieces = [*_pieces(_answers(view)), *_pieces(_prompts(view))]
        return list(dict.fromkeys(piece.text for piece in pieces))

    def _findings(self, view: View, vectors: dict[str, Any]) -> list[Finding]:
        known = [Original(one.text) for one in view.reference if one.source in _KNOWN]
        verbatim = list(self._verbatim(view, known))
        if self._calibration is None or not vectors:
            return verbatim
        taken = [(one.path, one.span) for one in verbatim]
        return verbatim + list(self._paraphrases(view, vectors, known, taken))

    def _verbatim(self, view: View, known: Sequence[Original]) -> Iterable[Finding]:
        least = max(3, self.options.min_words // 2)
        for prompt in _prompts(view):
            original = Original(prompt.text)
            for answer in _answers(view):
                for copy in original.copies(answer.text, least, known):
                    yield self._repeated(answer, prompt, copy)

    def _repeated(self, answer: Segment, prompt: Segment, copy: Copy) -> Finding:
        score = copy.alike * (1 - 2 ** (-copy.words / self.options.min_words))
        if copy.words >= self.options.min_words and math.isclose(copy.alike, 1):
            score = max(score, 0.5)
        return Finding.at(
            answer,
            copy.start,
            copy.end,
            kind=VERBATIM,
            score=round(score, 4),
            words=copy.words,
            alike=round(copy.alike, 4),
            system=Position(prompt, Span(copy.source_start, copy.source_end)),
        )

    def _paraphrases(
        self,
        view: View,
        vectors: dict[str, Any],
        known: Sequence[Original],
        taken: Sequence[tuple[str | None, Span | None]],
    ) -> Iterable[Finding]:
        assert self._calibration is not None  # noqa: S101 - for the type checker
        prompts = _pieces(_prompts(view))
        for piece in _pieces(_answers(view)):
            if not prompts or _within(piece, taken):
                continue
            if any(one.holds(piece.text) for one in known):
                continue
            nearest = max(prompts, key=lambda one: float(vectors[one.text] @ vectors[piece.text]))
            similarity = float(vectors[nearest.text] @ vectors[piece.text])
            score = self._calibration.probability(clues(similarity, piece.text, nearest.text))
            if score >= _LEAST_TOLD:
                yield Finding.at(
                    piece.segment,
                    piece.span.start,
                    piece.span.end,
                    kind=PARAPHRASE,
                    score=score,
                    similarity=round(similarity, 4),
                    system=Position(nearest.segment, nearest.span),
                )


def _answers(view: View) -> list[Segment]:
    return [one for one in view.examined if one.source is not Source.SYSTEM]


def _prompts(view: View) -> list[Segment]:
    return [one for one in view.reference if one.source is Source.SYSTEM]


def _pieces(segments: Iterable[Segment]) -> list[_Piece]:
    pieces = [_Piece(segment, span) for segment in segments for span in sentences(segment.text)]
    return [piece for piece in pieces if len(words(piece.text)) >= _LEAST_WORDS]


def _within(piece: _Piece, taken: Iterable[tuple[str | None, Span | None]]) -> bool:
    """Whether a verbatim finding covers half of it: it is told already."""
    return any(
        path == piece.segment.path
        and span is not None
        and 2 * (min(span.end, piece.span.end) - max(span.start, piece.span.start))
        >= piece.span.end - piece.span.start
        for path, span in taken
    )


_PROMPT = (
    "You are Ada, the assistant of the city library. Never tell a reader which books another "
    "reader has borrowed, and send complaints to the desk on the second floor."
)


def _example(prompt: str, answer: str, *finds: str) -> Example:
    return Example(
        (Segment("/choices/0/message/content", Source.COMPLETION, answer, "response"),),
        (Segment("/messages/0/content", Source.SYSTEM, prompt),),
        frozenset(finds),
    )
