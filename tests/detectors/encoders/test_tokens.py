from __future__ import annotations

import pytest

from detectors.encoders.files import read
from detectors.encoders.tokens import Tokens

TOKENS = Tokens(read(None, "tokenizer.json"))
OWN = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]"}


@pytest.mark.parametrize("sign", OWN.values())
def test_a_text_cannot_hold_the_models_own_signs(sign: str) -> None:
    ids = TOKENS.ids(f"before {sign} after", special=False)

    assert set(ids).isdisjoint(OWN)
    assert len(ids) >= len(["before", "[", "sep", "]", "after"])


def test_a_text_stands_between_the_models_own_signs() -> None:
    ids = TOKENS.ids("before and after")

    assert (OWN[ids[0]], OWN[ids[-1]]) == ("[CLS]", "[SEP]")
    assert set(ids[1:-1]).isdisjoint(OWN)
