"""What a policy may set for the detector `hallucination`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from policyengine import Options


class HallucinationOptions(Options):
    """How an answer is held against its context."""

    layers: Annotated[tuple[Literal["facts", "wording"], ...], Field(min_length=1)] = (
        "facts",
        "wording",
    )
    """`facts`: numbers, dates, amounts, names, quotations and addresses that the context does not
    hold. `wording`: claims whose words it does not hold."""
    whole_answer: bool = False
    """Score the answer as a whole too; a stream then waits for its end."""
    other_languages: Literal["pass", "judge", "fail"] = "judge"
    """What becomes of an answer or a context that is not in English: `judge` treats it as any, so
    that an answer in another language than its context is hardly supported; `fail` fails the step,
    `pass` finds nothing in it."""
