"""Runs the packaged encoders and sentence-transformers on the same texts, and prints the ratios.

make test-torch
.venv/bin/python benchmarks/peers/encoders.py build/torch/bin/python

One thread each, processor time, the best of several calls; rounds alternate, so that a busy moment
hits everybody. sentence-transformers runs all-MiniLM-L6-v2 in float32 by its documented use, which
cuts texts off at 256 tokens, and once with the long texts cut into pieces that fit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
ROUNDS = 5
CASES = (
    ("a short pair", "pair", "pair"),
    ("2 kB and 4 kB, not seen before", "long", "long"),
    ("the same, the 4 kB seen before", "context seen", "long"),
)


def times_of(python: str, script: str) -> dict[str, float]:
    """Milliseconds by what was done."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    paths = f"{HERE.parents[1]}{os.pathsep}{HERE}"
    environment = {**os.environ, **threads, "PYTHONPATH": paths}
    done = subprocess.run(
        [python, str(HERE / script)], env=environment, check=True, capture_output=True, text=True
    )
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


def main(torch: str) -> None:
    """Print a table in Markdown."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(times_of(sys.executable, "encoders_ours.py"))
        theirs.append(times_of(torch, "encoders_theirs.py"))
    mine = {case: median(one[case] for one in ours) for case in ours[0]}
    others = {case: median(one[case] for one in theirs) for case in theirs[0]}
    print("| texts | onnx, ms | static, ms | sentence-transformers, ms (ratio of onnx) "
          "| the same without cutting off, ms (ratio) |")  # fmt: skip
    print("|---|---:|---:|---:|---:|")
    for title, case, peer in CASES:
        own = mine[f"onnx/{case}"]
        cells = [f"{own:.1f}", f"{mine[f'static/{case}']:.2f}"]
        peers = (others[f"truncated/{peer}"], others[f"whole/{peer}"])
        cells += [f"{other:.1f} ({own / other:.2f})" for other in peers]
        print(f"| {title} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1])
