"""A third party's plugin, built as a wheel, installed and used with the rights of a built-in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

pytestmark = pytest.mark.slow

POLICIES = """
version: 1
models:
  any: {base_url: "https://models.example.com/v1"}
policies:
  calm:
    steps:
      - step: no-shouting
        detector: acme_shouting
        options: {shortest: 5}
        redact_at: recommended
        redact_with: label
deployments:
  support: {model: any, input: [calm], output: [calm]}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel is installed into; nothing but what is on disk is needed."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    offline = ["--no-index", "--no-deps", "--quiet", "--disable-pip-version-check"]
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--no-input"]
    build = [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels]
    subprocess.run([*build, HERE / "acme_detector"], check=True, cwd=wheels)  # noqa: S603
    (wheel,) = wheels.glob("acme_detector-1.2.0-*.whl")
    install = [*pip, "install", *offline, "--target", target]
    subprocess.run([*install, wheel], check=True, cwd=wheels)  # noqa: S603
    return target


@pytest.fixture
def told(installed: Path, tmp_path: Path) -> Any:
    """Runs a program in an environment that has the plugin; gives what it prints, read as JSON."""

    def run(program: str, *arguments: object) -> Any:
        path = os.pathsep.join([str(installed), str(ROOT)])
        done = subprocess.run(  # noqa: S603 - the programs below
            [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path},
            cwd=tmp_path,
            check=True,
            stdout=subprocess.PIPE,
        )
        return json.loads(done.stdout)

    return run


def test_it_is_found_through_its_entry_point(told: Any, installed: Path) -> None:
    program = """if True:
        import json
        from policyengine import Registry
        registry = Registry.installed()
        found = registry.get("acme_shouting")
        file = __import__("acme_detector").__file__
        owner = [found.plugin, found.distribution, found.version]
        print(json.dumps([*owner, file, registry.observed]))
    """
    file = str(installed / "acme_detector.py")
    assert told(program) == ["acme", "acme-detector", "1.2.0", file, True]


def test_it_can_be_left_out_by_name(told: Any) -> None:
    program = """if True:
        import json
        from policyengine import Registry
        registry = Registry.installed(without={"acme"})
        print(json.dumps([registry.get("acme_shouting") is None, registry.observed]))
    """
    assert told(program) == [True, False]


@pytest.mark.parametrize("options", [{}, {"shortest": 2, "allow": ["AA"]}, {"shortest": 40}])
def test_it_passes_the_conformance_kit(told: Any, options: dict[str, Any]) -> None:
    program = """if True:
        import json, sys
        from policyengine.testing import check_detector
        from acme_detector import Shouting
        check_detector(Shouting, json.loads(sys.argv[1]))
        print(json.dumps("conforms"))
    """
    assert told(program, json.dumps(options)) == "conforms"


def test_a_policy_uses_it_like_a_built_in(told: Any, tmp_path: Path) -> None:
    policies = tmp_path / "policies.yaml"
    policies.write_text(POLICIES, encoding="utf-8")
    program = """if True:
        import json, logging, sys
        from policyengine import Engine
        heard = []
        class Heard(logging.Handler):
            def emit(self, record):
                heard.append(record.getMessage())
        log = logging.getLogger("acme_detector")
        log.addHandler(Heard())
        log.setLevel(logging.INFO)
        support = Engine.load(sys.argv[1]).deployment("support")
        body = {"model": "any", "messages": [{"role": "user", "content": "HELP me RIGHT NOW"}]}
        checked = support.check_request(body)
        print(json.dumps([checked.body, checked.detections.as_dict(), heard]))
    """
    body, detections, heard = told(program, policies)
    assert body["messages"][0]["content"] == "HELP me [SHOUTING] NOW"
    (step,) = detections["input"]["steps"]
    assert (step["detector"], step["status"], step["verdict"]) == ("acme_shouting", "ran", "redact")
    assert step["detector_version"] == "1.2.0"
    (finding,) = step["findings"]
    assert finding["span"] == {"start": 8, "end": 13}
    assert finding["evidence"] == {"letters": 5, "script": "latin"}
    assert heard == ["support: redact"]
