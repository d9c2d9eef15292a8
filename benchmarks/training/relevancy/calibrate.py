"""Fits the calibrations of one encoder and writes them as a file of `detectors/calibrations`.

    python benchmarks/training/relevancy/calibrate.py --encoder onnx --data ../shared/data \
        --output detectors/calibrations/minilm.json

Nothing of a benchmark set is read. Every figure printed, and kept in the file, is of rows that the
model had not seen: five folds by a hash of the group (question, article, intent).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from detectors.encoders.loading import load
from detectors.encoders.settings import EncoderSettings
from policyengine import Memo, Resources

sys.path.extend([str(Path(__file__).parent), str(Path(__file__).parents[1] / "reader")])

from logistic import auroc, brier, calibration_error, fit
from rows import answers, answers_read, contexts, leaks, scopes, strays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from weighing import Rows

FOLDS = 5
SETS: tuple[Callable[..., Rows], ...] = (
    answers, answers_read, contexts, strays, scopes, leaks,
)  # fmt: skip
DIGITS = 5


class Encoded(dict[str, "NDArray[Any]"]):
    """Vectors of texts, encoded when they are first wanted, many at a time."""

    def __init__(self, settings: Any, cache: Path | None) -> None:
        super().__init__()
        self.encoder = load(settings, Resources())
        self._cache = cache
        if cache is not None and cache.exists():
            kept = np.load(cache, allow_pickle=False)
            if str(kept["revision"]) == self.encoder.revision:
                self.update(zip(json.loads(str(kept["texts"])), kept["rows"], strict=True))

    def want(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self]
        for start in range(0, len(new), 512):
            part = new[start : start + 512]
            self.update(zip(part, self.encoder.encode(part, Memo()), strict=True))
            print(len(self), "texts", file=sys.stderr, flush=True)

    def keep(self) -> None:
        """Write them to the cache."""
        if self._cache is not None:
            rows = np.stack(list(self.values()))
            np.savez(
                self._cache, revision=self.encoder.revision, texts=json.dumps(list(self)), rows=rows
            )


def held_out(rows: Rows) -> NDArray[np.float64]:
    """The probability of each row by a model that did not see its group."""
    digests = [hashlib.sha256(group.encode()).digest()[0] for group in rows.groups]
    folds = np.array(digests) % FOLDS
    said = np.zeros(len(rows.labels))
    for fold in range(FOLDS):
        seen = folds != fold
        bias, weights = fit(rows.inputs[seen], rows.labels[seen], rows.weights[seen])
        said[~seen] = 1 / (1 + np.exp(-(bias + rows.inputs[~seen] @ weights)))
    return said


def model(rows: Rows) -> dict[str, Any]:
    """The fitted numbers, with how well they did on rows held out."""
    bias, weights = fit(rows.inputs, rows.labels, rows.weights)
    said = held_out(rows)
    figures = {
        "rows": len(rows.labels),
        "unwanted": int(rows.labels.sum()),
        "auroc": auroc(said, rows.labels, rows.weights),
        "auroc_cosine": auroc(-rows.inputs[:, 0], rows.labels, rows.weights),
        "brier": brier(said, rows.labels, rows.weights),
        "calibration_error": calibration_error(said, rows.labels, rows.weights),
    }
    return {
        "bias": round(float(bias), DIGITS),
        "weights": {
            name: round(float(weight), DIGITS)
            for name, weight in zip(rows.names, weights, strict=True)
        },
        "held_out": {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in figures.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default='"onnx"', help="as in a policy, in JSON")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="an .npz to keep vectors in, to fit again")
    parser.add_argument("--only", nargs="*", help="of: " + ", ".join(s.__name__ for s in SETS))
    given = parser.parse_args()
    settings = TypeAdapter(EncoderSettings).validate_json(given.encoder)
    vectors = Encoded(settings, given.cache)
    models = {}
    if given.only and given.output.exists():
        models = json.loads(given.output.read_text(encoding="utf-8"))["models"]
    for make in SETS:
        if given.only and make.__name__ not in given.only:
            continue
        rows = make(given.data, vectors)
        vectors.keep()
        models[rows.name] = model(rows)
        print(rows.name, json.dumps(models[rows.name]["held_out"]), flush=True)
    record = {
        "encoder": settings.model_dump(mode="json", exclude_defaults=True) or settings.type,
        "revision": vectors.encoder.revision,
        "dimension": vectors.encoder.dimension,
        "models": models,
    }
    given.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
