"""What a policy may set for the detector `hallucination`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from detectors.hallucination.readers import Packaged, ReaderSettings
from policyengine import Options


class HallucinationOptions(Options):
    """How an answer is held against its context."""

    layers: Annotated[tuple[Literal["facts", "wording", "reader"], ...], Field(min_length=1)] = (
        "facts",
        "wording",
        "reader",
    )
    """`facts`: numbers, dates, amounts, names, quotations and addresses that the context does not
    hold. `wording`: claims whose words it does not hold. `reader`: a trained model reads each claim
    beside the passages that bear on it, and tells which of its words they do not bear out; it needs
    the extra `encoders`. The other two need nothing."""
    reader: ReaderSettings = Packaged()
    """Which model reads. With another than the packaged one a claim's score is that model's own,
    or that of its wording if this is higher."""
    whole_answer: bool = False
    """Score the answer as a whole too; a stream then waits for its end."""
    other_languages: Literal["pass", "judge", "fail"] = "judge"
    """What becomes of an answer or a context that is not in English: `judge` treats it as any, so
    that an answer in another language than its context is hardly supported; `fail` fails the step,
    `pass` finds nothing in it."""

    @property
    def reads(self) -> bool:
        """Whether a model is asked."""
        return "reader" in self.layers
