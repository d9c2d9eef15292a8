"""An endpoint that speaks OpenAI's `/embeddings`, asked without blocking.

https://platform.openai.com/docs/api-reference/embeddings/create
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from detectors.encoders.encoder import EncodingError
from detectors.encoders.files import revision
from detectors.encoders.reading import readable
from detectors.encoders.rows import unit
from detectors.encoders.windows import character_windows
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.encoders.encoder import Array
    from detectors.encoders.settings import Http
    from policyengine import Span


class HttpEncoder:
    """Sends texts in batches, one request after another; no answer is asked for twice.

    Its revision is of what is asked for: another machine's weights cannot be looked at.
    """

    def __init__(self, settings: Http) -> None:
        self._settings = settings
        self.dimension = settings.dimension
        self.max_tokens = settings.max_characters
        self.revision = revision(
            "http", settings.url, settings.model, f"{self.dimension} {self.max_tokens}"
        )
        self._headers = key_headers(settings.api_key_variable, "the encoder")

    def windows(self, text: str) -> Sequence[Span]:
        """Pieces of the text that fit."""
        return character_windows(text, self.max_tokens)

    async def aencode(self, texts: Sequence[str]) -> Array:
        """Unit rows, one for each text; EncodingError when the endpoint does not answer well."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        # Endpoints refuse empty texts.
        sent = [index for index, text in enumerate(texts) if text.strip()]
        settings = self._settings
        # A client belongs to one event loop, and nobody says when a loop ends: one for each call.
        async with httpx.AsyncClient(headers=self._headers, timeout=settings.timeout_s) as client:
            for start in range(0, len(sent), settings.batch):
                batch = sent[start : start + settings.batch]
                rows[batch] = await self._ask(client, [readable(texts[index]) for index in batch])
        return unit(rows)

    async def _ask(self, client: httpx.AsyncClient, texts: list[str]) -> Array:
        body = {"model": self._settings.model, "input": texts, "encoding_format": "float"}
        try:
            reply = await client.post(f"{self._settings.url}/embeddings", json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EncodingError(f"the endpoint was not reached: {type(error).__name__}") from None
        if reply.status_code != httpx.codes.OK:
            raise EncodingError(f"the endpoint answered with status {reply.status_code}")
        try:
            return _rows(reply.json(), len(texts), self.dimension)
        except (ValueError, TypeError, KeyError, OverflowError):
            # What it said may quote what it was sent.
            message = f"the endpoint's answer is not {len(texts)} vectors of {self.dimension}"
            raise EncodingError(message) from None


def _rows(answer: Any, count: int, dimension: int) -> Array:
    """The vectors in the order of the texts; ValueError, TypeError or KeyError if they are not."""
    by_index = {entry["index"]: entry["embedding"] for entry in answer["data"]}
    rows = np.array([by_index[index] for index in range(count)], np.float32)
    if len(answer["data"]) != count or rows.shape != (count, dimension):
        raise ValueError("another shape")
    if not np.isfinite(rows).all():
        raise ValueError("not finite")
    return rows


def key_headers(variable: str | None, what: str) -> dict[str, str]:
    """The header with the key of `what`, from the environment; none without a variable."""
    if variable is None:
        return {}
    key = os.environ.get(variable, "")
    if not key or not key.isascii() or not key.isprintable():
        raise WarmUpError(f"the environment variable {variable} holds no key for {what}")
    return {"Authorization": f"Bearer {key}"}
