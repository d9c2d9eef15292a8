"""Where code stands in a text, or in a part of one that was cut at a blank line."""

from __future__ import annotations

import re

from detectors.relevancy.shapes import is_code, is_code_line
from policyengine import Span

_FENCE = re.compile(r"^[ \t>]*(?:```+|~~~+)(.*)$", re.MULTILINE)
_LINE = re.compile(r"[^\n]+")
_PROSE = re.compile(
    r"(?!\s*[A-Z]{3,}\b)\W*(?:[\w$\u20ac\u00a3%.'\u2019-]+,? ){3,}[\w$\u20ac\u00a3%.'\u2019-]+;\s*"
)
"""Items of a list may end as statements do."""


def code(text: str) -> list[Span]:
    """Blocks between fences, and lines of code where most of the lines are."""
    found = _fenced(text)
    if not found and is_code(text):
        found = [Span(*one.span()) for one in _LINE.finditer(text) if _is_code(one[0])]
    return found


def _fenced(text: str) -> list[Span]:
    fences = list(_FENCE.finditer(text))
    edges = [place for fence in fences for place in (fence.start(), fence.end())]
    if len(fences) % 2:
        first = fences[0]
        lines = [one[0] for one in _LINE.finditer(text, 0, first.start())]
        if not first[1].strip() and any(map(_is_code, lines)):
            edges = [0, 0, *edges]  # it began before
        else:
            edges += [len(text), len(text)]
    return [Span(*one) for one in zip(edges[::4], edges[3::4], strict=True)]


def _is_code(line: str) -> bool:
    return is_code_line(line) and not _PROSE.fullmatch(line)
