"""The account of a run, drawn, and its progress while somebody watches."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policyengine.cli.terminal import console_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from policyengine.offline import Summary

VERDICTS = {"allow": "green", "flag": "yellow", "redact": "magenta", "block": "red"}
"""The colour of each verdict."""


def draw(summary: Summary, evaluated: int, seconds: float) -> None:
    """The account as a table on standard error; `evaluated` lines took so many seconds."""
    from rich.table import Table  # noqa: PLC0415 - drawn only where it is asked for

    console = console_for(sys.stderr)
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, count, style in _rows(summary, evaluated, seconds):
        table.add_row(name, count, style=style)
    console.print(table)


def _rows(summary: Summary, evaluated: int, seconds: float) -> Iterator[tuple[str, str, str]]:
    yield "lines", f"{summary.lines:,}", "bold"
    for verdict, colour in VERDICTS.items():
        yield f"  {verdict}", f"{summary.verdicts[verdict]:,}", colour
    if summary.incomplete:
        yield "  incomplete", f"{summary.incomplete:,}", "yellow"
    if summary.bad:
        yield "  not evaluated", f"{summary.bad:,}", "red"
    if summary.kinds:
        yield "findings", f"{summary.kinds.total():,}", "bold"
    for kind, count in sorted(summary.kinds.items(), key=lambda one: (-one[1], one[0])):
        yield f"  {kind}", f"{count:,}", ""
    if seconds > 0:
        yield "lines a second", f"{evaluated / seconds:,.0f}", ""


@contextmanager
def progress(*, shown: bool, total: int | None) -> Iterator[Callable[[int], None]]:
    """A function to call with each line's size in bytes; draws on standard error if `shown`.

    `total` is the size of all inputs, None where it is not known.
    """
    if not shown:
        yield lambda _size: None
        return
    with _bar(console_for(sys.stderr), total) as advance:
        yield advance


@contextmanager
def _bar(console: Console, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.progress import (  # noqa: PLC0415 - drawn only where somebody watches
        BarColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(),
        TextColumn("{task.fields[lines]:,} lines"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total, lines=0)
        lines = 0

        def advance(size: int) -> None:
            nonlocal lines
            lines += 1
            bar.update(task, advance=size, lines=lines)

        yield advance
