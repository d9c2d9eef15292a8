"""Where a text has the shape of personal data, in one linear pass for each kind of place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from detectors.pii.rows import AT, LOCAL, NUMBER, Gate, Recognizer
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LOOKBEHIND = 2
"""How far back the boundaries of numbers look."""
KNOWN_FORMS = 4096
LONGEST_FORM = 200

LOCAL_LONGEST = 64
DOMAIN_LONGEST = 253
ADDRESS_LONGEST = 254

_LOCAL = bytes(point for point in range(256) if re.match(f"[{LOCAL}]", chr(point)) is not None)
_NEVER_FIRST = b"+%~&'.-"
# Digits and letters, whichever they are; the shapes of numbers ask for no particular one.
_FORMS = bytes.maketrans(
    b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\xff", b"0" * 9 + b"a" * 53
)


class Row:
    """A recogniser with its words as they are looked up."""

    __slots__ = ("context", "contrary", "recognizer")

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.context = frozenset(word.encode() for word in recognizer.context)
        self.contrary = frozenset(word.encode() for word in recognizer.contrary)


class Closer:
    """The recognisers of one gate, and one pattern that tries all of their shapes at a place."""

    def __init__(self, gate: Gate, recognizers: Iterable[Recognizer]) -> None:
        rows = [Row(recognizer) for recognizer in recognizers]
        shapes = [(row, shape) for row in rows for shape in row.recognizer.shapes]
        self.gate = gate
        self._rows = [row for row, _ in shapes]
        self._find_gate: Callable[..., Iterable[Any]] = compiled(gate.pattern).finditer
        self._known: dict[bytes, tuple[tuple[Row, int, int], ...]] = {}
        tries = (
            f"(?:(?=({shape}){row.recognizer.after}){row.recognizer.before}|)"
            for row, shape in shapes
        )
        self._shapes = re.compile((gate.starts + "".join(tries)).encode("latin-1"))

    def candidates(self, data: bytes, start: int) -> Iterable[tuple[Row, int, int]]:
        """Everything from `start` on that has one of the shapes."""
        if data.count(self.gate.sign, start) < self.gate.signs:
            return ()
        if self.gate.name == AT:
            return self._addresses(data, start)
        regions = _regions(self.gate, self._find_gate(data, start), len(data))
        if self.gate.name == NUMBER:
            return (found for region in regions for found in self._numbers(data, *region))
        return (found for region in regions for found in self._shaped(data, *region))

    def _shaped(self, data: bytes, start: int, end: int) -> Iterator[tuple[Row, int, int]]:
        for match in self._shapes.finditer(data, start, end):
            for group in range(1, (match.lastindex or 0) + 1):
                first, last = match.span(group)
                if first >= 0:
                    yield self._rows[group - 1], first, last

    def _numbers(self, data: bytes, start: int, end: int) -> Iterator[tuple[Row, int, int]]:
        # What has the shape of a number depends on which characters are digits and which are
        # letters, not on which digits and letters they are, and the same few forms come again and
        # again. Forms hold nothing of the text but its punctuation.
        edge = max(start - LOOKBEHIND, 0)
        form = data[edge:end].translate(_FORMS)
        found = self._known.get(form)
        if found is None:
            found = tuple(self._shaped(form, start - edge, len(form)))
            if len(self._known) < KNOWN_FORMS and len(form) <= LONGEST_FORM:
                self._known[form] = found
        for row, first, last in found:
            yield row, edge + first, edge + last

    def _addresses(self, data: bytes, start: int) -> Iterator[tuple[Row, int, int]]:
        # Outwards from the sign: a pattern that begins with the local part would be tried at
        # every letter of the text.
        at = data.find(b"@", start)
        while at >= 0:
            domain = self._shapes.match(data, at, at + 1 + DOMAIN_LONGEST + 1)
            if domain is not None and domain.lastindex:
                last = domain.end(1)
                local = _local_part(data[max(at - LOCAL_LONGEST - 1, 0) : at])
                first = at - len(local)
                if local and last - at - 1 <= DOMAIN_LONGEST and last - first <= ADDRESS_LONGEST:
                    yield self._rows[0], first, last
            at = data.find(b"@", at + 1)


def _local_part(before: bytes) -> bytes:
    """What of `before`, which ends at an at sign, belongs to the address.

    Chinese and its like run on without spaces, so their letters belong to it only where nothing
    else does.
    """
    for characters in (_LOCAL, _LOCAL + b"\xfd"):
        run = before[len(before.rstrip(characters)) :]
        local = run.lstrip(_NEVER_FIRST)
        if local:
            return local if len(run) <= LOCAL_LONGEST else b""
    return b""


def _regions(gate: Gate, matches: Iterable[Any], length: int) -> Iterator[tuple[int, int]]:
    """The parts of the text in which the gate's recognisers look closer, overlaps joined."""
    first, last = -1, -1
    for match in matches:
        start, end = match.span()
        start, end = max(start - gate.lead, 0), min(end + gate.tail, length)
        if start < last:
            last = max(end, last)
            continue
        if first >= 0:
            yield first, last
        first, last = start, end
    if first >= 0:
        yield first, last


def compiled(pattern: str) -> Any:
    """The pattern for bytes, by google-re2; WarmUpError without it."""
    try:
        import re2  # noqa: PLC0415 - a library of the extra, loaded when it is needed
    except ImportError as error:
        raise WarmUpError(
            "the pii detector needs the library 're2': pip install 'llm-policyengine[detectors]'"
        ) from error
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    options.log_errors = False
    return re2.compile(pattern.encode("latin-1"), options)
