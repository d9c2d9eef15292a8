"""What of a text is settled while it arrives."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Settled:
    """What nothing that follows can change: a text, and the places in it that were rewritten."""

    text: str = ""
    rewritten: list[tuple[int, int]] = field(default_factory=list)

    def add(self, other: Settled) -> None:
        """So much more of it is settled."""
        if other.rewritten:
            shift = len(self.text)
            moved = [(start + shift, end + shift) for start, end in other.rewritten]
            self.rewritten = self.rewritten + moved
        self.text += other.text

    def cut(self, start: int, end: int) -> Settled:
        """A part of it, whose ends lie in nothing that was rewritten."""
        if not self.rewritten:
            return Settled(self.text[start:end])
        inside = [
            (max(a, start) - start, min(b, end) - start)
            for a, b in self.rewritten
            if a < end and start < b
        ]
        return Settled(self.text[start:end], inside)
