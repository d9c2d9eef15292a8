"""Anything that fsspec can open: `https://…`, `s3://…`, `memory://…`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policyengine.errors import UnreadableError
from policyengine.sources.text import SUFFIXES, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

_USER = re.compile(r"(://)[^/@]*@")
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def is_url(location: str | PathLike[str]) -> bool:
    """Whether a location is for fsspec."""
    return isinstance(location, str) and "://" in location


def read(url: str | PathLike[str]) -> Iterator[tuple[str, Text]]:
    """Each file's identity and text; UnreadableError names the URL without what may be secret."""
    shown = without_secrets(str(url))
    try:
        yield from _fetch(str(url), shown)
    except UnreadableError:
        raise
    except ImportError as error:
        raise UnreadableError(
            f"{shown}: this kind of URL needs a package that is not installed "
            f"(llm-policyengine[remote], or fsspec's own package for it)"
        ) from error
    except Exception as error:  # noqa: BLE001 - see below
        # Every remote library has errors of its own, and their texts can hold the whole URL.
        raise UnreadableError(f"{shown}: {type(error).__name__}") from None


def without_secrets(url: str) -> str:
    """The URL as it may be shown: no user, no password, no query."""
    return _QUERY.sub("", _USER.sub(r"\1", url))


def _fetch(url: str, shown: str) -> Iterator[tuple[str, Text]]:
    from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra, and slow to import

    # One that is kept would remember its folders, or its archive, from when it was first read.
    try:
        filesystem, path = url_to_fs(url, skip_instance_cache=True)
    except ValueError:
        raise UnreadableError(f"{shown}: unknown kind of URL") from None
    if not filesystem.isdir(path):
        yield url, Text(shown, filesystem.cat_file(path))
        return
    files = [file for file in sorted(filesystem.find(path)) if _is_wanted(file, path)]
    if not files:
        raise UnreadableError(f"{shown}: no {', '.join(SUFFIXES)} file in this folder")
    for file in files:
        name = shown.rstrip("/") + _below(file, path)
        yield without_secrets(str(filesystem.unstrip_protocol(file))), _text(filesystem, file, name)


def _text(filesystem: Any, file: str, name: str) -> Text:
    return Text(name, filesystem.cat_file(file))


def _below(file: str, folder: str) -> str:
    return "/" + file.removeprefix(folder).lstrip("/")


def _is_wanted(file: str, folder: str) -> bool:
    parts = _below(file, folder).split("/")[1:]
    return file.lower().endswith(SUFFIXES) and not any(part.startswith(".") for part in parts)
