"""The shape of the house: what may import what, and how large a room may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import policyengine
import policyengine.testing

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

OUTER = ("gateway", "offline", "cli", "__main__")
"""Parts of policyengine that may import all the rest, and that the rest may not import."""

CORE_MAY_IMPORT = {"pydantic", "pydantic_core", "pluggy", "yaml"}
"""`pydantic_core` is pydantic's own, in its own package."""

OUTER_MAY_IMPORT = CORE_MAY_IMPORT | {
    *("click", "rich"),
    *("httpx", "prometheus_client", "starlette", "uvicorn", "uvloop"),
}

LATER = {"policyengine.sources": {"fsspec"}}
"""Libraries that a part may import inside a function, when they are asked for."""

ONLY_WHEN_USED = (
    "click",
    "faker",
    "fsspec",
    "hypothesis",
    "httpx",
    "numpy",
    "onnxruntime",
    "openai",
    "opentelemetry",
    "phonenumbers",
    "prometheus_client",
    "pytest",
    "rapidfuzz",
    "re2",
    "rich",
    "spacy",
    "starlette",
    "stdnum",
    "tokenizers",
    "torch",
    "uvicorn",
    "uvloop",
)
"""What `import policyengine` does not load."""

NO_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "shared", "util", "utils"}

LONGEST_MODULE = 260
LONGER_WITH_REASON = {
    "detectors.pii.calibrated": "a table with a line for each recogniser, written by a script",
    "policyengine.detector": "all that a detector's author implements, in one place to read",
}
"""Modules that may be longer, by name, and why."""


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    tree: ast.Module

    @property
    def part(self) -> str:
        """The first name below its package: `loading` of `policyengine.loading.places`."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def is_outer(self) -> bool:
        return self.name.startswith("policyengine.") and self.part in OUTER


@dataclass(frozen=True)
class Import:
    module: str
    names: tuple[str, ...]
    at_import_time: bool

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]


def modules_under(folder: Path, package: str) -> Iterator[Module]:
    for path in sorted(folder.joinpath(package).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(name, path, ast.parse(path.read_bytes()))


@cache
def all_modules() -> tuple[Module, ...]:
    return (*modules_under(ROOT, "policyengine"), *modules_under(ROOT, "detectors"))


def engine() -> list[Module]:
    return [one for one in all_modules() if one.name.startswith("policyengine")]


def core() -> list[Module]:
    return [
        one for one in all_modules() if one.name.startswith("policyengine") and not one.is_outer
    ]


def built_ins() -> list[Module]:
    return [one for one in all_modules() if one.name.startswith("detectors")]


def imports(module: Module) -> Iterator[Import]:
    """Every import but those for type checkers only; relative ones made absolute."""
    waiting: list[tuple[ast.AST, bool]] = [(module.tree, True)]
    while waiting:
        node, at_import_time = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += [(one, at_import_time) for one in node.orelse]
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), at_import_time)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield Import(_absolute(module, node), names, at_import_time)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        waiting += [(one, at_import_time and not inside) for one in ast.iter_child_nodes(node)]


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    keep = len(package) - node.level + (module.path.name == "__init__.py")
    return ".".join([*package[:keep], *filter(None, [node.module])])


def targets(found: Import) -> Iterator[str]:
    """The modules that an import may load: `from a import b` loads `a`, and `a.b` if it is one."""
    yield found.module
    yield from (f"{found.module}.{name}" for name in found.names)


# --- the rules, as functions of a module, so that each can be tried on one that breaks it ---


def core_imports_outer(module: Module) -> list[str]:
    outer = tuple(f"policyengine.{part}" for part in OUTER)
    return [
        target
        for found in imports(module)
        for target in targets(found)
        if target.startswith("detectors")
        or any(target == one or target.startswith(one + ".") for one in outer)
    ]


def third_parties(module: Module, *, at_import_time: bool) -> set[str]:
    return {
        found.package
        for found in imports(module)
        if found.at_import_time is at_import_time
        and found.package not in sys.stdlib_module_names
        and found.package not in ("policyengine", "detectors")
    }


def private_imports(module: Module) -> list[str]:
    """What a detector takes from policyengine that is not offered to everybody."""
    offered = {
        "policyengine": set(policyengine.__all__),
        "policyengine.testing": set(policyengine.testing.__all__),
    }
    return [
        f"{found.module} {name}"
        for found in imports(module)
        if found.package == "policyengine"
        for name in found.names or ("",)
        if name not in offered.get(found.module, ())
    ]


def strings(module: Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def detector_ids() -> frozenset[str]:
    """The rooms of the built-ins, and what their classes call themselves."""
    rooms = {one.part for one in built_ins() if one.path.name == "__init__.py" and one.part}
    named = {
        statement.value.value
        for module in built_ins()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and [ast.unparse(target) for target in statement.targets] == ["id"]
    }
    return frozenset(rooms - {"encoders"} | named)


def plugin_managers(module: Module) -> list[str]:
    return [
        node.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "PluginManager"
    ] + [name for found in imports(module) for name in found.names if name == "PluginManager"]


def by_name(modules: list[Module]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("module", modules, ids=lambda one: one.name)


# --- the rules hold ---


@by_name(core())
def test_the_core_imports_neither_transports_nor_detectors(module: Module) -> None:
    assert core_imports_outer(module) == []


@by_name(core())
def test_the_core_needs_three_libraries(module: Module) -> None:
    assert third_parties(module, at_import_time=True) <= CORE_MAY_IMPORT
    part = f"policyengine.{module.part}"
    assert third_parties(module, at_import_time=False) <= CORE_MAY_IMPORT | LATER.get(part, set())


def test_transports_import_what_the_core_may_and_their_own() -> None:
    for module in (one for one in engine() if one.is_outer):
        assert third_parties(module, at_import_time=True) <= OUTER_MAY_IMPORT, module.name
        loaded = {target for found in imports(module) for target in targets(found)}
        assert not {one for one in loaded if one.startswith("detectors")}, module.name


@by_name(built_ins())
def test_detectors_import_only_public_names(module: Module) -> None:
    assert private_imports(module) == []


@by_name([one for one in all_modules() if one.name != "policyengine.registry"])
def test_only_the_registry_touches_the_plugin_manager(module: Module) -> None:
    assert plugin_managers(module) == []
    if module.name != "policyengine.hookspecs":
        assert "pluggy" not in third_parties(module, at_import_time=True)


@by_name(engine())
def test_no_detector_is_named_in_the_engine(module: Module) -> None:
    ids = detector_ids()
    kinds = tuple(f"{one}." for one in ids)
    assert not [one for one in strings(module) if one in ids or one.startswith(kinds)]


def test_the_detectors_that_may_not_be_named_are_known() -> None:
    assert "pii" in detector_ids()


@by_name(list(all_modules()))
def test_modules_are_of_a_size_to_be_read(module: Module) -> None:
    lines = len(module.path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE or module.name in LONGER_WITH_REASON


def test_every_exception_for_length_is_still_needed() -> None:
    lengths = {one.name: len(one.path.read_bytes().splitlines()) for one in all_modules()}
    assert not [name for name in LONGER_WITH_REASON if lengths.get(name, 0) <= LONGEST_MODULE]


@by_name(list(all_modules()))
def test_no_module_is_a_drawer_for_everything(module: Module) -> None:
    assert not NO_NAMES & set(module.name.split("."))


# --- each module stands alone ---

ALONE = """if True:
    import importlib, sys, traceback
    failed = 0
    clean = set(sys.modules)
    for name in sys.argv[1:]:
        for loaded in set(sys.modules) - clean:
            if loaded.partition(".")[0] in ("policyengine", "detectors"):
                del sys.modules[loaded]
        try:
            importlib.import_module(name)
        except BaseException:
            failed += 1
            print(name, traceback.format_exc(limit=-2), file=sys.stderr)
    sys.exit(bool(failed))
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the programs here
        [sys.executable, "-W", "error", "-c", program, *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_module_imports_alone_and_without_a_warning() -> None:
    done = run(ALONE, *(one.name for one in all_modules()))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "package",
    [
        "policyengine",
        "policyengine.engine",
        "policyengine.openai",
        "policyengine.testing",
        "detectors.plugin",
    ],
)
def test_importing_loads_nothing_heavy(package: str) -> None:
    program = """if True:
        import importlib, sys
        importlib.import_module(sys.argv[1])
        print(*sys.modules)
    """
    done = run(program, package)
    assert done.returncode == 0, done.stderr
    assert set(ONLY_WHEN_USED) & set(done.stdout.split()) == set()


