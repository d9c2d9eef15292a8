"""Values of texts seen before, bounded in bytes."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")

ENTRY = 200
"""Bytes that an entry takes beside its value, about."""


class ContentCache(Generic[V]):
    """Values by the hash of a text, so that no text is kept; the longest unused goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[bytes, tuple[V, int]] = OrderedDict()

    @property
    def held(self) -> int:
        """The bytes that it holds now."""
        return self._held

    def get(self, text: str) -> V | None:
        """The value of a text, if it is still held."""
        key = _key(text)
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            self._values.move_to_end(key)
            return entry[0]

    def put(self, text: str, value: V, size: int) -> None:
        """Hold a value of so many bytes, in place of others if need be; not if it can never fit."""
        key, size = _key(text), size + ENTRY
        with self._lock:
            if key in self._values or size > self._most:
                return
            self._values[key] = (value, size)
            self._held += size
            while self._held > self._most:
                _, (_, freed) = self._values.popitem(last=False)
                self._held -= freed


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
