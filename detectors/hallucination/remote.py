"""A detector on another machine that speaks the FMS detectors API.

`/api/v1/text/context/doc` takes `content`, `context_type`, `context` and `detector_params`, and
answers with detections, each with `start`, `end`, `detection`, `detection_type` and `score`:
https://github.com/foundation-model-stack/fms-guardrails-orchestrator (docs/api).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import httpx

from detectors.encoders.http import key_headers
from detectors.encoders.reading import readable
from detectors.hallucination.reading import Claimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detectors.hallucination.readers import Fms
    from detectors.hallucination.reading import Said
    from policyengine import Span

_CERTAIN = 1e-4
"""No score is nearer to 0 or 1 than this."""


class AnswerError(Exception):
    """The other machine did not answer well; says how, and quotes no text."""


class FmsClaims:
    """Sends each claim with the whole context; no claim is sent twice."""

    def __init__(self, settings: Fms) -> None:
        self._settings = settings
        self._headers = key_headers(settings.api_key_variable, "the reader")
        self._headers["detector-id"] = settings.detector

    async def aread_claims(self, said: Said) -> list[Claimed | None]:
        """For each claim the highest score of what was detected in it."""
        settings = self._settings
        # A client belongs to one event loop, and nobody says when a loop ends: one for each call.
        async with httpx.AsyncClient(headers=self._headers, timeout=settings.timeout_s) as client:
            return [await self._ask(client, said, claim) for claim in said.claims]

    async def _ask(self, client: httpx.AsyncClient, said: Said, claim: Span) -> Claimed:
        text = said.answer.text[claim.start : claim.end]
        body = {
            "content": readable(text),
            "context_type": "docs",
            "context": [readable(one.text) for one in said.context],
            "detector_params": {},
        }
        try:
            reply = await client.post(f"{self._settings.url}/api/v1/text/context/doc", json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AnswerError(f"the detector was not reached: {type(error).__name__}") from None
        if reply.status_code != httpx.codes.OK:
            raise AnswerError(f"the detector answered with status {reply.status_code}")
        try:
            return _claimed(reply.json(), claim, len(text), self._settings.supported)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            # What it said may quote what it was sent.
            raise AnswerError("the detector's answer is no list of detections") from None


def _claimed(answer: Any, claim: Span, size: int, supported: str | None) -> Claimed:
    """What is detected in a claim; ValueError, TypeError and so on where the answer is not one.

    Nothing detected means that all of it is supported.
    """
    if not isinstance(answer, list):
        raise TypeError("an answer without detections is an empty list, nothing else")
    wrong: list[tuple[int, int, float]] = []
    well: list[tuple[int, int, float]] = []
    worst = _CERTAIN
    for one in answer:
        start, end, score = int(one["start"]), int(one["end"]), float(one["score"])
        if not (0 <= start < end <= size and 0 <= score <= 1):
            raise ValueError(
                "a detection of nothing or outside the text, or a score outside 0 to 1"
            )
        is_well = one["detection"] == supported
        chance = 1 - score if is_well else score
        worst = max(worst, chance)
        (well if is_well else wrong).append(
            (claim.start + start, claim.start + end, _logit(chance))
        )
    words = tuple(_apart(wrong or well))
    return Claimed(_logit(worst), _logit(worst), _logit(_CERTAIN), words)


def _apart(found: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int, float]]:
    """What was detected, in the order of the text; what overlaps as one."""
    held: tuple[int, int, float] | None = None
    for start, end, logit in sorted(found):
        if held is not None and start < held[1]:
            held = (held[0], max(end, held[1]), max(logit, held[2]))
            continue
        if held is not None:
            yield held
        held = (start, end, logit)
    if held is not None:
        yield held


def _logit(chance: float) -> float:
    chance = min(max(chance, _CERTAIN), 1 - _CERTAIN)
    return math.log(chance / (1 - chance))
