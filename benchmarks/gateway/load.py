"""What the gateway adds to a call, and how it carries many streams at once.

`python benchmarks/gateway/load.py` starts a model, the gateway with pattern detectors before it,
and a client, each in a process of its own. Calls go to the model and through the gateway by turns,
in one run, so that both see the same machine.
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
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from model import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@contextmanager
def started(*command: str, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=cwd, stderr=subprocess.DEVNULL)
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


async def call(client: httpx.AsyncClient, url: str, deployment: str) -> float:
    began = time.perf_counter()
    headers = {"x-deployment": deployment}
    response = await client.post(f"{url}/v1/chat/completions", json=BODY, headers=headers)
    response.raise_for_status()
    return time.perf_counter() - began


async def one_by_one(client: httpx.AsyncClient, targets: Any, count: int, process: int) -> None:
    """The processor's time that the gateway takes for a call, whatever else the machine does."""
    print("| calls | gateway's processor ms a call | p50 ms |\n|---|---:|---:|")
    for name, target in targets.items():
        before = processor(process)
        times = [1000 * await call(client, *target) for _ in range(count)]
        taken = 1000 * (processor(process) - before) / count
        print(f"| {name} | {taken:.2f} | {statistics.median(times):.2f} |")
    print()


async def at_rate(client: httpx.AsyncClient, targets: Any, rate: float, seconds: float) -> None:
    """Calls at a steady rate, to each target by turns; each call begins when its time has come."""
    names = list(targets)
    calls = []
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        name = names[number // int(rate) % len(names)]  # a second each
        calls.append((name, asyncio.create_task(call(client, *targets[name]))))
    taken: dict[str, list[float]] = {name: [] for name in names}
    for name, task in calls:
        taken[name].append(1000 * await task)
    print("| calls | p50 ms | p90 ms | p99 ms |\n|---|---:|---:|---:|")
    for name, times in taken.items():
        cuts = statistics.quantiles(times, n=100)
        print(f"| {name} | {cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} |")


async def stream(client: httpx.AsyncClient, url: str, deployment: str) -> float:
    """One stream, checked word by word; gives the seconds to the first word."""
    began, first, said, ended = time.perf_counter(), 0.0, [], False
    headers = {"x-deployment": deployment}
    asked = {**BODY, "stream": True}
    asking = client.stream("POST", f"{url}/v1/chat/completions", json=asked, headers=headers)
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
    client: httpx.AsyncClient, targets: Any, count: int, seconds: float, process: int
) -> None:
    """So many streams at once, to each target by turns, so that all see the same machine."""
    firsts: dict[str, list[float]] = {name: [] for name in targets}
    errors: dict[str, Counter[str]] = {name: Counter() for name in targets}
    end = time.perf_counter() + seconds
    before = memory(process)

    async def one(name: str) -> None:
        while time.perf_counter() < end:
            try:
                firsts[name].append(1000 * await stream(client, *targets[name]))
            except (httpx.HTTPError, ValueError) as error:
                errors[name][type(error).__name__] += 1

    names = list(targets)
    await asyncio.gather(*(one(names[number % len(names)]) for number in range(count)))
    print(f"\nRSS before and after: {before:.0f} and {memory(process):.0f} MB\n")
    print("| streams | finished | errors | first word, p50 ms |\n|---|---:|---:|---:|")
    for name, taken in firsts.items():
        failed = ", ".join(f"{number} {kind}" for kind, number in errors[name].items()) or "0"
        print(f"| {name} | {len(taken)} | {failed} | {statistics.median(taken):.1f} |")


def processor(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def port_of(address: str) -> str:
    return address.rpartition(":")[2]


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--streams", type=int, default=200)
    given = parser.parse_args()
    model, gateway = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "policies.yaml")
        path.write_text(POLICIES.replace("MODEL", model))  # noqa: ASYNC240 - nothing else runs yet
        # Servers close what was idle for five seconds, perhaps at the moment of its next use.
        limits = httpx.Limits(keepalive_expiry=2)
        serve = ("policyengine", "serve", "-c", str(path), "--port", port_of(gateway))
        with (
            started("uvicorn", "model:app", "--no-access-log", "--port", port_of(model), cwd=HERE),
            started(*serve) as served,
        ):
            async with httpx.AsyncClient(limits=limits, timeout=60) as client:
                await until_up(client, model)
                await until_up(client, f"{gateway}/readyz")
                held, bare = (gateway, "held"), (gateway, "bare")
                targets = {"the model": (model, ""), "no policy": bare, "pii, keywords": held}
                await one_by_one(client, targets, given.calls, served.pid)
                await at_rate(client, targets, given.rate, given.seconds)
                streamed = {"no policy": bare, "pii, keywords": held}
                await many_streams(client, streamed, given.streams, given.seconds, served.pid)


if __name__ == "__main__":
    asyncio.run(main())
