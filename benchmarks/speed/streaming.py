"""What a stream costs beside the same reply in one piece; prints a table.

python benchmarks/speed/streaming.py
"""

from __future__ import annotations

import json
import tempfile
import time
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
SIZES = ((2_000, 4), (2_000, 64), (32_000, 4), (32_000, 256))


def least(work: Callable[[], object]) -> float:
    """Processor time in milliseconds, the least of seven."""
    taken = []
    for _ in range(7):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return 1000 * min(taken)


def measured(deployment: CompiledDeployment, text: str, size: int) -> tuple[float, float]:
    """Milliseconds of a reply in one piece, and in chunks of so many characters."""
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

    return least(lambda: deployment.check_response(request, whole)), least(streamed)


def main() -> None:
    """Print the table."""
    print("| deployment | characters | a chunk | in one piece, ms | stream, ms | µs a chunk |")
    print("|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policies.yaml"
        path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
        engine = Engine.load(path)
        for name in ("none", "pii"):
            for length, size in SIZES:
                text = (SENTENCE * (length // len(SENTENCE) + 1))[:length]
                whole, stream = measured(engine.deployment(name), text, size)
                each = 1000 * stream / (length / size)
                print(f"| {name} | {length:,} | {size} | {whole:.2f} | {stream:.2f} | {each:.0f} |")


if __name__ == "__main__":
    main()
