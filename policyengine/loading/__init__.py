"""From texts to a configuration: every mistake in every file at once, each in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine import sources
from policyengine.errors import ConfigurationError, UnreadableError
from policyengine.loading import checks, environment
from policyengine.loading.composing import compose
from policyengine.loading.configuration import Configuration
from policyengine.loading.environment import ResolvedModel
from policyengine.loading.instances import instances_of
from policyengine.loading.merging import merge
from policyengine.loading.nodes import placed
from policyengine.loading.schema import policy_schema
from policyengine.loading.shapes import shape
from policyengine.loading.source_text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from policyengine.errors import Mistake
    from policyengine.loading.nodes import Node
    from policyengine.registry import Registry
    from policyengine.sources import Text

__all__ = ["Configuration", "ResolvedModel", "load", "load_texts", "policy_schema"]


def load(
    locations: Iterable[str | PathLike[str]] | str | PathLike[str], *, registry: Registry
) -> Configuration:
    """The configuration at the locations: files, folders, URLs.

    Raises ConfigurationError with every mistake and warning, or UnreadableError.
    """
    return load_texts(sources.read(locations), registry=registry)


def load_texts(
    texts: Iterable[Text], *, registry: Registry, variables: Mapping[str, str] | None = None
) -> Configuration:
    """The configuration that the texts make together; raises ConfigurationError as `load` does.

    Given the `variables` of an environment, what they lack is told with all other mistakes.
    """
    given = tuple(texts)
    if not given:
        raise UnreadableError("there is nothing to load")
    roots, mistakes = _compose(given)
    if not roots:
        raise ConfigurationError(mistakes)
    merged, more = merge(roots)
    shaped = shape(merged)
    document, tree = shaped.document, shaped.tree
    instances = instances_of(document, tree, registry)
    whole = {at: each for at, each in instances.by_step.items() if at not in shaped.damaged}
    every_file_was_read = len(roots) == len(given)
    found = checks.check(document, whole, shaped.left_out, complete=every_file_was_read)
    problems = [*instances.problems, *environment.check(document), *found]
    if variables is not None:
        problems += environment.check_against(document, variables)
    # A path leads into the tree that it was found in: the later one lacks what was left out.
    mistakes += [*more, *(placed(merged, problem) for problem in shaped.problems)]
    mistakes += [placed(tree, problem) for problem in problems]
    mistakes = _in_reading_order(mistakes, given)
    if any(mistake.severity == "error" for mistake in mistakes):
        raise ConfigurationError(mistakes)
    return Configuration(document, tuple(mistakes), tree, instances.by_step)


def _compose(texts: Iterable[Text]) -> tuple[list[Node], list[Mistake]]:
    roots: list[Node] = []
    mistakes: list[Mistake] = []
    for text in texts:
        source, refused = decode(text)
        mistakes += refused
        if source is not None:
            root, found = compose(source)
            mistakes += found
            roots += [] if root is None else [root]
    return roots, mistakes


def _in_reading_order(mistakes: Iterable[Mistake], texts: Iterable[Text]) -> list[Mistake]:
    order = {text.name: place for place, text in enumerate(texts)}
    return sorted(mistakes, key=lambda each: (order[each.file], each.line, each.column, each.code))
