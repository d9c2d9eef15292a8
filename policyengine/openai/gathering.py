"""Collecting the texts of one body, and refusing what has the wrong type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from policyengine.embedded import is_document
from policyengine.errors import ExchangeError
from policyengine.exchange import Body, Segment, Source, Unexamined
from policyengine.openai.opaque import is_token_ids, medium_of
from policyengine.openai.structural import FREE_MAPS, NAMES, WORDS, is_identifier
from policyengine.pointer import KEY, members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    _Pending = tuple[str, object, str, bool]

SHORTEST_NUMBER = 7
"""Digits of the shortest number that is examined where anybody may put one: a telephone number's.

Examined as a string of its digits, and written back as a string.
"""

LONGEST_PATH = 1024
"""A body with a longer path is refused: one long name above many texts would cost its product."""

_NO_NAMES: frozenset[str] = frozenset()
_NO_IDENTIFIERS: Mapping[str, str] = {}

_JSON_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class ReadBody:
    """The texts of one body in reading order, and what in it no detector can read."""

    segments: tuple[Segment, ...]
    unexamined: tuple[Unexamined, ...]


class Gathering:
    """The segments of one body while it is read; `choice` is that of the next ones."""

    __slots__ = ("_segments", "_unexamined", "body", "choice")

    def __init__(self, body: Body) -> None:
        self.body: Body = body
        self.choice = 0
        self._segments: list[Segment] = []
        self._unexamined: list[Unexamined] = []

    def result(self) -> ReadBody:
        """What was collected."""
        return ReadBody(tuple(self._segments), tuple(self._unexamined))

    def text(
        self, path: str, text: str, source: Source, *, label: str = "", may_be_json: bool = False
    ) -> None:
        """Add a text; an empty one says nothing and is no segment."""
        if not text:
            return
        self._refuse_length(path)
        written: Literal["text", "json"] = "json" if may_be_json and is_document(text) else "text"
        self._segments.append(Segment(path, source, text, self.body, self.choice, written, label))

    def unseen(self, path: str, media: str) -> None:
        """Add what cannot be examined."""
        self._unexamined.append(Unexamined(path, media, self.body, self.choice))

    def wrong(self, path: str, expected: str, value: object) -> ExchangeError:
        """The error for a value of the wrong type; names types, never the value."""
        found = _JSON_TYPES.get(type(value), f"a Python {type(value).__name__}")
        return ExchangeError(path, f"expected {expected}, found {found}", body=self.body)

    def record(self, path: str, value: object) -> dict[str, Any]:
        """The value, which must be an object."""
        if not isinstance(value, dict):
            raise self.wrong(path, "an object", value)
        return value

    def items(self, path: str, value: object) -> Iterator[tuple[str, Any]]:
        """The items, with their paths, of what must be an array or null."""
        if value is None:
            return
        if not isinstance(value, list):
            raise self.wrong(path, "an array", value)
        for index, item in enumerate(value):
            yield f"{path}/{index}", item

    def string(
        self, holder: str, name: str, value: object, source: Source, *, may_be_json: bool = False
    ) -> None:
        """Add what must be a string or null, the member `name` of what stands at `holder`."""
        if isinstance(value, str):
            self.text(f"{holder}/{name}", value, source, may_be_json=may_be_json)
        elif value is not None:
            raise self.wrong(f"{holder}/{name}", "a string", value)

    def rest(
        self,
        path: str,
        value: Mapping[str, Any],
        source: Source,
        read: frozenset[str],
        identifiers: Mapping[str, str] = _NO_IDENTIFIERS,
    ) -> None:
        """Add every text of an object of the API that stands in none of the fields just `read`.

        The values of unknown fields are free-form, and the names of these fields are texts too.
        """
        for here, name in members(path, value):
            below = value[name]
            if name in read:
                continue
            if isinstance(below, str) and (
                (name in identifiers and is_identifier(below))
                or below in WORDS.get(name, _NO_NAMES)
            ):
                continue
            if not isinstance(name, str):
                raise self.wrong("", "names that are strings", name)
            documented = name in NAMES
            if not documented:
                self.text(here + KEY, name, source)
            if below is not None:
                self.walk(here, below, source, name, documented=documented)

    def walk(
        self, path: str, value: object, source: Source, label: str = "", *, documented: bool = False
    ) -> None:
        """Add every string below a value, and every key that the API does not name itself.

        Long numbers too, where anybody may put them.
        """
        pending: list[_Pending] = [(path, value, label, not documented or label in FREE_MAPS)]
        while pending:
            here, value, label, free = pending.pop()
            if isinstance(value, str):
                self._string(here, value, source, label, free=free)
            elif isinstance(value, dict):
                self._refuse_length(here)
                inside = [
                    item
                    for below, name in members(here, value)
                    for item in self._member(
                        (below, value[name], label, free), name, documented=documented
                    )
                ]
                pending += reversed(inside)
            elif isinstance(value, list):
                self._refuse_length(here)
                # A schema's numbers are its author's choices, no text in disguise.
                if source is not Source.TOOL_DEFINITION and is_token_ids(value, label):
                    self.unseen(here, "token_ids")
                pending += [
                    (f"{here}/{index}", value[index], label, free)
                    for index in reversed(range(len(value)))
                ]
            elif isinstance(value, int | float) and not isinstance(value, bool):
                if free:
                    self._number(here, value, source, label)
            elif type(value) not in _JSON_TYPES:
                raise self.wrong("", "JSON", value)

    def _member(self, pending: _Pending, name: object, *, documented: bool) -> Iterator[_Pending]:
        # A key comes before its member's texts: it is pending like a text, in a free-form place.
        here, value, label, free = pending
        if not isinstance(name, str):
            raise self.wrong("", "names that are strings", name)
        if free or name not in NAMES:
            yield here + KEY, name, label, True
        yield here, value, name, not documented or (not free and name in FREE_MAPS)

    def _string(self, path: str, value: str, source: Source, label: str, *, free: bool) -> None:
        if medium := medium_of(value):
            self.unseen(path, medium)
        elif free or value not in WORDS.get(label, _NO_NAMES):
            self.text(path, value, source, label=label)

    def _number(self, path: str, value: object, source: Source, label: str) -> None:
        if isinstance(value, int) and abs(value) < 10 ** (SHORTEST_NUMBER - 1):
            return
        try:
            literal = str(value)
        except ValueError:  # more digits than Python converts
            raise ExchangeError("", "a number in it has too many digits", body=self.body) from None
        if sum(map(str.isdigit, literal)) >= SHORTEST_NUMBER:
            self.text(path, literal, source, label=label)

    def _refuse_length(self, path: str) -> None:
        if len(path) > LONGEST_PATH:
            problem = f"the path of a text in it is longer than {LONGEST_PATH} characters"
            raise ExchangeError("", problem, body=self.body)
