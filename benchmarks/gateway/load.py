"""What the gateway adds to a call, and how it carries many streams at once.

`python benchmarks/gateway/load.py` starts a model, the gateway with pattern detectors before it,
and a client, each in a process of its own. Calls go to the model and through the gateway by turns,
in one run, so that both see the same machine. With `--litellm COMMAND`, LiteLLM's proxy with its
own content filter stands before the same model, for the same kinds and terms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
from model import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent
TEXT = "I am Anna, anna@example.com, and my card is 4111 1111 1111 1111. When do you open? " * 4
BODY = {"model": "m", "messages": [{"role": "user", "content": TEXT}]}
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
    """Where calls go, and the process that stands between."""

    url: str
    deployment: str
    process: int


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@contextmanager
def started(*command: str, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    # LiteLLM reads prices from the network otherwise, and `.env` of wherever it is run.
    environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
    process = subprocess.Popen(
        command, cwd=cwd, stdout=quiet, stderr=quiet, env=os.environ | environment
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


async def until_up(client: httpx.AsyncClient, url: str) -> None:
    for _ in range(600):
        try:
            await client.get(url)
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    sys.exit(f"nothing answers at {url}")


async def call(client: httpx.AsyncClient, to: Target) -> float:
    began = time.perf_counter()
    headers = {"x-deployment": to.deployment}
    response = await client.post(f"{to.url}/v1/chat/completions", json=BODY, headers=headers)
    response.raise_for_status()
    return time.perf_counter() - began


async def one_by_one(client: httpx.AsyncClient, targets: Mapping[str, Target], count: int) -> None:
    """The processor's time that a gateway takes for a call, whatever else the machine does."""
    print("| calls | gateway's processor ms a call | p50 ms |\n|---|---:|---:|")
    for name, target in targets.items():
        before = processor(target.process)
        times = [1000 * await call(client, target) for _ in range(count)]
        taken = 1000 * (processor(target.process) - before) / count
        print(f"| {name} | {taken:.2f} | {statistics.median(times):.2f} |")
    print()


async def at_rate(
    client: httpx.AsyncClient, targets: Mapping[str, Target], rate: float, seconds: float
) -> None:
    """Calls at a steady rate, to each target by turns; each call begins when its time has come."""
    names = list(targets)
    calls = []
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        name = names[number // int(rate) % len(names)]  # a second each
        calls.append((name, asyncio.create_task(call(client, targets[name]))))
    taken: dict[str, list[float]] = {name: [] for name in names}
    for name, task in calls:
        taken[name].append(1000 * await task)
    print(f"| calls, {rate:.0f} a second | p50 ms | p90 ms | p99 ms |\n|---|---:|---:|---:|")
    for name, times in taken.items():
        cuts = statistics.quantiles(times, n=100)
        print(f"| {name} | {cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} |")
    print()


async def stream(client: httpx.AsyncClient, to: Target) -> float:
    """One stream, checked word by word; gives the seconds to the first word."""
    began, first, said, ended = time.perf_counter(), 0.0, [], False
    headers = {"x-deployment": to.deployment}
    asked = {**BODY, "stream": True}
    asking = client.stream("POST", f"{to.url}/v1/chat/completions", json=asked, headers=headers)
    async with asking as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line == "data: [DONE]":
                ended = True
            elif line:
                for choice in json.loads(line.removeprefix("data: ")).get("choices", ()):
                    said.append(choice["delta"].get("content") or "")
                    first = first or (time.perf_counter() - began if said[-1] else 0.0)
    if not ended or "".join(said) != "".join(WORDS):
        raise ValueError("a stream lost, repeated or reordered something")
    return first


async def many_streams(
    client: httpx.AsyncClient, targets: Mapping[str, Target], count: int, seconds: float
) -> None:
    """So many streams at once, to each target by turns, so that all see the same machine."""
    firsts: dict[str, list[float]] = {name: [] for name in targets}
    errors: dict[str, Counter[str]] = {name: Counter() for name in targets}
    end = time.perf_counter() + seconds
    kept = {name: [memory(target.process)] for name, target in targets.items()}

    async def one(name: str) -> None:
        while time.perf_counter() < end:
            try:
                firsts[name].append(1000 * await stream(client, targets[name]))
            except (httpx.HTTPError, ValueError) as error:
                errors[name][type(error).__name__] += 1

    async def weigh() -> None:
        for part in (0.25, 0.5, 0.75, 1):
            await asyncio.sleep(max(0.0, end - (1 - part) * seconds - time.perf_counter()))
            for name, target in targets.items():
                kept[name].append(memory(target.process))

    names = list(targets)
    await asyncio.gather(weigh(), *(one(names[number % len(names)]) for number in range(count)))
    print("\n| streams | finished | errors | first word, p50 ms | MB before, at each quarter |")
    print("|---|---:|---:|---:|---|")
    for name, taken in firsts.items():
        failed = ", ".join(f"{number} {kind}" for kind, number in errors[name].items()) or "0"
        first = f"{statistics.median(taken):.1f}" if taken else "-"
        weights = ", ".join(f"{one:.0f}" for one in kept[name])
        print(f"| {name} | {len(taken)} | {failed} | {first} | {weights} |")


def processor(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def port_of(address: str) -> str:
    return address.rpartition(":")[2]


def serve_all(folder: Path, running: ExitStack, litellm: str | None) -> dict[str, Target]:
    """The model and what stands before it, each in a process of its own."""
    model, gateway, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    path, other = folder / "policies.yaml", folder / "litellm.yaml"
    path.write_text(POLICIES.replace("MODEL", model))
    other.write_text(PEER.replace("MODEL", model))
    python = (sys.executable, "-m")
    uvicorn = (*python, "uvicorn", "model:app", "--no-access-log", "--port", port_of(model))
    running.enter_context(started(*uvicorn, cwd=HERE))
    serve = (*python, "policyengine", "serve", "-c", str(path), "--port", port_of(gateway))
    served = running.enter_context(started(*serve)).pid
    targets = {
        "the model": Target(model, "", served),
        "no policy": Target(gateway, "bare", served),
        "pii, keywords": Target(gateway, "held", served),
    }
    if litellm is not None:
        proxy = (litellm, "--config", str(other), "--host", "127.0.0.1", "--port", port_of(peer))
        between = running.enter_context(started(*proxy)).pid
        targets[LITELLM] = Target(peer, "", between)
    return targets


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rate", type=float, nargs="*", default=[100, 200])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--litellm", metavar="COMMAND", help="where LiteLLM's proxy is installed")
    given = parser.parse_args()
    # Servers close what was idle for five seconds, perhaps at the moment of its next use.
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        targets = serve_all(Path(folder), running, given.litellm)
        async with httpx.AsyncClient(limits=limits, timeout=60) as client:
            for target in targets.values():
                await until_up(client, target.url)
            if given.calls:
                await one_by_one(client, targets, given.calls)
            # LiteLLM's share would take the machine from the others: it comes last, and alone.
            peer = {LITELLM: targets.pop(LITELLM)} if LITELLM in targets else {}
            for rate in given.rate:
                await at_rate(client, targets, rate, given.seconds)
            del targets["the model"]
            for streamed in (targets, peer):
                if given.streams and streamed:
                    await many_streams(client, streamed, given.streams, given.seconds)


if __name__ == "__main__":
    asyncio.run(main())
