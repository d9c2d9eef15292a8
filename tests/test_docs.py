"""The documentation holds: every fenced block is run or validated, every name has its place.

A page is one session in an empty folder, from top to bottom. A block with a `title` is written to a
file of that name. Python blocks share their names; a `text` block titled `prints` is what the one
before it prints. In `console` blocks, lines after `$ ` are commands, the others what they print,
with `...` for anything. Policies are loaded, and must be refused under `<!-- holds mistakes -->`.
What cannot be run here says why in a comment above it, `<!-- not run: reason -->`, and is listed in
a golden file.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from policyengine import ConfigurationError, Registry, hookspecs, policy
from policyengine.loading import load_texts
from policyengine.sources import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
NOT_RUN = ROOT / "tests/golden/blocks_not_run.txt"
GENERATED = frozenset(
    f"docs/reference/{name}.md"
    for name in ("policy", "detectors", "hooks", "errors", "detections", "api", "cli")
)
PAGES = tuple(
    page
    for page in sorted(
        path.relative_to(ROOT).as_posix()
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    )
    if page not in GENERATED
)
FENCE = re.compile(
    r"(?:^<!-- (?:not run: (?P<reason>.+?)|(?P<mistaken>holds mistakes)) -->\n)?"
    r"^(?P<indent> *)```(?P<language>[a-z]*)(?: title=\"(?P<title>[^\"]+)\")?[^\n]*\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
SPEED = re.compile(r"(?<=lines a second) +[0-9,]+")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    title: str | None
    reason: str | None
    mistaken: bool
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: str) -> Iterator[Block]:
    content = ROOT.joinpath(page).read_text(encoding="utf-8")
    for match in FENCE.finditer(content):
        line = content.count("\n", 0, match.start("language")) + 1
        text = textwrap.dedent(match["text"])
        mistaken = match["mistaken"] is not None
        yield Block(page, line, match["language"], match["title"], match["reason"], mistaken, text)


@dataclass
class Session:
    """What the blocks of one page have done so far."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    printed: str = ""
    exit_code: int = 0

    def take(self, block: Block) -> None:
        getattr(self, f"take_{block.language or 'nothing'}", self.take_nothing)(block)
        if block.title is not None and block.title != "prints":
            target = self.folder / block.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")

    def take_nothing(self, block: Block) -> None:
        pytest.fail(f"{block.place}: nobody knows how to try a block in {block.language!r}")

    def take_python(self, block: Block) -> None:
        code = compile("\n" * block.line + block.text, str(ROOT / block.page), "exec")
        if block.title is not None:
            return  # a file: whoever uses it runs it
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, self.names)  # noqa: S102 - running our own documentation is the point
        self.printed = out.getvalue()

    def take_text(self, block: Block) -> None:
        assert block.title == "prints", f"{block.place}: whose output is this?"
        same(block, block.text, self.printed)

    def take_yaml(self, block: Block) -> None:
        text = block.text
        if text.startswith("- step:"):
            steps = textwrap.indent(text, "      ")
            text = f"version: 1\npolicies:\n  example:\n    steps:\n{steps}"
        refused = pytest.raises(ConfigurationError) if block.mistaken else contextlib.nullcontext()
        with refused:
            load_texts([Text(block.place, text.encode())], registry=Registry.installed())

    def take_json(self, block: Block) -> None:
        value = json.loads(block.text)
        if isinstance(value, dict) and {"verdict", "coverage"} <= value.keys():
            schema = ROOT / "policyengine/schemas/detections.schema.json"
            jsonschema.validate(value, json.loads(schema.read_text(encoding="utf-8")))

    def take_jsonl(self, block: Block) -> None:
        assert all(isinstance(json.loads(line), dict) for line in block.text.splitlines())

    def take_toml(self, block: Block) -> None:
        tomllib.loads(block.text)

    def take_console(self, block: Block) -> None:
        for prompt in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, wanted = prompt.partition("\n")
            if command == "echo $?":
                got, self.exit_code = f"{self.exit_code}\n", 0
            else:
                assert self.exit_code == 0, f"{block.place}: a command before {command!r} failed"
                got = self.run(block, shlex.split(command))
            same(block, wanted, got)
        assert self.exit_code == 0, f"{block.place}: the last command failed"

    def run(self, block: Block, command: list[str]) -> str:
        site = str(self.folder / "site")
        match command:
            case ["policyengine", *arguments]:
                start = "from policyengine.cli import main; main(prog_name='policyengine')"
                words = [sys.executable, "-c", start, *arguments]
            case ["python", *arguments]:
                words = [sys.executable, *arguments]
            case ["pip", "install", *arguments]:  # the same without a network, into a folder
                words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index"]
                words += ["--no-deps", "--no-build-isolation", "--target", site, *arguments]
            case ["cat", name]:
                return (self.folder / name).read_text(encoding="utf-8")
            case _:
                pytest.fail(f"{block.place}: nobody knows how to run {command[0]!r}")
        result = subprocess.run(  # noqa: S603 - our own documentation again
            words,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": site, "COLUMNS": "100", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        importlib.invalidate_caches()
        self.exit_code = result.returncode
        return result.stdout


def same(block: Block, wanted: str, got: str) -> None:
    tidy = "\n".join(line.rstrip() for line in got.splitlines()) + "\n" if got else ""
    checker = doctest.OutputChecker()
    loosely = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if not checker.check_output(SPEED.sub("", wanted), SPEED.sub("", tidy), loosely):
        pytest.fail(f"{block.place}: expected\n{wanted}\ngot\n{tidy}", pytrace=False)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_is_so(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo = tmp_path / "docs/demo"
    demo.parent.mkdir()
    demo.symlink_to(ROOT / "docs/demo")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    session = Session(tmp_path)
    for block in blocks_of(page):
        if block.reason is None:
            session.take(block)


def test_blocks_that_are_not_run_are_listed_with_their_reason(update_golden: bool) -> None:
    lines = sorted(
        {
            f"{block.page}: {block.reason}\n"
            for page in PAGES
            for block in blocks_of(page)
            if block.reason
        }
    )
    if update_golden:
        NOT_RUN.write_text("".join(lines), encoding="utf-8")
    assert "".join(lines) == NOT_RUN.read_text(encoding="utf-8")


def test_every_fence_is_understood() -> None:
    for page in PAGES:
        opened = len(
            re.findall(r"^ *```", ROOT.joinpath(page).read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert opened == 2 * len(list(blocks_of(page))), page


def test_the_generated_reference_is_up_to_date() -> None:
    script = ROOT / "docs/reference/generate.py"
    result = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, script, "--check"], capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert {Path(page).name for page in GENERATED} == {
        path.name for path in ROOT.glob("docs/reference/*.md")
    }


def test_every_policy_key_is_in_the_reference_with_its_meaning() -> None:
    page = _reference("policy")
    for model in vars(policy).values():
        if isinstance(model, type) and issubclass(model, policy.Entry):
            for name, info in model.model_fields.items():
                assert info.description, f"{model.__name__}.{name} says nothing"
                assert f"| `{name}` |" in page


def test_every_option_and_kind_of_a_built_in_detector_is_in_the_reference() -> None:
    page = _reference("detectors")
    built_in = [
        entry.detector
        for entry in Registry.installed().detectors.values()
        if entry.plugin == "builtin"
    ]
    assert built_in
    for detector in built_in:
        section = page.split(f"\n## {detector.id}\n")[1].split("\n## ")[0]
        for name, info in detector.Options.model_fields.items():
            assert info.description, f"{detector.id}.{name} says nothing"
            assert f"| `{name}` |" in section


def test_every_hook_is_in_the_reference_with_its_arguments() -> None:
    page = _reference("hooks")
    hooks = [name for name in vars(hookspecs) if name.startswith("policyengine_")]
    assert hooks
    for name in hooks:
        arguments = getattr(hookspecs, name).__annotations__
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert all(f"{argument}: " in section for argument in arguments if argument != "return")


def _reference(name: str) -> str:
    return ROOT.joinpath(f"docs/reference/{name}.md").read_text(encoding="utf-8")
