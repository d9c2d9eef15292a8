"""What takes the place of a redacted text, and how placeholders get their values back.

A placeholder is `[KIND_` + base32 characters of HMAC-SHA256(key, kind, value) + `]`, with as many
characters as it takes to occur nowhere in the exchange: one value has one placeholder, in every
turn. A number that stands bare in a JSON document is another value than the string of its digits,
so that restoring gives the same JSON again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from policyengine.offsets import Edit, apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from policyengine.policy import RedactWith

MASK = "*"
SHORTEST = 6
"""Characters of a placeholder's digest when nothing forces it to be longer: 30 bits."""
HASH_CHARACTERS = 16

_PLACEHOLDER = re.compile(r"\[[A-Z0-9_]+_[A-Z2-7]{6,}\]")


@dataclass(frozen=True, slots=True)
class Redaction:
    """A stretch of text that must not be delivered, and what is to stand there."""

    start: int
    end: int
    kind: str
    score: float
    method: RedactWith
    keep_last: int | None = None


def merge(redactions: Iterable[Redaction]) -> list[Redaction]:
    """Overlapping redactions as one over their union, in order of place.

    The kind and the method are those of the highest score, then the longest, then the first, then
    the alphabetically first kind. Where any of them hides every character, none stays readable.
    """
    clusters: list[list[Redaction]] = []
    end = -1
    for redaction in sorted(redactions, key=lambda one: (one.start, one.end, one.kind)):
        if redaction.start < end:
            clusters[-1].append(redaction)
        else:
            clusters.append([redaction])
        end = max(end, redaction.end)
    return [_union(cluster) for cluster in clusters]


def _union(cluster: Sequence[Redaction]) -> Redaction:
    first = min(cluster, key=lambda one: (-one.score, one.start - one.end, one.start, one.kind))
    hides_all = any(one.method != "mask" or one.keep_last is None for one in cluster)
    readable = None if hides_all else min(one.keep_last or 0 for one in cluster)
    return Redaction(
        min(one.start for one in cluster),
        max(one.end for one in cluster),
        first.kind,
        first.score,
        first.method,
        readable,
    )


@dataclass(frozen=True, slots=True)
class Original:
    """What a placeholder stands for; `number` tells a bare JSON number from a string."""

    value: str
    number: bool = False


class Rewriter:
    """Makes replacements under one key and remembers the placeholders that it issued.

    `texts` gives the texts of the exchange, when they are first needed: a placeholder that occurs
    in them would be confused with the exchange's own words, and is lengthened.
    """

    def __init__(
        self,
        key: bytes,
        texts: Callable[[], Iterable[str]],
        issued: Mapping[str, tuple[str, Original]] = MappingProxyType({}),
    ) -> None:
        self._key = key
        self._texts = texts
        self._taken: frozenset[str] | None = None
        self._issued = dict(issued)
        self._by_value = {known: placeholder for placeholder, known in self._issued.items()}

    @property
    def issued(self) -> dict[str, Original]:
        """What each placeholder stands for, in the words that the exchange arrived with.

        A value that a later step took may hold the placeholders of earlier steps.
        """
        told: dict[str, Original] = {}
        for placeholder, (_, original) in self._issued.items():
            whole = told.get(original.value)
            told[placeholder] = whole or replace(original, value=_restored(original.value, told))
        return told

    def widened(self, text: str, redactions: Iterable[Redaction]) -> list[Redaction]:
        """The redactions, those that reach into a placeholder over all of it.

        Half a placeholder would stand for nothing, and could not be restored.
        """
        spans = [match.span() for match in self._placeholders(text)]
        return [_over(redaction, spans) for redaction in redactions]

    def fork(self, texts: Callable[[], Iterable[str]]) -> Rewriter:
        """A rewriter that goes on from here over more texts, and leaves this one as it is."""
        return Rewriter(self._key, lambda: itertools.chain(self._texts(), texts()), self._issued)

    def replacement(self, redaction: Redaction, value: str, *, number: bool = False) -> str:
        """What stands where `value` stood."""
        label = label_of(redaction.kind)
        match redaction.method:
            case "placeholder":
                return self._placeholder(label, redaction.kind, Original(value, number))
            case "hash":
                digest = _digest(self._key, redaction.kind, Original(value)).hex()
                return f"[{label}#{digest[:HASH_CHARACTERS]}]"
            case "label":
                return f"[{label}]"
            case "mask":
                return _masked(value, redaction.keep_last)
            case "remove":
                return ""

    def _placeholders(self, text: str) -> Iterator[re.Match[str]]:
        if self._issued and "[" in text:
            yield from (found for found in _PLACEHOLDER.finditer(text) if found[0] in self._issued)

    def _placeholder(self, label: str, kind: str, original: Original) -> str:
        known = self._by_value.get((kind, original))
        if known is not None:
            return known
        if self._taken is None:
            self._taken = frozenset(
                match for text in self._texts() for match in _PLACEHOLDER.findall(text)
            )
        characters = _characters(_digest(self._key, kind, original))
        digest = "".join(itertools.islice(characters, SHORTEST))
        while (placeholder := f"[{label}_{digest}]") in self._issued or placeholder in self._taken:
            digest += next(characters)
        self._issued[placeholder] = (kind, original)
        self._by_value[kind, original] = placeholder
        return placeholder


def label_of(kind: str) -> str:
    """The last part of a dotted kind, as placeholders spell it: `EMAIL` for `pii.email`."""
    return re.sub(r"[^A-Z0-9_]", "_", kind.rpartition(".")[2].upper()) or "TEXT"


def _digest(key: bytes, kind: str, original: Original) -> bytes:
    sort = "number" if original.number else "text"
    message = f"{kind}\0{sort}\0{original.value}"
    return hmac.new(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _characters(digest: bytes) -> Iterator[str]:
    """The digest in base32, and when a text quotes all of that, more of the same kind."""
    while True:
        yield from base64.b32encode(digest).decode().rstrip("=")
        digest = hashlib.sha256(digest).digest()


def _masked(value: str, keep_last: int | None) -> str:
    # At least half stays hidden: `keep_last: 4` on a text of four would mask nothing.
    kept = min(keep_last or 0, len(value) // 2)
    return MASK * (len(value) - kept) + value[len(value) - kept :]


def _over(redaction: Redaction, spans: Sequence[tuple[int, int]]) -> Redaction:
    """The redaction over all of the spans that it reaches into; they are in order, and apart."""
    first = bisect_right(spans, redaction.start, key=itemgetter(1))
    last = bisect_left(spans, redaction.end, key=itemgetter(0))
    if first >= last:
        return redaction
    return replace(
        redaction,
        start=min(spans[first][0], redaction.start),
        end=max(spans[last - 1][1], redaction.end),
    )


def _restored(text: str, issued: Mapping[str, Original]) -> str:
    return apply(text, [edit for edit, _ in placeholders_in(text, issued)])[0]


def placeholders_in(text: str, issued: Mapping[str, Original]) -> Iterator[tuple[Edit, Original]]:
    """The issued placeholders of a text, with the edits that put their values back."""
    if not issued or "[" not in text:
        return
    for match in _PLACEHOLDER.finditer(text):
        original = issued.get(match.group())
        if original is not None:
            yield Edit(match.start(), match.end(), original.value), original
