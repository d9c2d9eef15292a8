"""A part of an ONNX model gives what the whole model's inner value is."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from detectors.encoders.files import read
from detectors.encoders.graph import part_of
from detectors.encoders.sessions import session

IDS = {"input_ids": np.array([[101, 1996, 2958, 2001, 2441, 1999, 2687, 102]])}


def test_a_part_gives_the_inner_value_and_is_smaller() -> None:
    packaged = read(None, "model.onnx")
    model = onnx.load_from_string(packaged)
    model.graph.output.append(
        onnx.helper.make_tensor_value_info("out2", onnx.TensorProto.FLOAT, None)
    )
    (whole,) = session(model.SerializeToString(), 1).run(["out2"], IDS)
    part = part_of(packaged, "out2")
    (alone,) = session(part, 1).run(None, IDS)
    assert np.array_equal(alone, whole)
    assert len(part) < 0.8 * len(packaged)


def test_everything_that_the_part_needs_is_kept_and_nothing_else() -> None:
    part = onnx.load_from_string(part_of(read(None, "model.onnx"), "out2"))
    given = {name for node in part.graph.node for name in node.output}
    given |= {one.name for one in (*part.graph.initializer, *part.graph.input)}
    wanted = {name for node in part.graph.node for name in node.input}
    assert wanted <= given
    assert given - wanted == {"out2"}
    assert [one.name for one in part.graph.output] == ["out2"]


@pytest.mark.parametrize("model", [b"\x07", b"\x3a\x00"])
def test_what_is_no_model_or_has_no_such_value_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError, match="model"):
        part_of(model, "out2")
