"""The reader in torch: a layer over each text by itself, layers over two at once, and heads."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from layer import WIDTH, Layer
from torch import nn

MARKS = 12


class Said(NamedTuple):
    """For each token and each pair, logits."""

    wrong: torch.Tensor
    """(pairs, tokens): that a token of the answer is not supported."""
    conflict: torch.Tensor
    """(pairs, tokens): that it is contradicted, if it is not supported."""
    label: torch.Tensor
    """(pairs, 3): supported, unsupported, contradicted."""
    relevant: torch.Tensor
    """(pairs,): that the answer addresses the request."""


class Text(NamedTuple):
    """Tokens of one text or of several, filled up to the longest."""

    states: torch.Tensor
    marks: torch.Tensor
    texts: torch.Tensor
    """Which text a token belongs to, from 0; -1 for the filling."""

    @property
    def real(self) -> torch.Tensor:
        """Which tokens are no filling."""
        return self.texts >= 0


class Network(nn.Module):
    """Each text passes a layer by itself; marks are added to what comes out of it, and the answer
    passes the other layers, its first token and the mean of its words speaking for the pair.
    """

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.alone = Layer()
        self.marks = nn.Embedding(MARKS, WIDTH)
        nn.init.normal_(self.marks.weight, std=0.02)
        self.enter = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.tokens = nn.Linear(WIDTH, 2)
        self.pairs = nn.Linear(2 * WIDTH, 4)
        for head in (self.tokens, self.pairs):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, beside: Text, answer: Text, words: torch.Tensor) -> Said:
        """`words` tells the answer's words from what the tokenizer puts around them."""
        around, states = (
            self.enter(self._read(one) + self.marks(one.marks)) for one in (beside, answer)
        )
        real = torch.cat([beside.real, answer.real], 1)
        mask = _mask(real[:, None, None, :])
        for layer in self.layers:
            states = layer(states, mask, around)
        tokens = self.tokens(states)
        weight = words.to(states.dtype)
        mean = (states * weight[:, :, None]).sum(1) / weight.sum(1, keepdim=True).clamp(min=1)
        pair = self.pairs(torch.cat([states[:, 0], mean], -1))
        said = (tokens[..., 0], tokens[..., 1], pair[:, :3], pair[:, 3])
        return Said(*(one.float() for one in said))

    def _read(self, text: Text) -> torch.Tensor:
        if not text.states.shape[1]:
            return text.states
        same = text.texts[:, None, :, None] == text.texts[:, None, None, :]
        return self.alone(text.states, _mask(same))


def _mask(allowed: torch.Tensor) -> torch.Tensor:
    return torch.zeros(allowed.shape).masked_fill(~allowed, -math.inf)
