"""What turns text into vectors: the protocol, and its variant that waits for another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float32
    from numpy.typing import NDArray

    from policyengine import Span

    Array = NDArray[float32]


class EncodingError(Exception):
    """A text could not be encoded; says what went wrong and quotes no text."""


class Windowed(Protocol):
    """What all encoders say of themselves."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens, or what the encoder counts in their place, that it reads at a time."""

    @property
    def revision(self) -> str:
        """`sha256:…` of all that its rows depend on beside the text."""

    def windows(self, text: str) -> Sequence[Span]:
        """Pieces that fit, in order, overlapping; together they are the text."""


@runtime_checkable
class Encoder(Windowed, Protocol):
    """Encodes on this machine."""

    def encode(self, texts: Sequence[str]) -> Array:
        """Rows of unit length, float32 (texts, dimension); zeros for a text without a token.

        Each text fits, as `windows` gives them: EncodingError if not. A row depends on its own text
        alone.
        """


@runtime_checkable
class RemoteEncoder(Windowed, Protocol):
    """Encodes on another machine."""

    async def aencode(self, texts: Sequence[str]) -> Array:
        """As `Encoder.encode`; EncodingError also when the other machine does not answer well."""
