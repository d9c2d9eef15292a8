from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine import Mistake
    from policyengine.loading import Configuration

    LoadText = Callable[..., Configuration]
    Mistakes = Callable[..., Sequence[Mistake]]

TEXT = """\
version: 1
models:
  m:
    base_url: https://${HOST}/v1
    api_key: ${API_KEY}
  n:
    base_url: http://localhost:8000
    api_key: a-$${b}-$c
    model: ${NAME}-${NAME}
keys: {rewrite: "${REWRITE_KEY}"}
"""
ENVIRONMENT = {
    "HOST": "canary-host",
    "API_KEY": "canary-key",
    "NAME": "large",
    "REWRITE_KEY": "canary-rewrite",
}


def test_references_are_replaced_only_when_asked_for(load_text: LoadText) -> None:
    configuration = load_text(TEXT)
    models = configuration.resolve_models(ENVIRONMENT)
    assert models["m"].base_url == "https://canary-host/v1"
    assert models["m"].model == "m"
    key = models["m"].api_key
    assert key is not None
    assert key.get_secret_value() == "canary-key"
    assert models["n"].model == "large-large"
    assert configuration.rewrite_key(ENVIRONMENT) == b"canary-rewrite"


CLIENTS = """\
version: 1
models: {m: {base_url: "http://localhost"}}
policies: {p: {steps: [{step: s, detector: keywords, options: {terms: [a]}, block_at: 1}]}}
deployments: {d: {model: m, input: [p]}}
keys: {clients: {d: ["${ONE}", "${TWO}-2"]}}
"""


def test_clients_keys_are_replaced_when_asked_for_and_shown_nowhere(load_text: LoadText) -> None:
    configuration = load_text(CLIENTS)
    keys = configuration.client_keys({"ONE": "canary-1", "TWO": "canary"})
    assert [key.get_secret_value() for key in keys["d"]] == ["canary-1", "canary-2"]
    assert "canary" not in repr(keys)
    with pytest.raises(ConfigurationError) as caught:
        configuration.client_keys({"ONE": ""})
    assert [(one.code, one.line, one.column) for one in caught.value.mistakes] == [
        ("missing-variable", 5, 22),
        ("missing-variable", 5, 32),
    ]


def test_clients_keys_are_no_part_of_the_revision(load_text: LoadText) -> None:
    others = CLIENTS.replace("${ONE}", "${OTHER}"), CLIENTS.replace(", clients", "")
    assert {load_text(text).revision("d") for text in others} == {load_text(CLIENTS).revision("d")}


def test_clients_keys_are_references_and_belong_to_deployments(mistakes_in: Mistakes) -> None:
    text = CLIENTS.replace('"${ONE}"', "canary-plain").replace("{d: [", "{e: [x], d: [")
    found = mistakes_in(text)
    assert [(one.code, one.line) for one in found] == [
        ("unknown-deployment", 5),
        ("plain-key", 5),
        ("plain-key", 5),
    ]
    assert not any("canary" in str(one) + (one.source_line or "") for one in found)


def test_a_doubled_dollar_is_a_plain_one(load_text: LoadText) -> None:
    key = load_text(TEXT).resolve_models(ENVIRONMENT)["n"].api_key
    assert key is not None
    assert key.get_secret_value() == "a-${b}-$c"


def test_without_a_key_in_the_document_there_is_none(load_text: LoadText) -> None:
    assert load_text("version: 1").rewrite_key({}) is None


@pytest.mark.parametrize("environment", [{}, dict.fromkeys(ENVIRONMENT, "")])
def test_missing_and_empty_variables_are_placed_all_at_once(
    load_text: LoadText, environment: dict[str, str]
) -> None:
    configuration = load_text(TEXT)
    with pytest.raises(ConfigurationError) as caught:
        configuration.resolve_models(environment)
    assert [(m.code, m.place) for m in caught.value.mistakes] == [
        ("missing-variable", "policies.yaml:4:15"),
        ("missing-variable", "policies.yaml:5:14"),
        ("missing-variable", "policies.yaml:9:12"),
    ]
    assert [mistake.suggestion for mistake in caught.value.mistakes] == [None] * 3
    with pytest.raises(ConfigurationError, match=r"policies\.yaml:10:17: .*REWRITE_KEY"):
        configuration.rewrite_key(environment)


@pytest.mark.parametrize("key", ['""', "''", '!!str ""'])
def test_an_empty_key_is_refused_and_is_not_called_missing(mistakes_in: Mistakes, key: str) -> None:
    (mistake,) = mistakes_in(f"""\
        version: 1
        keys: {{rewrite: {key}}}
        policies:
          p: {{steps: [{{step: a, detector: pii, redact_at: 1, redact_with: hash}}]}}
    """)
    assert (mistake.code, mistake.place) == ("length", "policies.yaml:2:17")
    assert mistake.message == "give at least 1 character"


@pytest.mark.parametrize("rewrite", ["${KEY}", "${KEY}${KEY}", "a-${KEY}"])
def test_a_key_with_an_empty_variable_in_it_is_no_key(load_text: LoadText, rewrite: str) -> None:
    configuration = load_text(f"version: 1\nkeys: {{rewrite: '{rewrite}'}}")
    for environment in ({}, {"KEY": ""}):
        with pytest.raises(ConfigurationError, match=r"2:17: .*`KEY` is .*\[missing-variable\]"):
            configuration.rewrite_key(environment)


def test_a_near_name_is_suggested(load_text: LoadText) -> None:
    with pytest.raises(ConfigurationError, match="did you mean: REWRITE_KEYS"):
        load_text(TEXT).rewrite_key({"REWRITE_KEYS": "canary"})


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("base_url: ftp://example.org", "base-url"),
        ("base_url: example.org/v1", "base-url"),
        ("{base_url: http://a, api_key: '${KEY'}", "variable"),
        ("{base_url: http://a, api_key: '${KEY:-x}'}", "variable"),
        ("{base_url: http://a, api_key: '${1}'}", "variable"),
        ("{base_url: 'http://${}'}", "variable"),
    ],
)
def test_broken_references_and_urls_are_found_without_an_environment(
    mistakes_in: Mistakes, line: str, code: str
) -> None:
    assert [m.code for m in mistakes_in(f"version: 1\nmodels:\n  m:\n    {line}\n")] == [code]


def test_a_resolved_url_must_be_one_and_is_not_quoted(load_text: LoadText) -> None:
    configuration = load_text("version: 1\nmodels: {m: {base_url: '${URL}'}}")
    with pytest.raises(ConfigurationError, match="base-url") as caught:
        configuration.resolve_models({"URL": "canary://x"})
    assert "canary" not in str(caught.value)


def test_no_value_of_the_environment_is_in_a_repr_an_error_or_the_configuration(
    load_text: LoadText,
) -> None:
    configuration = load_text(TEXT)
    models = configuration.resolve_models(ENVIRONMENT)
    with pytest.raises(ConfigurationError) as caught:
        configuration.resolve_models({**ENVIRONMENT, "NAME": ""})
    said: list[Any] = [models, list(models.values()), configuration, caught.value]
    assert "canary" not in " ".join(f"{value!r} {value}" for value in said)
    assert b"canary" not in pickle.dumps(configuration.document)


def test_a_key_that_is_no_text_is_used_byte_for_byte(load_text: LoadText) -> None:
    key = b"\xff\x00key".decode("utf-8", "surrogateescape")
    assert load_text(TEXT).rewrite_key({"REWRITE_KEY": key}) == b"\xff\x00key"
