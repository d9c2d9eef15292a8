"""Times imports in fresh interpreters, side by side, as ratios; bytecode is written first.

Run it with the interpreter of an environment that has llm-policyengine: `python imports.py`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 15
BASE = "import pydantic, pluggy, yaml"
CASES = {
    "pydantic, pluggy and the YAML parser": BASE,
    "import policyengine": f"{BASE}; import policyengine",
    "pydantic's BaseModel, pluggy, the YAML parser": f"{BASE}; pydantic.BaseModel",
    "from policyengine import Engine": f"{BASE}; from policyengine import Engine",
}
TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"


def main() -> None:
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        seconds: dict[str, list[float]] = {name: [] for name in CASES}
        for turn in range(ROUNDS + 1):  # the first one writes the bytecode
            for name, statement in CASES.items():
                command = [sys.executable, "-c", TIMED.format(statement)]
                result = subprocess.run(
                    command, check=True, capture_output=True, text=True, env=environment
                )
                if turn:
                    seconds[name].append(float(result.stdout))
    base = statistics.median(seconds["pydantic, pluggy and the YAML parser"])
    print("| what | median ms | ratio |")
    print("|---|---|---|")
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        print(f"| {name} | {1000 * middle:.0f} | {middle / base:.2f} |")


if __name__ == "__main__":
    main()
