"""What is built and installed is what belongs to it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own build
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_both_packages_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in ("policyengine", "detectors")
        for path in ROOT.joinpath(package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == ours
    assert {"policyengine/py.typed", "detectors/py.typed"} <= held
    assert {
        "policyengine/schemas/policy.schema.json",
        "policyengine/schemas/detections.schema.json",
    } <= held


@pytest.mark.slow
def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    texts = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert "LICENSE" in texts
    assert "builtin = detectors.plugin" in wheel.read(texts["entry_points.txt"]).decode()
    metadata = wheel.read(texts["METADATA"]).decode()
    assert "\nName: llm-policyengine\n" in metadata
    assert "torch" not in metadata.split("\n\n")[0]


def test_constraints_are_exact_versions_and_name_no_place() -> None:
    lines = ROOT.joinpath("constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", pin) for pin in pins)
    assert not any(pin.startswith(("torch==", "llm-policyengine==")) for pin in pins)


def test_every_target_of_make_is_explained_to_contributors() -> None:
    targets = re.findall(
        r"^([a-z-]+):.*## ", ROOT.joinpath("Makefile").read_text("utf-8"), re.MULTILINE
    )
    guide = ROOT.joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    assert targets
    assert [name for name in targets if f"`make {name}`" not in guide] == []
