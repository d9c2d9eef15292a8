from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine import Mistake
    from policyengine.loading import Configuration

GOLDEN = Path(__file__).parents[1] / "golden" / "mistakes.txt"
SAMPLE = Path(__file__).parent / "sample.yaml"

FILES = {
    "models.yaml": """\
version: 1
models:
  gpt-4o:
    base_url: https://api.openai.com/v1
    api_key: ${OPENAI_API_KEY
  local: {base_url: localhost:8000}
  unused: {base_url: http://localhost:8000}
keys: {}
""",
    "policies.yaml": """\
version: 1
policies:
  protect-customers:
    descripton: What customers send and see.
    steps:
      - step: personal-data
        detector: pii
        options: {entities: [person, emial]}
        redact_at: recommended
  numbers:
    steps:
      - step: numbers
        detector: pii
        redact_at: 0.8
        block_at: 0.5
        redact_with: hash
        kinds: {pii.telephone: {redact_at: 0.3}}
      - step: numbers
        detector: regexp
        flag_at: 1.2
        shadow: yes
  grounded-answers:
    steps:
      - step: grounded
        detector: hallucination
        redact_at: recommended
        when: {tags: [internl]}
      - step: banned
        detector: keywords
        options: {terms: [a, [b]]}
        timeout_ms: 0
      - {detector: keywords}
""",
    "deployments.yaml": """\
version: 1
deployments:
  test-deployment:
    model: gpt-4
    input: [numbers, grounded-answers, numbers]
    output: [protect-customer]
    accept_tags: [internal]
  open: {model: local}
default_deployment: test
default_deployment: test-deployment
""",
    "broken.json": """{"version": 1, "models": {"m": {"api_key": ${KEY}}}}
""",
}


def test_a_page_of_mistakes_reads_as_it_should(
    mistakes_in: Callable[..., Sequence[Mistake]], *, update_golden: bool
) -> None:
    readable = {name: text for name, text in FILES.items() if name != "broken.json"}
    # Where a file cannot be read, nothing that it may define is called unknown.
    unreadable = {name: FILES[name] for name in ("deployments.yaml", "broken.json")}
    pages = [mistakes_in(readable), mistakes_in(unreadable)]
    page = "\n\n".join("\n".join(str(mistake) for mistake in found) for found in pages) + "\n"
    if update_golden:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(page)
    assert GOLDEN.read_text() == page


def test_the_sample_of_the_documentation_loads(load_text: Callable[..., Configuration]) -> None:
    configuration = load_text(SAMPLE.read_text())
    assert [warning.code for warning in configuration.warnings] == ["redact-before-block"]
    assert configuration.document.default_deployment == "test-deployment"
