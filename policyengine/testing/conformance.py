"""The conformance kit: what every detector must hold, whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine.testing import behaviour, declarations, opening, scope, surrogates
from policyengine.testing.subject import Subject, Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policyengine.detector import Detector, Options, Resources


class ConformanceFailure(AssertionError):  # noqa: N818 - pytest and unittest call it a failure
    """What a detector does not hold, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Check:
    """One thing that a detector must hold; `about` says what, `run` tries it."""

    name: str
    about: str
    subject: Subject
    find: Callable[[Subject], Iterator[str]]

    def __str__(self) -> str:
        return self.name

    def run(self) -> None:
        """Try it; raises ConformanceFailure with every problem."""
        problems: list[str] = []
        cause: Exception | None = None
        try:
            problems += dict.fromkeys(self.find(self.subject))
        except Unusable as reason:
            problems.append(str(reason))
        except Exception as error:  # noqa: BLE001 - a detector may raise anything
            problems.append(f"it raises {type(error).__name__}")
            cause = error
        if problems:
            raise ConformanceFailure([f"{self.name}: {one}" for one in problems]) from cause


_CHECKS: Mapping[str, Callable[[Subject], Iterator[str]]] = {
    "usable": declarations.usable,
    "options": declarations.options,
    "kinds": declarations.kinds,
    "declarations": declarations.declarations,
    "examples": declarations.examples,
    "findings": behaviour.findings,
    "no text in findings": behaviour.no_text,
    "deterministic": behaviour.deterministic,
    "batches": behaviour.batches,
    "threads": behaviour.threads,
    "no mutation": behaviour.no_mutation,
    "hostile input": behaviour.hostile,
    "pickling": behaviour.pickling,
    "scope": scope.scope,
    "open from": opening.opening,
    "surrogates": surrogates.surrogates,
}


def checks(
    detector_class: type[Detector[Any]],
    options: Options | Mapping[str, Any] | None = None,
    *,
    resources: Resources | None = None,
    longest: int = 1_000_000,
) -> Sequence[Check]:
    """All checks of a detector with these options, to be run one by one.

    With pytest: `@pytest.mark.parametrize("check", checks(Shouting), ids=str)` and `check.run()`.
    Nothing is loaded before the first one runs; models then come from `resources` and are shared.
    `longest` is the length of the longest text tried: make it smaller for a slow model.
    """
    shared = {} if resources is None else {"resources": resources}
    subject = Subject(detector_class, options, longest=longest, **shared)
    return tuple(
        Check(name, (find.__doc__ or "").partition("\n")[0], subject, find)
        for name, find in _CHECKS.items()
    )


def check_detector(
    detector_class: type[Detector[Any]],
    options: Options | Mapping[str, Any] | None = None,
    *,
    resources: Resources | None = None,
    longest: int = 1_000_000,
) -> None:
    """Run all checks; raises ConformanceFailure with every problem of every failed one.

    A detector that cannot be used at all fails the first check, and the others are not tried.
    """
    problems: list[str] = []
    for check in checks(detector_class, options, resources=resources, longest=longest):
        try:
            check.run()
        except ConformanceFailure as failure:
            problems += failure.problems
            if check.find is declarations.usable:
                break
    if problems:
        raise ConformanceFailure(problems)
