"""What is called: the model, the gateway before it, and LiteLLM's proxy; each its own process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

HERE = Path(__file__).parent
POLICIES = """
version: 1
models: {m: {base_url: "MODEL/v1"}}
policies:
  names:
    steps:
      - step: names
        detector: pii
        options: {entities: [email, phone, payment_card, iban, ip_address, us_ssn]}
        redact_at: recommended
  words:
    steps: [{step: words, detector: keywords, options: {terms: [heron, crow]}, block_at: 0.5}]
deployments:
  held: {model: m, input: [names, words], output: [names, words], restore: true}
  bare: {model: m}
"""
LITELLM = "LiteLLM, content filter"
PEER = """
model_list:
  - {model_name: m, litellm_params: {model: openai/m, api_base: "MODEL/v1", api_key: none}}
general_settings: {dangerously_permit_weak_or_unset_master_key: true}  # the gateway has none too
guardrails:
  - guardrail_name: filter
    litellm_params:
      guardrail: litellm_content_filter
      mode: [pre_call, post_call]
      default_on: true
      patterns:
        - {pattern_type: prebuilt, pattern_name: email, action: MASK}
        - {pattern_type: prebuilt, pattern_name: us_phone, action: MASK}
        - {pattern_type: prebuilt, pattern_name: credit_card, action: MASK}
        - {pattern_type: prebuilt, pattern_name: iban, action: MASK}
        - {pattern_type: prebuilt, pattern_name: ipv4, action: MASK}
        - {pattern_type: prebuilt, pattern_name: us_ssn, action: MASK}
      blocked_words: [{keyword: heron, action: BLOCK}, {keyword: crow, action: BLOCK}]
"""


class Target(NamedTuple):
    """Whom calls go to, and the process that stands between."""

    client: Client
    process: int

    @property
    def processor(self) -> float:
        """The seconds of the processor that the process has taken."""
        stat = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """The MB that the process holds."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@contextmanager
def started(*command: str) -> Iterator[int]:
    quiet = subprocess.DEVNULL
    # LiteLLM reads prices from the network otherwise, and `.env` of wherever it is run.
    environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=os.environ | environment)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def serve_all(folder: Path, running: ExitStack, litellm: str | None) -> dict[str, Target]:
    model, gateway, peer = (free_port() for _ in range(3))
    path, other = folder / "policies.yaml", folder / "litellm.yaml"
    address = f"http://127.0.0.1:{model}"
    path.write_text(POLICIES.replace("MODEL", address))
    other.write_text(PEER.replace("MODEL", address))
    python = sys.executable
    answering = running.enter_context(started(python, str(HERE / "model.py"), str(model)))
    serve = (python, "-m", "policyengine", "serve", "-c", str(path), "--port", str(gateway))
    served = running.enter_context(started(*serve))
    here = f"http://127.0.0.1:{gateway}"
    targets = {
        "the model": Target(Client(address, ""), answering),
        "no policy": Target(Client(here, "bare"), served),
        "pii, keywords": Target(Client(here, "held"), served),
    }
    if litellm is not None:
        proxy = (litellm, "--config", str(other), "--host", "127.0.0.1", "--port", str(peer))
        between = running.enter_context(started(*proxy))
        targets[LITELLM] = Target(Client(f"http://127.0.0.1:{peer}", ""), between)
    return targets
