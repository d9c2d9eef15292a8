"""What can go wrong, each with a stable code; the texts never quote an exchange."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class PolicyEngineError(Exception):
    """The base of every error that this library raises on purpose."""

    code = "error"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a configuration, placed.

    `line` and `column` count from 1, in code points; `source_line` is the offending line without
    its end. `allowed` lists what could stand there, `suggestion` is the likeliest of them.
    """

    code: str
    message: str
    file: str
    line: int = 1
    column: int = 1
    source_line: str = ""
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"

    @property
    def place(self) -> str:
        """The place as editors and terminals understand it."""
        return f"{self.file}:{self.line}:{self.column}"

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.severity}: {self.message} [{self.code}]"]
        if self.source_line:
            lines += [f"    {self.source_line}", "    " + " " * (self.column - 1) + "^"]
        if self.suggestion is not None:
            lines.append(f"    did you mean: {self.suggestion}")
        if self.allowed:
            lines.append(f"    allowed: {', '.join(self.allowed)}")
        return "\n".join(lines)


class ConfigurationError(PolicyEngineError):
    """A configuration that cannot be used; carries every mistake found in it, placed."""

    code = "configuration"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: Sequence[Mistake] = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type[ConfigurationError], tuple[Sequence[Mistake]]]:
        return type(self), (self.mistakes,)


class UnreadableError(PolicyEngineError):
    """A configuration that could not be read: no such file, no permission, no such scheme."""

    code = "unreadable"


class UnknownDeploymentError(PolicyEngineError):
    """A deployment that the configuration does not have."""

    code = "unknown-deployment"

    def __init__(self, name: str | None, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(known)
        asked = "no deployment was named and there is no default" if name is None else repr(name)
        super().__init__(f"unknown deployment: {asked}; known: {', '.join(self.known) or 'none'}")

    def __reduce__(self) -> tuple[type[UnknownDeploymentError], tuple[str | None, tuple[str, ...]]]:
        return type(self), (self.name, self.known)


class ExchangeError(PolicyEngineError):
    """A request or response that does not have the shape it should; `path` is a JSON Pointer."""

    code = "exchange"

    def __init__(self, path: str, problem: str, *, body: str = "request") -> None:
        self.path = path
        self.problem = problem
        self.body = body
        super().__init__(f"{body} at {path or '/'}: {problem}")

    def __reduce__(self) -> tuple[object, ...]:
        return _exchange_error, (self.path, self.problem, self.body)


def _exchange_error(path: str, problem: str, body: str) -> ExchangeError:
    return ExchangeError(path, problem, body=body)


class PluginError(PolicyEngineError):
    """A plugin that cannot be used, or two that claim the same detector; names who is to blame."""

    code = "plugin"


class SelfTestError(PolicyEngineError):
    """A detector that does not find its own examples, or finds what it must not."""

    code = "self-test"


class WarmUpError(PolicyEngineError):
    """A detector that could not get ready: a missing model, a file that changed."""

    code = "warm-up"
