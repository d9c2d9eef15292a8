"""What became of one text of a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _unmoved(start: int, end: int) -> tuple[int, int]:
    return start, end


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one text.

    `text` is the new one, None when the text was dropped. `spans` are the ranges that were
    rewritten, in the original's code points; `to_new` moves a range of the original that touches
    none of them to the new text.
    """

    text: str | None
    spans: tuple[tuple[int, int], ...] = ()
    to_new: Callable[[int, int], tuple[int, int]] = _unmoved

    def stretches(self, original: str) -> list[str]:
        """What of the original text is not left."""
        if self.text is None:
            return [original]
        return [original[start:end] for start, end in self.spans]

    def touches(self, start: int, end: int) -> bool:
        """Whether any of `original[start:end]` was rewritten or dropped."""
        return self.text is None or any(start < over and begin < end for begin, over in self.spans)
