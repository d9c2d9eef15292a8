"""What the gateway adds to a call, and how it carries many streams at once.

`python benchmarks/gateway/load.py` starts a model, the gateway with pattern detectors before it,
and a client, each in a process of its own. Calls go to the model and through the gateway by turns,
in one run, so that all see the same machine. With `--litellm COMMAND`, LiteLLM's proxy with its own
content filter stands before the same model, for the same kinds and terms.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from client import BrokenError
from model import run
from targets import LITELLM, serve_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from targets import Target


async def one_by_one(targets: Mapping[str, Target], count: int) -> None:
    """The processor's time that a gateway takes for a call, whatever else the machine does."""
    print("| calls, one by one | its processor ms a call | p50 ms |\n|---|---:|---:|")
    for name, target in targets.items():
        before = target.processor
        times = [1000 * await target.client.call() for _ in range(count)]
        taken = 1000 * (target.processor - before) / count
        print(f"| {name} | {taken:.2f} | {statistics.median(times):.2f} |")
    print()


async def at_rate(targets: Mapping[str, Target], rate: float, seconds: float) -> None:
    """Calls at a steady rate, to each target by turns; each call begins when its time has come."""
    names = list(targets)
    calls = []
    began, own = time.perf_counter(), time.process_time()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        name = names[number // int(rate) % len(names)]  # a second each
        calls.append((name, asyncio.create_task(targets[name].client.call())))
    taken: dict[str, list[float]] = {name: [] for name in names}
    for name, task in calls:
        taken[name].append(1000 * await task)
    own = 100 * (time.process_time() - own) / (time.perf_counter() - began)
    print(f"| calls, {rate:.0f} a second | p50 ms | p90 ms | p99 ms |\n|---|---:|---:|---:|")
    for name, times in taken.items():
        cuts = statistics.quantiles(times, n=100)
        print(f"| {name} | {cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} |")
    print(f"\nThe client took {own:.0f}% of a core.\n")


async def many_streams(targets: Mapping[str, Target], count: int, seconds: float) -> None:
    """So many streams at once, to each target by turns, so that all see the same machine."""
    firsts: dict[str, list[float]] = {name: [] for name in targets}
    errors: dict[str, Counter[str]] = {name: Counter() for name in targets}
    began = time.perf_counter()
    before = {name: target.memory for name, target in targets.items()}

    async def one(name: str) -> None:
        while time.perf_counter() < began + seconds:
            try:
                firsts[name].append(1000 * await targets[name].client.stream())
            except (OSError, BrokenError) as error:
                errors[name][type(error).__name__] += 1

    names = list(targets)
    weighing = asyncio.create_task(weigh(targets, seconds))
    await asyncio.gather(*(one(names[number % len(names)]) for number in range(count)))
    kept = await weighing
    print("\n| streams | finished | errors | first word, p50 ms | MB before, and every 15 s |")
    print("|---|---:|---:|---:|---|")
    for name, taken in firsts.items():
        failed = ", ".join(f"{number} {kind}" for kind, number in errors[name].items()) or "0"
        first = f"{statistics.median(taken):.1f}" if taken else "-"
        weights = ", ".join(f"{one:.1f}" for one in [before[name], *kept[name]])
        print(f"| {name} | {len(taken)} | {failed} | {first} | {weights} |")


async def weigh(targets: Mapping[str, Target], seconds: float) -> dict[str, list[float]]:
    """The memory of each target every 15 seconds."""
    kept: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(int(seconds / 15)):
        await asyncio.sleep(15)
        for name, target in targets.items():
            kept[name].append(target.memory)
    return kept


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rate", type=float, nargs="*", default=[100, 200])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--litellm", metavar="COMMAND", help="where LiteLLM's proxy is installed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        targets = serve_all(Path(folder), running, given.litellm)
        for target in targets.values():
            await target.client.until_up()
        if given.calls:
            await one_by_one(targets, given.calls)
        # LiteLLM's share would take the machine from the others: it comes last, and alone.
        peer = {LITELLM: targets.pop(LITELLM)} if LITELLM in targets else {}
        for rate in given.rate:
            await at_rate(targets, rate, given.seconds)
        del targets["the model"]
        for streamed in (targets, peer):
            if given.streams and streamed:
                await many_streams(streamed, given.streams, given.seconds)


if __name__ == "__main__":
    run(main())
