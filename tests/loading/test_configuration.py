from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

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
