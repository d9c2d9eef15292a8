"""Rows for values that stand after a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.pii import values
from detectors.pii.rows import LABEL, Recognizer

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = "labels as forms and letters have them; the value's form is anybody's"
JOIN = (
    r"[\"'*_)]{0,3},?[ ]{0,2}"
    r"(?:(?:for|of)[ ][A-Za-z\xff][A-Za-z\xff.' \-]{1,30}[ ](?:is|was)[ ])?"
    r"(?:(?i:number|num|no|nr|id|code|is|was|of|on file|ending in|for the [a-z]{2,12}"
    r"|which is|as|to)\b\.?,?[ ]{0,2}){0,3}"
    r"[:=#|\t\-]{0,2}[\"'*_ (#\n\t]{0,4}"
)
"""What may stand between a label and its value."""
_SECRETS = (values.password, values.strange_password, values.spoken_password)
AFTER = r"(?![0-9A-Za-z_\xff%@])(?![-/.,:][0-9A-Za-z])"


def labelled(  # noqa: PLR0913, PLR0917 - a row of a table
    name: str,
    kind: str,
    validate: Callable[..., int],
    labels: tuple[str, ...],
    shape: str,
    score: float,
    example: str,
    source: str,
    *,
    after: str = AFTER,
    longest: int,
) -> Recognizer:
    """A row for what stands after one of the labels, as `value` in its shape says."""
    return Recognizer(
        name=name,
        kind=kind,
        gate=LABEL,
        labels=labels,
        shapes=(shape,),
        before="",
        after="" if validate in _SECRETS else after,
        longest=longest,
        validate=validate,
        score=0.0,
        in_context=score,
        source=source,
        example=example,
    )
