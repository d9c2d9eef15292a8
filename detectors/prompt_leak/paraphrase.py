"""What tells that a sentence of the answer says what one of the system prompt says."""

from __future__ import annotations

from detectors.sentences import words

INPUTS = ("similarity", "shared")
"""What the calibration weighs: the cosine and the share of words in common."""


def clues(similarity: float, sentence: str, nearest: str) -> tuple[float, ...]:
    """The inputs for a sentence of the answer and the one of the prompt that is nearest to it."""
    said = {word.text for word in words(sentence)}
    asked = {word.text for word in words(nearest)}
    shared = len(said & asked) / max(1, min(len(said), len(asked)))
    return similarity, shared
