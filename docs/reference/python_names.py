"""Public Python names as Markdown: signatures, docstrings, members."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100


def doc(thing: object) -> str:
    """A docstring as Markdown: whole paragraphs, one line each."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", paragraph) for paragraph in paragraphs)


def section(name: str, value: Any) -> str:
    """A public name with all that there is to say about it."""
    parts = [f"\n## {name}\n\n"]
    if isinstance(value, type):
        parts += [_construction(value), f"{doc(value)}\n", *_words(value), *_members(value)]
    elif inspect.isfunction(value):
        parts += [f"{signature(name, value)}\n\n{doc(value)}\n"]
    elif isinstance(value, int):
        parts.append(f"`{value!r}`\n")
    elif name == "hookimpl":
        parts.append("Marks the implementation of a [hook](hooks.md).\n")
    else:
        parts.append(f"`{_alternatives(value)}`\n")
    return "".join(parts)


def signature(name: str, function: Any) -> str:
    """A function's signature as a block of code, one argument a line where it is long."""
    written = _plain(str(_unquoted(inspect.signature(function))))
    waits = "async " if inspect.iscoroutinefunction(function) else ""
    line = f"{waits}def {name}{written}: ..."
    if len(line) > WIDTH:
        arguments, _, returned = written[1:].rpartition(")")
        inside = "".join(f"    {argument},\n" for argument in _apart(arguments))
        line = f"{waits}def {name}(\n{inside}){returned}: ..."
    return f"```python\n{line}\n```"


class _Bare(str):
    """An annotation that is shown as it is written."""

    __slots__ = ()
    __repr__ = str.__str__


def _unquoted(written: inspect.Signature) -> inspect.Signature:
    parameters = [
        one
        if one.annotation is inspect.Parameter.empty
        else one.replace(annotation=_Bare(one.annotation))
        for one in written.parameters.values()
    ]
    return written.replace(
        parameters=parameters, return_annotation=_Bare(written.return_annotation)
    )


def _apart(arguments: str) -> list[str]:
    """The arguments of a signature, one by one; commas inside of brackets do not part them."""
    parts, depth = [""], 0
    for character in arguments:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _plain(written: str) -> str:
    """Names in place of what Python writes for functions and words of an enumeration."""
    written = re.sub(r"<(?:built-in function|function|class) ([\w.]+)[^>]*>", r"\1", written)
    return (
        re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", written).replace("<factory>", "...").replace("'", '"')
    )


def _alternatives(value: Any) -> str:
    """A union as it is written, whatever the version of Python calls it."""
    names = [one.__name__ if isinstance(one, type) else str(one) for one in get_args(value)]
    return " | ".join(names).replace("typing.", "")


def _construction(cls: type) -> str:
    """How a frozen record is made; other classes say so in their docstring."""
    if not dataclasses.is_dataclass(cls) or cls.__init__ is object.__init__:
        return ""
    fields = [field for field in dataclasses.fields(cls) if field.repr]
    lines = [_plain(f"    {field.name}: {field.type}{_default(field)}\n") for field in fields]
    return f"```python\nclass {cls.__name__}:\n{''.join(lines) or '    ...'}```\n\n"


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f" = {field.default!r}"
    return "" if field.default_factory is dataclasses.MISSING else " = ..."


def _words(cls: type) -> Iterator[str]:
    if issubclass(cls, enum.Enum):
        words = ", ".join(f"`{member.name}`" for member in cls)
        yield f"\nMembers: {words}.\n"


def _members(cls: type) -> Iterator[str]:
    """The public methods and properties that a class defines itself."""
    for name, member in vars(cls).items():
        function = getattr(member, "__func__", member)
        if name.startswith("_") or not doc(member):
            continue
        if isinstance(member, property):
            returned = str(getattr(member.fget, "__annotations__", {}).get("return", ""))
            yield f"\n### {cls.__name__}.{name}\n\n`{name}: {returned}`\n\n{doc(member)}\n"
        elif inspect.isfunction(function):
            yield f"\n### {cls.__name__}.{name}\n\n{signature(name, function)}\n\n"
            yield f"{doc(function)}\n"
