"""A layer of the encoder in torch, to go on training from the published weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

WIDTH, HEADS = 384, 12


class Layer(nn.Module):
    """A layer as BERT's are; a text looks at itself, and at what stands beside it, if anything."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.middle = nn.LayerNorm(WIDTH, eps=1e-12)
        self.out = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(
        self, states: torch.Tensor, mask: torch.Tensor, beside: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The states after they looked where `mask` lets them: beside them first, then at theirs.

        `mask` is added to the attention: (rows, 1, 1 or tokens, tokens of both).
        """
        rows, tokens, _ = states.shape
        query, key, value = self.attend(states).chunk(3, -1)
        if beside is not None:
            keys, values = functional.linear(
                beside, self.attend.weight[WIDTH:], self.attend.bias[WIDTH:]
            ).chunk(2, -1)
            key, value = torch.cat([keys, key], 1), torch.cat([values, value], 1)
        query, key, value = (
            one.view(rows, -1, HEADS, WIDTH // HEADS).transpose(1, 2) for one in (query, key, value)
        )
        mask = mask.to(query.dtype)
        # Written out: on processors the fused operator takes ten times as long on the way back.
        weights = query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + mask
        mixed = weights.softmax(-1) @ value
        mixed = self.mix(mixed.transpose(1, 2).reshape(rows, tokens, WIDTH))
        states = self.middle(states + mixed)
        return self.out(states + self.down(functional.gelu(self.up(states))))

    def load(self, tensors: Mapping[str, NDArray[np.float32]], number: int) -> None:
        place = f"encoder.layer.{number}."

        def of(*names: str) -> torch.Tensor:
            return torch.cat([torch.tensor(tensors[place + name]) for name in names])

        names = [f"attention.self.{part}" for part in ("query", "key", "value")]
        pairs = {
            self.attend: names, self.mix: ["attention.output.dense"],
            self.up: ["intermediate.dense"], self.down: ["output.dense"],
            self.middle: ["attention.output.LayerNorm"], self.out: ["output.LayerNorm"],
        }  # fmt: skip
        for module, parts in pairs.items():
            module.weight.data = of(*(f"{name}.weight" for name in parts))
            module.bias.data = of(*(f"{name}.bias" for name in parts))
