"""The texts that are timed: prose, with more or less personal data in it."""

from __future__ import annotations

LENGTHS = (200, 2_000, 32_000)
SORTS = ("clean", "some", "full")

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
    """A text of about that length: `clean`, with `some` personal data, or `full` of it."""
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
