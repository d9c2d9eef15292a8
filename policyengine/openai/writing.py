"""Putting rewritten texts back into a body, and everything that repeats them in order.

Copy on write: the body is never changed, what is not on the way to a change is shared with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.openai.draft import Draft
from policyengine.openai.repeats import drop_token_ids, follow, is_of_alternatives
from policyengine.openai.structural import REPLACED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.openai.change import Change
    from policyengine.openai.draft import Place

_DOCUMENTED = frozenset({"messages", "prompt", "tools", "functions", "response_format"})
"""Fields of a request whose arrays of numbers repeat nothing that stands elsewhere in it."""


def write(
    body: Mapping[str, Any],
    changes: Mapping[str, Change],
    removed: Iterable[str] = (),
    *,
    follows: bool = True,
) -> dict[str, Any]:
    """The body with its texts as `changes` (by path) say.

    A dropped content becomes empty; a dropped refusal, reasoning, annotation, transcript or tool
    call is removed, a dropped key with its member, any other dropped text becomes empty. What
    repeats a changed text (logprobs, audio, token ids, the places of annotations) is moved or
    dropped with it; a request has no choices, so `follows` is false for it. What stands at the
    paths of `removed` goes as well, and of a response what its own detections replace. Keys that
    were made equal are told apart. Paths are those of the body's segments; ExchangeError for one
    that the body does not have.
    """
    draft = Draft({name: body[name] for name in body if not (follows and name in REPLACED)})
    listed = "choices" if follows else "messages"
    touched: dict[int, tuple[dict[Place, Change], list[str]]] = {}
    for path, change in changes.items():
        place, is_key = draft.place(path)
        repeats = follows and is_of_alternatives(place)
        if not repeats:
            _make(draft, place, change, is_key=is_key)
        if place[0] == listed and len(place) > 2 and isinstance(place[1], int):
            changed, stretches = touched.setdefault(place[1], ({}, []))
            if not repeats:
                stretches += change.stretches(str(place[-1] if is_key else draft.original(place)))
            if not is_key:
                changed[place[2:]] = change
    gone = [draft.place(path)[0] for path in removed]
    for place in gone:
        draft.remove(place)
    for index, (changed, stretches) in touched.items():
        if follows:
            follow(draft, body, index, changed, stretches)
        else:
            drop_token_ids(draft, body[listed][index], (listed, index))
    if changes or gone:
        kept = REPLACED | {listed} if follows else _DOCUMENTED
        drop_token_ids(draft, {name: body[name] for name in body if name not in kept}, ())
    return draft.finish()


def _make(draft: Draft, place: Place, change: Change, *, is_key: bool) -> None:
    """The change itself, in its own place."""
    if is_key:
        draft.rename(place, change.text)
    elif change.text is None and (owner := _owner(place)):
        draft.remove(owner)
    else:
        draft.put(place, change.text or "")
    if _in_message(place)[1] == ("audio", "transcript"):
        draft.remove((*place[:-1], "data"))


def _owner(place: Place) -> Place | None:
    """What goes when the text at a place is dropped; None where the text just becomes empty."""
    message, field = _in_message(place)
    if field[:1] in (("refusal",), ("reasoning",), ("reasoning_content",), ("function_call",)):
        return (*message, field[0])
    if field[:1] in (("tool_calls",), ("annotations",)):
        return (*message, *field[:2])
    return (*message, "audio") if field == ("audio", "transcript") else None


def _in_message(place: Place) -> tuple[Place, Place]:
    """The message that a place is in, and where in it; all empty outside of messages."""
    if place[0] == "messages":
        return place[:2], place[2:]
    if place[0] == "choices" and place[2:3] == ("message",):
        return place[:3], place[3:]
    return (), ()
