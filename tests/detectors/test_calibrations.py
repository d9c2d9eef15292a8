"""Calibrations: what they say is a probability, and the packaged ones are for packaged encoders."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.calibration import Logistic
from detectors.encoders.loading import load
from detectors.encoders.settings import Onnx, Static
from policyengine import Resources

NUMBER = st.floats(-1e6, 1e6)
LARGEST_ERROR = 0.05


def packaged() -> list[dict[str, Any]]:
    found = files("detectors").joinpath("calibrations").iterdir()
    return [json.loads(one.read_text()) for one in found if one.name.endswith(".json")]


@given(bias=NUMBER, weight=NUMBER, value=NUMBER)
def test_a_probability_has_four_decimals(bias: float, weight: float, value: float) -> None:
    said = Logistic(bias, (weight,)).probability([value])
    assert 0 <= said <= 1
    assert said == round(said, 4)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=9))
def test_more_of_what_speaks_for_it_is_never_less_probable(values: list[float]) -> None:
    said = [Logistic(0.3, (1.7,)).probability([value]) for value in sorted(values)]
    assert said == sorted(said)


def test_each_packaged_encoder_has_one() -> None:
    resources = Resources()
    known = {one["revision"]: one["dimension"] for one in packaged()}
    assert known == {
        vectors.revision: vectors.dimension
        for vectors in (load(settings, resources) for settings in (Onnx(), Static()))
    }


@pytest.mark.parametrize("record", packaged(), ids=lambda one: str(one["encoder"]))
def test_each_says_how_well_it_did_on_rows_held_out(record: dict[str, Any]) -> None:
    for name, model in record["models"].items():
        held_out = model["held_out"]
        assert 0 < held_out["unwanted"] < held_out["rows"]
        assert held_out["auroc"] > 0.75
        assert held_out["calibration_error"] <= LARGEST_ERROR, name
