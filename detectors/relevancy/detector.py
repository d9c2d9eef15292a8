"""The detector `relevancy`: does the answer address the request, does the request belong here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from detectors.encoders.loading import load
from detectors.reader.loading import load_reader
from detectors.relevancy.judging import (
    OFF_CONTEXT_ANSWER,
    OFF_TOPIC_ANSWER,
    OFF_TOPIC_REQUEST,
    Judge,
)
from detectors.relevancy.options import RelevancyOptions
from detectors.relevancy.reading import ANSWERS
from policyengine import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Options,
    Resources,
    Segment,
    Source,
    View,
    WarmUpError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.vectors import Vectors
    from detectors.relevancy.judging import Texts

_KINDS = {
    OFF_TOPIC_ANSWER: "An answer that does not address its request, or a stray part of a long one.",
    OFF_CONTEXT_ANSWER: "An answer about something else than the context that was given.",
    OFF_TOPIC_REQUEST: "A request that has nothing to do with what the deployment is for.",
}


class Relevancy(Detector[RelevancyOptions]):
    """Judges answers beside their request or context, or requests beside a purpose.

    A score is the probability, calibrated for the encoder, that the two have nothing to do with
    each other. Greetings, very short texts, a yes or no, refusals, questions back to the user, code
    and JSON are not judged, and neither is a text in another language unless the options say so.
    """

    id: ClassVar[str] = "relevancy"
    Options: ClassVar[type[Options]] = RelevancyOptions

    def __init__(self, options: RelevancyOptions) -> None:
        super().__init__(options)
        self._vectors: Vectors | None = None
        self._judge: Judge | None = None

    @property
    def kinds(self) -> Sequence[Kind]:
        """Those of what is compared."""
        names = [OFF_TOPIC_REQUEST] if self.options.purposes else []
        if not names:
            kinds = {"request": OFF_TOPIC_ANSWER, "context": OFF_CONTEXT_ANSWER}
            names = [kinds[one] for one in dict.fromkeys(self.options.against)]
        return [Kind(name, description=_KINDS[name]) for name in names]

    @property
    def examines(self) -> frozenset[Source]:
        """The request of a purpose, or else what is told to a person."""
        return frozenset({Source.PROMPT}) if self.options.purposes else ANSWERS

    @property
    def needs(self) -> frozenset[Source]:
        """Both texts of each comparison."""
        if self.options.purposes:
            return frozenset({Source.PROMPT})
        texts = {"request": Source.PROMPT, "context": Source.CONTEXT}
        return frozenset({Source.COMPLETION, *(texts[one] for one in self.options.against)})

    @property
    def uses(self) -> frozenset[Source]:
        """Earlier turns, for requests that say little by themselves."""
        return frozenset() if self.options.purposes else frozenset({Source.HISTORY})

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
        """What evidence calls a part of an answer that fits neither its request nor the rest."""
        return frozenset({"stray"})

    @property
    def examples(self) -> Sequence[Example]:
        """An answer that fits and one that does not; none for a purpose of the user's own."""
        if self.options.purposes:
            return [_request(self.options.purposes[0])]
        kinds = [kind.name for kind in self.kinds]
        return [_answer(_BREAD, *kinds), _answer(_LIBRARY)]

    def warm_up(self, resources: Resources) -> None:
        """Load the encoder, shared with others, and the calibrations that belong to it."""
        self._vectors = load(self.options.encoder, resources)
        reader = load_reader(resources) if self.options.reads else None
        self._judge = Judge(self.options, self._vectors, reader)

    def detect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """What is off topic in each view."""
        vectors, judge = self._ready()
        answers = []
        for view in views:
            texts = judge.texts(view)
            wanted = self._wanted(texts)
            rows = vectors.encode(wanted, view.memo) if wanted else ()
            found = dict(zip(wanted, rows, strict=True))
            answers.append(judge.findings(texts, found, self.options.purposes))
        return answers

    async def adetect(self, views: Sequence[View]) -> Sequence[Sequence[Finding]]:
        """The same with an encoder that waits."""
        vectors, judge = self._ready()
        answers = []
        for view in views:
            texts = judge.texts(view)
            wanted = self._wanted(texts)
            rows = await vectors.aencode(wanted, view.memo) if wanted else ()
            found = dict(zip(wanted, rows, strict=True))
            answers.append(judge.findings(texts, found, self.options.purposes))
        return answers

    def _wanted(self, texts: Texts) -> list[str]:
        compared = texts.wanted()
        return list(dict.fromkeys((*compared, *self.options.purposes))) if compared else []

    def _ready(self) -> tuple[Vectors, Judge]:
        if self._vectors is None or self._judge is None:
            raise WarmUpError("the relevancy detector was not warmed up")
        return self._vectors, self._judge


_ASKED = "When does the city library open on Saturdays, and may I bring my dog?"
_GIVEN = "The city library is open from nine to five on Saturdays. Dogs are welcome on a lead."
_LIBRARY = "On Saturdays the city library opens at nine. You may bring your dog if it is on a lead."
_BREAD = "Knead the dough for ten minutes, let it rise overnight and bake it in a very hot oven."


def _answer(answer: str, *finds: str) -> Example:
    return Example(
        (Segment("/choices/0/message/content", Source.COMPLETION, answer, "response"),),
        (
            Segment("/messages/0/content", Source.PROMPT, _ASKED),
            Segment("/context/0", Source.CONTEXT, _GIVEN),
        ),
        frozenset(finds),
    )


def _request(text: str) -> Example:
    return Example((Segment("/messages/0/content", Source.PROMPT, text),))
