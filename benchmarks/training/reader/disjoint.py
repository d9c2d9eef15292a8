"""Hashes of the texts that the reader learned from, and of those that it is scored on.

    python benchmarks/training/reader/disjoint.py --data ../shared/data

Writes `trained.npy` and `scored.npy` beside this file, five bytes of sha256 for each text of at
least thirty letters; `tests/training/test_disjoint.py` holds that they have none in common.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.append(str(Path(__file__).parents[3]))

from corpora import everything
from examples import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

LEAST = 30
BYTES = 5
SEED, ROUNDS = 11, 3
"""As train.py has them."""
NOT_SCORED = ("semeval_sts", "wikiqa_train")
"""Benchmark sets that nothing here is scored on. They hold 80 captions and sentences that are
passages of training rows too, with other labels or none."""
HERE = Path(__file__).parent


def fingerprint(text: str) -> bytes | None:
    """Of a text's letters and digits in lower case; None where it has too few of them."""
    letters = re.sub(r"[\W_]+", "", text.casefold())
    return hashlib.sha256(letters.encode()).digest()[:BYTES] if len(letters) >= LEAST else None


def trained(data: Path) -> Iterator[str]:
    """Everything that is read in training."""
    for at in range(ROUNDS):
        for one in everything(data, SEED + at):
            yield one.answer
            yield one.request or ""
            yield from one.context


def scored(data: Path) -> Iterator[str]:
    """Everything that is read when the reader is scored, or its thresholds are chosen."""
    for folder in ("grounding/benchmark", "grounding/calibrate", "relevancy/benchmark"):
        for path in sorted((data / folder).glob("*.jsonl")):
            if path.stem in NOT_SCORED:
                continue
            for row in rows_of(path):
                names = ("query", "response", "answer", "text")
                yield from (row[name] for name in names if row.get(name))
                yield from row.get("context", ())


def table(texts: Iterable[str]) -> NDArray[np.uint8]:
    """(texts, 5), each once, in order."""
    known = sorted({one for text in texts if (one := fingerprint(text))})
    return np.frombuffer(b"".join(known), np.uint8).reshape(-1, BYTES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    for make in (trained, scored):
        found = table(make(data))
        np.save(HERE / f"{make.__name__}.npy", found)
        print(f"{make.__name__}: {len(found):,} texts")


if __name__ == "__main__":
    main()
