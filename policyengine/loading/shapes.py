"""Nodes against the pydantic models: each error placed, and what is sound kept for the checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from policyengine.loading.nodes import MappingNode, plain, without
from policyengine.loading.wording import either, problem_of
from policyengine.policy import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.loading.nodes import Node
    from policyengine.loading.problems import Path, Problem

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], root: Node, value: object, prefix: Path = ()) -> M | list[Problem]:
    """The value as the model, or what is wrong with it, by path below `prefix` in the tree `root`.

    Validated as JSON and strictly: `"5"` is no number and `yes` is not true, as in the schema.
    """
    try:
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return _one_for_each_place(problem_of(model, detail, prefix, root) for detail in details)


def document_of(tree: MappingNode) -> tuple[Document, MappingNode, list[Problem], frozenset[Path]]:
    """The document, the tree that it was made of, what is wrong, and the paths that were left out.

    A broken step, policy or deployment is left out, so that all others can still be checked.
    """
    problems: list[Problem] = []
    removed: set[Path] = set()
    outcome = validate(Document, tree, plain(tree))
    while not isinstance(outcome, Document):
        # What is only wrong because of what was left out was reported already.
        problems = problems or outcome
        cut = {_unit(problem.path) for problem in outcome}
        removed |= cut
        tree = without(tree, cut)
        outcome = validate(Document, tree, plain(tree))
    return outcome, tree, problems, frozenset(removed)


def _unit(path: Path) -> Path:
    """The smallest part of the document that can be left out."""
    if path[0] == "policies" and len(path) > 4 and path[2] == "steps":
        return path[:4]
    return path[:2] if path[0] in {"models", "policies", "deployments"} else path[:1]


def _one_for_each_place(problems: Iterable[Problem]) -> list[Problem]:
    """The branches of a union each say what they wanted; one mistake for a place is enough."""
    kept: dict[tuple[Path, bool, str], Problem] = {}
    given = list(problems)
    above = {problem.path[:length] for problem in given for length in range(len(problem.path))}
    for problem in given:
        if problem.code == "length" and problem.path in above:
            continue  # pydantic counts what was sound: a list of one broken step is "too short"
        place = (problem.path, problem.at_key, problem.message if problem.at_key else "")
        kept[place] = either(kept[place], problem) if place in kept else problem
    return list(kept.values())
