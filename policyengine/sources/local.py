"""Files and folders of this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.errors import UnreadableError
from policyengine.sources.text import SUFFIXES, Text

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(location: str | os.PathLike[str]) -> Iterator[tuple[str, Text]]:
    """Each file's identity (its real path) and text; UnreadableError names the location."""
    path = Path(location)
    try:
        files = sorted(_files_under(path)) if path.is_dir() else [path]
        if not files:
            raise UnreadableError(f"{path}: no {', '.join(SUFFIXES)} file in this folder")
        for file in files:
            yield os.path.realpath(file), Text(str(file), file.read_bytes())
    except OSError as error:
        blamed = error.filename or path
        raise UnreadableError(f"{blamed}: {error.strerror or type(error).__name__}") from error
    except ValueError as error:  # a NUL in the path
        raise UnreadableError(f"{str(path)!r}: not a path") from error


def _files_under(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        # Linked folders are not entered: inside the folder they are copies, and outside is refused.
        for name in [*folders, *files]:
            if not name.startswith("."):
                _stay_inside(folder, Path(parent, name))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                yield Path(parent, name)


def _stay_inside(folder: Path, path: Path) -> None:
    # Refused, not skipped: a policy that is silently left out is worse than an error.
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise UnreadableError(f"{path}: this link leads out of the folder {folder}")


def _refuse(error: OSError) -> None:
    raise error
