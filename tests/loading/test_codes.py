from __future__ import annotations

import ast
from pathlib import Path

import policyengine
from policyengine.loading.codes import CODES, ERRORS, WARNINGS

PACKAGE = Path(policyengine.__file__).parent
TABLE = PACKAGE / "loading" / "codes.py"
MAKERS = {"Problem", "Mistake", "unknown", "mistake", "_say", "_stop"}


def _trees() -> list[ast.AST]:
    return [ast.parse(file.read_text()) for file in PACKAGE.rglob("*.py") if file != TABLE]


def _codes_used() -> set[str]:
    """The first arguments of everything that makes a mistake."""
    return {
        node.args[0].value
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", None)) in MAKERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value
    }


def test_every_code_that_a_mistake_is_made_with_is_in_the_table() -> None:
    used = _codes_used()
    assert len(used) > 30
    assert used <= set(CODES)


def test_every_code_of_the_table_is_used() -> None:
    literals = {
        node.value
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(CODES) <= literals


def test_a_code_is_an_error_or_a_warning_and_is_explained_in_one_line() -> None:
    assert not set(ERRORS) & set(WARNINGS)
    for code, explanation in CODES.items():
        assert code == code.lower()
        assert explanation.endswith(".")
        assert "\n" not in explanation
