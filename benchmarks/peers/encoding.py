"""The texts that encoders are timed on, and how."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = 7
PAIR = (
    "How do I change the address that my invoices are sent to?",
    "Open the settings, choose billing, and press edit beside the address.",
)
ANSWER = text_of(2_000, "clean")
CONTEXT = text_of(4_000, "some")


def best(call: Callable[[], object]) -> float:
    """Milliseconds of processor time, the least of several calls after one that does not count."""
    call()
    taken = []
    for _ in range(CALLS):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return 1000 * min(taken)