# --- the rules see what breaks them ---


def written(source: str, name: str = "policyengine.loading.places") -> Module:
    return Module(name, Path(name.rpartition(".")[2] + ".py"), ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "import policyengine.cli",
        "from policyengine import gateway",
        "from policyengine.offline.scoring import score",
        "from .. import cli",
        "from ..gateway import serve",
        "def f():\n    import detectors.pii",
        "from detectors import plugin",
    ],
)
def test_an_import_outwards_is_seen(source: str) -> None:
    assert core_imports_outer(written(source))


@pytest.mark.parametrize(
    "source",
    [
        "from policyengine import loading",
        "from . import client",
        "from .clip import x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import policyengine.cli",
    ],
)
def test_an_import_inwards_is_none_outwards(source: str) -> None:
    assert core_imports_outer(written(source)) == []


def test_third_parties_are_told_by_when_they_are_imported() -> None:
    module = written("import os, numpy.linalg\nclass A:\n    import rich\ndef f():\n    import re2")
    assert third_parties(module, at_import_time=True) == {"numpy", "rich"}
    assert third_parties(module, at_import_time=False) == {"re2"}


@pytest.mark.parametrize(
    ("source", "private"),
    [
        ("from policyengine import Detector", False),
        ("from policyengine.testing import check_detector", False),
        ("from policyengine import registry", True),
        ("from policyengine.detector import Detector", True),
        ("import policyengine.vetting", True),
        ("import policyengine", True),
    ],
)
def test_a_private_import_is_seen(source: str, private: bool) -> None:
    assert bool(private_imports(written(source, "detectors.pii"))) is private


def test_a_plugin_manager_is_seen() -> None:
    assert plugin_managers(written("import pluggy\npluggy.PluginManager('x')"))
    assert plugin_managers(written("from pluggy import PluginManager"))
