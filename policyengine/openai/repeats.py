"""What repeats the texts of a choice: logprobs, and the places that annotations point to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.openai.alternatives import Rewritten, touched
from policyengine.openai.change import Change
from policyengine.openai.logprobs import (
    CHAT,
    LEGACY,
    accompanied,
    chat_alternatives,
    chat_ranges,
    legacy_alternatives,
    legacy_ranges,
)
from policyengine.openai.opaque import token_id_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.openai.draft import Draft, Place


_UNCHANGED = Change("")
_COLUMNS = frozenset((*CHAT, *LEGACY))
_ALTERNATIVES = frozenset(("logprobs", name) for name in (*CHAT, "top_logprobs"))


def follow(
    draft: Draft,
    body: Mapping[str, Any],
    index: int,
    changed: Mapping[Place, Change],
    stretches: Iterable[str],
) -> None:
    """Bring in order what repeats the texts of a choice that were changed.

    `stretches` are what was rewritten in any of them.
    """
    choice = body["choices"][index]
    place: Place = ("choices", index)
    message = choice.get("message")
    content = changed.get(("message", "content"))
    if isinstance(message, dict):
        if content is None and any(path[:2] == ("message", "content") for path in changed):
            content = Change(None)  # parts: nothing says where in them an annotation points
        if content is not None:
            _move_annotations(draft, (*place, "message", "annotations"), message, content)
    if choice.get("logprobs") is not None:
        gone = _changed_alternatives(choice["logprobs"], changed)
        _filter_logprobs(draft, place, choice, changed, Rewritten(stretches, gone))
    _drop_other_token_ids(draft, place, choice)


def is_of_alternatives(place: Place) -> bool:
    """Whether a text's place is that of the tokens that were not chosen: it follows, it is no text.

    See `response`: all of a choice's are one text.
    """
    return place[0] == "choices" and place[2:] in _ALTERNATIVES


def _changed_alternatives(logprobs: Any, changed: Mapping[Place, Change]) -> Iterator[str]:
    for name in CHAT:
        if (change := changed.get(("logprobs", name))) is not None:
            yield from touched(chat_alternatives(logprobs[name]), change)
    if (change := changed.get(("logprobs", "top_logprobs"))) is not None:
        yield from touched(legacy_alternatives(logprobs), change)


def drop_token_ids(draft: Draft, value: object, place: Place) -> None:
    """Remove token ids in or below a value: they may repeat any text beside them."""
    for here in token_id_places(value, place):
        draft.remove(here)


def _drop_other_token_ids(draft: Draft, place: Place, choice: dict[str, Any]) -> None:
    logprobs = choice.get("logprobs")
    if isinstance(logprobs, dict):
        unknown = {name: value for name, value in logprobs.items() if name not in _COLUMNS}
        choice = {**choice, "logprobs": unknown}
    drop_token_ids(draft, choice, place)


def _filter_logprobs(
    draft: Draft,
    place: Place,
    choice: dict[str, Any],
    changed: Mapping[Place, Change],
    rewritten: Rewritten,
) -> None:
    logprobs = choice["logprobs"]
    here: Place = (*place, "logprobs")
    if not isinstance(logprobs, dict):
        draft.put(here, None)
        return
    if any(logprobs.get(name) for name in LEGACY):
        ranges = legacy_ranges(logprobs, choice.get("text"))
        if ranges is None:
            # Nobody can say that they repeat only what was left as it was.
            draft.put(here, None)
            return
        change = changed.get(("text",), _UNCHANGED)
        for name, column in _legacy_columns(logprobs, ranges, change, rewritten):
            if column != logprobs[name]:
                draft.put((*here, name), column)
    for name in CHAT:
        entries = logprobs.get(name)
        if entries:
            where, text = accompanied(choice, name)
            ranges = chat_ranges(entries, text)
            change = changed.get(where, _UNCHANGED)
            kept = None if ranges is None else _chat_entries(entries, ranges, change, rewritten)
            if kept != entries:
                draft.put((*here, name), kept or None)


def _chat_entries(
    entries: list[Any], ranges: list[tuple[int, int]], change: Change, rewritten: Rewritten
) -> list[Any]:
    return rewritten.chat(
        [
            entry
            for entry, (start, end) in zip(entries, ranges, strict=True)
            if not change.touches(start, end)
        ]
    )


def _legacy_columns(
    logprobs: dict[str, Any], ranges: list[tuple[int, int]], change: Change, rewritten: Rewritten
) -> Iterator[tuple[str, list[Any]]]:
    kept = [at for at, (start, end) in enumerate(ranges) if not change.touches(start, end)]
    for name in LEGACY:
        column = logprobs.get(name)
        if column is None:
            continue
        values = [column[at] for at in kept]
        if name == "text_offset":
            # Offsets count from wherever the server began, so they are moved by the difference.
            values = [
                value if value is None else value + change.to_new(*ranges[at])[0] - ranges[at][0]
                for at, value in zip(kept, values, strict=True)
            ]
        elif name == "top_logprobs":
            values = rewritten.legacy(values)
        yield name, values


def _move_annotations(draft: Draft, place: Place, message: dict[str, Any], content: Change) -> None:
    annotations = message.get("annotations")
    if not isinstance(annotations, list):
        return
    length = len(message["content"] or "")
    for index, annotation in enumerate(annotations):
        inner = {name: value for name, value in annotation.items() if isinstance(value, dict)}
        for where, holder in (
            ((), annotation),
            *(((name,), value) for name, value in inner.items()),
        ):
            start, end = holder.get("start_index"), holder.get("end_index")
            if start is None and end is None:
                continue
            here: Place = (*place, index)
            if not _stays(start, end, length, content):
                draft.remove(here)
            else:
                moved = content.to_new(start, end)
                draft.put((*here, *where, "start_index"), moved[0])
                draft.put((*here, *where, "end_index"), moved[1])


def _stays(start: object, end: object, length: int, content: Change) -> bool:
    """Whether a place in the content is one, and still is after the change."""
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= length):
        return False
    return not content.touches(start, max(end, start + 1))
