from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import ConfigurationError, UnreadableError
from policyengine.loading import load, load_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from policyengine import Mistake, Registry

    Mistakes = Callable[..., Sequence[Mistake]]

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

TOWER = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (b"version: 1\nx: \xff", "not-utf-8", "2:4"),
        (b"\xff\xfev\x00", "not-utf-8", "1:1"),
        ("version: 1\nm: a\0b", "character", "2:5"),
        ("a: \x1b[31m", "character", "1:4"),
        ("a: \ud800", "character", "1:4"),
        ("a: [1", "yaml", "1:6"),
        ("a: b: c", "yaml", "1:5"),
        ('a: "\\ud800"', "yaml", "1:7"),
        ("", "empty", "1:1"),
        ("# nothing\n", "empty", "1:1"),
        ("version: 1\n---\nversion: 1\n", "several-documents", "2:1"),
        ("[" * 1000 + "]" * 1000, "too-deep", "1:65"),
        ("a: &a [*a]", "alias", "1:8"),
        ("a: *b", "alias", "1:4"),
        (LAUGHS, "alias", "5:36"),
        (TOWER, "too-deep", "64:12"),
        ("version: !!python/object:os.system 1", "tag", "1:10"),
        ("version: !mine 1", "tag", "1:10"),
        ("version: !!int one", "number", "1:10"),
        ("version: " + "9" * 5000, "number", "1:10"),
        ("version: 0x" + "f" * 5000, "number", "1:10"),
        ("version: 1\n1: x", "key", "2:1"),
        ("version: 1\n[a]: x", "key", "2:1"),
        ("version: 1\n? {a: b}\n: x", "key", "2:3"),
        ("- version", "wrong-type", "1:1"),
        ("version", "wrong-type", "1:1"),
        ("policies: {}", "version", "1:1"),
        ("version: '1'", "version", "1:10"),
        ("version: true", "version", "1:10"),
        ("version: 2", "version", "1:10"),
        ("version: 1\nmodels: 5", "wrong-type", "2:9"),
        ("version: 1\npolices: {}", "unknown-key", "2:1"),
        ("version: 1\nversion: 1", "duplicate", "2:1"),
    ],
)
def test_a_broken_file_gives_a_placed_mistake(
    mistakes_in: Mistakes, text: Any, code: str, place: str
) -> None:
    found = {mistake.code: mistake for mistake in mistakes_in(text)}
    assert code in found
    assert found[code].place == f"policies.yaml:{place}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_count_lines_as_editors_do_and_columns_in_code_points(
    mistakes_in: Mistakes, end: str
) -> None:
    text = end.join(["\ufeffversion: 1", "models: {}", "# é😀", 'policies: {"😀": 1}'])
    (mistake, *_) = mistakes_in(text.encode())
    assert (mistake.line, mistake.column, mistake.source_line) == (4, 12, 'policies: {"😀": 1}')


def test_a_name_given_twice_names_both_places(mistakes_in: Mistakes) -> None:
    (mistake,) = mistakes_in("version: 1\nmodels:\n  m: {base_url: http://a}\n  m: {}\n")
    assert mistake.line == 4
    assert "policies.yaml:3:3" in mistake.message


def test_the_same_name_in_two_files_names_both_places(mistakes_in: Mistakes) -> None:
    model = "version: 1\nmodels: {m: {base_url: http://a}}\n"
    (mistake,) = mistakes_in({"a.yaml": model, "b.yaml": "# b\n" + model})
    assert mistake.place == "b.yaml:3:10"
    assert "a.yaml:2:10" in mistake.message


def test_the_default_deployment_and_the_keys_are_given_once(mistakes_in: Mistakes) -> None:
    once = "version: 1\ndefault_deployment: d\nkeys: {rewrite: '${K}'}\n"
    deployment = """\
version: 1
models: {m: {base_url: http://a}}
deployments: {d: {model: m, input: []}}
"""
    found = mistakes_in({"a.yaml": once, "b.yaml": once, "c.yaml": deployment})
    assert [(m.code, m.place) for m in found if m.severity == "error"] == [
        ("duplicate", "b.yaml:2:1"),
        ("duplicate", "b.yaml:3:1"),
    ]


def test_mistakes_of_all_files_are_reported_in_reading_order(mistakes_in: Mistakes) -> None:
    found = mistakes_in(
        {
            "z.yaml": "version: 1\nmodels: {m: {}}\nx: 1\n",
            "a.yaml": "version: 1\nmodels: {n: {url: 1, base_url: 2}}\n",
            "m.yaml": "version: [",
        }
    )
    assert [(m.file, m.line, m.code) for m in found] == [
        ("z.yaml", 2, "missing-key"),
        ("z.yaml", 3, "unknown-key"),
        ("a.yaml", 2, "unknown-key"),
        ("a.yaml", 2, "wrong-type"),
        ("m.yaml", 1, "yaml"),
    ]


