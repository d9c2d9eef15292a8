"""The same decisions over a reply that arrives in pieces.

A stream works twice. While pieces arrive, `flow` settles each text as far as nothing that follows
can change it, and lets go of that much. In the end the whole reply is judged as any other, and what
is left of it is let go: so what was released and what is told of it equal those of the same reply
in one piece, by construction. What models found on the way is not asked for again.
"""

from __future__ import annotations

from policyengine.streaming.arrival import Arrival
from policyengine.streaming.stream import AsyncStream, Stream

__all__ = ["Arrival", "AsyncStream", "Stream"]
