"""What a stream costs beside the same reply in one piece; prints a table.

python benchmarks/speed/streaming.py
"""

from __future__ import annotations

import copy
import gc
import json
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.deployment import CompiledDeployment

ENTITIES = ["email", "phone", "payment_card", "iban", "ip_address", "us_ssn"]
STEP = {"step": "s", "detector": "pii", "options": {"entities": ENTITIES}, "redact_at": 0.5}
DOCUMENT = {
    "version": 1,
    "models": {"m": {"base_url": "http://localhost"}},
    "policies": {"p": {"steps": [STEP]}},
    "deployments": {"none": {"model": "m"}, "pii": {"model": "m", "output": ["p"]}},
}
SENTENCE = "The customer asked whether the delivery could be moved to another day, and it could. "
SIZES = ((2_000, 4), (2_000, 64), (32_000, 4), (32_000, 256), (256_000, 256), (256_000, 8192))


def least(work: Callable[[], object]) -> float:
    """Processor time in milliseconds, the least of seven."""
    taken = []
    for _ in range(7):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return 1000 * min(taken)


def kept(deployment: CompiledDeployment, request: Any, chunks: list[dict[str, Any]]) -> float:
    """The kB that a stream keeps when all but its end has been released."""
    gc.collect()
    tracemalloc.start()
    with deployment.stream(request) as stream:
        for chunk in chunks:
            stream.feed(copy.deepcopy(chunk))  # a server's chunks are its own
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / 1000


def measured(deployment: CompiledDeployment, text: str, size: int) -> tuple[float, float, float]:
    """Milliseconds of a reply in one piece, and in chunks of so many characters; kB kept."""
    request = deployment.check_request({"messages": [{"role": "user", "content": "hello"}]})
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"content": text[at : at + size]}}]}
        for at in range(0, len(text), size)
    ]
    whole = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}

    def streamed() -> None:
        with deployment.stream(request) as stream:
            for chunk in chunks:
                stream.feed(chunk)
            stream.close()

    in_one_piece = least(lambda: deployment.check_response(request, whole))
    return in_one_piece, least(streamed), kept(deployment, request, chunks)


def main() -> None:
    """Print the table."""
    print(
        "| deployment | characters | a chunk | one piece, ms | stream, ms | µs a chunk | kB kept |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policies.yaml"
        path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
        engine = Engine.load(path)
        for name in ("none", "pii"):
            for length, size in SIZES:
                text = (SENTENCE * (length // len(SENTENCE) + 1))[:length]
                whole, stream, held = measured(engine.deployment(name), text, size)
                each = 1000 * stream / (length / size)
                row = (name, f"{length:,}", size, f"{whole:.2f}", f"{stream:.2f}", f"{each:.0f}")
                print(f"| {' | '.join(map(str, row))} | {held:.0f} |")


if __name__ == "__main__":
    main()
