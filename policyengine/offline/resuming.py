"""Going on with an output that was left unfinished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from policyengine.errors import PolicyEngineError
from policyengine.offline.jsonl import BadLine, parse
from policyengine.offline.summary import BAD, Summary, detections_in, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.offline.evaluating import Outcome
    from policyengine.offline.reading import Line


class ResumeError(PolicyEngineError):
    """An output that this run cannot go on with; the message says why."""

    code = "resume"


class Origin(NamedTuple):
    """What a line's detections say about the run that wrote it."""

    deployment: str
    revision: str
    tags: tuple[str, ...]


class Written(NamedTuple):
    """A line of an output."""

    number: int
    content: bytes
    is_complete: bool


@dataclass(slots=True)
class Kept:
    """What an unfinished output holds: whole lines, their size in bytes.

    `last` is the last of them, `telling` the last that shows what was found: other options may give
    the same of a line in which nothing was.
    """

    summary: Summary = field(default_factory=Summary)
    size: int = 0
    last: Written | None = field(default=None, repr=False)
    telling: Written | None = field(default=None, repr=False)

    @property
    def lines(self) -> int:
        """How many whole lines there are."""
        return self.summary.lines


def inspect(output: Iterable[bytes], origin: Origin) -> Kept:
    """The whole lines of an output; a last one without its end is not kept.

    Raises ResumeError for lines that a run with this origin does not write.
    """
    kept = Kept()
    for number, content in enumerate(output, 1):
        if not content.endswith(b"\n"):
            break
        try:
            line = parse(content)
        except BadLine:
            line = {}
        detections = detections_in(line)
        if detections is not None:
            _refuse_other_origin(number, detections, origin)
            added = tally(detections)
        elif line.keys() == {"error"}:
            added = BAD
        else:
            raise ResumeError(f"line {number} of the output was not written by `evaluate`")
        kept.summary.add(added)
        kept.size += len(content)
        kept.last = Written(number, content, added.complete or added is BAD)
        if added.kinds or b'"kind": ' in content:  # findings below every threshold too
            kept.telling = kept.last
    return kept


def skip(lines: Iterator[Line], kept: Kept) -> list[tuple[Line, Written]]:
    """Pass over the lines that were evaluated; those to be compared, each with what it gave.

    Raises ResumeError when there are not so many.
    """
    wanted = {one.number: one for one in (kept.telling, kept.last) if one is not None}
    found = []
    for passed in range(kept.lines):
        line = next(lines, None)
        if line is None:
            raise ResumeError(f"the output has {kept.lines} lines, the input only {passed}")
        if passed + 1 in wanted:
            found.append((line, wanted[passed + 1]))
    return found


def compare(again: Outcome, written: Written) -> None:
    """Refuse an output of which a line is not what its input gives now.

    So other inputs and other options are noticed. Where a step failed or ran out of time the same
    input need not give the same line.
    """
    may_differ = not (written.is_complete and (again.tally.complete or again.tally is BAD))
    if again.content != written.content and not may_differ:
        raise ResumeError(
            f"line {written.number} of the output is not what this input gives with these options"
        )


def _refuse_other_origin(number: int, detections: Mapping[str, Any], origin: Origin) -> None:
    found = (detections.get("deployment"), detections.get("revision"), detections.get("tags"))
    for name, wanted, is_there in zip(
        ("deployment", "revision", "tags"), (*origin[:2], list(origin.tags)), found, strict=True
    ):
        if is_there != wanted:
            raise ResumeError(
                f"line {number} of the output was written with another {name} of the configuration"
                if name == "revision"
                else f"line {number} of the output was written with another value of {name}"
            )
