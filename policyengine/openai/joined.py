"""A text that arrives in pieces, some of which may be forgotten again."""

from __future__ import annotations

from policyengine.openai.halves import Halves

TOGETHER = 256
"""So many pieces of a text are put together."""

FILLER = " "
"""What stands for each forgotten character, so that all others stay where they were."""


class Joined:
    """A text in the pieces that it arrived in, which are put together before they are many.

    A text of four characters takes fifty bytes, so that many small ones take ten times what the
    whole does. What is forgotten leaves its place: the text stays as long as it was.
    """

    __slots__ = ("_pieces", "_settled", "_tail", "length")

    def __init__(self) -> None:
        self.length = 0
        self._settled: list[str | int] = []
        """What comes before the tail: texts, and lengths of what was forgotten."""
        self._tail: list[str] = []
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        """So much more has arrived."""
        self.length += len(piece)
        self._pieces.append(piece)
        if len(self._pieces) >= TOGETHER:
            self._tail.append("".join(self._pieces))
            self._pieces.clear()

    def forget(self, start: int, end: int) -> None:
        """Forget a part that comes after all that was forgotten before."""
        tail = "".join([*self._tail, *self._pieces])
        begin = self.length - len(tail)
        kept = tail[: start - begin]
        if kept or not self._settled:
            self._settled += [kept, 0]
        gap = self._settled[-1]
        assert isinstance(gap, int)  # noqa: S101 - a gap is what comes last
        self._settled[-1] = gap + end - start
        self._tail, self._pieces = [tail[end - begin :]], []

    @property
    def forgotten(self) -> list[tuple[int, int]]:
        """The places of what was forgotten, in order."""
        found = []
        at = 0
        for part in self._settled:
            length = part if isinstance(part, int) else len(part)
            if isinstance(part, int):
                found.append((at, at + length))
            at += length
        return found

    def __str__(self) -> str:
        settled = [FILLER * part if isinstance(part, int) else part for part in self._settled]
        return "".join([*settled, *self._tail, *self._pieces])


class Whole(Joined):
    """The same of a text whose pieces may end amid a character."""

    __slots__ = ("_halves",)

    def __init__(self) -> None:
        super().__init__()
        self._halves = Halves()

    def add(self, piece: str) -> None:
        """So much more has arrived."""
        super().add(self._halves.add(piece))

    def __str__(self) -> str:
        return super().__str__() + self._halves.held
