"""Rows for values that stand after a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.pii.rows import LABEL, Recognizer

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = "labels as forms and letters have them; the value's form is anybody's"
JOIN = (
    r"[\"'*_)]{0,3}[ ]{0,2}"
    r"(?:(?i:number|num|no|nr|id|code|is|was|of|on file|ending in)\b\.?[ ]{0,2}){0,3}"
    r"[:=#\-]{0,2}[\"'*_ (#]{0,4}"
)
"""What may stand between a label and its value."""
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
        after=after if validate.__name__ not in {"password", "strange_password"} else "",
        longest=longest,
        validate=validate,
        score=0.0,
        in_context=score,
        source=source,
        example=example,
    )
