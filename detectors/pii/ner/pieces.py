"""Cutting what a pipeline cannot take whole: long texts, and long runs without white space."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 4_000
"""Characters that a pipeline of spaCy sees at once.

It bounds the memory: spaCy needs about 1 GB for 100,000 words.
"""

LONGEST_RUN = 100
"""Characters without white space that the tokeniser sees at once.

It takes quadratic time on a run of brackets or quotes: 2 ms for 100 of them, 15 s for 4,000.
"""

_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
_JOINT = re.compile(r"[,;&|>})\]/?]")


def pieces(text: str, most: int = LONGEST) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most so many characters, each with its place.

    It is cut at white space, where there is any.
    """
    start = 0
    while len(text) - start > most:
        blank = max(text.rfind(" ", start, start + most), text.rfind("\n", start, start + most))
        end = blank + 1 if blank > start else start + most
        yield start, text[start:end]
        start = end
    if start < len(text):
        yield start, text[start:]


def runs(text: str) -> list[str]:
    """The text cut inside its long runs, after a sign that separates if there is one."""
    cuts = [0]
    for run in _LONG_RUN.finditer(text):
        start, end = run.span()
        while end - start > LONGEST_RUN:
            joints = [sign.end() for sign in _JOINT.finditer(text, start, start + LONGEST_RUN)]
            start = joints[-1] if joints else start + LONGEST_RUN
            cuts.append(start)
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
