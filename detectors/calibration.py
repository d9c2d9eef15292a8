"""From measurements to a probability: a logistic model, fitted for one encoder.

Similarities of different encoders mean different things, so that each encoder has numbers of its
own, under its revision, in a file of `detectors/calibrations` or in one that the user names.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detectors.encoders.vectors import Vectors

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Logistic:
    """p = 1 / (1 + exp(-(bias + sum of weight x input)))."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, inputs: Sequence[float]) -> float:
        """The probability, rounded as scores are."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, inputs, strict=True))
        return round(1 / (1 + math.exp(-max(-60.0, min(60.0, total)))), DECIMALS)

    @classmethod
    def of(
        cls, name: str, vectors: Vectors, inputs: Sequence[str], path: str | None = None
    ) -> Logistic:
        """The model `name` of the encoder behind `vectors`, for what is measured: `inputs`.

        What a model does not name weighs nothing. Raises WarmUpError where there is no model, the
        file at `path` cannot be read, or the model is for vectors of another length or for inputs
        that are not measured.
        """
        for record in _records(path):
            if record.get("revision") == vectors.revision:
                return _read(name, record, vectors.dimension, inputs)
        raise WarmUpError(
            f"no calibration is known for the encoder {vectors.revision}: without one its "
            "similarities say nothing of how probable a finding is; make one with "
            "benchmarks/training/relevancy/calibrate.py and name its file in `calibration`, or "
            "use the encoder `onnx`"
        )


def _records(path: str | None) -> Iterator[dict[str, Any]]:
    if path is not None:
        yield _parsed(Path(path))
    for file in sorted(files("detectors").joinpath("calibrations").iterdir(), key=str):
        if file.name.endswith(".json"):
            yield json.loads(file.read_text(encoding="utf-8"))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WarmUpError(f"the calibration {str(path)!r} cannot be read: {error}") from error
    except ValueError as error:
        raise WarmUpError(f"the calibration {str(path)!r} is no JSON: {error}") from error
    if not isinstance(record, dict):
        raise WarmUpError(f"the calibration {str(path)!r} is no object")
    return record


def _read(name: str, record: dict[str, Any], dimension: int, inputs: Sequence[str]) -> Logistic:
    if record.get("dimension") != dimension:
        raise WarmUpError(
            f"the encoder's vectors have {dimension} numbers, its calibration is for "
            f"{record.get('dimension')}"
        )
    try:
        model = record["models"][name]
        known = {one: float(weight) for one, weight in model["weights"].items()}
        bias = float(model["bias"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WarmUpError(
            f"the encoder's calibration has no model {name!r} with a bias and weights; make it "
            "again"
        ) from error
    if not known or not known.keys() <= set(inputs):
        raise WarmUpError(
            f"the encoder's calibration weighs {', '.join(known) or 'nothing'} in {name!r}, where "
            f"{', '.join(inputs)} can be weighed; make it again"
        )
    return Logistic(bias, tuple(known.get(one, 0.0) for one in inputs))