def test_a_name_that_an_unreadable_file_may_define_is_not_called_unknown(
    mistakes_in: Mistakes,
) -> None:
    found = mistakes_in(
        {"a.yaml": "version: 1\ndeployments: {d: {model: m}}", "b.yaml": "version: ["}
    )
    assert [m.code for m in found] == ["yaml"]


def test_files_merge_into_one_document(load_text: Callable[..., Any]) -> None:
    configuration = load_text(
        {
            "a.yaml": "version: 1\nmodels: {m: {base_url: http://a}}\ndefault_deployment: d",
            "b.yaml": "version: 1\nmodels: {n: {base_url: http://b}}",
            "c.yaml": "version: 1\ndeployments: {d: {model: m}, e: {model: n}}",
        }
    )
    assert set(configuration.document.models) == {"m", "n"}
    assert configuration.place_of(("models", "n", "base_url")) == "b.yaml:2:24"


def test_words_of_yaml_1_1_are_texts_and_numbers_are_those_of_the_core_schema(
    load_text: Callable[..., Any],
) -> None:
    configuration = load_text("""
        version: 0x1
        policies:
          p:
            steps:
              - step: on
                detector: keywords
                options: {terms: [no, yes, 1:30, 2024-01-01, 0777a, "5", !!str 5, 'null']}
                flag_at: .5
                timeout_ms: 0o17
                shadow: True
                description: ~
    """)
    step = configuration.document.policies["p"].steps[0]
    assert step.step == "on"
    assert step.options["terms"] == [
        "no", "yes", "1:30", "2024-01-01", "0777a", "5", "5", "null",
    ]  # fmt: skip
    assert (step.flag_at, step.timeout_ms, step.shadow, step.description) == (0.5, 15, True, None)


def test_an_anchor_may_be_used_again(load_text: Callable[..., Any]) -> None:
    configuration = load_text("""
        version: 1
        policies:
          p: {steps: &steps [{step: a, detector: pii, flag_at: 0.5}]}
          q: {steps: *steps}
    """)
    policies = configuration.document.policies
    assert policies["p"].steps == policies["q"].steps


def test_json_is_read_and_its_escaped_pairs_do_not_move_places(mistakes_in: Mistakes) -> None:
    document = {"version": 1, "policies": {"p": {"description": "😀 \\ud83d", "stepz": []}}}
    text = json.dumps(document)
    assert "\\ud83d\\ude00" in text
    found = mistakes_in(text, "policies.json")
    (mistake,) = [m for m in found if m.code == "unknown-key"]
    assert mistake.column == text.index('"stepz"') + 1
    (other,) = [m for m in found if m.code == "missing-key"]
    assert other.column == text.index('"p"') + 1


def test_an_unquoted_reference_in_flow_style_is_told_to_be_quoted(mistakes_in: Mistakes) -> None:
    (mistake,) = mistakes_in("version: 1\nmodels: {m: {base_url: x, api_key: ${MY_KEY}}}\n")
    assert mistake.code == "yaml"
    assert "needs quotes" in mistake.message
    assert mistake.suggestion == '"${MY_KEY}"'
    assert mistake.source_line[mistake.column - 1 :].startswith("${MY_KEY}")


def test_no_mistake_shows_a_secret_or_moves_a_terminals_cursor(mistakes_in: Mistakes) -> None:
    text = 'version: 1\nmodels: {m: {api_key: sk-secret, base_url: 1, "a\\e[2Jb": 1}}\n'
    page = "\n".join(map(str, mistakes_in(text)))
    assert "unknown key" in page
    assert "sk-secret" not in page
    assert "\x1b" not in page


SECRET = "sk-live-0123"


