"""`policyengine evaluate`: files, signals and a terminal around `policyengine.offline`."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from policyengine.cli import summaries
from policyengine.cli.configurations import STANDARD_INPUT, tags_of, texts_of
from policyengine.cli.failing import BAD_LINES, INTERRUPTED, complain
from policyengine.offline import (
    Kept,
    Origin,
    Preparation,
    Settings,
    WorkerError,
    compare,
    evaluate_in_processes,
    evaluate_line,
    inspect,
    read_lines,
    skip,
)
from policyengine.offline.stopping import Stop, Stopped

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from contextlib import AbstractContextManager

    from policyengine.deployment import CompiledDeployment
    from policyengine.offline import Line, Outcome

STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Job:
    """What a command line asks for."""

    preparation: Preparation
    deployment: CompiledDeployment
    settings: Settings
    origin: Origin
    workers: int

    def outcomes(self, lines: Iterator[Line]) -> Generator[tuple[Line, Outcome]]:
        """Each line with its outcome, in order."""
        if self.workers > 1:
            yield from evaluate_in_processes(self.preparation, self.settings, lines, self.workers)
            return
        for line in lines:
            yield line, evaluate_line(self.deployment, line, self.settings)


def run(  # noqa: PLR0913 - the command's options
    *,
    configs: Sequence[str],
    deployment: str | None,
    inputs: Sequence[str],
    output: str,
    observe: bool,
    all_findings: bool,
    tags: str,
    workers: int,
    resume: bool,
    summary: bool,
    quiet: bool,
) -> None:
    """Evaluate every line; exit with 3 when there were bad ones, 130 when interrupted."""
    _refuse_confusion(configs, inputs, output, resume=resume)
    settings = Settings(observe, all_findings, tags_of(tags))
    job = _job(Preparation(texts_of(configs), deployment), settings, workers)
    watched = sys.stderr.isatty() and not quiet
    total = None if resume else _size(inputs)
    started = time.monotonic()
    kept = Kept()
    account, last = kept.summary, None
    try:
        with ExitStack() as opened:
            stop = opened.enter_context(Stop())
            lines = stop.between(read_lines((_name(one), _opener(one)) for one in inputs))
            if resume:
                kept = _go_on(job, lines, output)
                account = kept.summary
            before = account.lines
            out = opened.enter_context(_output(output, kept))
            advance = opened.enter_context(summaries.progress(shown=watched, total=total))
            for line, outcome in opened.enter_context(closing(job.outcomes(lines))):
                _write(out, line, outcome)
                account.add(outcome.tally)
                advance(len(line.content))
                last = line
    except (Stopped, WorkerError) as error:
        _say_where(last, output)
        if isinstance(error, Stopped):
            sys.exit(INTERRUPTED)
        raise
    if watched or (summary and not quiet):
        summaries.draw(account, account.lines - before, time.monotonic() - started)
    if account.bad:
        sys.exit(BAD_LINES)


def _job(preparation: Preparation, settings: Settings, workers: int) -> Job:
    engine = preparation.engine()
    compiled = engine.deployment(preparation.deployment)
    document = engine.configuration.document.deployments[compiled.name]
    given = frozenset(settings.tags)
    ignored = given.difference(document.tags, document.accept_tags)
    if ignored:
        complain(f"note: {compiled.name} does not accept the tags {', '.join(sorted(ignored))}")
    carried = given.intersection(document.accept_tags).union(document.tags)
    origin = Origin(compiled.name, compiled.revision, tuple(sorted(carried)))
    return Job(preparation, compiled, settings, origin, workers)


def _go_on(job: Job, lines: Iterator[Line], output: str) -> Kept:
    """Pass over the lines that the output holds already; raises ResumeError."""
    if not os.path.exists(output):  # noqa: PTH110 - `-` and devices are no paths of ours
        return Kept()
    with Path(output).open("rb") as written:
        kept = inspect(written, job.origin)
    for line, written_before in skip(lines, kept):
        compare(evaluate_line(job.deployment, line, job.settings), written_before)
    return kept


def _write(out: BinaryIO, line: Line, outcome: Outcome) -> None:
    out.write(outcome.content)
    out.flush()  # whoever reads along sees each line, and a kill loses none
    if outcome.problem is not None:
        complain(f"{line.place}: {outcome.problem}")


def _say_where(last: Line | None, output: str) -> None:
    where = "before the first line" if last is None else f"after {last.place}"
    hint = "" if output == STANDARD_OUTPUT else "; go on with --resume and the same options"
    complain(f"stopped {where}{hint}")


def _output(output: str, kept: Kept) -> AbstractContextManager[BinaryIO]:
    if output == STANDARD_OUTPUT:
        return nullcontext(sys.stdout.buffer)
    if not kept.size:
        return Path(output).open("wb")
    os.truncate(output, kept.size)
    return Path(output).open("ab")


def _name(source: str) -> str:
    return "<stdin>" if source == STANDARD_INPUT else source


def _opener(source: str) -> partial[AbstractContextManager[BinaryIO]]:
    if source == STANDARD_INPUT:
        return partial(nullcontext, sys.stdin.buffer)
    return partial(Path(source).open, "rb")


def _size(inputs: Sequence[str]) -> int | None:
    files = [Path(one) for one in inputs if one != STANDARD_INPUT]
    if len(files) < len(inputs) or not all(file.is_file() for file in files):
        return None
    return sum(file.stat().st_size for file in files)


def _refuse_confusion(
    configs: Sequence[str], inputs: Sequence[str], output: str, *, resume: bool
) -> None:
    if [*configs, *inputs].count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input can be read only once")
    if output == STANDARD_OUTPUT:
        if resume:
            raise click.UsageError("--resume needs an OUT to go on with (-o)")
        return
    for one in (*configs, *inputs):
        if one != STANDARD_INPUT and _is_same_file(one, output):
            raise click.UsageError(f"the output {output} is also an input")


def _is_same_file(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)  # noqa: PTH121 - one of them may be a URL
    except OSError:  # one of them does not exist
        return False
