"""Requests that were checked, and replies that arrive in chunks, for the tests of streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planning import Clock, does, step
from test_streaming_laws import chunk

from policyengine.detector import Detector, Finding, Kind
from policyengine.phases import Conditions
from policyengine.running import Pool, run
from policyengine.testing import Phrases
from policyengine.transport import requested

if TYPE_CHECKING:
    from policyengine.detector import View
    from policyengine.plan import Plan
    from policyengine.transport import CheckedRequest

POOL = Pool()
ASKED = {"messages": [{"role": "user", "content": "I am zoë."}]}


def checked(a_plan: Plan, asked: dict[str, Any] = ASKED) -> CheckedRequest:
    return run(requested(a_plan, asked, Conditions(Clock())), POOL)


def said(**delta: Any) -> dict[str, Any]:
    return chunk({"index": 0, "delta": delta})


def letters(text: str, name: str = "content") -> list[dict[str, Any]]:
    return [said(**{name: letter}) for letter in text]


def whole_piece(view: View) -> list[Finding]:
    """Whatever holds the word, from its first character to its last."""
    return [
        Finding.at(one, 0, len(one.text), kind="test.found", score=1.0)
        for one in view.examined
        if "zoë" in one.text
    ]


def by(scope: Any, **document: Any) -> Any:
    return step(does("test", whole_piece, scope=scope, kinds=(Kind("test.found"),)), **document)


class Untold(Phrases):
    """Does not tell where it is open."""

    open_from = Detector.open_from


ZOE = Phrases.Options(phrases={"zoë": 1.0}, kind="test.word")
PASSAGE = by("passage", block_at=0.5)
