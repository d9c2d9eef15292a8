"""Exact spans from twins: what an unfaithful text says that its nearest faithful one does not."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+(?:['\u2019.,-]\w+)*|[^\w\s]")
NEAR = 0.55
"""Texts of which so much is the same are twins."""


def differences(text: str, faithful: str) -> tuple[list[tuple[int, int]], float]:
    """The spans of `text` that are new in it, and how much of the two is the same.

    Where a word was only taken out, the words on both sides of the gap.
    """
    ours, theirs = [*_WORD.finditer(text)], [*_WORD.finditer(faithful)]
    matcher = SequenceMatcher(
        None, [one[0].lower() for one in ours], [one[0].lower() for one in theirs], autojunk=False
    )
    spans = []
    for tag, a, b, _, _ in matcher.get_opcodes():
        if tag in ("replace", "delete"):
            spans.append((ours[a].start(), ours[b - 1].end()))
        elif tag == "insert" and 0 < a < len(ours):
            spans.append((ours[a - 1].start(), ours[a].end()))
    return spans, matcher.ratio()


def spans_of(text: str, faithful: list[str]) -> list[tuple[int, int]] | None:
    """The spans by the nearest faithful text; None where none is near."""
    best: tuple[float, list[tuple[int, int]]] = (NEAR, [])
    for one in faithful:
        spans, ratio = differences(text, one)
        if ratio > best[0] and spans:
            best = (ratio, spans)
    return best[1] or None
