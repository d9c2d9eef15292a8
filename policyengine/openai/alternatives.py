"""Tokens that were not chosen, where they tell what was rewritten in another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.openai.logprobs import forms, others

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policyengine.openai.change import Change

SHORTEST = 3
"""Characters of the shortest stretch that is looked for: shorter ones are in any token."""


def touched(alternatives: Sequence[str], change: Change) -> set[str]:
    """Those that a change of their text, in which each is a line, has rewritten or dropped."""
    gone = set()
    start = 0
    for one in alternatives:
        if change.touches(start, start + len(one)):
            gone.add(one)
        start += len(one) + 1
    return gone


class Rewritten:
    """The stretches of a choice's texts that were rewritten or dropped.

    A token repeats one when it is a part of it, or holds it; blanks around both, and case, aside.
    `alternatives` are those that are to go whatever they repeat.
    """

    def __init__(self, stretches: Iterable[str], alternatives: Iterable[str] = ()) -> None:
        self._alternatives = frozenset(alternatives)
        folded = {_folded(stretch) for stretch in stretches}
        self._stretches = {stretch for stretch in folded if len(stretch) >= SHORTEST}
        self._joined = "\0".join(sorted(self._stretches))

    def chat(self, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """A chat's entries without the alternatives that repeat a stretch."""
        said = {form for entry in entries for other in others(entry) for form in forms(other)}
        gone = self._repeated(said)
        return [self._entry(entry, gone) for entry in entries] if gone else list(entries)

    def legacy(self, column: Sequence[dict[str, Any] | None]) -> list[dict[str, Any] | None]:
        """The same for the alternatives of `/completions`."""
        gone = self._repeated({token for known in column for token in known or ()})
        return [
            {token: value for token, value in known.items() if token not in gone}
            if known
            else known
            for known in column
        ]

    def _entry(self, entry: dict[str, Any], gone: set[str]) -> dict[str, Any]:
        known = others(entry)
        kept = [other for other in known if gone.isdisjoint(forms(other))]
        return entry if len(kept) == len(known) else {**entry, "top_logprobs": kept}

    def _repeated(self, tokens: Iterable[str]) -> set[str]:
        by_length: dict[int, set[str]] = {}
        folded = {token: _folded(token) for token in tokens}
        for token in folded.values():
            by_length.setdefault(len(token), set()).add(token)
        found = set(filter(self._holds, folded.values()))
        # Tokens are short, so this takes a few passes, however many tokens and stretches there are.
        for length, group in by_length.items():
            if length:
                windows = range(len(self._joined) - length + 1)
                found |= group.intersection(self._joined[at : at + length] for at in windows)
        return {
            token
            for token, short in folded.items()
            if short in found or token in self._alternatives
        }

    def _holds(self, token: str) -> bool:
        return bool(self._stretches) and any(
            token[start:end] in self._stretches
            for start in range(len(token) - SHORTEST + 1)
            for end in range(start + SHORTEST, len(token) + 1)
        )


def _folded(text: str) -> str:
    return text.strip().casefold()
