"""Law 8: loading never crashes; and what it reads is what was written."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policyengine import Cost, Kind, Options, Registry, Source, Window
from policyengine.errors import ConfigurationError, Mistake
from policyengine.loading import Configuration, load_texts
from policyengine.loading.codes import CODES
from policyengine.loading.composing import DEEPEST, compose
from policyengine.loading.nodes import plain
from policyengine.loading.source_text import decode
from policyengine.sources import Text
from policyengine.testing import plugin, scripted

if TYPE_CHECKING:
    import random


class FinderOptions(Options):
    terms: frozenset[str] | int = frozenset()
    """What to find."""
    nested: dict[str, list[float]] | None = None
    """Numbers."""


@cache
def _registry() -> Registry:
    kinds = (Kind("finder.a.one"), Kind("finder.a.two", 0.7), Kind("finder.b", spans=False))
    finder = scripted("finder", Options=FinderOptions, kinds=kinds, scope=Window(1, 1))
    judge = scripted("judge", needs={Source.COMPLETION}, cost=Cost.MODEL)
    return Registry.of(test=plugin(finder, judge))


DOCUMENT: dict[str, Any] = {
    "version": 1,
    "models": {"m": {"base_url": "https://${HOST}/v1", "api_key": "${KEY}"}},
    "policies": {
        "p": {
            "description": "text",
            "steps": [
                {
                    "step": "one",
                    "detector": "finder",
                    "options": {"terms": ["é", "😀"], "nested": {"a": [1, 0.5]}},
                    "redact_at": "recommended",
                    "redact_with": "mask",
                    "keep_last": 2,
                    "sources": ["prompt", "completion"],
                    "kinds": {"finder.b": {"redact_at": None, "flag_at": 0.2}},
                    "unless": {"tags": ["x", "y"]},
                }
            ],
        },
        "q": {
            "steps": [
                {"step": "two", "detector": "judge", "block_at": 0.9, "message": "no"},
                {"step": "three", "detector": "finder", "flag_at": 0.1, "when": {"tags": ["x"]}},
            ]
        },
    },
    "deployments": {
        "d": {"model": "m", "input": ["p"], "output": ["p", "q"], "accept_tags": ["x", "y"]},
        "e": {"model": "m", "output": ["q"], "tags": ["x"], "deadline_ms": 5},
    },
    "default_deployment": "d",
    "keys": {"rewrite": "${REWRITE}"},
}
YAML_TEXT = yaml.safe_dump(DOCUMENT, allow_unicode=True, sort_keys=False)


def _load(*contents: bytes | str, suffix: str = ".yaml") -> Configuration:
    texts = [Text(f"{at}{suffix}", content) for at, content in enumerate(contents)]
    return load_texts(texts, registry=_registry())


def _holds(*contents: bytes | str, suffix: str = ".yaml") -> None:
    """Loading gives a configuration, or mistakes that point into the files."""
    try:
        mistakes = _load(*contents, suffix=suffix).warnings
    except ConfigurationError as error:
        mistakes = tuple(error.mistakes)
        assert any(mistake.severity == "error" for mistake in mistakes)
    lines = {f"{at}{suffix}": _lines(content) for at, content in enumerate(contents)}
    for mistake in mistakes:
        _is_placed(mistake, lines[mistake.file])


def _lines(content: bytes | str) -> list[str]:
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _is_placed(mistake: Mistake, lines: list[str]) -> None:
    assert mistake.code in CODES
    assert 1 <= mistake.line <= len(lines)
    assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1
    shown = [unicodedata.category(c) for c in str(mistake).replace("\n", "").replace("\t", "")]
    assert not {"Cc", "Cs"} & set(shown)


hostile = st.sampled_from(
    ["\0", "\ud800", "\x1b", "\x85", "\u2028", "\ufeff", "\t", "\r", "&a ", "*a", "!!int ", "? ",
     "- ", "${", "}", "[", "]", "{", ": ", "\n", "#", "'", '"', "|\n", "%YAML 1.1\n", "---\n",
     "9" * 5000, "[" * 300, "1e999", ".nan", "0x" + "f" * 99, '"\\U00110000"', "<<: ", "~", "null"]
)  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["recommended", "hash", "p", "q", "finder.a", "finder", "x", "${X}", "1:30"])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbfversion: 1")
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_configuration_or_placed_mistakes(content: bytes) -> None:
    _holds(content)


@given(st.lists(hostile | st.text(max_size=3), max_size=12).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_configuration_or_placed_mistakes(text: str) -> None:
    _holds(text)
    _holds(text, suffix=".json")


@given(st.integers(0, len(YAML_TEXT)), st.integers(0, 12), hostile | st.text(max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_damaged_document_gives_a_configuration_or_placed_mistakes(
    at: int, removed: int, put: str
) -> None:
    _holds(YAML_TEXT[:at] + put + YAML_TEXT[at + removed :])


def _paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    deeper = [
        path
        for key, below in inner
        if isinstance(below, dict | list)
        for path in _paths(below, (*here, key))
    ]
    keys = value if isinstance(value, dict) else range(len(value))
    return [*((*here, key) for key in keys), *deeper]


PATHS = _paths(DOCUMENT)


@given(st.lists(st.tuples(st.sampled_from(PATHS), st.booleans(), values), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_value_in_any_place_gives_a_configuration_or_placed_mistakes(
    changes: list[tuple[tuple[Any, ...], bool, Any]],
) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    for path, rename, value in changes:
        holder = document
        try:
            for part in path[:-1]:
                holder = holder[part]
            if rename and isinstance(holder, dict) and isinstance(value, str):
                holder[value] = holder.pop(path[-1])
            else:
                holder[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    _holds(json.dumps(document), suffix=".json")
    _holds(yaml.safe_dump(document, allow_unicode=True))


@given(st.integers(1, 3000), st.sampled_from(["[", "{a: ", "- ", "a:\n", "&a [*a, ", "? "]))
@settings(max_examples=60, deadline=None)
def test_no_depth_is_too_deep_to_be_reported(depth: int, opening: str) -> None:
    _holds("version: 1\nx: " + opening * depth)
    _holds(opening * depth)


@pytest.mark.parametrize(
    "text", ["%YAML 1." + "9" * 5000 + "\n---\na", '"\\UFFFFFFFF"', '"\\ud800"', ""]
)
@pytest.mark.parametrize("loader", [yaml.Loader, getattr(yaml, "CLoader", yaml.Loader)])
def test_neither_parser_lets_a_known_trap_through(text: str, loader: Any) -> None:
    source, refused = decode(Text("a.yaml", text))
    assert refused or source is None or compose(source, loader)[1]


@given(st.lists(hostile | st.text(max_size=3), max_size=10).map("".join))
@settings(max_examples=150, deadline=None)
def test_without_libyaml_any_text_is_read_or_reported_too(text: str) -> None:
    source, _ = decode(Text("a.yaml", text))
    if source is not None:
        node, mistakes = compose(source, yaml.Loader)
        assert node is not None or mistakes


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("aé😀~1", max_size=9), inner)
    ),
    max_leaves=12,
)


@given(json_values, st.booleans(), st.sampled_from([None, 2]))
@settings(max_examples=200, deadline=None)
def test_a_json_file_is_read_as_json_reads_it(value: Any, ascii_only: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    source, refused = decode(Text("a.json", text))
    if source is None:
        assert refused
        return
    node, mistakes = compose(source)
    assert mistakes == []
    assert node is not None
    assert json.dumps(plain(node)) == json.dumps(json.loads(text))


@given(st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=50, deadline=None)
def test_order_of_keys_and_formatting_change_no_revision(
    shuffler: random.Random, flow: bool
) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            shuffler.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    text = yaml.safe_dump(shuffled(DOCUMENT), sort_keys=False, default_flow_style=flow, width=40)
    for name in ("d", "e"):
        assert _load(text).revision(name) == _load(YAML_TEXT).revision(name)


@given(st.lists(st.integers(0, 2), min_size=5, max_size=5))
@settings(max_examples=50, deadline=None)
def test_how_a_document_is_cut_into_files_changes_nothing(chosen: list[int]) -> None:
    files: list[dict[str, Any]] = [{"version": 1}, {"version": 1}, {"version": 1}]
    for file, (section, content) in zip(chosen, list(DOCUMENT.items())[1:], strict=True):
        files[file][section] = content
    whole, cut = _load(YAML_TEXT), _load(*(yaml.safe_dump(file) for file in files))
    assert cut.document == whole.document
    assert cut.revision("d") == whole.revision("d")
    assert sorted(w.code for w in cut.warnings) == sorted(w.code for w in whole.warnings)


def test_the_document_that_the_laws_damage_is_sound() -> None:
    assert {warning.code for warning in _load(YAML_TEXT).warnings} <= {
        "redact-before-block",
        "client-tag",
    }
    assert DEEPEST < 300
