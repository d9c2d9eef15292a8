"""What the reader learns from: a text beside its context, its request, or both."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SUPPORTED = "supported"
NOT_SUPPORTED = "not supported"
HELD_ONE_IN = 12
"""One document in so many is left out, to see how training goes."""


@dataclass(frozen=True)
class Example:
    """A text beside its context, its request, or both.

    `spans` is what of it is not supported; None where that is not known. `relevant` says whether
    it addresses the request; None where it is not asked.
    """

    source: str
    document: str
    context: tuple[str, ...]
    request: str | None
    answer: str
    label: str | None = None
    spans: tuple[tuple[int, int], ...] | None = None
    conflicts: bool | None = None
    relevant: bool | None = None

    @property
    def unseen(self) -> bool:
        """Whether it is left out of training, with its document."""
        return held(self.document)


def held(document: str) -> bool:
    """Whether nothing of a document is trained on: a page, a passage, a question by itself."""
    return int(digest(document)[:8], 16) % HELD_ONE_IN == 0


def digest(text: str) -> str:
    """What order and choice go by."""
    return hashlib.sha256(text.encode()).hexdigest()


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a set."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def document_of(row: dict[str, Any]) -> str:
    """What a row is left out with: others with the same passage are left out too."""
    return digest("".join(row["context"])[:200])[:16]
