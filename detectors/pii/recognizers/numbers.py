"""Rows for the numbers that states give to people and firms: one way to write down many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from detectors.pii.rows import APART, ENDS, TOKENS, Recognizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STDNUM = "https://arthurdejong.org/python-stdnum/doc/2.2/stdnum."
OECD = "OECD, tax identification numbers by country"

ANY_COUNTRY = (
    "national id", "national identity", "national insurance", "tax id", "tax number", "tax no",
    "tax code", "taxpayer", "tin", "tax identification", "vat", "vat number", "vat id",
    "identity card", "id card", "identity number", "identity no", "personal number",
    "personal id", "personal code", "identification number", "citizen id", "government id",
)  # fmt: skip
"""Words that announce such a number whatever the country."""


class Strength(NamedTuple):
    """How sure a form is without and with a word nearby."""

    alone: float
    in_context: float


SURE = Strength(0.85, 0.98)
"""A form that little else has, with a check that one in fifty or fewer passes by chance."""
LIKELY = Strength(0.6, 0.95)
"""A form that little else has, or a rare one with a check that one in ten passes."""
DOUBTFUL = Strength(0.3, 0.9)
"""A form that other things have too, with a check."""
WORDS_ONLY = Strength(0.0, 0.8)
"""Digits alone: nothing without a word."""


class Number(NamedTuple):
    """A number: how it is written in groups and without, what checks it, what announces it."""

    name: str
    check: Callable[..., int] | str | None
    words: tuple[str, ...]
    example: str
    grouped: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    strength: Strength = LIKELY
    plain_strength: Strength = WORDS_ONLY
    source: str = ""
    kind: str = "pii.national_id"
    own_words_only: bool = False
    has_check_digit: bool = True

    def rows(self) -> Iterator[Recognizer]:
        """One for what is written in groups, one for what is not."""
        written = ((self.grouped, self.strength, ""), (self.plain, self.plain_strength, "_plain"))
        for shapes, strength, suffix in written:
            if shapes:
                yield self._row(shapes, strength, suffix if self.grouped else "")

    def _row(self, shapes: tuple[str, ...], strength: Strength, suffix: str) -> Recognizer:
        spaced = any(" " in shape for shape in shapes)
        source = f"{STDNUM}{self.check}" if isinstance(self.check, str) else ""
        return Recognizer(
            name=self.name + suffix,
            kind=self.kind,
            gate=TOKENS,
            shapes=shapes,
            before=APART + ("(?<![0-9][ ])" if spaced else ""),
            after=ENDS + ("(?![ ][0-9])" if spaced else ""),
            longest=max(len(shape) for shape in shapes),
            validate=self.check,
            checksum=self.has_check_digit,
            score=strength.alone,
            in_context=strength.in_context,
            context=self.words,
            general=() if self.own_words_only else ANY_COUNTRY,
            source="; ".join(part for part in (self.source, source) if part),
            example=self.example.split("|")[-1 if suffix else 0],
        )


def rows_of(*numbers: Number) -> tuple[Recognizer, ...]:
    """The rows of some numbers."""
    return tuple(row for number in numbers for row in number.rows())
