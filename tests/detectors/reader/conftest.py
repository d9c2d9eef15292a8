"""The packaged reader, loaded once for all tests."""

from __future__ import annotations

import pytest

from detectors.reader.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()
