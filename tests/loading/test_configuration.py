from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from pydantic import BeforeValidator, ConfigDict, PlainSerializer

from policyengine import ConfigurationError, Options, Registry
from policyengine.loading import load_texts
from policyengine.sources import Text
from policyengine.testing import plugin, scripted

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.loading import Configuration

    LoadText = Callable[..., Configuration]

TEXT = """\
version: 1
models: {m: {base_url: https://a}}
policies:
  p:
    steps:
      - {step: a, detector: pii, options: {entities: [email, phone]}, redact_at: recommended}
      - step: b
        detector: keywords
        options: {terms: [one, two]}
        flag_at: 0.5
        kinds: {keywords: {block_at: 0.9}}
        unless: {tags: [x, y]}
  q: {steps: [{step: a, detector: pii, flag_at: 1}]}
deployments:
  d: {model: m, input: [p], tags: [x, z], accept_tags: [y]}
  e: {model: m, input: [p, q]}
default_deployment: d
"""


def test_each_step_has_the_detector_that_it_configures(load_text: LoadText) -> None:
    configuration = load_text(TEXT.replace("tags: [x, z]", "tags: [z]"))
    assert configuration.detector_of("p", "a").options.entities == {"email", "phone"}
    assert configuration.detector_of("p", "b").options.terms == ("one", "two")
    assert configuration.detector_of("q", "a") is configuration.detector_of("q", "a")
    assert configuration.detector_of("q", "a") is not configuration.detector_of("p", "a")
    with pytest.raises(KeyError):
        configuration.detector_of("p", "c")


def test_a_later_mistake_can_be_placed(load_text: LoadText) -> None:
    configuration = load_text(TEXT)
    mistake = configuration.mistake("self-test", "no", ("policies", "p", "steps", 1, "detector"))
    assert mistake.place == configuration.place_of(("policies", "p", "steps", 1, "detector"))
    assert (mistake.line, mistake.column, mistake.severity) == (8, 19, "error")
    assert configuration.place_of(("policies", "p", "steps", 1, "timeout_ms")).endswith(":7:9")


def test_a_configuration_goes_to_another_process(load_text: LoadText) -> None:
    configuration = load_text(TEXT)
    copy = pickle.loads(pickle.dumps(configuration))  # noqa: S301 - our own
    assert copy.document == configuration.document
    assert copy.revision("d") == configuration.revision("d")
    assert copy.detector_of("p", "a").options == configuration.detector_of("p", "a").options


