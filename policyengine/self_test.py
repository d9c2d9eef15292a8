"""A detector's own examples, tried: a broken or swapped model is refused before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.deciding import SCORE_DECIMALS
from policyengine.detector import View
from policyengine.vetting import vet_batch, with_plain_scores
from policyengine.waiting import waits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from policyengine.detector import Detector, Example, Finding, Kind


def run_examples(
    detector: Detector[Any],
    examples: Iterable[Example],
    detect: Callable[[Detector[Any], Sequence[View]], object] | None = None,
) -> tuple[str, ...]:
    """What is wrong with how a warmed-up detector answers these examples; empty when all hold.

    An example holds when every kind that it asks for is found at that kind's recommended point, or,
    where it asks for none, when none is. Scores are rounded as policies see them. The examples are
    tried one by one; the problems name them by number and never quote them. `detect` is how a
    detector is asked, `see` unless given.
    """
    ask = see if detect is None else detect
    kinds = {kind.name: kind for kind in detector.kinds}
    problems = []
    for number, example in enumerate(examples, 1):
        problem = _problem(detector, example, kinds, ask)
        if problem is not None:
            problems.append(f"example {number}: {problem}")
    return tuple(problems)


def see(detector: Detector[Any], views: Sequence[View]) -> Sequence[Sequence[Finding]]:
    """What a detector finds, whichever of `detect` and `adetect` it implements."""
    if not waits(detector):
        return detector.detect(views)
    # These two are slow to import, and few detectors wait.
    import asyncio  # noqa: PLC0415
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    def run() -> Sequence[Sequence[Finding]]:
        return asyncio.run(_awaited(detector, views))

    with ThreadPoolExecutor(1) as pool:  # the caller's own thread may be running a loop
        return pool.submit(run).result()


async def _awaited(detector: Detector[Any], views: Sequence[View]) -> Sequence[Sequence[Finding]]:
    return await detector.adetect(views)


def _problem(
    detector: Detector[Any],
    example: Example,
    kinds: Mapping[str, Kind],
    ask: Callable[[Detector[Any], Sequence[View]], object],
) -> str | None:
    undeclared = sorted(example.finds - kinds.keys())
    if undeclared:
        return f"asks for {_listed(undeclared)}, which the detector does not declare"
    views = (View(example.examined, example.reference),)
    try:
        answer: Any = with_plain_scores(ask(detector, views))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - its text may quote the example
        return f"raises {type(error).__name__}"
    (reason,) = vet_batch(answer, views, kinds, detector.words)
    if reason is not None:
        return reason
    found = {
        finding.kind
        for finding in answer[0]
        if round(float(finding.score), SCORE_DECIMALS) >= kinds[finding.kind].recommended_at
    }
    missing = sorted(example.finds - found)
    if missing:
        return f"does not find {_listed(missing)} at the recommended point"
    if found and not example.finds:
        return f"finds {_listed(sorted(found))} where nothing may be found"
    return None


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(kinds)
