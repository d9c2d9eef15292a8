"""The network of the packaged pipeline in torch: the encoder's lower layers, told how words are written."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

sys.path.append(str(Path(__file__).parents[1] / "encoders"))

from layer import WIDTH, Layer
from quantizing import rows

from detectors.pii.ner.tags import TAGS
from detectors.pii.ner.words import MARKS

if TYPE_CHECKING:
    from checkpoint import Tensors

LAYERS = 4
DROPPED = 0.1


class Tagger(nn.Module):
    """Tokens and their marks pass the layers; a word's first token says what the word is."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = nn.Embedding(MARKS, WIDTH)
        nn.init.normal_(self.marks.weight, std=0.02)
        self.enter = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.tags = nn.Linear(WIDTH, TAGS)
        nn.init.normal_(self.tags.weight, std=0.02)
        nn.init.zeros_(self.tags.bias)
        self.drop = nn.Dropout(DROPPED)

    def forward(
        self, states: torch.Tensor, marks: torch.Tensor, real: torch.Tensor
    ) -> torch.Tensor:
        """Logits (rows, tokens, tags) of the encoder's embedded tokens; `real` are no filling."""
        states = self.drop(self.enter(states + self.marks(marks)))
        mask = torch.zeros(real.shape).masked_fill(~real, -math.inf)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, mask)
        said: torch.Tensor = self.tags(self.drop(states))
        return said

    def begin(self, tensors: Tensors) -> None:
        """Take the published weights of the layers."""
        for number, layer in enumerate(self.layers):
            layer.load(tensors, number)


class Embedded(nn.Module):
    """The encoder's table of words, as it is packaged, and of places; never trained."""

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        table = rows(tensors["embeddings.word_embeddings.weight"])
        places = tensors["embeddings.position_embeddings.weight"]
        places = places + tensors["embeddings.token_type_embeddings.weight"][0]
        self._words = torch.tensor(table.values * table.scales)
        self._places = torch.tensor(places)
        self._normal = nn.LayerNorm(WIDTH, eps=1e-12)
        for part in ("weight", "bias"):
            getattr(self._normal, part).data = torch.tensor(tensors[f"embeddings.LayerNorm.{part}"])

    @torch.no_grad()
    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """(rows, tokens, width) of (rows, tokens)."""
        known: torch.Tensor = self._normal(self._words[ids] + self._places[: ids.shape[1]])
        return known
