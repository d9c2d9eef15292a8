"""The texts that are timed: prose with more or less personal data, and JSON full of digits."""

from __future__ import annotations

import json

LENGTHS = (200, 2_000, 32_000)
SORTS = ("clean", "some", "full", "json")

PROSE = (
    "Thank you for getting back to me so quickly. I have gone through the report again and I think "
    "that most of the points are fine as they are, but the second chapter could use another pass "
    "before we send it to the others. In 2023 we had twelve people in the room, and this year it "
    "will be closer to thirty, so please book the larger one and tell the caterer. "
)
PERSONAL = (
    "Write to jane.roe@example.org.",
    "My card is 4111 1111 1111 1111.",
    "The IBAN is GB82 WEST 1234 5698 7654 32.",
    "Call +44 20 7946 0958 or (415) 555-2671.",
    "My SSN is 536-90-4399.",
    "The client 203.0.113.7 logged in.",
)
EVERY = {"some": 330, "full": 85}
"""How many characters there are to each sentence with personal data."""


def text_of(length: int, sort: str) -> str:
    """A text of that length: `clean`, with `some` personal data or `full` of it, or `json`."""
    if sort == "json":
        return _json(length)
    prose = PROSE * (length // len(PROSE) + 1)
    if sort == "clean":
        return prose[:length]
    pieces = []
    every = EVERY[sort]
    for number, start in enumerate(range(0, length, every)):
        sentence = PERSONAL[number % len(PERSONAL)]
        room = max(every - len(sentence) - 2, 0)
        pieces.append(f"{sentence} {prose[start : start + room]} ")
    return "".join(pieces)[:length]


def _json(length: int) -> str:
    """Readings with numbers of every length, of which none is anybody's."""
    rows, size, state = [], 0, 20_417
    while size < length:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        numbers = [state % 10**digits for digits in (4, 5, 6, 7, 9, 10)]
        row = {
            "id": state,
            "at": 1_700_000_000 + state % 10**7,
            "code": f"{state % 1000:03d}-{state % 97:02d}",
            "values": numbers,
            "mean": round(sum(numbers) / 7, 5),
        }
        rows.append(json.dumps(row))
        size += len(rows[-1]) + 2
    return f"[{', '.join(rows)}]"[:length]
