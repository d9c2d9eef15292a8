"""Nodes against the pydantic models: each error placed, and what is sound kept for the checks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from policyengine.loading.nodes import MappingNode, find, plain, without
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


@dataclass(frozen=True, slots=True)
class Shaped:
    """What of the files makes a document.

    `tree` is what the document was made of, `left_out` what was too broken to be in it, and
    `damaged` the steps that lack a part of theirs, by policy and place in the document.
    """

    document: Document
    tree: MappingNode
    problems: list[Problem]
    left_out: frozenset[Path]
    damaged: frozenset[tuple[str, int]]


def shape(whole: MappingNode) -> Shaped:
    """The document, without what is broken, so that all the rest can still be checked.

    Only the broken values are left out at first; where that breaks what holds them, that is too.
    """
    problems: list[Problem] = []
    left_out: set[Path] = set()
    tree = whole
    outcome = validate(Document, tree, plain(tree))
    while not isinstance(outcome, Document):
        # What a later round finds is only wrong because of what an earlier one left out.
        problems = problems or outcome
        cut = {problem.path for problem in outcome}
        left_out |= cut
        tree = without(tree, cut)
        outcome = validate(Document, tree, plain(tree))
    damaged = _damaged(whole, tree, outcome, problems)
    return Shaped(outcome, tree, problems, frozenset(left_out), damaged)


def _unit(path: Path) -> Path:
    """The step, or else the model, policy or deployment, that a path leads into."""
    if path[0] == "policies" and len(path) > 3 and path[2] == "steps":
        return path[:4]
    return path[:2] if path[0] in {"models", "policies", "deployments"} else path[:1]


def _damaged(
    whole: MappingNode, tree: MappingNode, document: Document, problems: Iterable[Problem]
) -> frozenset[tuple[str, int]]:
    # Steps move up when one before them is left out; where they begin in the file stays.
    begins = {_begin(find(whole, _unit(problem.path))) for problem in problems}
    return frozenset(
        (policy, index)
        for policy, content in document.policies.items()
        for index in range(len(content.steps) if begins else 0)
        if _begin(find(tree, ("policies", policy, "steps", index))) in begins
    )


def _begin(node: Node) -> tuple[str, int]:
    return node.source.name, node.start


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
