"""A body being rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policyengine.embedded import distinct
from policyengine.errors import ExchangeError
from policyengine.pointer import is_told, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    Place = tuple[str | int, ...]


class Draft:
    """A body being rewritten: containers are copied when they are first changed.

    Values are put at once; members are renamed and removed at the end, the deepest first, so that
    every place is that of the original until then.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self._untold: dict[int, list[Any]] = {}  # by the identity of an object of the body
        self._root = dict(body)
        self._own: dict[Place, Any] = {(): self._root}
        self._put: set[Place] = set()
        self._removed: dict[Place, set[str | int]] = {}
        self._renamed: dict[Place, dict[str, str]] = {}

    def place(self, path: str) -> tuple[Place, bool]:
        """The members and items along a path, and whether it names a key."""
        names, is_key = split(path)
        here: Any = self._body if names else None  # the body itself is no place of a text
        place: list[str | int] = []
        try:
            for name in names or ("",):
                step: str | int = name
                if isinstance(here, list):
                    step = int(name)
                elif isinstance(name, int):
                    step = self._untold_in(here)[name]
                here = here[step]
                place.append(step)
        except (KeyError, IndexError, ValueError, TypeError):
            # The path may hold a key of the exchange, so it is not repeated.
            problem = "a change is for a place that the body does not have"
            raise ExchangeError("", problem) from None
        return tuple(place), is_key

    def _untold_in(self, holder: Any) -> list[Any]:
        if id(holder) not in self._untold:
            self._untold[id(holder)] = [name for name in holder if not is_told(name)]
        return self._untold[id(holder)]

    def original(self, place: Place) -> Any:
        """What stood at a place before anything was changed."""
        here: Any = self._body
        for step in place:
            here = here[step]
        return here

    def put(self, place: Place, value: object) -> None:
        """Set the value of a member or item; what is asked for below it is asked in vain."""
        holder = self._container(place[:-1])
        if holder is not None:
            holder[place[-1]] = value
            self._put.add(place)

    def rename(self, place: Place, name: str | None) -> None:
        """Rename a member; None removes it."""
        if name is None:
            self.remove(place)
        else:
            self._renamed.setdefault(place[:-1], {})[str(place[-1])] = name

    def remove(self, place: Place) -> None:
        """Remove a member or item, once everything else is done."""
        self._removed.setdefault(place[:-1], set()).add(place[-1])

    def finish(self) -> dict[str, Any]:
        """The new body."""
        pending = sorted({*self._removed, *self._renamed}, key=len, reverse=True)
        for place in pending:
            holder = self._container(place)
            removed = self._removed.get(place, set())
            if holder is None:
                continue
            if isinstance(holder, list):
                holder[:] = [item for at, item in enumerate(holder) if at not in removed]
            else:
                _renew(holder, removed, self._renamed.get(place, {}))
        self._drop_empty_calls()
        return self._root

    def _drop_empty_calls(self) -> None:
        # A message without calls has no list of them; clients take an empty one for a call.
        for place in self._removed:
            if place[-1:] == ("tool_calls",) and self._container(place) == []:
                self._container(place[:-1]).pop("tool_calls", None)

    def _container(self, place: Place) -> Any:
        """The draft's own copy of an object or array; None below a value that was put."""
        for length in range(1, len(place) + 1):
            here = place[:length]
            if here in self._put:
                return None
            if here not in self._own:
                holder = self._own[here[:-1]]
                copy = holder[here[-1]].copy()
                holder[here[-1]] = copy
                self._own[here] = copy
        return self._own[place]


def _renew(holder: dict[str, Any], removed: set[str | int], renamed: Mapping[str, str]) -> None:
    """Remove and rename members of an object in place, keeping their order."""
    kept = [name for name in holder if name not in removed]
    names = distinct([renamed.get(name, name) for name in kept], kept)
    members = [(new, holder[name]) for new, name in zip(names, kept, strict=True)]
    holder.clear()
    holder.update(members)
