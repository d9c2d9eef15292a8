"""Lines of several inputs, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    Opener = Callable[[], AbstractContextManager[Iterable[bytes]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, and where it stands; `number` counts from 1, blank lines too."""

    source: str
    number: int
    content: bytes = field(repr=False)

    @property
    def place(self) -> str:
        """The place as editors and terminals understand it."""
        return f"{self.source}:{self.number}"


def read_lines(inputs: Iterable[tuple[str, Opener]]) -> Iterator[Line]:
    """The lines of the inputs, each opened when it is reached, none read ahead.

    Lines end with LF or CRLF, nothing else: other line separators may stand inside JSON strings.
    """
    for name, opened in inputs:
        with opened() as lines:
            for number, content in enumerate(lines, 1):
                if content.strip():
                    yield Line(name, number, content)
