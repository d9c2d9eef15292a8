"""Encoders that are loaded once for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detectors.encoders.onnx import OnnxEncoder
from detectors.encoders.settings import Onnx, Static
from detectors.encoders.static import StaticEncoder

if TYPE_CHECKING:
    from detectors.encoders.encoder import Encoder


@pytest.fixture(scope="session")
def onnx_encoder() -> OnnxEncoder:
    return OnnxEncoder(Onnx())


@pytest.fixture(scope="session")
def static_encoder() -> StaticEncoder:
    return StaticEncoder(Static())


@pytest.fixture(params=["onnx", "static"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each packaged encoder."""
    packaged: Encoder = request.getfixturevalue(f"{request.param}_encoder")
    return packaged
