"""Choices drawn from a number, so that the same number gives the same choices everywhere."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()

# So many bits are left over that no choice is noticeably likelier than another.
_SPARE = 64


class Draws:
    """Choices from a number of 256 bits, and from its digests once it is used up."""

    def __init__(self, number: int) -> None:
        self._seed = number
        self._left = number

    def below(self, limit: int) -> int:
        """A number from 0 to `limit - 1`."""
        if self._left < limit << _SPARE:
            size = (self._seed.bit_length() + 7) // 8
            self._seed = int.from_bytes(hashlib.sha256(self._seed.to_bytes(size)).digest())
            self._left = self._seed
        self._left, chosen = divmod(self._left, limit)
        return chosen

    def between(self, first: int, last: int) -> int:
        """A number from `first` to `last`."""
        return first + self.below(last - first + 1)

    def one_of(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[self.below(len(among))]

    def characters(self, among: str, count: int) -> str:
        """A text of so many characters."""
        return "".join(self.one_of(among) for _ in range(count))

    def like(self, text: str) -> str:
        """Other digits and letters in the same places; what is neither stays.

        A number that does not begin with a zero still does not.
        """
        made: list[str] = []
        for character in text:
            if character.isdecimal():
                leading = not any(map(str.isdecimal, made)) and character != "0"
                made.append(self.one_of(DIGITS[1:] if leading else DIGITS))
            elif character.isalpha():
                made.append(self.one_of(UPPER if character.isupper() else LOWER))
            else:
                made.append(character)
        return "".join(made)


def filled(text: str, digits: str) -> str:
    """The text with these digits in the places of its own; there are as many."""
    left = iter(digits)
    return "".join(next(left) if one.isdecimal() else one for one in text)