SAME = [
    ("version: 1\n", "# a comment\n---\n'version':   1 # another\n"),
    ("model: m, input: [p], tags: [x, z]", "tags: [z, x, z], input: [p], model: m"),
    ("accept_tags: [y]", "accept_tags: [y], stream: hold, restore: false, deadline_ms: null"),
    ("flag_at: 0.5", "flag_at: 0.50\n        shadow: false\n        when: null"),
    ("flag_at: 0.5", "flag_at: 0.5\n        description: what it is for"),
    ("flag_at: 0.5", "flag_at: 0.5\n        redact_with: null"),
    ("[email, phone]", "[phone, email]"),
    ("terms: [one, two]", "fold: true, terms: ['one', !!str two]"),
    ("tags: [x, y]", "tags: [y, x]"),
    ("keywords: {block_at: 0.9}", "keywords.match: {}, keywords: {block_at: 0.9}"),
    ("base_url: https://a", "base_url: https://a, model: m, description: an upstream"),
    ("  q: {steps: [{", "  q: {steps: [{shadow: true, "),
    ("default_deployment: d\n", "default_deployment: e\n"),
]
OTHER = [
    ("https://a", "https://b"),
    ("base_url: https://a", "base_url: https://a, api_key: '${OTHER}'"),
    ("[one, two]", "[two, one]"),
    ("flag_at: 0.5", "flag_at: 0.51"),
    ("block_at: 0.9}", "block_at: 0.9, flag_at: null}"),
    ("step: b", "step: c"),
    ("tags: [x, y]", "tags: [x]"),
    ("unless:", "when:"),
    ("model: m, input: [p], ", "model: m, output: [p], "),
    ("version: 1\n", "version: 1\nkeys: {rewrite: '${K}'}\n"),
    ("  d:", "  dd:"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_says_the_same_has_the_same_revision(load_text: LoadText, old: str, new: str) -> None:
    assert old in TEXT
    assert load_text(TEXT.replace(old, new)).revision("d") == load_text(TEXT).revision("d")


@pytest.mark.parametrize(("old", "new"), OTHER)
def test_what_says_something_else_has_another_revision(
    load_text: LoadText, old: str, new: str
) -> None:
    assert old in TEXT
    changed = TEXT.replace(old, new).replace("deployment: d\n", "deployment: e\n")
    name = "dd" if "dd" in new else "d"
    assert load_text(changed).revision(name) != load_text(TEXT).revision("d")


def test_a_revision_is_per_deployment(load_text: LoadText) -> None:
    before, after = load_text(TEXT), load_text(TEXT.replace("flag_at: 1}", "flag_at: 0.9}"))
    assert before.revision("d") == after.revision("d")
    assert before.revision("e") != after.revision("e")


def test_a_revision_is_written_as_a_digest_and_never_changes_by_accident(
    load_text: LoadText,
) -> None:
    assert load_text(TEXT).revision("e") == (
        "sha256:2ff3d4a25bd226e82b04ff53ab8ce42a55c8e569f8a6eff7775c6237a3e4624d"
    )


class Colour(Enum):
    RED = "red"
    BLUE = frozenset({"blue", "navy", "azure"})


@dataclass(frozen=True)
class Pair:
    names: frozenset[str]
    colour: Colour


class Odd:
    def __init__(self, name: object) -> None:
        self.name = name


Made = BeforeValidator(lambda name: name if isinstance(name, Odd) else Odd(name))
Written = PlainSerializer(lambda odd: {odd.name})


class RichOptions(Options):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    colours: frozenset[Colour] = frozenset(Colour)
    """An option."""
    folder: Path = Path("a/b")
    """An option."""
    pattern: re.Pattern[str] = re.compile("a|b", re.IGNORECASE)
    """An option."""
    table: dict[Colour, set[str]] = {Colour.RED: {"a", "b", "c"}, Colour.BLUE: set()}  # noqa: RUF012 - frozen
    """An option."""
    pair: Pair = Pair(frozenset("abc"), Colour.BLUE)
    """An option."""
    magic: bytes = b"\xff"
    """An option."""
    written: Annotated[Odd, Made, Written] = Odd("x")
    """An option whose author says how it is written."""


class OddOptions(Options):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    fine: int = 1
    """An option."""
    odd: Annotated[Any, Made] = None
    """An option that is no value."""


def rich_revision(options: str = "{}", model: type[Options] = RichOptions) -> str:
    registry = Registry.of(test=plugin(scripted("rich", Options=model)))
    step = f"{{step: a, detector: rich, flag_at: 1, options: {options}}}"
    text = (
        "version: 1\nmodels: {m: {base_url: http://a}}\n"
        f"policies: {{p: {{steps: [{step}]}}}}\n"
        "deployments: {d: {model: m, input: [p]}}\n"
    )
    return load_texts([Text("a.yaml", text)], registry=registry).revision("d")


def test_options_of_any_type_have_the_same_revision_in_every_load() -> None:
    here = rich_revision()
    assert rich_revision() == here
    script = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('rich', {__file__!r})\n"
        "module = sys.modules['rich'] = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "print(module.rich_revision())\n"
    )
    for seed in ("1", "2"):  # sets have another order in each
        found = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == here


@pytest.mark.parametrize(
    "options",
    [
        "{colours: [red]}",
        "{folder: a/c}",
        "{pattern: a|b}",
        "{table: {red: [a, b]}}",
        "{pair: {names: [a], colour: red}}",
        "{magic: a}",
        "{written: y}",
    ],
)
def test_another_value_of_any_type_is_another_revision(options: str) -> None:
    assert rich_revision(options) != rich_revision()


@pytest.mark.parametrize("value", ["x", "[x]", "{x: y}"])
def test_an_option_that_is_nothing_but_an_object_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rich_revision(f"{{fine: 2, odd: {value}}}", OddOptions)
    (mistake,) = caught.value.mistakes
    assert mistake.code == "detector-fails"
    assert mistake.message.startswith("the option `odd` of the detector `rich` has a value")
    assert mistake.source_line[mistake.column - 1 :].startswith(value)
    assert "0x" not in mistake.message
