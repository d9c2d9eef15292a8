"""Plans and evaluations made by hand, for tests that need neither documents nor bodies."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from policyengine.detector import Kind, Options
from policyengine.phases import (
    Conditions,
    RequestPhase,
    ResponsePhase,
    evaluate,
    request_phase,
    response_phase,
)
from policyengine.plan import Plan, PlannedStep
from policyengine.policy import Deployment, Step
from policyengine.running import Pool, run
from policyengine.testing import Phrases, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policyengine.detector import Detector, Resources
    from policyengine.exchange import Segment, Unexamined

KEY = b"the key of these tests"


NAMES = ("Ada", "Lovelace", "quux", "zoë", "4111", "1111", "WORD", "王伟", "Ångström", "x", "ozo")
"""What surrogates are drawn from here: words of their own, and some that the texts hold."""


def invented(_kind: str, _value: str, draw: int) -> str:
    """A surrogate of two or three names; many of them could be taken for something else."""
    size = len(NAMES)
    names = [NAMES[draw // size**at % size] for at in range(2 + draw % 2)]
    return (" ", "@", "-", "")[draw % 4].join(names)


class Inventing(Phrases):
    """Phrases that can be redacted with surrogates."""

    @property
    def kinds(self) -> Sequence[Kind]:
        return [replace(kind, surrogates=True) for kind in super().kinds]

    def surrogates(self, _resources: Resources) -> Callable[[str, str, int], str | None]:
        return invented


@dataclass
class Clock:
    """A clock that stands still until a detector lets time pass."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def finds(*phrases: str, kind: str = "test.word", score: float = 1.0, **options: Any) -> Phrases:
    """A detector of these phrases."""
    chosen = Phrases.Options(phrases=dict.fromkeys(phrases, score), kind=kind, **options)
    return Inventing(chosen)


def does(*arguments: Any, **declared: Any) -> Detector[Any]:
    """A scripted detector, ready to be planned; its kind has surrogates unless one is given."""
    kinds = (Kind(f"{arguments[0]}.found", surrogates=True),) if arguments else ()
    made = {"kinds": kinds, "surrogates": lambda _self, _resources: invented}
    return scripted(*arguments, **(made if kinds else {}) | declared)(Options())


def step(detector: Detector[Any], name: str = "step", **document: Any) -> PlannedStep:
    """A planned step of the policy `policy`; `document` is the rest of its document."""
    written = Step.model_validate({"step": name, "detector": detector.id, **document})
    return PlannedStep.of("policy", written, detector, "1")


def plan(
    inputs: Sequence[PlannedStep] = (),
    outputs: Sequence[PlannedStep] = (),
    *,
    key: bytes = KEY,
    **deployment: Any,
) -> Plan:
    """The plan of a deployment with these steps."""
    document = Deployment.model_validate({"model": "model", **deployment})
    steps: Any = {"input": tuple(inputs), "output": tuple(outputs)}
    return Plan.of("deployment", document, revision="sha256:0", steps=steps, key=key)


def conditions(clock: Callable[[], float] | None = None, **chosen: Any) -> Conditions:
    return Conditions(clock or Clock(), **chosen)


def ask(
    a_plan: Plan,
    segments: Sequence[Segment],
    unexamined: Sequence[Unexamined] = (),
    *,
    clock: Callable[[], float] | None = None,
    pool: Pool | None = None,
    **chosen: Any,
) -> RequestPhase:
    """The request's phase."""
    steps = request_phase(a_plan, segments, unexamined, conditions(clock, **chosen))
    return run(steps, pool or Pool())


def answer(
    request: RequestPhase, segments: Sequence[Segment], unexamined: Sequence[Unexamined] = ()
) -> ResponsePhase:
    """The response's phase."""
    return run(response_phase(request, segments, unexamined), Pool())


def judge(
    a_plan: Plan,
    request: Sequence[Segment],
    response: Sequence[Segment] | None = None,
    unexamined: Sequence[Unexamined] = (),
    *,
    clock: Callable[[], float] | None = None,
    **chosen: Any,
) -> RequestPhase | ResponsePhase:
    """The last phase that was reached."""
    steps = evaluate(a_plan, request, response, unexamined, conditions(clock, **chosen))
    return run(steps, Pool())


def delivered(phase: RequestPhase | ResponsePhase) -> dict[str, str]:
    """The texts that a phase delivers, by path."""
    return {
        text.segment.path: phase.delivered[text][0] if text in phase.delivered else text.text
        for text in phase.run.texts
        if not text.dropped
    }


def statuses(steps: Sequence[Any]) -> list[str]:
    """The status of each step's result."""
    return [one.status for one in steps]


def strings(value: object) -> Iterator[str]:
    """Every string in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain(*(strings(one) for pair in value.items() for one in pair))
    elif isinstance(value, list | tuple):
        yield from itertools.chain(*(strings(one) for one in value))


def findings(stage: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The findings of a stage of `Detections.as_dict()`."""
    return [] if stage is None else [one for each in stage["steps"] for one in each["findings"]]
