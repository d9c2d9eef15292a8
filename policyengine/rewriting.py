"""What takes the place of a redacted text, and how stand-ins get their values back.

A stand-in is a placeholder or a surrogate. A placeholder is `[KIND_` + base32 characters of
HMAC-SHA256(key, kind, value) + `]`, with as many characters as it takes to occur nowhere in the
exchange; a surrogate is what the detector draws from the same digest, drawn again as often as that
takes. So one value has one stand-in, in every turn. A number that stands bare in a JSON document is
another value than the string of its digits, so that restoring gives the same JSON again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from policyengine.offsets import Edit, apply
from policyengine.standins import PLACEHOLDER, Issued, Original, places
from policyengine.surrogates import DRAWS, Surrogates, is_usable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from policyengine.redactions import Redaction
    from policyengine.surrogates import Finder

MASK = "*"
SHORTEST = 6
"""Characters of a placeholder's digest when nothing forces it to be longer: 30 bits."""
HASH_CHARACTERS = 16


class Rewriter:
    """Makes replacements under one key and remembers the stand-ins that it issued.

    `texts` gives the texts of the exchange, when they are first needed: a stand-in that occurs in
    them would be confused with the exchange's own words.
    """

    def __init__(
        self,
        key: bytes,
        texts: Callable[[], Iterable[str]],
        issued: Mapping[str, tuple[str, Original]] = MappingProxyType({}),
        surrogates: Surrogates | None = None,
        beside: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self._key = key
        self._texts = texts
        self._beside = beside or texts
        self._taken: frozenset[str] | None = None
        self._issued = dict(issued)
        self._longest = 0
        self._by_value: dict[tuple[bool, str, Original], str] = {}
        if issued:
            self._longest = max(map(len, issued))
            self._by_value = {(one.startswith("["), *known): one for one, known in issued.items()}
        self._surrogates = surrogates  # made with the first one: most exchanges have none

    @property
    def issued(self) -> Issued:
        """What each stand-in stands for, in the words that the exchange arrived with.

        A value that a later step took may hold the stand-ins of earlier steps.
        """
        told: dict[str, Original] = {}
        for standin, (_, original) in self._issued.items():
            whole = told.get(original.value)
            told[standin] = whole or replace(original, value=self._restored(original.value, told))
        return Issued(told)

    def widened(self, text: str, redactions: Iterable[Redaction]) -> list[Redaction]:
        """The redactions, those that reach into a stand-in over all of it.

        Half a stand-in would stand for nothing, and could not be restored.
        """
        spans = list(places(text, self._issued, self._finder))
        return [_over(redaction, spans) for redaction in redactions]

    @property
    def longest(self) -> int:
        """How many characters the longest stand-in has that was issued for the request; 0 for none.

        Those of a reply are put into it whole, so that nobody has to wait for their ends.
        """
        return self._longest

    @property
    def has_surrogates(self) -> bool:
        """Whether any surrogate was issued."""
        return self._surrogates is not None

    def standins_in(self, text: str) -> list[tuple[int, int]]:
        """Where stand-ins that were issued stand in a text, in order."""
        return list(places(text, self._issued, self._finder)) if self._issued else []

    def surrogates_in(self, text: str) -> list[tuple[int, int]]:
        """Where surrogates that were issued stand in a text, in order."""
        return [] if self._finder is None else list(self._finder.find(text))

    def fork(self, texts: Callable[[], Iterable[str]]) -> Rewriter:
        """A rewriter that goes on from here over more texts, and leaves this one as it is.

        Its surrogates keep away from these texts too. Its placeholders do not: they are the same
        whatever follows them, since a stream cannot know what will.
        """

        def all_texts() -> Iterable[str]:
            return itertools.chain(self._beside(), texts())

        surrogates = None if self._surrogates is None else self._surrogates.fork(all_texts)
        return Rewriter(self._key, self._texts, self._issued, surrogates, all_texts)

    def replacement(self, redaction: Redaction, value: str, *, number: bool = False) -> str:
        """What stands where `value` stood."""
        label = label_of(redaction.kind)
        match redaction.method:
            case "placeholder" | "surrogate":
                original = Original(value, number)
                return self._surrogate(redaction, original) or self._placeholder(
                    label, redaction.kind, original
                )
            case "hash":
                digest = _digest(self._key, redaction.kind, Original(value)).hex()
                return f"[{label}#{digest[:HASH_CHARACTERS]}]"
            case "label":
                return f"[{label}]"
            case "mask":
                return _masked(value, redaction.keep_last)
            case "remove":
                return ""

    @property
    def _finder(self) -> Finder | None:
        return None if self._surrogates is None else self._surrogates.finder

    def _restored(self, text: str, told: Mapping[str, Original]) -> str:
        edits = [
            Edit(start, end, told[text[start:end]].value)
            for start, end in places(text, told, self._finder)
        ]
        return apply(text, edits)[0]

    def _surrogate(self, redaction: Redaction, original: Original) -> str | None:
        """One that can be told from all else; None where none can be had."""
        if redaction.method != "surrogate" or redaction.draw is None:
            return None
        known = self._by_value.get((False, redaction.kind, original))
        if known is not None:
            return known
        if self._surrogates is None:
            self._surrogates = Surrogates(self._beside)
        digest = _digest(self._key, redaction.kind, original)
        for _ in range(DRAWS):
            try:
                drawn = redaction.draw(redaction.kind, original.value, int.from_bytes(digest))
            except Exception:  # noqa: BLE001 - a placeholder hides the value as well
                return None
            if drawn is None:
                return None
            if is_usable(drawn, original.value) and self._surrogates.take(drawn):
                return self._issue(drawn, redaction.kind, original)
            digest = hashlib.sha256(digest).digest()
        return None

    def _placeholder(self, label: str, kind: str, original: Original) -> str:
        known = self._by_value.get((True, kind, original))
        if known is not None:
            return known
        if self._taken is None:
            self._taken = frozenset(
                match for text in self._texts() for match in PLACEHOLDER.findall(text)
            )
        characters = _characters(_digest(self._key, kind, original))
        digest = "".join(itertools.islice(characters, SHORTEST))
        while (placeholder := f"[{label}_{digest}]") in self._issued or placeholder in self._taken:
            digest += next(characters)
        return self._issue(placeholder, kind, original)

    def _issue(self, standin: str, kind: str, original: Original) -> str:
        self._issued[standin] = (kind, original)
        self._by_value[standin.startswith("["), kind, original] = standin
        return standin


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
