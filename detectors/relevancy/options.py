"""The options of the detector `relevancy`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from detectors.encoders.settings import EncoderSettings, Onnx
from policyengine import Options

Text = Annotated[str, Field(min_length=3, max_length=2000)]


class RelevancyOptions(Options):
    """What is compared with what."""

    against: Annotated[tuple[Literal["request", "context"], ...], Field(min_length=1)] = (
        "request",
    )
    """What the answer is compared with: the `request`, its `context`, or both."""
    purpose: Annotated[tuple[Text, ...], Field(min_length=1)] | Text | None = None
    """What the deployment is for: a sentence, or examples of requests that belong there. With it
    requests are compared with the purpose, and answers with nothing: another step does that."""
    other_languages: Literal["pass", "judge", "fail"] = "pass"
    """Texts in a language other than English, which the packaged encoders do not know: `pass` finds
    nothing in them, `fail` fails the step, `judge` treats them as any (for other encoders)."""
    encoder: EncoderSettings = Onnx()
    """What turns text into vectors."""
    reader: bool = False
    """Whether a trained model also reads the answer beside its request. On questions that were
    written for a passage it tells an answer from its neighbour better than similarity does, on
    questions that people asked of a search engine it does not; it doubles the time."""
    calibration: Annotated[str, Field(min_length=1)] | None = None
    """A file with the calibration of an encoder of your own."""

    @model_validator(mode="after")
    def _one_direction(self) -> RelevancyOptions:
        if self.purpose is not None and "against" in self.model_fields_set:
            raise ValueError("`purpose` is about requests, `against` about answers: use two steps")
        return self

    @property
    def reads(self) -> bool:
        """Whether the reader is wanted: for answers beside requests alone."""
        return self.reader and not self.purposes and "request" in self.against

    @property
    def purposes(self) -> tuple[str, ...]:
        """The texts of the purpose, one or more, or none."""
        if self.purpose is None:
            return ()
        return (self.purpose,) if isinstance(self.purpose, str) else self.purpose
