from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import policyengine
from policyengine.loading import policy_schema

PUBLISHED = Path(policyengine.__file__).parent / "schemas" / "policy.schema.json"

DOCUMENT = """
version: 1
models: {gpt-4o: {base_url: https://api.openai.com/v1, api_key: "${OPENAI_API_KEY}"}}
policies:
  protect-customers:
    steps:
      - step: personal-data
        detector: pii
        options: {entities: [person, email]}
        redact_at: recommended
        redact_with: placeholder
        sources: [prompt, completion]
        kinds: {pii.payment_card: {redact_at: 0.3, redact_with: mask, keep_last: 4}}
        unless: {tags: [internal]}
deployments:
  test: {model: gpt-4o, input: [protect-customers], restore: true, deadline_ms: 2000}
keys: {rewrite: "${REWRITE_KEY}"}
"""


def test_the_published_schema_is_that_of_the_models(*, update_golden: bool) -> None:
    current = json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"
    if update_golden:
        PUBLISHED.write_text(current)
    assert PUBLISHED.read_text() == current


def test_the_schema_is_one_and_describes_every_key() -> None:
    schema = policy_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    parts = [schema, *schema["$defs"].values()]
    for part in parts:
        for name, field in part.get("properties", {}).items():
            assert field.get("description"), name


def test_a_sound_document_is_valid() -> None:
    jsonschema.validate(yaml.safe_load(DOCUMENT), policy_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: 2"),
        ("step: personal-data", "stepp: personal-data"),
        ("redact_at: recommended", "redact_at: 1.5"),
        ("redact_with: placeholder", "redact_with: stars"),
        ("[prompt, completion]", "[prompts]"),
        ("keep_last: 4", "keep_last: 0"),
        ("keep_last: 4", "keep_lst: 4"),
        ("restore: true", "restore: 'yes'"),
        ("deadline_ms: 2000", "deadline_ms: 1.5"),
        ("gpt-4o: {", "'a b': {"),
        ("base_url: https://api.openai.com/v1, ", ""),
        ("tags: [internal]", "tags: []"),
    ],
)
def test_a_broken_document_is_not(old: str, new: str) -> None:
    assert old in DOCUMENT
    broken: Any = yaml.safe_load(DOCUMENT.replace(old, new))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, policy_schema())
