"""Runs this project and its peers on the same texts, one after the other, and prints the ratios.

python -m venv build/peers
build/peers/bin/pip install -r benchmarks/peers/requirements.txt
python benchmarks/peers/compare.py build/peers/bin/python
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
ROUNDS = 3


def times_of(python: str, script: str) -> dict[str, dict[str, float]]:
    """What a script measured under that interpreter."""
    environment = os.environ | {"PYTHONPATH": f"{HERE.parents[1]}{os.pathsep}{HERE}"}
    done = subprocess.run(
        [python, str(HERE / script)], env=environment, check=True, capture_output=True, text=True
    )
    times: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return times


def medians(rounds: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The median over the rounds, which alternate so that a busy moment hits everybody."""
    return {
        case: {
            "us": median(one[case]["us"] for one in rounds),
            "found": rounds[0][case]["found"],
        }
        for case in rounds[0]
    }


def main(peers: str) -> None:
    """Print a table in Markdown."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(times_of(sys.executable, "ours.py"))
        theirs.append(times_of(peers, "theirs.py"))
    mine, others = medians(ours), medians(theirs)
    names = list(dict.fromkeys(case.split("/")[0] for case in others))
    print(
        "| text | " + " | ".join(f"{name}, µs (found)" for name in [OURS, *names]) + " | ratios |"
    )
    print("|---|" + "---:|" * (len(names) + 2))
    for case, own in mine.items():
        text = case.removeprefix(OURS + "/")
        rows = [others[f"{name}/{text}"] for name in names]
        cells = [f"{one['us']:,.0f} ({one['found']:.0f})" for one in [own, *rows]]
        ratios = ", ".join(f"{one['us'] / own['us']:,.0f}x" for one in rows)
        length, sort = text.split("/")
        print(f"| {length} characters, {sort} | " + " | ".join(cells) + f" | {ratios} |")


if __name__ == "__main__":
    main(sys.argv[1])
