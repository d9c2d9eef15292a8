"""The detector `topics`: what must not come up, and the only things that may."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from detectors.calibration import DECIMALS, Logistic
from detectors.encoders.loading import load
from detectors.relevancy.reading import WHOLE, Reading, read
from detectors.relevancy.shapes import Shape, request_shape_of, shape_of
from detectors.topics.head import Head
from detectors.topics.options import TopicsOptions
from detectors.topics.scope import SCOPE
from policyengine import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Memo,
    Options,
    Resources,
    Span,
    Truncated,
    View,
    WarmUpError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from detectors.encoders.vectors import Vectors
    from detectors.relevancy.reading import Piece
    from detectors.topics.head import Near

    Rows = Mapping[str, NDArray[Any]]

BANNED = "topics.banned"
NOT_ALLOWED = "topics.not_allowed"

_LEAST_TOLD = 0.05
_UNJUDGED = frozenset({Shape.EMPTY, Shape.GREETING, Shape.SHORT, Shape.CODE})


class _Text(NamedTuple):
    """A text that is judged; a short one is held against banned topics alone."""

    reading: Reading
    is_short: bool


class Topics(Detector[TopicsOptions]):
    """Compares each part of a text with the texts that stand for topics.

    A banned topic is found sentence by sentence, with its place; that no allowed topic is near is
    said of a text as a whole. Scores are probabilities, calibrated for the encoder.
    """

    id: ClassVar[str] = "topics"
    Options: ClassVar[type[Options]] = TopicsOptions

    def __init__(self, options: TopicsOptions) -> None:
        super().__init__(options)
        self._vectors: Vectors | None = None
        self._scope: Logistic | None = None
        self._heads: tuple[Head | None, Head | None] | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """Those of the lists that are given."""
        banned = Kind(BANNED, description="A sentence about a topic that must not come up.")
        not_allowed = Kind(NOT_ALLOWED, description="A text about none of the allowed topics.")
        return [
            *([banned] if self.options.banned else []),
            *([not_allowed] if self.options.allowed else []),
        ]

    @property
    def cost(self) -> Cost:
        """That of the encoder."""
        return self.options.encoder.cost

    @property
    def sends_text_to(self) -> Sequence[str]:
        """The encoder's host, if it has one."""
        return self.options.encoder.sends_text_to

    @property
    def words(self) -> frozenset[str]:
        """The names of the topics."""
        return frozenset(topic.name for topic in (*self.options.banned, *self.options.allowed))

    @property
    def examples(self) -> Sequence[Example]:
        """A text of a banned topic, one of an allowed topic; of the rest nobody can know."""
        topics = (*self.options.banned, *self.options.allowed)
        finds = [BANNED] if self.options.banned else []
        ordinary = (text for text in topics[0].texts if shape_of(text) is None)
        return [Example.of(text, *finds) for text in islice(ordinary, 1)]

    def warm_up(self, resources: Resources) -> None:
        """Load the encoder and its calibration; learn the topics where that waits for nobody."""
        self._vectors = load(self.options.encoder, resources)
        self._scope = Logistic.of("topics.scope", self._vectors, SCOPE, self.options.calibration)
        if self.cost is not Cost.REMOTE:
            wanted = self._described()
            rows = self._vectors.encode(wanted, Memo())
            self._learn(dict(zip(wanted, rows, strict=True)))

    def _described(self) -> list[str]:
        topics = (*self.options.banned, *self.options.allowed)
        return list(dict.fromkeys(text for topic in topics for text in topic.texts))

    def _learn(self, rows: Rows) -> tuple[Head | None, Head | None]:
        if self._scope is None:
            raise WarmUpError("the topics detector was not warmed up")
        banned, allowed = self.options.banned, self.options.allowed
        rate = self.options.false_positive_rate
        self._heads = (
            Head(banned, rows, self._scope) if banned else None,
            Head(allowed, rows, self._scope, rate) if allowed else None,
        )
        return self._heads

    def nearest(self, text: str) -> Near:
        """The allowed topic that a text is nearest to; for measuring, with local encoders only."""
        if self._vectors is None or self._heads is None or self._heads[1] is None:
            raise WarmUpError("no allowed topics were learned")
        return self._heads[1].nearest(self._vectors.encode([text], Memo())[0])

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The banned topics of each view in reading order, then texts about none of the allowed."""
        if self._vectors is None or self._heads is None:
            raise WarmUpError("the topics detector was not warmed up")
        answers = []
        for view in views:
            texts = self._texts(view)
            wanted = _wanted(texts)
            rows = self._vectors.encode(wanted, view.memo) if wanted else ()
            answers.append(self._findings(texts, dict(zip(wanted, rows, strict=True))))
        return answers

    async def adetect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The same with an encoder that waits."""
        if self._vectors is None:
            raise WarmUpError("the topics detector was not warmed up")
        answers = []
        for view in views:
            if self._heads is None:
                described = self._described()
                known = await self._vectors.aencode(described, view.memo)
                self._learn(dict(zip(described, known, strict=True)))
            texts = self._texts(view)
            wanted = _wanted(texts)
            rows = await self._vectors.aencode(wanted, view.memo) if wanted else ()
            answers.append(self._findings(texts, dict(zip(wanted, rows, strict=True))))
        return answers

    def _texts(self, view: View) -> list[_Text]:
        """The texts that are judged, each by itself."""
        found = []
        for segment in view.examined:
            shape = shape_of(segment.text)
            if shape is Shape.FOREIGN and self.options.other_languages == "fail":
                raise Truncated("a text is in another language than the encoder's")
            is_short = shape is Shape.SHORT
            if is_short and self.options.banned:
                shape = request_shape_of(segment.text)
            foreign = shape is Shape.FOREIGN and self.options.other_languages == "pass"
            if not foreign and shape not in _UNJUDGED:
                found.append(_Text(read([segment]), is_short))
        return found

    def _findings(self, texts: Sequence[_Text], rows: Rows) -> list[Finding]:
        banned, allowed = self._heads or (None, None)
        found: list[Finding] = []
        for reading, is_short in texts:
            if banned is not None:
                for piece in reading.pieces:
                    found += _banned(banned, piece, rows[piece.text])
            if allowed is not None and not is_short:
                found += _not_allowed(allowed, reading, rows)
        return found


def _wanted(texts: Iterable[_Text]) -> list[str]:
    return list(dict.fromkeys(one for text in texts for one in text.reading.wanted()))


def _banned(head: Head, piece: Piece, row: NDArray[Any]) -> Iterable[Finding]:
    for near in head.likely(row):
        score = round(1 - near.outside, DECIMALS)
        if score >= _LEAST_TOLD:
            yield Finding(BANNED, score, piece.segment.path, piece.span, _evidence(near))


def _not_allowed(head: Head, reading: Reading, rows: Rows) -> Iterable[Finding]:
    """Of the whole where it is short; of a long text, by the part that is nearest to a topic."""
    texts = reading.wanted()[:1] if len(reading.text) <= WHOLE else reading.wanted()
    near = min((head.nearest(rows[text]) for text in texts), key=lambda one: one.outside)
    if near.outside >= _LEAST_TOLD:
        (segment,) = reading.segments
        place = Span(0, len(segment.text))
        yield Finding(NOT_ALLOWED, near.outside, segment.path, place, _evidence(near))


def _evidence(near: Near) -> dict[str, float | int | str]:
    return {
        "topic": near.topic.name,
        "nearest": near.place,
        "similarity": round(near.similarity, DECIMALS),
    }
