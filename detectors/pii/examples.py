"""What the detector `pii` must find, or must not, before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.pii.kinds import PREFIX
from detectors.pii.ner import DEFAULT
from policyengine import Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detectors.pii.options import PiiOptions
    from detectors.pii.rows import Recognizer

_NAMES = {
    "person": "My name is Maria Gonzalez.",
    "location": "They moved to Lisbon last year.",
    "organization": "She works for Siemens AG.",
    "street_address": "Send it to 12 Oak Street, Springfield, IL 62701.",
    "nationality": "He is a Danish citizen.",
}
_OF_THE_US = frozenset({"phone_national", "phone_digits"})

QUIET = (
    Example.of("Order 1234-5678 went out at 10:30 with version 1.2.3.4."),
    Example.of("Commit 5f3c1d9e0b7a4c2d8e6f1a0b9c8d7e6f5a4b3c2d, run 12:30:45."),
)
"""Texts that only look like personal data."""


def found_by(options: PiiOptions, recognizers: Iterable[Recognizer]) -> Iterator[Example]:
    """One for each kind that has a shape alone, and for each that the packaged pipeline finds."""
    both = {PREFIX + name for name in options.names}
    seen = set(both)
    for row in recognizers:
        foreign = row.name in _OF_THE_US and "US" not in options.phone_regions
        if row.example and row.kind not in seen and not foreign:
            seen.add(row.kind)
            yield Example.of(row.example, row.kind)
    for name in sorted(options.names) if options.models == DEFAULT else ():
        yield Example.of(_NAMES[name], PREFIX + name)