@pytest.mark.parametrize(
    "line",
    [
        "models: {m: {apikey: SECRET, base_url: 'http://a'}}",
        "models: {m: {api_keys: [SECRET, 'a-${B}SECRET'], base_url: 'http://a'}}",
        "models: {m: {base_url: 'http://a', headers: {authorization: 'Bearer SECRET', x: 5}}}",
        "models: {m: {base_url: 'ftp://me:SECRET@example.org/v1'}}",
        "models: {m: {base_url: 'example.org/v1?sig=SECRET'}}",
        "models: {m: SECRET}",
        "models: SECRET",
        "model: {m: {key: SECRET}}",
        "credentials: {m: SECRET}",
        "keys: {rewrit: SECRET}",
        "keys: {'rewrit': 'SECRET'}",
        'keys: {"rewrit": "SECRET", rewrite: "${A}"}',
        "keys: [SECRET]",
        "keys: SECRET",
        "keys: {rewrite: '${A:-SECRET}'}",
        "keys: {rewrit: ${A}, rewrite: SECRET}",
        "keys: {rewrit: SECRET, rewrite: ${A}}",
        "keys: {rewrit: SECRET",
        "keys: {rewrit: SECRET, ]",
        "keys: {rewrit: 'SECRET",
        "keys: {word: SECRET: 5}",
        "keys: @SECRET, word: SECRET",
        "models: {m: {word: a SECRET, base_url: 'http://a', - SECRET}}",
        "policies: {p: {steps: [{step: a, detector: pii, options: {api-key: SECRET}}]}}",
        '{"models": {"m": {"apikey": "SECRET", "x": "\\ud83d\\ude00", "word": "SECRET"}}}',
        '{"keys": {"word": "SECRET",, }}',
        '{"version": 2,, "keys": {"rewrit": "SECRET"}}',
        "keys: {word: SECRET}\n--- x\n--- [",
    ],
)
@pytest.mark.parametrize("name", ["policies.yaml", "policies.json"])
def test_no_mistake_shows_what_may_be_a_secret(mistakes_in: Mistakes, line: str, name: str) -> None:
    given = line.replace("SECRET", SECRET)
    text = given if line.startswith("{") else f"version: 1\n{given}\n"
    found = mistakes_in(text, name)
    assert found
    assert all("*" in m.source_line for m in found if len(m.source_line) == len(given))
    assert SECRET not in "\n".join(map(str, found))
    # The stars take as much room as what they hide, so that the column is still right.
    lengths = {0, *map(len, text.splitlines())}
    assert all(len(m.source_line) in lengths for m in found)


def test_a_secret_over_several_lines_is_hidden_in_each_of_them(mistakes_in: Mistakes) -> None:
    value = f'["a\n    {SECRET}", ]'
    found = mistakes_in(f"version: 1\nkeys:\n  rewrit: {value}\n  b: |\n  {SECRET}\n")
    assert found
    assert SECRET not in "\n".join(map(str, found))


@pytest.mark.parametrize(
    "line",
    [
        "models: {m: {base_url: 'ftp://a/v1', model: gpt, description: mine, api_key: '${A}'}}",
        "models: {m: {base_url: 'http://a', apikey: '${A}', x: null, y: true}}",
        "keys: {rewrit: '${A}'}",
        "keys: {rewrit: ${A}}",
        'keys: {"rewrit": ${A}, b: ${B}}',
        "polices: {p: {steps: []}}",
        "default_deploymen: d",
        "deployments: {d: {model: m, inputs: [a]}}",
    ],
)
def test_what_is_no_secret_is_shown(mistakes_in: Mistakes, line: str) -> None:
    assert line in [mistake.source_line for mistake in mistakes_in(f"version: 1\n{line}\n")]


def test_a_long_line_is_cut(mistakes_in: Mistakes) -> None:
    found = mistakes_in("version: 1\nmodel: {}\npolicies: {p: {x: " + "y" * 100_000 + "}}")
    assert all(len(mistake.source_line) < 200 for mistake in found)


def test_a_number_of_wrong_names_is_no_wall_of_text(mistakes_in: Mistakes) -> None:
    models = "".join(f"  m{i}: {{base_url: http://a}}\n" for i in range(200))
    found = mistakes_in(f"version: 1\nmodels:\n{models}deployments: {{d: {{model: n0}}}}\n")
    (mistake,) = [m for m in found if m.code == "unknown-model"]
    assert len(mistake.allowed) == 51
    assert mistake.allowed[-1] == "… and 150 more"


def test_loading_from_disk_gives_configuration_or_says_what_is_wrong(
    tmp_path: Path, registry: Registry
) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\n")
    assert load(tmp_path, registry=registry).document.version == 1
    (tmp_path / "b.yaml").write_bytes(b"version: \xe9\n")
    with pytest.raises(ConfigurationError, match=r"b\.yaml:1:10: error: this byte is not UTF-8"):
        load([tmp_path], registry=registry)
    with pytest.raises(UnreadableError):
        load(tmp_path / "c.yaml", registry=registry)
    with pytest.raises(UnreadableError):
        load_texts([], registry=registry)
