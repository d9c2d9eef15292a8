"""How onnxruntime runs the models here."""

from __future__ import annotations

from typing import Any

import onnxruntime

from policyengine import WarmUpError

_ERRORS_ONLY = 3


def session(model: bytes, threads: int) -> Any:
    """A model that is ready; WarmUpError where it cannot be loaded."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # The packaged graph is written as it should run; fusing more makes it slower on all CPUs tried.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Threads that wait by spinning take the processor from everybody else's.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own types share no base
        raise WarmUpError(f"the encoder's model cannot be loaded: {error}") from error
