"""`${NAME}` in models and keys: checked when loading, replaced only when somebody asks.

`${NAME}` may stand anywhere in a text, more than once; `$${` is a plain `${`. A variable that is
not set, or is empty, is a mistake. Values appear in no error, repr or dump.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from policyengine.loading.problems import Problem, closest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.loading.problems import Path
    from policyengine.policy import Document, Model

RESOLVED_FIELDS = ("base_url", "api_key", "model")
"""The fields of a model in which `${NAME}` is replaced."""

_REFERENCE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_URL = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model with its references replaced; what may hold a secret is left out of its repr."""

    name: str
    model: str
    base_url: str = field(repr=False)
    api_key: SecretStr | None = field(repr=False)


def check(document: Document) -> Iterator[Problem]:
    """References that are not of the form `${NAME}`, and base URLs that are none."""
    for path, text in _texts(document):
        rest = _REFERENCE.sub("", text)
        if "${" in rest:
            message = "a reference to the environment is `${NAME}`; a plain `${` is written `$${`"
            yield Problem("variable", message, path)
        elif path[:2] == ("keys", "clients") and not _references(text):
            message = "a client's key comes from the environment: `${NAME}`"
            yield Problem("plain-key", message, path)
        elif path[-1] == "base_url" and not _references(text) and not _URL.match(text):
            yield _not_a_url(path)


def check_against(document: Document, environment: Mapping[str, str]) -> list[Problem]:
    """What an environment lacks for a document, or has wrong."""
    return [
        *resolve_models(document, environment)[1],
        *rewrite_key(document, environment)[1],
        *client_keys(document, environment)[1],
    ]


def resolve_models(
    document: Document, environment: Mapping[str, str]
) -> tuple[dict[str, ResolvedModel], list[Problem]]:
    """The models with their references replaced, and what the environment lacks."""
    problems: list[Problem] = []
    models = {}
    for name, model in document.models.items():
        missing: list[Problem] = []
        resolved = models[name] = _resolved(name, model, environment, missing)
        if not missing and _references(model.base_url) and not _URL.match(resolved.base_url):
            missing.append(_not_a_url(("models", name, "base_url")))
        problems += missing
    return models, problems


def rewrite_key(
    document: Document, environment: Mapping[str, str]
) -> tuple[bytes | None, list[Problem]]:
    """The key for hashes and lasting placeholders, or None when the document gives none."""
    given = document.keys.rewrite
    if given is None:
        return None, []
    problems: list[Problem] = []
    key = _replaced(given, ("keys", "rewrite"), environment, problems)
    # What the environment holds need not be text: os.environ escapes it, and this undoes it.
    return key.encode("utf-8", "surrogateescape"), problems


def client_keys(
    document: Document, environment: Mapping[str, str]
) -> tuple[dict[str, tuple[SecretStr, ...]], list[Problem]]:
    """The keys of each deployment's clients, and what the environment lacks."""
    problems: list[Problem] = []
    keys = {
        name: tuple(
            SecretStr(_replaced(text, ("keys", "clients", name, index), environment, problems))
            for index, text in enumerate(texts)
        )
        for name, texts in document.keys.clients.items()
    }
    return keys, problems


def _resolved(
    name: str, model: Model, environment: Mapping[str, str], problems: list[Problem]
) -> ResolvedModel:
    texts = {
        part: _replaced(text, ("models", name, part), environment, problems)
        for part in RESOLVED_FIELDS
        if (text := getattr(model, part)) is not None
    }
    key = texts.get("api_key")
    secret = None if key is None else SecretStr(key)
    return ResolvedModel(name, texts.get("model", name), texts["base_url"], secret)


def _replaced(
    text: str, path: Path, environment: Mapping[str, str], problems: list[Problem]
) -> str:
    for name in _references(text):
        if not environment.get(name):
            what = "is empty" if name in environment else "is not set"
            message = f"the environment variable {shown(name)} {what}"
            usable = [known for known, value in environment.items() if value]
            problems.append(
                Problem("missing-variable", message, path, suggestion=closest(name, usable))
            )
    return _REFERENCE.sub(lambda m: environment.get(m[1], "") if m[1] else "${", text)


def _references(text: str) -> list[str]:
    return list(dict.fromkeys(m[1] for m in _REFERENCE.finditer(text) if m[1]))


def _texts(document: Document) -> Iterator[tuple[Path, str]]:
    for name, model in document.models.items():
        for field_name in RESOLVED_FIELDS:
            text = getattr(model, field_name)
            if text is not None:
                yield ("models", name, field_name), text
    if document.keys.rewrite is not None:
        yield ("keys", "rewrite"), document.keys.rewrite
    for name, keys in document.keys.clients.items():
        for index, key in enumerate(keys):
            yield ("keys", "clients", name, index), key


def _not_a_url(path: Path) -> Problem:
    return Problem("base-url", "this is not an http or https URL", path)
